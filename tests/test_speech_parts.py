"""A long recording in parts: where it is cut, that nothing is lost, and that each part is read by itself."""

import io

import hypothesis.strategies as st
import numpy as np
import pytest
import soundfile
from hypothesis import given

from attnviz.axes import Frames
from attnviz.errors import InputError
from attnviz.media import SOUND_RATE, Sound
from attnviz.tasks.speech.model import KEY
from attnviz.tasks.speech.parts import LONGEST, MOST_SECONDS, SHORTEST, WHOLE, cut, open_parts
from tests.small_speech import file_of
from tests.test_speech_reader import small_reader

UNIT = round(KEY * SOUND_RATE)


def loud(seconds: float, pauses: tuple[tuple[float, float], ...] = ()) -> np.ndarray:
    """Noise of so many seconds, float32, with pauses of almost nothing from one second to another."""
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, round(seconds * SOUND_RATE)).astype(np.float32)
    for start, end in pauses:
        samples[round(start * SOUND_RATE) : round(end * SOUND_RATE)] *= 0.002
    return samples


def whole(samples: np.ndarray) -> np.ndarray:
    return np.round(samples * 32767).astype(np.int16)


def test_a_recording_is_cut_in_its_pauses() -> None:
    parts = cut(whole(loud(50, ((4.0, 4.6), (14.0, 14.5), (31.2, 31.6), (47.0, 48.0)))))
    starts = [start for _, start in parts]
    assert len(starts) == 3
    assert 14.0 <= starts[1] <= 14.5 and 31.2 <= starts[2] <= 31.6, "the pauses at 4 and 47 s would leave too little"


@given(st.floats(0.2, 100), st.integers(0, 10))
def test_parts_are_neither_too_long_nor_too_short_and_nothing_is_lost(seconds: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    steps = np.repeat(chance.uniform(0, 9_000, int(seconds * 10) + 1), SOUND_RATE // 10)
    samples = (steps * chance.choice([-1, 1], len(steps))).astype(np.int16)
    parts = cut(samples)
    np.testing.assert_array_equal(np.concatenate([part for part, _ in parts]), samples)
    if len(samples) <= WHOLE * SOUND_RATE:
        assert len(parts) == 1
        return
    place = 0
    for part, start in parts:
        assert start == pytest.approx(place / SOUND_RATE, abs=1e-6) and place % UNIT == 0
        assert SHORTEST - KEY <= len(part) / SOUND_RATE <= LONGEST
        place += len(part)


def test_the_cut_is_at_the_quietest_place_by_a_plain_loop() -> None:
    samples = whole(loud(26, ((7.0, 7.3), (12.0, 12.3)))).astype(np.int64)
    quietest = min(
        range(round(SHORTEST / KEY), round(LONGEST / KEY) + 1),
        key=lambda j: sum(int(x) ** 2 for x in samples[(j - 3) * UNIT : (j + 3) * UNIT]),
    )
    (_, _), (_, start) = cut(samples.astype(np.int16))
    assert start == pytest.approx(quietest * KEY)


def test_each_part_is_a_reading_of_its_own_on_one_time_axis() -> None:
    recording = open_parts(file_of(loud(30, ((12.0, 12.5),))))
    assert len(recording.parts) == 2 and all(part.recorded == 30 for part in recording.parts)
    reader = small_reader("hybrid")
    starts = []
    for part in recording.parts:
        reading = reader.read(part, target="AA S")
        (heard,), keys = reading.source, reading.maps[0].keys
        assert isinstance(heard, Sound) and isinstance(keys, Frames) and heard == part
        starts += [heard.start + keys.start + j * keys.step for j in range(len(keys))]
    np.testing.assert_allclose(starts, np.arange(750) * KEY, atol=1e-9)


def test_a_short_recording_is_one_part_that_begins_at_its_beginning() -> None:
    content = file_of(loud(WHOLE))
    (part,) = open_parts(content).parts
    assert part.start == 0 and part.recorded == WHOLE
    reader = small_reader("hybrid")
    assert reader.read(part, target="AA").maps == reader.read(content, target="AA").maps


def test_a_silent_part_is_left_out_and_said() -> None:
    samples = np.concatenate([loud(20), np.zeros(25 * SOUND_RATE, dtype=np.float32), loud(8)])
    recording = open_parts(file_of(samples))
    assert len(recording.parts) > 1 and sum(part.seconds for part in recording.parts) < 53 - 4
    assert all(part.recorded == 53 for part in recording.parts), "silence is a part of the recording"
    assert all("silent" in note for note in recording.notes) and recording.notes
    with pytest.raises(InputError, match="silent"):
        open_parts(file_of(np.zeros(30 * SOUND_RATE, dtype=np.float32)))


def test_ten_minutes_are_read_and_more_are_not() -> None:
    content, minute = io.BytesIO(), loud(60).reshape(60, -1)
    with soundfile.SoundFile(content, "w", SOUND_RATE, 1, format="OGG") as file:
        for second in np.tile(minute, (10, 1)):
            file.write(second)
    recording = open_parts(content.getvalue())
    assert all(part.recorded == MOST_SECONDS for part in recording.parts)
    assert 30 <= len(recording.parts) <= 120
    assert all(part.seconds <= LONGEST for part in recording.parts)
    with pytest.raises(InputError, match="longer than 10 minutes"):
        open_parts(file_of(np.tile(loud(61), 10)))
