"""Small pictures of maps: what they show, by known answers."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from attnviz.attention import WAYS, AttentionMap
from attnviz.axes import Words
from attnviz.figures import colours, small
from attnviz.reading import Pieces, Provenance, Reading

SVG = "{http://www.w3.org/2000/svg}"


def of_words(rows: tuple[str, ...], columns: tuple[str, ...], weights: object, rest: object = None) -> Reading:
    filled = np.asarray(weights, np.float32).reshape(len(rows), len(columns))
    left = np.zeros(len(rows)) if rest is None else np.asarray(rest)
    attention = AttentionMap("attention", Words.whole(rows), Words.whole(columns), filled, left.astype(np.float32))
    source, output = (Pieces(" ".join(labels), labels, tuple((one,) for one in labels)) for labels in (columns, rows))
    return Reading("t", "v", (source,), output, 0.0, (attention,), (), Provenance("0", {}, 0.0, "1"))


def parts(reading: Reading, theme: colours.Theme = colours.LIGHT) -> tuple[list[str], list[str]]:
    """The labels, and the cells' colours, as they follow each other."""
    drawn = ET.fromstring(small.picture(reading, theme))
    return [one.text or "" for one in drawn.iter(f"{SVG}text")], [
        one.attrib["fill"] for one in drawn.iter(f"{SVG}rect")
    ]


@pytest.mark.parametrize("theme", [colours.LIGHT, colours.DARK], ids=["light", "dark"])
def test_a_cell_has_the_colour_of_its_weight(theme: colours.Theme) -> None:
    labels, cells = parts(of_words(("a", "cat"), ("un", "chat"), [[1, 0], [0.5, 0.25]]), theme)
    assert labels == ["un", "chat", "a", "cat"]
    assert cells == [theme.weights[i] for i in (16, 0, 8, 4)]


def test_what_lies_on_no_input_has_a_column_of_its_own() -> None:
    labels, cells = parts(of_words(("a",), ("un",), [[0.5]], [0.5]))
    assert labels == ["un", "∅", "a"] and len(cells) == 2


def test_labels_are_words_and_no_markup() -> None:
    labels, _ = parts(of_words(("<b>&",), ('"x"',), [[1]]))
    assert labels == ['"x"', "<b>&"]


def test_where_not_all_columns_can_have_a_label_those_have_one_that_are_looked_at_most() -> None:
    columns = tuple(f"w{i}" for i in range(60))
    weights = np.zeros((2, 60))
    weights[0, 7] = weights[1, 40] = 0.9
    labels, cells = parts(of_words(("a", "b"), columns, weights))
    assert {"w7", "w40"} <= set(labels) and {"w6", "w8"}.isdisjoint(labels)
    assert len(cells) == 120, "all cells are drawn"


def test_a_word_that_was_copied_stands_in_a_dashed_box() -> None:
    reading = of_words(("Lahti", "wins"), ("in", "Lahti"), [[0, 1], [1, 0]])
    ways = AttentionMap("copy", Words.whole(("Lahti", "wins")), WAYS, np.float32([[0.1, 0.9], [0.8, 0.2]]), np.zeros(2))
    drawn = ET.fromstring(small.picture(replace(reading, maps=(*reading.maps, ways)), colours.LIGHT))
    (box,) = (one for one in drawn.iter(f"{SVG}rect") if "stroke-dasharray" in one.attrib)
    (word,) = (one for one in drawn.iter(f"{SVG}text") if one.text == "Lahti" and "text-anchor" in one.attrib)
    assert float(box.attrib["y"]) < float(word.attrib["y"]) < float(box.attrib["y"]) + float(box.attrib["height"])
    assert float(box.attrib["x"]) >= 0


def test_each_column_of_a_short_text_has_a_label() -> None:
    columns = tuple(f"word{i}" for i in range(27))
    labels, _ = parts(of_words(("Kobayashi",), columns, np.eye(1, 27)))
    assert labels == [*columns, "Kobayashi"]


def test_every_cell_lies_within_the_picture() -> None:
    for count in (1, 5, 20, 60):
        labels = tuple(f"word{i}" for i in range(count))
        drawn = ET.fromstring(small.picture(of_words(labels, labels, np.eye(count)), colours.LIGHT))
        for one in drawn.iter(f"{SVG}rect"):
            x, y, width, height = (float(one.attrib[name]) for name in ("x", "y", "width", "height"))
            assert x >= 0 and y >= 0 and x + width <= small.WIDTH + 0.1 and y + height <= small.HEIGHT + 0.1


def test_every_label_lies_within_the_picture() -> None:
    columns = (*(f"w{i}" for i in range(33)), "Monday-morning", ".")
    drawn = ET.fromstring(small.picture(of_words(("a",), columns, np.eye(1, 35, 33)), colours.LIGHT))
    (label,) = (one for one in drawn.iter(f"{SVG}text") if one.text == "Monday-morning")
    x = float(label.attrib["transform"].removeprefix("translate(").split()[0])
    letter = 0.58 * float(label.attrib["font-size"])
    assert x + 14 * letter * 0.64 < small.WIDTH


def test_an_empty_map_is_an_empty_picture() -> None:
    reading = of_words((), ("un",), np.zeros((0, 1)))
    assert parts(replace(reading)) == (["un"], [])
