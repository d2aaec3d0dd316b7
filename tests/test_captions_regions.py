"""Boxes, grids and the pointing game, against known answers, plain loops and what the corpus's README states."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnviz.errors import InputError
from attnviz.tasks.captions.regions import (
    Phrase,
    baselines,
    centres,
    figures_of,
    gaussian,
    holds,
    is_small,
    read_regions,
    region_scores,
    shares,
    specificity,
)

UPPER_LEFT = (0.0, 0.0, 0.5, 0.5)
side = st.floats(0, 1)


def maps_of(*cells: int, rows: int = 2, columns: int = 2) -> np.ndarray:
    """One map a word, with all weight on a cell."""
    return np.eye(rows * columns)[list(cells)].reshape(len(cells), rows, columns)


def figures(phrase: Phrase, maps: np.ndarray) -> dict[str, float]:
    """Its figures where its caption is the only one of its photo."""
    return figures_of(phrase, maps, maps.mean(axis=0))


def test_cells_go_row_by_row_from_the_upper_left() -> None:
    assert centres(2, 4)[[0, 1, 4, 7]].tolist() == [[0.125, 0.25], [0.375, 0.25], [0.125, 0.75], [0.875, 0.75]]
    assert holds([(0.0, 0.0, 0.3, 1.0)], centres(2, 4)).tolist() == [True, False, False, False] * 2


def test_several_boxes_cover_a_cell_once() -> None:
    assert shares([UPPER_LEFT, UPPER_LEFT], 2, 2) == pytest.approx([1, 0, 0, 0])
    assert shares([(0.25, 0, 0.75, 0.5), (0.5, 0, 1, 0.25)], 2, 2) == pytest.approx([0.5, 0.75, 0, 0])


@given(st.lists(st.tuples(side, side, side, side), min_size=1, max_size=3), st.integers(1, 5), st.integers(1, 5))
def test_shares_are_what_many_points_say(corners: list[tuple[float, ...]], rows: int, columns: int) -> None:
    boxes = [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners]
    found = shares(boxes, rows, columns)
    fine = 60  # points a side of a cell
    points = holds(boxes, centres(rows * fine, columns * fine)).reshape(rows, fine, columns, fine)
    assert found == pytest.approx(points.mean(axis=(1, 3)).ravel(), abs=12 / fine)  # six edges, a row of points each
    assert (found >= 0).all() and (found <= 1 + 1e-9).all()


def test_the_gaussian_looks_at_the_middle() -> None:
    weights = gaussian(7, 7)
    assert weights.sum() == pytest.approx(1) and weights.argmax() == 24
    assert weights.reshape(7, 7) == pytest.approx(weights.reshape(7, 7)[::-1, ::-1])
    assert weights[24] / weights[23] == pytest.approx(np.exp((1 / 7) ** 2 / (2 * 0.25**2)))


def test_a_phrase_is_hit_where_the_mean_of_its_words_is_strongest() -> None:
    phrase = Phrase(1, 4, "people", (UPPER_LEFT,))
    found = figures(phrase, maps_of(3, 0, 0, 2, 2))
    assert found["pointing"] == 1 and found["correctness"] == pytest.approx(2 / 3)
    assert found["pointing_previous"] == 1 and found["pointing_next"] == 0
    assert found["pointing_random"] == found["correctness_uniform"] == 0.25
    assert found["pointing_centre"] == 1  # on the edge


def test_a_tie_shares_the_hit() -> None:
    phrase = Phrase(0, 2, "people", (UPPER_LEFT,))
    assert figures(phrase, maps_of(0, 3))["pointing"] == 0.5
    assert figures(phrase, np.full((2, 2, 2), 0.2))["pointing"] == 0.25


def test_a_shift_by_one_word_shows() -> None:
    """The words look one place late: what "dog" should have is looked at by "runs"."""
    phrase = Phrase(1, 2, "animals", (UPPER_LEFT,))
    found = figures(phrase, maps_of(3, 3, 0))
    assert (found["pointing"], found["pointing_previous"], found["pointing_next"]) == (0, 0, 1)
    first, last = Phrase(0, 1, "people", (UPPER_LEFT,)), Phrase(2, 3, "people", (UPPER_LEFT,))
    assert "pointing_previous" not in figures(first, maps_of(0, 0, 0))
    assert "pointing_next" not in figures(last, maps_of(0, 0, 0))


def test_what_lies_on_the_sentinel_is_not_inside_the_boxes() -> None:
    """Rows that sum to less than 1 are taken as they stand."""
    phrase = Phrase(0, 1, "people", ((0.0, 0.0, 1.0, 1.0),))
    assert figures(phrase, 0.4 * maps_of(1))["correctness"] == pytest.approx(0.4)


def test_small_is_a_quarter_of_seven_times_seven_cells() -> None:
    """12 of 49 cells are less than a quarter, 13 are more."""
    twelve = (0.0, 0.0, 4 / 7, 3 / 7)
    assert is_small([twelve]) and not is_small([twelve, (0.9, 0.9, 1.0, 1.0)])
    assert is_small([(0.5, 0.5, 0.51, 0.51)])


def test_figures_are_means_over_phrases_in_all_small_and_by_type() -> None:
    small, large = Phrase(0, 1, "people", ((0.0, 0.0, 0.2, 0.2),)), Phrase(1, 2, "scene", ((0, 0, 1, 1),))
    maps = maps_of(0, 0, rows=7, columns=7)
    scores = region_scores([("photo", one, figures(one, maps)) for one in (small, large)])
    assert scores["n"] == 2 and scores["small"]["n"] == 1
    assert scores["pointing_random"] == pytest.approx((1 / 49 + 1) / 2, abs=1e-4)
    assert scores["by_type"]["people"]["pointing_random"] == pytest.approx(1 / 49, abs=1e-4)
    assert scores["by_type"]["scene"]["pointing"] == 1
    assert region_scores([]) == {"n": 0, "small": {"n": 0}, "by_type": {}}


def test_a_photos_mean_map_is_one_for_all_words() -> None:
    """Two of three words look at the upper left, so the mean map points there for the third one too."""
    phrase, maps = Phrase(2, 3, "people", ((0.5, 0.5, 1.0, 1.0),)), maps_of(0, 0, 3)
    found = figures(phrase, maps)
    assert (found["pointing"], found["pointing_mean"]) == (1, 0)
    assert figures(Phrase(0, 1, "people", (UPPER_LEFT,)), maps)["pointing_mean"] == 1


def test_specificity_is_what_the_own_map_has_more_than_the_mean_map_counted_by_phrases() -> None:
    """Photo "a" has two phrases, "b" one: every phrase counts once, and photos are drawn whole."""
    rows = [
        ("a", {"pointing": 1.0, "pointing_mean": 0.0}),
        ("a", {"pointing": 1.0, "pointing_mean": 1.0}),
        ("b", {"pointing": 0.0, "pointing_mean": 0.5}),
    ]
    found = specificity(rows)
    assert found["specificity"] == pytest.approx(2 / 3 - 1.5 / 3, abs=1e-4)
    # drawn twice "b" alone, the mean map wins; any other drawing has (2 + 0) / 3 against 1.5 / 3, or 1 against 0.5
    assert found["specificity_wins"] == pytest.approx(0.75, abs=0.05)
    same = [("a", {"pointing": 1.0, "pointing_mean": 1.0}), ("b", {"pointing": 0.0, "pointing_mean": 0.0})]
    assert specificity(same) == {"specificity": 0.0, "specificity_wins": 0.5}


def test_punctuation_is_no_word_and_the_phrases_move_along(tmp_path: Path) -> None:
    path = tmp_path / "regions.small.jsonl"
    phrases = [
        {"start": 4, "end": 6, "type": ["animals", "other"], "boxes": [[0, 0, 1, 1]]},
        {"start": 0, "end": 1, "type": ["people"], "boxes": []},
    ]
    tokens = ['"', "Look", ",", '"', "Black", "dogs", "!"]
    path.write_text(json.dumps({"image": "one", "tokens": tokens, "phrases": phrases}) + "\n")
    (found,) = read_regions(path)
    assert found.words == ("look", "black", "dogs")
    assert found.phrases == (Phrase(1, 3, "animals", ((0, 0, 1, 1),)),)


def phrase(**changes: Any) -> str:
    given = {"start": 0, "end": 1, "type": ["people"], "boxes": [[0, 0, 1, 1]], **changes}
    return json.dumps({"image": "one", "tokens": ["a"], "phrases": [given]})


@pytest.mark.parametrize(
    "line", ["not JSON", '{"image": "one"}', phrase(end=9), phrase(boxes=[[0, 0, 1]]), phrase(type=[])]
)
def test_a_file_of_another_form_is_refused_in_a_sentence(tmp_path: Path, line: str) -> None:
    path = tmp_path / "regions.small.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(InputError, match=r"regions\.small\.jsonl holds no regions"):
        list(read_regions(path))


def test_the_baselines_are_those_of_the_corpus(shared: Path) -> None:
    """The data's README: centre 54.8%, random 31.5% of the boxed phrases of test; small ones 30.9% and 10.1%."""
    regions = list(read_regions(shared / "data" / "captions" / "regions.test.jsonl.xz"))
    scores = region_scores([(one.image, phrase, baselines(phrase, 7, 7)) for one in regions for phrase in one.phrases])
    assert len(regions) == 5000 and scores["n"] == 13063 and scores["small"]["n"] == 6967
    assert [scores["pointing_centre"], scores["pointing_random"]] == pytest.approx([0.548, 0.315], abs=6e-4)
    small = scores["small"]
    assert [small["pointing_centre"], small["pointing_random"]] == pytest.approx([0.309, 0.101], abs=6e-4)
    assert scores["by_type"]["clothing"]["pointing_centre"] == pytest.approx(0.425, abs=6e-4)
