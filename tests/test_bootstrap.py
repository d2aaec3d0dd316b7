"""The paired bootstrap: who is always better, ties, and a plain loop."""

import numpy as np
import pytest

from attnviz.analysis.bootstrap import share_of_wins


def test_who_is_better_on_every_input_always_wins() -> None:
    values = np.array([[2.0, 3.0, 4.0], [1.0, 2.0, 3.0]])
    assert share_of_wins(lambda side, rows: values[side][rows].mean(), 3) == 1.0
    assert share_of_wins(lambda side, rows: -values[side][rows].mean(), 3) == 0.0
    assert share_of_wins(lambda side, rows: 1.0, 3) == 0.5


def test_wins_by_chance_are_those_of_all_drawings() -> None:
    """Variant 0 is better on the first of two inputs, and worse on the second one by as much: of the four drawings it
    wins one and loses one."""
    values = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert share_of_wins(lambda side, rows: values[side][rows].mean(), 2, samples=4_000) == pytest.approx(0.5, abs=0.02)
    values = np.array([[1.0, 0.0], [0.0, 0.1]])
    assert share_of_wins(lambda side, rows: values[side][rows].mean(), 2, 4_000) == pytest.approx(0.75, abs=0.02)
