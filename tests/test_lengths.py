"""Scores by length: the lines on screen, on paper and in files go through the scores that they are given."""

import csv
import io
import itertools
import math

import numpy as np
import pytest
from PIL import Image

from attnviz.export.lengths import FORMATS, save
from attnviz.figures import colours, legend, lengths, lengths_paper
from attnviz.figures.lengths import Curve
from attnviz.tasks.base import Bin, ByLength


def curve(variant: str, *values: float, attentive: bool = True, loops: float | None = None) -> Curve:
    """A curve over bins of 4 to 10, 11 to 20 and 21 to 30 words. loops: the share that loops in each; chance is known
    with it."""
    bins = tuple(
        Bin(least, most, n, value, None if loops is None else n / 100, loops)
        for (least, most, n), value in zip([(4, 10, 200), (11, 20, 100), (21, 30, 50)], values, strict=False)
    )
    return Curve(
        variant,
        attentive,
        ByLength("BLEU", "says how close texts are", "words of the text", "a set", 350, "sentences", "v1", bins),
    )


WITH = curve("additive", 40.0, 36.0, 30.0)
WITHOUT = curve("mean", 20.0, 8.0, 5.0, attentive=False)


def test_a_variant_keeps_the_share_of_its_longest_inputs() -> None:
    assert lengths.kept(WITH.scores) == 0.75
    assert lengths.kept(WITHOUT.scores) == 0.25
    assert np.isnan(lengths.kept(curve("mean", 0.0, 0.0).scores))


@pytest.mark.parametrize(("length", "least"), [(3, None), (4, 4), (10, 4), (11, 11), (30, 21), (500, 21)])
def test_an_input_falls_into_the_bin_of_its_length(length: int, least: int | None) -> None:
    reached = lengths.reached(WITH.scores, length)
    assert (reached and reached.least) == least


@pytest.mark.parametrize("dark", [False, True])
def test_a_line_a_variant_goes_through_its_scores(dark: bool) -> None:
    figure = lengths.screen([WITH, WITHOUT], dark=dark)
    assert [line.name for line in figure.data] == ["additive", "mean", "mean"]
    for line, shown in zip(figure.data, (WITH, WITHOUT), strict=False):
        assert list(line.y) == [part.value for part in shown.scores.bins]
        assert list(line.x) == ["4–10", "11–20", "21–30"]
    assert figure.data[0].hovertext[1] == "additive, 11–20 words of the text: BLEU 36.0 (100 inputs)"
    assert figure.layout.yaxis.range[0] == 0
    assert (figure.layout.xaxis2.title.text, figure.layout.yaxis.title.text) == ("words of the text", "BLEU")


def test_below_the_lines_stands_what_share_the_variant_without_attention_reaches() -> None:
    share = lengths.screen([WITH, WITHOUT], dark=False).data[-1]
    assert list(share.y) == pytest.approx([50, 100 * 8 / 36, 100 / 6])
    assert share.hovertext[0] == "mean, 4–10 words of the text: % of additive 50% (200 inputs)"
    assert len(lengths.panels([WITH])) == len(lengths.panels([WITHOUT])) == 1
    assert len(lengths.panels([WITH, curve("mean", 20.0, 8.0, attentive=False)])) == 1  # scored on other bins


def test_what_chance_gets_and_how_many_outputs_loop_is_drawn_where_it_is_known() -> None:
    known = [curve("additive", 40.0, 36.0, 30.0, loops=0.0), curve("mean", 20.0, 8.0, 5.0, attentive=False, loops=0.25)]
    first, share, loops = lengths.panels(known)
    assert (list(first.band), list(share.band)) == ([2.0, 1.0, 0.5], [])
    assert {number: list(values) for number, values in loops.lines.items()} == {0: [0, 0, 0], 1: [25, 25, 25]}
    band = next(line for line in lengths.screen(known, dark=False).data if line.name == "chance")
    assert (list(band.y), band.fill) == ([2.0, 1.0, 0.5], "tozeroy")
    assert [len(axes.lines) for axes in lengths_paper.figure(known, caption=None).axes] == [2, 1, 2]
    said = legend.of_lengths(known, {"additive": "0", "mean": "1"})
    assert "The grey band is chance" in said and "the share of its BLEU that “mean” reaches" in said and "loops" in said
    assert len(lengths.panels([known[0], WITHOUT])) == 2  # it is not known of one of them


def test_variants_that_were_scored_on_other_bins_are_drawn_over_their_own() -> None:
    shorter = curve("mean", 20.0, 8.0, attentive=False)
    (axes,) = lengths_paper.figure([WITH, shorter], caption=None).axes
    assert [list(line.get_xdata()) for line in axes.lines] == [["4–10", "11–20", "21–30"], ["4–10", "11–20"]]
    for line, drawn in zip(lengths.screen([WITH, shorter], dark=False).data, (WITH, shorter), strict=True):
        assert list(line.x) == list(map(lengths.label, drawn.scores.bins))


def test_the_line_of_a_variant_without_attention_is_dashed_whatever_its_name() -> None:
    attentive, other, _ = lengths.screen(
        [curve("none", 1.0, 2.0), curve("x", 1.0, 2.0, attentive=False)], dark=False
    ).data
    assert (attentive.line.dash, other.line.dash) == ("solid", "dash")
    assert other.line.color == colours.LIGHT.muted != attentive.line.color


@pytest.mark.parametrize("largest", [0.0, 0.3, 1.0, 9.9, 40.0, 46.0, 100.0])
@pytest.mark.parametrize("most", [3, 6])
def test_the_last_tick_stands_above_all_lines(largest: float, most: int) -> None:
    ticks = lengths.Panel("", {0: [largest / 2, largest, math.nan]}, "").ticks(most)
    assert ticks[0] == 0 and ticks[-1] >= largest and 2 <= len(ticks) <= most + 1
    steps = {round(later - earlier, 9) for earlier, later in itertools.pairwise(ticks)}
    assert len(steps) == 1, "evenly"
    assert largest == 0 or ticks[-2] < largest, "no higher than need be"


def test_the_bin_of_the_input_is_marked_in_every_panel() -> None:
    marked = lengths.screen([WITH, WITHOUT], dark=False, length=15).layout.shapes
    assert [(shape.x0, shape.x1) for shape in marked] == [(0.6, 1.4)] * 2
    marked = lengths.screen([WITH], dark=False, length=15).layout.shapes
    assert [(shape.x0, shape.x1) for shape in marked] == [(0.6, 1.4)]
    assert not lengths.screen([WITH], dark=False, length=2).layout.shapes
    assert not lengths.screen([WITH], dark=False).layout.shapes


def test_the_curves_in_words() -> None:
    assert lengths.alt_text([WITH, WITHOUT]) == (
        "Lines of BLEU by the number of words of the text: additive 40.0 at 4–10 and 30.0 at 21–30; "
        "mean 20.0 at 4–10 and 5.0 at 21–30. mean reaches 50% of additive on the shortest inputs and 17% on the "
        "longest."
    )
    said = legend.of_lengths([WITH, WITHOUT], {"additive": "0123456789abcdef", "mean": "fedcba9876543210"})
    assert said.startswith("BLEU by the number of words of the text, on a set (350 inputs): ")
    assert "additive (model 0123456789ab), mean (model fedcba987654). “% of additive”" in said and " v1. " in said


@pytest.mark.parametrize("theme", [colours.LIGHT, colours.DARK])
def test_lines_stand_out_from_the_page_and_from_each_other(theme: colours.Theme) -> None:
    def light(colour: str) -> float:
        value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    for line in (*theme.lines, theme.muted):
        darker, lighter = sorted((light(line), light(theme.page)))
        assert (lighter + 0.05) / (darker + 0.05) >= 3  # WCAG 2.2, 1.4.11
    assert len(set(theme.lines)) == len(theme.lines)


def test_on_paper_each_line_lies_at_its_scores() -> None:
    figure = lengths_paper.figure([WITH, WITHOUT], caption="What it shows. " * 20)
    axes = figure.axes[0]
    assert [list(line.get_ydata()) for line in axes.lines] == [[40, 36, 30], [20, 8, 5]]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["additive", "mean"]
    assert axes.get_ylim()[0] == 0
    height = figure.get_size_inches()[1]
    assert height > lengths_paper.figure([WITH], caption=None).get_size_inches()[1]
    assert all(0 <= text.get_position()[1] <= 1 for text in figure.texts)


@pytest.mark.parametrize("format", FORMATS)
def test_files_hold_the_curves(format: str) -> None:
    content = save([WITH, WITHOUT], format, "A caption.")  # type: ignore[arg-type]
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert len(rows) == 6
        assert rows[4] == {
            "variant": "mean",
            "least words of the text": "11",
            "most words of the text": "20",
            "inputs": "100",
            "BLEU": "8.0",
            "BLEU by chance": "",
            "share that loops": "",
        }
    elif format == "png":
        with Image.open(io.BytesIO(content)) as image:
            assert round(image.info["dpi"][0]) == 300
    else:
        assert content.startswith({"svg": b"<?xml", "pdf": b"%PDF"}[format])
    assert content == save([WITH, WITHOUT], format, "A caption.")  # type: ignore[arg-type]
