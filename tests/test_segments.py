"""When each sound was heard: known answers, and what holds of every map over time."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from attnviz.analysis.segments import Segment, borders, means, times_of, words
from tests.test_reading import over_a_sound

CENTRES = [0.02, 0.06, 0.1, 0.14]


def test_borders_lie_midway_between_centres() -> None:
    weights = [[1, 0, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0, 1]]
    np.testing.assert_allclose(borders(weights, CENTRES, 0.15), [0, 0.05, 0.11, 0.15])


def test_a_step_back_is_taken_to_stay_where_the_one_before_was() -> None:
    weights = [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]
    np.testing.assert_allclose(borders(weights, CENTRES, 0.16), [0, 0.06, 0.1, 0.16])


def test_weights_need_not_sum_to_one_and_a_row_without_any_stays() -> None:
    weights = [[0, 0.2, 0, 0], [0, 0, 0, 0], [0, 0, 0.1, 0.1]]
    np.testing.assert_allclose(borders(weights, CENTRES, 0.16), [0, 0.06, 0.09, 0.16])


def test_the_last_frame_may_end_after_the_sound() -> None:
    np.testing.assert_allclose(borders([[0, 0, 0, 1], [0, 0, 0, 1]], CENTRES, 0.13), [0, 0.13, 0.13])


def test_nothing_written_has_no_segments() -> None:
    assert borders(np.zeros((0, 4)), CENTRES, 0.16).tolist() == means(np.zeros((0, 4)), CENTRES, 0.16).tolist() == []


def test_a_centre_is_where_a_row_listens_and_not_the_middle_of_its_segment() -> None:
    weights = [[0, 0, 1, 0], [0, 0, 0.5, 0.5]]
    np.testing.assert_allclose(means(weights, CENTRES, 1.0), [0.1, 0.12])
    assert borders(weights, CENTRES, 1.0).tolist() == pytest.approx([0, 0.11, 1.0])


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 8), st.just(4)), elements=st.floats(0.01, 1) | st.just(0)))
def test_segments_tile_the_sound_in_order(weights: NDArray[np.float64]) -> None:
    found = borders(weights, CENTRES, 0.15)
    assert len(found) == len(weights) + 1
    assert (found[0], found[-1]) == (0, 0.15)
    assert (np.diff(found) >= 0).all()
    centres = weights @ np.array(CENTRES) / np.maximum(weights.sum(axis=1), 0.01)
    rising = np.maximum.accumulate(np.minimum(centres, 0.15))
    assert (found[:-1] <= rising + 1e-6).all() and (rising <= found[1:] + 1e-6).all()


def test_words_reach_from_their_first_sound_to_their_last() -> None:
    sounds = [Segment("HH", 0, 0.1), Segment("AY", 0.1, 0.3), Segment("DH", 0.3, 0.4)]
    assert words(sounds, (0, 0, 1), ("hi", "the")) == (Segment("hi", 0, 0.3), Segment("the", 0.3, 0.4))


def test_a_reading_tells_when_its_sounds_were_heard_and_without_a_map_nothing() -> None:
    reading = over_a_sound()
    times = times_of(reading)
    assert times is not None and times.words == () and times.seconds == pytest.approx(0.1)
    assert [segment.label for segment in times.sounds] == ["HH", "AY"]
    assert times.sounds[0].end == times.sounds[1].start == pytest.approx((0.024 + 0.08) / 2)
    assert times_of(replace(reading, maps=())) is None
