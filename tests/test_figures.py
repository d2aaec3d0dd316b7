"""Heatmaps: on screen and on paper they show every weight where it belongs, and no visitor's text is markup."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import font_manager
from PIL import Image

from attnviz import export
from attnviz.attention import ATTENTION, COPY, SUBWORDS, WAYS, AttentionMap
from attnviz.axes import Words
from attnviz.figures import colour_bar, colours, ink, legend, maps, paper, screen, titles, words
from attnviz.figures.drawing import PAPERS, Drawing
from attnviz.figures.panel import Panel
from attnviz.reading import Given, Hypothesis, Pieces, Provenance, Reading
from attnviz.web.panels import sums
from tests.test_reading import over_a_sound


def attention(queries, keys, weights=None, rest=None, name=ATTENTION, seed=0):
    random = np.random.default_rng(seed)
    if weights is None:
        weights = random.dirichlet(np.ones(max(len(keys), 1)), len(queries))[:, : len(keys)]
    rest = np.zeros(len(queries)) if rest is None else np.asarray(rest)
    weights = np.asarray(weights, np.float32).reshape(len(queries), len(keys))
    return AttentionMap(name, Words.whole(queries), Words.whole(keys), weights, rest.astype(np.float32))


def cat(**changes):
    weights = [[0.7, 0.1, 0.1, 0.1], [0.05, 0.83, 0.06, 0.06], [0.0, 0.1, 0.2, 0.3]]
    return attention(["the", "cat", "sleeps"], ["le", "chat", "dort", "dort"], weights, **changes)


def reading(variant="additive", maps=(), notes=(), done=None, **settings_):
    text = Pieces("le chat", ("le", "chat"), (("le",), ("chat",)))
    provenance = Provenance("0123456789abcdef", settings_, 0.1, "1", tuple(notes))
    return Reading("translation", variant, (text,), text, -1.0, tuple(maps), (), provenance, done or Given())


def linear(colour):
    """Linear light of "#rrggbb"."""
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def oklab(colour):
    """Ottosson 2020."""
    lms = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                    [0.0883024619, 0.2817188376, 0.6299787005]]) @ linear(colour)  # fmt: skip
    return np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                     [0.0259040371, 0.7827717662, -0.8086757660]]) @ np.cbrt(lms)  # fmt: skip


def luminance(colour):
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


# Colours


@pytest.mark.parametrize("theme", [colours.LIGHT, colours.DARK])
def test_every_step_of_the_scale_looks_equally_large_and_leads_away_from_zero(theme):
    lab = np.array([oklab(colour) for colour in theme.weights])
    steps = np.linalg.norm(np.diff(lab, axis=0), axis=1)
    assert steps.max() / steps.min() < 1.2
    rgb = np.array([linear(colour) for colour in theme.weights])
    assert (np.diff(rgb, axis=0) < 0).all() or (np.diff(rgb, axis=0) > 0).all()


@pytest.mark.parametrize("theme", [colours.LIGHT, colours.DARK])
def test_differences_grow_evenly_both_ways_from_the_middle(theme):
    lab = np.array([oklab(colour) for colour in theme.differences])
    middle = len(lab) // 2
    distance = np.linalg.norm(lab - lab[middle], axis=1)
    assert (np.diff(distance[middle:]) > 0).all()
    assert (np.diff(distance[: middle + 1]) < 0).all()
    np.testing.assert_allclose(distance[::-1], distance, atol=0.08)


@pytest.mark.parametrize("theme", [colours.LIGHT, colours.DARK])
def test_text_is_legible_and_zero_lies_near_the_page(theme):
    def contrast(a, b):
        low, high = sorted((luminance(a), luminance(b)))
        return (high + 0.05) / (low + 0.05)

    assert contrast(theme.text, theme.page) > 7
    assert contrast(theme.muted, theme.page) > 4.5
    assert contrast(theme.weights[0], theme.page) < 1.25 < 10 < contrast(theme.weights[-1], theme.page)
    assert contrast(theme.outline, theme.weights[0]) > 3


def test_paper_takes_the_colours_of_the_screen():
    mesh = paper.figure([Panel(cat(), "")], caption=None).axes[0].collections[0]
    on_screen = colours.LIGHT.weights
    on_paper = mesh.cmap(np.linspace(0, 1, len(on_screen)), bytes=True)[:, :3]
    expected = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in on_screen]
    np.testing.assert_allclose(on_paper, expected, atol=1)


# Screen


def test_queries_are_rows_and_repeated_words_keep_their_columns():
    drawn = screen.heatmap(cat())
    assert drawn.columns == ["le", "chat", "dort", "dort"]
    assert drawn.rows == ["the", "cat", "sleeps"]
    np.testing.assert_array_equal(drawn.weights, cat().weights)


def test_labels_are_printable_and_whole():
    word = "anticonstitutionnellement"
    drawn = screen.heatmap(attention(["<s>", word], ["$x$", "&lt;", "\x00"]))
    assert drawn.rows == ["<s>", word] and drawn.columns == ["$x$", "&lt;", "\N{REPLACEMENT CHARACTER}"]


def test_the_scale_is_fixed_and_a_stretch_is_said():
    fixed, stretched = screen.heatmap(cat()).scale, screen.heatmap(cat(), stretch=True).scale
    assert (fixed.low, fixed.high, fixed.label) == (0, 1, "weight")
    assert (stretched.low, stretched.high) == (0, pytest.approx(0.83))
    assert stretched.label == "weight (stretched to this map's largest, 0.83)"


def test_rest_has_a_column_of_its_own_apart_from_the_keys():
    drawn = screen.heatmap(cat(rest=[0, 0, 0.4]))
    np.testing.assert_array_equal(drawn.weights, cat().weights)
    np.testing.assert_allclose(drawn.rest, [0, 0, 0.4])
    assert drawn.rest_name == "no input word (end mark)"


def test_rest_that_is_nothing_takes_no_room():
    little, none = (screen.heatmap(cat(rest=rest)) for rest in ([0.004, 0, 0.005], [0, 0, 0]))
    assert little.rest is None and little.width == none.width < screen.heatmap(cat(rest=[0, 0, 0.4])).width


@given(rows=st.integers(1, 90), columns=st.integers(1, 90))
@settings(max_examples=10, deadline=None)
def test_a_map_takes_about_as_many_pixels_as_its_columns_need(rows, columns):
    width = screen.heatmap(attention(["a"] * rows, ["b"] * columns)).width
    assert 16 * columns < width < 40 * columns + 150
    if max(rows, columns) <= 25:
        assert width < screen.USUAL_SIDE + 150


def test_above_300_columns_neighbours_are_summed_and_the_figure_says_so():
    wide = attention(["a", "b"], [f"w{i}" for i in range(605)])
    drawn = screen.heatmap(wide)
    assert drawn.weights.shape == (2, 202) and drawn.pool == 3
    np.testing.assert_allclose(drawn.weights[:, 0], wide.weights[:, :3].sum(axis=1), rtol=1e-5)
    np.testing.assert_allclose(drawn.weights[:, -1], wide.weights[:, 603:].sum(axis=1), rtol=1e-5)
    assert drawn.notes == ["Each column sums 3 neighbouring words."]
    assert drawn.columns[0] == "w0 … w2"
    assert words.pool(attention(["a"], ["w"] * 300))[1] == 1


def test_a_difference_has_a_scale_about_zero():
    a, b = cat(), cat(rest=[0.2, 0, 0])
    b = AttentionMap(b.name, b.queries, b.keys, b.weights[:, ::-1].copy(), b.rest)
    drawn, minus = screen.heatmap(a, b), "\N{MINUS SIGN}"
    assert drawn.difference and (drawn.scale.low, drawn.scale.high) == (-1, 1)
    assert drawn.scale.label == f"{minus}1 to 1: blue, the first looked more; orange, the second"
    assert maps.largest_difference(maps.subtract(a, b)) == pytest.approx(0.77)
    np.testing.assert_allclose(drawn.weights, a.weights - b.weights)
    np.testing.assert_allclose(drawn.rest, a.rest - b.rest)


def test_a_difference_is_stretched_on_demand():
    a, b = cat(), cat()
    b = AttentionMap(b.name, b.queries, b.keys, b.weights[:, ::-1].copy(), b.rest)
    scale, minus = screen.heatmap(a, b, stretch=True).scale, "\N{MINUS SIGN}"
    assert -scale.low == scale.high == pytest.approx(0.77), "the largest difference either way"
    assert scale.label.startswith(f"{minus}0.77 to 0.77 (stretched to the largest): blue, the first looked more")
    same = screen.heatmap(a, a, stretch=True).scale
    assert -same.low == same.high == 0.1, "rounding is not blown up"


def test_the_strongest_of_each_row_are_shown_and_what_is_hidden_is_told():
    found = attention(["a", "b"], ["c", "d", "e"], [[0.5, 0.1, 0.2], [0.0, 0.0, 1.0]], rest=[0.2, 0])
    drawn = screen.heatmap(found, strongest=1)
    assert drawn.shown.tolist() == [[True, False, False], [False, False, True]]
    assert drawn.notes == ["The strongest word of each row is shown: 15% of the weight is hidden."]
    assert screen.heatmap(found, strongest=2).notes == [
        "The 2 strongest words of each row are shown: 5% of the weight is hidden."
    ]
    assert screen.heatmap(found).shown is None and screen.heatmap(found).notes == []
    assert screen.heatmap(found, replace(found, rest=found.rest), strongest=1).shown is None
    part = replace(found, name=SUBWORDS)
    assert maps.strongest(part, 3).told == "the 3 strongest subwords of each row are shown: 0% of the weight is hidden"


@given(rows=st.integers(1, 9), columns=st.integers(1, 9), count=st.integers(1, 12), seed=st.integers(0, 99))
@settings(deadline=None)
def test_no_hidden_weight_is_larger_than_a_shown_one(rows, columns, count, seed):
    found = attention(["q"] * rows, ["k"] * columns, seed=seed)
    cells = maps.strongest(found, count).cells
    assert (cells.sum(axis=1) == min(count, columns)).all()
    for row, shown in zip(found.weights, cells, strict=True):
        assert row[~shown].max(initial=0) <= row[shown].min()


def test_paper_leaves_the_same_weights_out():
    figure = paper.figure([Panel(cat(), "additive", strongest=1)], caption=None)
    (places,) = paper.cell_pixels(figure)
    cells = pixels(figure)[places[..., 1], places[..., 0]]
    assert ((cells == 255).all(axis=-1) == ~maps.strongest(cat(), 1).cells).all(), "a hidden cell is as white as paper"
    assert any("the strongest word of each row is shown: " in text.get_text() for text in figure.texts)
    whole = paper.figure([Panel(cat(), "additive")], caption=None)
    assert not any("of each row" in text.get_text() for text in whole.texts)


def test_columns_of_subwords_are_called_so():
    wide = attention(["a"], [f"w{i}" for i in range(605)], name=SUBWORDS)
    assert screen.heatmap(wide).notes == ["Each column sums 3 neighbouring subwords."]
    on_paper = paper.figure([Panel(wide, "")], caption=None)
    assert any("each column sums 3 neighbouring subwords" in text.get_text() for text in on_paper.texts)


def test_what_was_not_read_says_so_in_its_label():
    assert screen.heatmap(cat(), unread={1}).unread == {1}
    axes = paper.figure([Panel(cat(rest=[0, 0, 0.4]), "", unread={1})], caption=None).axes[0]
    labels = [(label.get_text(), label.get_color()) for label in axes.get_xticklabels()]
    muted, text = colours.LIGHT.muted, colours.LIGHT.text
    assert labels == [("le", text), ("chat (not read)", muted), ("dort", text), ("dort", text), ("∅", muted)]


def test_a_difference_of_maps_over_other_words_is_refused():
    with pytest.raises(ValueError, match="different words"):
        screen.heatmap(cat(), attention(["the"], ["le"]))


def test_the_axes_are_named():
    named = replace(cat(rest=[0, 0, 0.4]), query_name="hypothesis", key_name="<b>", rest_name="no <b> word")
    assert screen.heatmap(cat()).axes == ("Input →", "Output ↓")
    drawn = screen.heatmap(named)
    assert (drawn.axes, drawn.rest_name) == (("<b> →", "Hypothesis ↓"), "no <b> word")
    assert "<b> →\nHypothesis ↓" in [text.get_text() for text in paper.figure([Panel(named, "")], caption=None).texts]


def test_maps_whose_axes_have_other_names_are_not_subtracted():
    with pytest.raises(ValueError, match="different words"):
        maps.subtract(cat(), replace(cat(), key_name="premise"))
    named = replace(cat(), key_name="premise", rest_name="NULL")
    assert maps.subtract(named, named).axes == named.axes


@pytest.mark.parametrize("empty", [attention([], ["a"]), attention(["a"], [])])
def test_an_empty_map_is_a_sentence(empty):
    drawn = screen.heatmap(empty)
    assert not drawn.weights.size and "no words" in drawn.alt and drawn.width > 0


def test_the_text_for_those_who_see_no_picture():
    links = "The strongest links are “cat” to “chat” (0.83), “the” to “le” (0.70) and “sleeps” to “dort” (0.30)."
    expected = f"Map of 3 output words by 4 input words. {links}"
    assert screen.alt_text(cat()) == screen.heatmap(cat()).alt == expected
    one = attention(["a"], ["b"], [[1]], name=SUBWORDS)
    assert (
        screen.alt_text(one) == "Map of 1 output subword by 1 input subword. The strongest link is “a” to “b” (1.00)."
    )
    less = screen.heatmap(attention(["a"], ["b", "c"], [[0.1, 0]]), attention(["a"], ["b", "c"], [[0, 0.6]])).alt
    assert less.endswith("The largest difference is “a” to “c” (\N{MINUS SIGN}0.60).")


# Paper


def pixels(figure):
    return np.asarray(Image.open(io.BytesIO(ink.save(figure, "png"))).convert("RGB")).astype(int)


@given(
    shapes=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 14)), min_size=1, max_size=3),
    stretch=st.booleans(),
    rest=st.floats(0, 0.9),
    seed=st.integers(0, 1000),
)
@settings(max_examples=8, deadline=None)
def test_the_largest_weight_of_each_row_has_its_most_extreme_colour(shapes, stretch, rest, seed):
    panels = [
        Panel(
            attention(["dort"] * q, ["œuvre"] * k, rest=np.full(q, rest), seed=seed + i),
            f"variant {i}",
            stretch=stretch,
        )
        for i, (q, k) in enumerate(shapes)
    ]
    figure = paper.figure(panels, caption="A caption.")
    image = pixels(figure)
    for panel, places in zip(panels, paper.cell_pixels(figure), strict=True):
        assert places.shape == (*panel.map.weights.shape, 2)
        cells = image[places[..., 1], places[..., 0]]
        darkest = cells.sum(axis=-1)
        best = np.take_along_axis(darkest, panel.map.weights.argmax(axis=1)[:, None], axis=1)[:, 0]
        np.testing.assert_array_equal(best, darkest.min(axis=1))
        # Order of weights is order of colours throughout, not only at the top.
        order = np.argsort(panel.map.weights, axis=None)
        assert (np.diff(darkest.ravel()[order]) <= 0).all()


def test_a_cell_has_the_colour_of_its_weight():
    figure = paper.figure([Panel(attention(["a", "b"], ["c", "d"], [[0, 1], [0.5, 0.25]]), "")], caption=None)
    (places,) = paper.cell_pixels(figure)
    cells = pixels(figure)[places[..., 1], places[..., 0]]
    stops = [[int(colours.SEQUENTIAL[i][j : j + 2], 16) for j in (1, 3, 5)] for i in (0, 16, 8, 4)]
    np.testing.assert_allclose(cells.reshape(4, 3), stops, atol=1)


def test_nothing_is_cut_at_the_edges():
    long = ["anticonstitutionnellement", "intergouvernementale"] * 3
    figure = paper.figure([Panel(attention(long, long), "additive")], caption="word " * 80)
    image = pixels(figure)
    edge = np.concatenate([image[:4].reshape(-1, 3), image[-4:].reshape(-1, 3), image[:, :4].reshape(-1, 3),
                           image[:, -4:].reshape(-1, 3)])  # fmt: skip
    assert (edge == 255).all()


def test_variants_share_one_colour_bar_unless_stretched_apart():
    def bars(figure):
        return sum(axes.get_label() not in ("map", "no map") for axes in figure.axes)

    other = attention(["the", "cat"], ["le"], [[0.5], [0.4]])
    assert bars(paper.figure([Panel(cat(), "a"), Panel(other, "b"), Panel(None, "none")], caption=None)) == 1
    stretched = [Panel(cat(), "a", stretch=True), Panel(other, "b", stretch=True)]
    figure = paper.figure(stretched, caption=None)
    assert bars(figure) == 2
    said = [text.get_text() for text in figure.texts]
    assert "weight (stretched to this map's largest, 0.83)" in said
    assert "weight (stretched to this map's largest, 0.50)" in said


def test_panels_stand_side_by_side_while_they_fit():
    def corners(figure):
        return [places[0, 0] for places in paper.cell_pixels(figure)]

    left, right = corners(paper.figure([Panel(cat(), "a"), Panel(cat(), "b")], caption=None))
    assert left[1] == right[1]
    assert left[0] < right[0]
    wide = attention(["a"], ["word"] * 100)
    upper, lower = corners(paper.figure([Panel(wide, "a"), Panel(wide, "b")], caption=None))
    assert upper[0] == lower[0]
    assert upper[1] < lower[1]


def panels_of(*shapes, **changes):
    return [Panel(random_map(*shape, seed=i), f"variant {i}", **changes) for i, shape in enumerate(shapes)]


def size(figure):
    """Width and height in inches."""
    return tuple(float(side) for side in figure.get_size_inches())


def rows_of(figure):
    """How many panels each row holds, by where their cells begin, from the top down."""
    cells = [axes.get_position() for axes in figure.axes if axes.get_label() in ("map", "no map")]
    heights = [round((1 - box.y1) * size(figure)[1] * 300) for box in cells]
    assert heights == sorted(heights)
    return [heights.count(y) for y in sorted(set(heights))]


def bars_of(figure):
    return [axes for axes in figure.axes if axes.get_label() not in ("map", "no map")]


def assert_every_cell_has_its_colour(figure, panels):
    image = pixels(figure)
    for panel, places in zip(panels, paper.cell_pixels(figure), strict=True):
        assert places.shape == (*panel.map.weights.shape, 2)
        colour_of = colour_bar.COLOURS[False]
        expected = colour_of(panel.map.weights / (panel.map.weights.max() if panel.stretch else 1), bytes=True)[..., :3]
        np.testing.assert_allclose(image[places[..., 1], places[..., 0]], expected, atol=2)


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_up_to_four_sentences_fit_their_paper_with_labels_that_can_be_read(name, count):
    """On a slide and in a column, several maps take a sheet of the same shape, which is made smaller."""
    on = PAPERS[name]
    figure = paper.figure(panels_of(*[(13, 13)] * count), caption="A caption. " * 30 if on.caption else None, paper=on)
    width, height = size(figure)
    larger = max(width / on.width, height / on.height, 1)
    assert larger == 1 or (not on.caption and count > 1 and larger <= 1.7)
    labels = [label for axes in figure.axes for label in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    assert min(label.get_size() for label in labels) >= 6.4


@pytest.mark.parametrize("stretch", [False, True])
def test_three_sentences_stand_in_two_rows_on_a_page(stretch):
    panels = panels_of((13, 13), (14, 13), (12, 13), stretch=stretch)
    figure = paper.figure(panels, caption="A caption. " * 30)
    assert rows_of(figure) == [2, 1]
    for places in paper.cell_pixels(figure):
        across, down = places[0, 1:, 0] - places[0, :-1, 0], places[1:, 0, 1] - places[:-1, 0, 1]
        assert abs(across.mean() - down.mean()) < 0.2, "cells are square"
    assert_every_cell_has_its_colour(figure, panels)


def test_a_scale_that_maps_share_stands_below_all_of_them():
    figure = paper.figure(panels_of((13, 13), (14, 13), (12, 13)), caption=None)
    assert rows_of(figure) == [2, 1]
    (bar,) = bars_of(figure)
    drawn = [axes.get_position() for axes in figure.axes if axes.get_label() == "map"]
    assert bar.get_position().y1 < min(box.y0 for box in drawn)


@pytest.mark.parametrize("shapes", [[(4, 5)], [(13, 13)], [(6, 9)] * 2, [(13, 13)] * 3])
def test_maps_fill_the_column_of_a_paper(shapes):
    figure = paper.figure(panels_of(*shapes), caption="Output: “x”.", paper=PAPERS["column"])
    boxes = [axes.get_position() for axes in figure.axes if axes.get_label() == "map"]
    assert min(box.x1 for box in boxes) > 0.8, "less than a fifth of the picture is empty beside them"


def test_rows_that_do_not_sum_to_one_are_told():
    weights = np.array([[0.5, 0.32], [0.2, 0.7]], np.float32)
    short = AttentionMap(ATTENTION, Words.whole(["a", "b"]), Words.whole(["c", "d"]), weights, np.zeros(2, np.float32))
    assert maps.sums_told(short, "x") == "The rows of the map of “x” sum to 0.82 to 0.90, not to 1."
    assert maps.sums_told(replace(short, rest=1 - weights.sum(axis=1)), "x") == "", "the rest counts"
    assert maps.sums_told(
        replace(short, weights=weights[:1], queries=Words.whole(["a"]), rest=short.rest[:1]), "x"
    ) == ("The rows of the map of “x” sum to 0.82, not to 1.")
    assert "The rows of the map of “additive” sum to 0.82 to 0.90, not to 1." in legend.of_maps(
        [reading(maps=[short])], Drawing()
    )
    one = reading("local", maps=[short])
    told = sums.told(one, short).replace("\\", "")
    assert told.startswith("The rows of the map of “local” sum to 0.82 to 0.90, not to 1. Its window takes weight from")
    assert sums.told(one, None) == ""


@pytest.mark.parametrize("stretch", [False, True])
def test_four_wide_panels_stand_two_by_two(stretch):
    panels = panels_of((9, 20), (12, 20), (20, 20), (10, 20), stretch=stretch)
    figure = paper.figure(panels, caption="A caption.")
    assert rows_of(figure) == [2, 2]
    a, b, c, d = (places[0, :, 0] for places in paper.cell_pixels(figure))
    assert a.max() < b.min()
    assert c.max() < d.min()
    assert size(figure)[0] <= 7.5
    assert_every_cell_has_its_colour(figure, panels)


@pytest.mark.parametrize(
    ("shapes", "rows"),
    [
        ([(13, 13)] * 5, [2, 2, 1]),
        ([(13, 13)] * 7, [2, 2, 2, 1]),
        ([(4, 4)] * 4, [2, 2]),
        ([(6, 60)] * 3, [1, 1, 1]),
        ([(6, 100), *[(6, 6)] * 3], [1, 3]),
        ([*[(6, 6)] * 2, (6, 100), *[(6, 6)] * 2], [2, 1, 2]),
    ],
)
def test_rows_are_few_and_even_and_hold_a_single_panel_only_where_none_fits_beside_it(shapes, rows):
    panels = panels_of(*shapes)
    figure = paper.figure(panels, caption=None)
    assert rows_of(figure) == rows
    assert_every_cell_has_its_colour(figure, panels)


def test_rows_above_the_last_one_have_no_room_for_a_colour_bar_that_is_not_drawn():
    figure = paper.figure(panels_of(*[(13, 13)] * 4), caption=None)
    assert len(bars_of(figure)) == 1 and rows_of(figure) == [2, 2]
    first, *_, last = paper.cell_pixels(figure)
    cell = (last[-1, 0, 1] - last[0, 0, 1]) / 12
    head = first[0, 0, 1] - cell / 2 - 0.12 * 300  # of a row: its title and the labels of columns
    assert last[0, 0, 1] - first[-1, 0, 1] - cell == pytest.approx(0.35 * 300 + head, abs=4), "the gap between rows"


def test_cells_among_several_are_never_below_the_least_while_the_figure_can_be_opened():
    places = paper.cell_pixels(paper.figure(panels_of(*[(40, 40)] * 3), caption=None))
    assert [round((p[-1, 0, 1] - p[0, 0, 1]) / 39) for p in places] == [36] * 3


@pytest.mark.parametrize(
    ("shapes", "rows", "cell"),
    [([(13, 13)], [1], 96), ([(13, 13)] * 2, [2], 57), ([(20, 20)] * 2, [1, 1], 55.5), ([(30, 100)] * 2, [1, 1], 36)],
)
def test_maps_are_as_large_as_the_page_allows(shapes, rows, cell):
    figure = paper.figure(panels_of(*shapes), caption=None)
    assert rows_of(figure) == rows
    for places in paper.cell_pixels(figure):
        assert (places[-1, 0, 1] - places[0, 0, 1]) / (len(places) - 1) == pytest.approx(cell, abs=1)


def test_a_variant_without_a_map_takes_a_line_and_no_place_among_the_maps():
    maps_of = panels_of(*[(13, 13)] * 2)
    without = paper.figure([maps_of[0], Panel(None, "none", note="yes 0.6"), maps_of[1]], caption="A caption.")
    alone = paper.figure(maps_of, caption="A caption.")
    assert rows_of(without) == [2]
    assert [len(places) for places in paper.cell_pixels(without)] == [13, 13]
    assert 0 < size(without)[1] - size(alone)[1] < 0.2, "a line more"
    assert "none (yes 0.6). There is no map." in [text.get_text() for text in without.texts]


def test_words_stay_text_and_formula_signs_literal_in_svg():
    odd = attention(["<s>", "$x^2$", "œuvre"], ["a_b", "\\frac{", "dort", "dort", "\x00"])
    svg = ink.save(paper.figure([Panel(odd, "$t$")], caption="It costs $5 or $6."), "svg").decode()
    for text in ("&lt;s&gt;", "$x^2$", "œuvre", "a_b", "\\frac{", "$t$", "It costs $5 or $6."):
        assert f">{text}</text>" in svg
    assert svg.count(">dort</text>") == 2
    assert "\x00" not in svg


@pytest.fixture
def rare_font(tmp_path):
    """An installed font that has a box for the sign 猫, as wide as it is high."""
    pen = TTGlyphPen(None)
    for x, y in ((0, 0), (0, 1000), (1000, 1000), (1000, 0)):
        (pen.lineTo if x or y else pen.moveTo)((x, y))
    pen.closePath()
    box = pen.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "cat"])
    font.setupCharacterMap({ord("猫"): "cat"})
    font.setupGlyf({".notdef": box, "cat": box})
    font.setupHorizontalMetrics({".notdef": (1000, 0), "cat": (1000, 0)})
    font.setupHorizontalHeader(ascent=1000, descent=0)
    font.setupNameTable({"familyName": "Rare Signs", "styleName": "Regular", "psName": "RareSigns"})
    font.setupOS2()
    font.setupPost()
    font.save(tmp_path / "rare.ttf")
    before = list(font_manager.fontManager.ttflist)
    font_manager.fontManager.addfont(tmp_path / "rare.ttf")
    ink._elsewhere.cache_clear()
    yield
    font_manager.fontManager.ttflist = before
    ink._elsewhere.cache_clear()


@pytest.mark.usefixtures("rare_font")
def test_an_installed_font_writes_the_signs_that_the_usual_one_lacks():
    assert ink.fonts("un chat") == [ink.FONT]
    assert ink.fonts("un 猫") == [ink.FONT, "Rare Signs"]
    assert ink.missing("un 猫") == ""
    figure = paper.figure([Panel(attention(["猫"], ["un"]), "")], caption=None)
    assert b"RareSigns" in ink.save(figure, "pdf").replace(b" ", b"")
    size = 36.25  # points, in which nothing else is measured
    with ink.drawing():
        assert ink.measure("猫", size) == pytest.approx(size / 72, rel=0.05), "the box of this font, which is wide"
    said = export.save([reading(maps=[attention(["猫"], ["un"])])], "svg").decode()
    assert "Rare Signs" in said
    assert "No font" not in legend.with_missing("a caption", [written("猫")])


def written(label):
    return replace(reading(), output=Pieces(label, (label,), ((label,),)))


def test_signs_that_no_font_has_are_named_in_pictures_and_stay_signs_in_svg():
    sign = "\U000f1234"  # of the area for private use
    assert ink.missing(f"un {sign} chat {sign}") == sign
    assert legend.with_missing("A caption.", [written("chat")]) == "A caption."
    said = legend.with_missing("A caption.", [written(sign)])
    assert said == (
        "A caption.\nNo font on this computer has these signs, which are missing from the picture: U+F1234."
    )
    many = "".join(chr(0xF0000 + i) for i in range(20))
    assert legend.with_missing("", [written(many)]).endswith("U+F000B and 8 more.")
    svg = export.save([written(sign)], "svg").decode()
    assert "No font" not in svg and sign in svg


@pytest.mark.parametrize("format", ["png", "svg", "pdf"])
def test_signs_that_the_font_lacks_do_no_harm(format):
    figure = paper.figure([Panel(attention(["猫が"], ["眠る"]), "猫")], caption="猫")
    assert ink.save(figure, format)


def test_a_variant_without_a_map_says_so():
    figure = paper.figure([Panel(None, "none"), Panel(None, "none, output given")], caption=None)
    said = " ".join(" ".join(text.get_text().split()) for text in figure.texts)
    assert "none" in said and said.count("This variant has no attention: there is no map") == 2
    assert [places.shape for places in paper.cell_pixels(figure)] == [(0, 0, 2)] * 2


@pytest.mark.parametrize("format", ["png", "svg", "pdf"])
def test_the_same_figure_is_the_same_file(format):
    def once(_=None):
        return ink.save(paper.figure([Panel(cat(rest=[0.1, 0, 0]), "a")], caption="c"), format)

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(once, range(4))) == {once()}


def test_a_difference_is_drawn_on_both_sides_of_zero():
    signed = attention(["a"], ["b", "c", "d"], [[-1, 0, 1]])
    figure = paper.figure([Panel(signed, "difference", difference=True)], caption=None)
    (places,) = paper.cell_pixels(figure)
    cells = pixels(figure)[places[0, :, 1], places[0, :, 0]]
    stops = [[int(colours.LIGHT.differences[i][j : j + 2], 16) for j in (1, 3, 5)] for i in (0, 8, 16)]
    np.testing.assert_allclose(cells, stops, atol=1)


def random_map(rows, columns, **changes):
    return attention([f"out{i}" for i in range(rows)], [f"in{i}" for i in range(columns)], **changes)


def test_a_huge_figure_stays_one_that_can_be_opened_and_its_cells_keep_their_colours():
    panels = [Panel(random_map(800, 400, seed=i), f"variant {i}") for i in range(4)]
    figure = paper.figure(panels, caption="A caption.")
    picture = Image.open(io.BytesIO(ink.save(figure, "png")))
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert picture.width * picture.height <= 40_000_000
    assert max(picture.size) <= 30_000
    image = np.asarray(picture.convert("L"))
    for panel, places in zip(panels, paper.cell_pixels(figure), strict=True):
        weights = words.pool(panel.map)[0].weights
        assert places.shape == (*weights.shape, 2)
        cells = image[places[..., 1], places[..., 0]].astype(int)
        assert (np.diff(cells.ravel()[np.argsort(weights, axis=None)]) <= 0).all()


@pytest.mark.parametrize("format", ["svg", "pdf"])
def test_a_huge_figure_is_a_file_of_ordinary_size_in_every_format(format):
    figure = paper.figure([Panel(random_map(200, 200, rest=np.full(200, 0.2)), "")], caption=None)
    assert len(ink.save(figure, format)) < 4_000_000


def test_labels_too_small_to_be_read_are_left_out_and_that_is_said():
    figure = paper.figure([Panel(random_map(300, 280, rest=np.full(300, 0.2)), "additive")], caption=None)
    axes = figure.axes[0]
    across, down = axes.get_xticklabels(), axes.get_yticklabels()
    assert {label.get_size() >= 4 for label in (*across, *down)} == {True}
    assert [label.get_text() for label in down][:3] == ["out0", "out2", "out4"]
    assert [label.get_text() for label in across][:2] == ["in0", "in2"]
    assert across[-1].get_text() == "∅"
    assert "one in 2 rows and columns is labelled" in [text.get_text() for text in figure.texts]


def test_rows_are_averaged_where_nothing_else_makes_the_figure_small_enough():
    long = random_map(50_000, 3)
    figure = paper.figure([Panel(long, "additive")], caption=None)
    assert max(figure.get_size_inches()) * 300 <= 30_000
    (places,) = paper.cell_pixels(figure)
    together = round(50_000 / len(places))
    assert any(f"each row averages {together} neighbouring words" in text.get_text() for text in figure.texts)
    (cells,) = (image.get_array() for image in figure.axes[0].images)
    np.testing.assert_allclose(cells[0], long.weights[:together].mean(axis=0), rtol=1e-5)


def test_a_figure_of_usual_size_labels_every_row_and_column():
    axes = paper.figure([Panel(random_map(90, 70), "")], caption=None).axes[0]
    assert (len(axes.get_xticks()), len(axes.get_yticks())) == (70, 90)
    assert axes.get_position().width * axes.figure.get_size_inches()[0] == pytest.approx(70 * 0.12)


# Titles


def best(count):
    """So many n best outputs."""
    return (Hypothesis(reading().output, -1.0, ()),) * count


@pytest.mark.parametrize(
    ("done", "title"),
    [
        (Given(), "additive"),
        (Given(left_out=("not",)), "additive, without “not”"),
        (Given(left_out=tuple("abcd")), "additive, without “a”, “b”, “c”, “d”"),
        (Given(left_out=tuple("abcde")), "additive, without “a”, “b”, “c”, “d” …"),
        (Given(forced=""), "additive, output given"),
        (Given(focus="window", focus_name="near the last moment only"), "additive, near the last moment only"),
        (
            Given(focus="window,sharp"),
            "additive, focus window and sharp",
        ),  # a file that does not tell what it is called
        (Given(rank=2), "additive, output 2 of 5"),
        (Given(edits=(ATTENTION,)), "additive, weights given"),
        (Given(name="cat.jpg"), "additive"),
        (
            Given(forced="x", rank=3, left_out=("a", "b"), edits=(SUBWORDS,)),
            "additive, without “a”, “b”, output given, output 3 of 5, weights given",
        ),
    ],
)
def test_a_title_says_what_was_done_to_a_reading(done, title):
    assert titles.title(replace(reading(done=done), hypotheses=best(5))) == title


def test_a_title_of_a_file_from_elsewhere_names_words_in_one_short_line():
    assert titles.title(reading(done=Given(left_out=("a\nb", "x" * 999)))) == f"additive, without “a b”, “{'x' * 19}…”"


def test_a_difference_of_maps_over_a_sound_says_that_it_was_listened_to():
    heard = maps.scale_of(over_a_sound().maps[0], stretch=False, difference=True)
    assert heard.label.endswith("blue, the first listened more; orange, the second")


def test_only_a_reading_that_classifies_has_a_line_of_probabilities():
    labels = Pieces("yes", ("no", "yes"), (("no",), ("yes",)), (float(np.log(0.25)), float(np.log(0.75))))
    assert titles.subtitle(replace(reading(), output=labels)) == "no 0.25, yes 0.75"
    assert titles.subtitle(reading()) == ""


# Captions


def test_a_caption_says_what_made_the_figure():
    both = [cat(), attention(["the"], ["le"], name=SUBWORDS)]
    readings = [reading(maps=both, length_penalty=0.6, device="cpu", beam=5), reading("none", beam=3)]
    said = legend.of_maps(readings, Drawing())
    for part in ("translation", "Weights are drawn from 0 to 1",
                 "Columns of a word's subwords are summed, and its rows are averaged"):  # fmt: skip
        assert part in said
    assert "given" not in said and "cpu" not in said
    told, fine = said.split("\n")
    assert "0123456789ab" not in told, "what no reader looks for first is in the fine print"
    assert fine == (
        "additive attention, model 0123456789ab, attnviz 1, length penalty 0.6, beam 5; "
        "none, model 0123456789ab, attnviz 1, beam 3."
    )
    same = legend.of_maps([reading(maps=both, beam=5), reading("general", maps=both, beam=5)], Drawing())
    assert same.endswith("\nadditive attention, model 0123456789ab; general attention, model 0123456789ab; attnviz 1, "
                         "beam 5.")  # fmt: skip


def test_a_caption_is_cut_after_a_whole_word():
    said = legend.of_maps([reading(notes=["incomprehensible " * 50])], Drawing())
    assert all(word in ("incomprehensible", "…") for word in said.split("“.")[-1].split() if word.startswith("incom"))
    assert "incomprehensible …" in said


def test_fine_print_is_smaller_than_the_caption():
    figure = paper.figure([Panel(cat(), "")], caption="What is shown.\nWhat made it.")
    sizes = {text.get_text(): text.get_size() for text in figure.texts}
    assert sizes["What made it."] < sizes["What is shown."] <= 8


def test_a_caption_says_stretch_subwords_force_and_difference():
    both = [cat(), attention(["the"], ["le"], name=SUBWORDS)]
    forced = [reading(maps=both, done=Given(forced="le chat")), reading("general", maps=both)]
    said = legend.of_maps(forced, Drawing(SUBWORDS, stretch=True))
    assert "stretched" in said
    assert "summed" not in said
    assert "Where it says “output given”, the model was given the output and did not choose it" in said
    assert maps.REST_LABEL not in said
    resting = legend.of_maps([reading(maps=[cat(rest=[0, 0, 0.4])])], Drawing())
    assert "∅ is no input word (end mark)" in resting
    difference = legend.of_maps(forced, Drawing(difference=True))
    assert "“additive” minus “general”" in difference
    largest = maps.largest_difference(maps.difference(forced, ATTENTION))
    assert f"The largest difference is {largest:.2f}." in difference


def test_a_caption_says_which_outputs_a_person_gave():
    given = replace(
        reading(maps=[cat()], done=Given(forced="the dog")),
        output=Pieces("the dog", ("the", "dog"), (("the",), ("dog",))),
    )
    own = replace(reading("general", maps=[cat()]), output=Pieces("the cat", ("the", "cat"), (("the",), ("cat",))))
    said = legend.of_maps([own, given], Drawing())
    assert "Output: general: “the cat”; additive, output given: “the dog”. Where it says “output given”, " in said
    alone = legend.of_maps([given], Drawing())
    assert "Output: “the dog”. The output was given, not chosen by the model." in alone
    edited = legend.of_maps([replace(own, given=Given(edits=(ATTENTION,)))], Drawing())
    assert "Of “general” the weights were given, not chosen by the model." in edited


def test_a_caption_says_of_each_output_of_a_variant_what_was_copied():
    ways = AttentionMap(COPY, Words.whole(("le", "chat")), WAYS, np.float32([[0.1, 0.9], [0.8, 0.2]]), np.zeros(2))
    own, given = (reading("pointer", maps=[cat(), ways], done=Given(forced=forced)) for forced in (None, "le chat"))
    said = legend.of_maps([own, given], Drawing())
    assert "pointer: Copied from the text: “le”." in said
    assert "pointer, output given: Of these words, the model would copy “le” from the text." in said


def test_a_caption_says_once_what_the_readers_told():
    cut = "This text has 250 words; only the first 200 were read."
    unread = "The model does not know these characters, and they were not read: 猫"
    french = "This text looks like Spanish. It was translated all the same, by a model that knows only French."
    notes = [cut, unread, french]
    readings = [reading(maps=[cat()], notes=notes), reading("general", maps=[cat()], notes=notes)]
    said = legend.of_maps(readings, Drawing())
    assert said.count(cut) == said.count(f"{unread}.") == 1
    assert f"{cut} {unread}. {french} Rows" in said


def test_a_caption_of_a_file_from_elsewhere_has_an_end():
    odd = reading("x" * 10_000, [cat()], notes=["only the first " * 9_000, *(f"{i} not read" for i in range(999))])
    strange = reading(maps=[cat()], setting="y" * 100_000)
    said = legend.of_maps([odd, strange], Drawing())
    assert len(said) < 6_000
    assert paper.figure([Panel(cat(), odd.variant, note="z " * 9_000)], caption=said).get_size_inches()[0] < 20


def test_a_caption_without_a_map_speaks_of_no_rows():
    said = legend.of_maps([reading("none")], Drawing())
    assert "Rows" not in said and "Weights" not in said


def test_a_caption_speaks_of_the_rest_of_the_map_that_is_drawn():
    resting = replace(cat(rest=[0, 0, 0.4]), name=SUBWORDS)
    both = [cat(), resting]
    assert maps.REST_LABEL not in legend.of_maps([reading(maps=both)], Drawing())
    assert maps.REST_LABEL in legend.of_maps([reading(maps=both)], Drawing(SUBWORDS))
    same = [reading(maps=[cat(rest=[0, 0, 0.4])]), reading("general", maps=[cat(rest=[0, 0, 0.4])])]
    assert maps.REST_LABEL not in legend.of_maps(same, Drawing(difference=True))


def test_the_general_parts_import_neither_torch_nor_streamlit_nor_pyplot():
    code = (
        "import sys, attnviz.figures.screen, attnviz.figures.paper, attnviz.figures.legend;"
        "print([m for m in ('torch', 'streamlit', 'matplotlib.pyplot') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
