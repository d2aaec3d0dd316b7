"""BLEU by length: the lines on screen, on paper and in files are the bundles' own scores."""

import csv
import io
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from attnviz import service
from attnviz.export.lengths import FORMATS, save
from attnviz.figures import colours, lengths, lengths_paper
from attnviz.figures.lengths import Bin, Curve
from attnviz.web import lengths as page_lengths

APP = Path(__file__).parents[1] / "app.py"
WITH = Curve("additive", (Bin(4, 10, 200, 40.0), Bin(11, 20, 100, 36.0), Bin(21, 30, 50, 30.0)))
WITHOUT = Curve("none", (Bin(4, 10, 200, 20.0), Bin(11, 20, 100, 8.0), Bin(21, 30, 50, 5.0)))


def test_a_variant_keeps_the_share_of_its_longest_sentences() -> None:
    assert lengths.kept(WITH) == 0.75
    assert lengths.kept(WITHOUT) == 0.25
    assert np.isnan(lengths.kept(Curve("none", (Bin(1, 2, 3, 0.0), Bin(3, 4, 3, 0.0)))))


@pytest.mark.parametrize(("words", "least"), [(3, None), (4, 4), (10, 4), (11, 11), (30, 21), (500, 21)])
def test_a_sentence_falls_into_the_bin_of_its_words(words: int, least: int | None) -> None:
    found = lengths.reached(WITH, words)
    assert (found and found.least) == least


@pytest.mark.parametrize("dark", [False, True])
def test_a_line_a_variant_goes_through_its_scores(dark: bool) -> None:
    figure = lengths.screen([WITH, WITHOUT], dark=dark)
    assert [line.name for line in figure.data] == ["additive", "none"]
    for line, curve in zip(figure.data, (WITH, WITHOUT), strict=True):
        assert list(line.y) == [one.bleu for one in curve.bins]
        assert list(line.x) == ["4–10", "11–20", "21–30"]
    assert figure.data[0].hovertext[1] == "additive, 11–20 words: BLEU 36.0 (100 sentences)"
    assert figure.layout.yaxis.rangemode == "tozero"
    assert figure.data[0].line.dash != figure.data[1].line.dash


def test_the_bin_of_the_sentence_is_marked() -> None:
    marked = lengths.screen([WITH], dark=False, words=15).layout.shapes
    assert [(shape.x0, shape.x1) for shape in marked] == [(0.6, 1.4)]
    assert not lengths.screen([WITH], dark=False, words=2).layout.shapes
    assert not lengths.screen([WITH], dark=False).layout.shapes


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
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["additive", "none"]
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
            "variant": "none", "least words": "11", "most words": "20", "sentences": "100", "BLEU": "8.0"
        }  # fmt: skip
    elif format == "png":
        with Image.open(io.BytesIO(content)) as image:
            assert round(image.info["dpi"][0]) == 300
    else:
        assert content.startswith({"svg": b"<?xml", "pdf": b"%PDF"}[format])
    assert content == save([WITH, WITHOUT], format, "A caption.")  # type: ignore[arg-type]


def test_the_page_shows_the_curves_of_all_variants_with_their_scores() -> None:
    page = AppTest.from_file(str(APP), default_timeout=120)
    page.session_state["translation_lengths"] = True
    page.run()
    assert not page.exception
    (shown,) = (one for one in page.expander if one.label == "What length does to each variant")
    chart = json.loads(next(one for one in shown if one.type == "plotly_chart").proto.spec)
    drawn = {line["name"]: line for line in chart["data"]}
    assert set(drawn) == set(service.variants("translation"))
    for variant in drawn:
        curve = page_lengths.curve(service.digest("translation", variant), "translation", variant)
        assert curve is not None
        assert all(a.most < b.least for a, b in pairwise(curve.bins))
        told = next(one.value for one in shown.markdown)
        assert f"{variant} keeps {lengths.kept(curve):.0%}" in told
    assert len(chart["layout"]["shapes"]) == 1  # the example's bin
