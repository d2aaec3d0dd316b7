"""Log-mel features: what a frame stands for, what a filter hears, and what makes no difference."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attnviz.tasks.speech import features
from attnviz.tasks.speech.features import FRAME, HOP, MELS, RATE, SIZE, changes, filters, log_mel
from tests.small_speech import sound


@given(st.integers(1, 5000))
def test_a_sound_has_a_frame_for_each_10_ms_that_it_begins(samples: int) -> None:
    heard = log_mel(np.random.default_rng(samples).normal(size=samples).astype(np.float32))
    assert heard.shape == (-(-samples // HOP), SIZE) == (features.frames(samples), SIZE)
    assert np.isfinite(heard).all()


@pytest.mark.parametrize("frame", [0, 7, 30, 49])
def test_a_click_is_loudest_in_the_frame_whose_time_it_falls_into(frame: int) -> None:
    samples = np.zeros(50 * HOP, dtype=np.float32)
    samples[frame * HOP + HOP // 2] = 1
    assert log_mel(samples)[:, MELS].argmax() == frame


@pytest.mark.parametrize("band", range(0, MELS, 3))
def test_a_tone_is_heard_by_the_filter_of_its_pitch(band: int) -> None:
    mels = np.linspace(2595 * np.log10(1 + 20 / 700), 2595 * np.log10(1 + 8000 / 700), MELS + 2)
    pitch = 700 * (10 ** (mels[band + 1] / 2595) - 1)
    time = np.arange(RATE) / RATE
    # a tone that swells, beside a hiss: each feature is normalised over time, so the tone's own moves most
    chance = np.random.default_rng(0)
    samples = np.where(time > 0.5, np.sin(2 * np.pi * pitch * time), 0) + chance.normal(0, 0.01, RATE)
    energies = (np.abs(np.fft.rfft(samples[RATE // 2 :][:512] * np.hanning(512))) ** 2) @ filters().numpy().T
    assert abs(int(energies.argmax()) - band) <= (band < 6)  # low filters are narrower than a bin of the transform
    heard = log_mel(samples.astype(np.float32))
    assert heard[60:90, band].mean() > heard[10:40, band].mean() + 1


def test_the_filters_cover_all_pitches_between_their_ends() -> None:
    covered = filters().sum(dim=0)
    assert filters().shape == (MELS, 257)
    assert (filters() >= 0).all() and (filters().amax(dim=1) > 0).all()
    middle = covered[20:240]
    torch.testing.assert_close(middle, torch.ones_like(middle), atol=1e-4, rtol=0)


@given(st.floats(1e-4, 1e3))
def test_loudness_makes_no_difference(gain: float) -> None:
    samples = sound(["AA", "S", "SIL"])
    np.testing.assert_allclose(log_mel(samples * np.float32(gain)), log_mel(samples), atol=1e-2)


def test_each_feature_has_mean_0_and_deviation_1_over_a_sound() -> None:
    heard = log_mel(sound(["SIL", "AA", "S", "IY"]))
    np.testing.assert_allclose(heard.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(heard.std(axis=0), 1, atol=1e-3)


@pytest.mark.parametrize("samples", [np.zeros(3000), np.ones(1), np.full(3000, 0.5)])
def test_silence_and_a_constant_are_heard_as_finite_numbers(samples: np.ndarray) -> None:
    heard = log_mel(samples.astype(np.float32))
    assert np.isfinite(heard).all()
    if not samples.any():
        np.testing.assert_allclose(heard, 0, atol=0.01)


def test_changes_are_those_of_the_formula() -> None:
    heard = torch.randn(2, 9, 3)
    found = changes(heard)
    for t in range(9):
        at = lambda n, t=t: heard[:, t + n] if 0 <= t + n < 9 else torch.zeros(2, 3)  # noqa: E731
        expected = sum(n * (at(n) - at(-n)) for n in (1, 2)) / (2 * (1 + 4))
        torch.testing.assert_close(found[:, t], expected)


def test_a_frame_is_10_ms() -> None:
    assert FRAME == 0.01


def test_how_long_somebody_waited_before_and_after_speaking_changes_nothing() -> None:
    chance = np.random.default_rng(0)
    wait = (1e-3 * chance.normal(size=5 * RATE)).astype(np.float32)
    said = chance.normal(size=RATE).astype(np.float32) * np.linspace(0.2, 1, RATE, dtype=np.float32)
    second = round(1 / FRAME)
    short = log_mel(np.concatenate([wait[-RATE:], said, wait[:RATE]]))
    long = log_mel(np.concatenate([wait, said, wait]))
    inside = slice(5, -5)  # the outermost frames differ: at the ends of a sound, windows are padded with 0
    np.testing.assert_allclose(long[4 * second : -4 * second][inside], short[inside], atol=0.02)
