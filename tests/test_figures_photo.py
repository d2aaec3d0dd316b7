"""Weights over a photo: what the model looked at is lit, the rest is veiled."""

import numpy as np
import pytest

from attnviz.figures import photo
from attnviz.reading import AttentionMap, Grid, Words

GRID = Grid(2, 3, 60, 40)
WHITE = np.full((40, 60, 3), 255, dtype=np.uint8)


def attention(*rows: list[float]) -> AttentionMap:
    weights = np.array(rows, dtype=np.float32).reshape(-1, 6)
    return AttentionMap("attention", Words.whole(["w"] * len(weights)), GRID, weights, np.zeros(len(weights), "f4"))


def test_one_scale_for_all_words_or_with_stretch_each_its_own() -> None:
    found = attention([0.5, 0.5, 0, 0, 0, 0], [0.1, 0.2, 0.1, 0.2, 0.2, 0.2])
    assert photo.top(found, stretch=False).tolist() == pytest.approx([0.5, 0.5])
    assert photo.top(found, stretch=True).tolist() == pytest.approx([0.5, 0.2])
    assert photo.top(attention(), stretch=False).shape == (0,)


def test_the_veil_lifts_with_the_weight() -> None:
    weights = np.array([0, 0.25, 0.5, 1], dtype=np.float32)
    assert photo.veil(weights, 0.5, 0.8).tolist() == pytest.approx([0.8, 0.4, 0, 0])
    assert photo.veil(np.zeros(2, dtype=np.float32), 0, 0.8).tolist() == pytest.approx([0.8, 0.8])


def test_cell_by_cell_the_strongest_cell_is_as_it_was_and_the_others_are_dark() -> None:
    weights = np.array([0, 0, 0, 0, 1, 0], dtype=np.float32)  # row 2, column 2
    found = photo.veiled(WHITE, weights, GRID, top=1, strength=1, smooth=False)
    assert (found[20:, 20:40] == 255).all()
    others = np.ones((40, 60), dtype=bool)
    others[20:, 20:40] = False
    assert (found[others] == photo.VEIL).all()


def test_smooth_it_is_lightest_at_the_strongest_cell_and_has_no_edges() -> None:
    weights = np.array([0, 0, 0, 0, 1, 0], dtype=np.float32)
    found = photo.veiled(WHITE, weights, GRID, top=1, strength=0.8, smooth=True)[..., 0].astype(int)
    row, column = np.unravel_index(found.argmax(), found.shape)
    assert row >= 20 and 20 <= column < 40
    assert np.abs(np.diff(found, axis=1)).max() < 30 < np.ptp(found)
