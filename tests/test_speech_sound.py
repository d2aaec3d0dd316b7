"""Files that a person gives as recordings: what becomes of each kind, and one sentence for what is none."""

import io
import tracemalloc

import numpy as np
import pytest
import soundfile

from attnviz.axes import MOST_FRAMES
from attnviz.errors import InputError
from attnviz.media import LONGEST_SOUND
from attnviz.tasks.speech import sound as module
from attnviz.tasks.speech.model import KEY
from attnviz.tasks.speech.parts import MOST_SECONDS
from attnviz.tasks.speech.sound import MOST_AT_ONCE, decoded, open_sound
from tests.small_speech import file_of, sound

SPOKEN = sound("SIL AA M IY S SIL".split())
FILE = file_of(SPOKEN)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 8])
@pytest.mark.parametrize("format", ["WAV", "FLAC"])
def test_any_rate_and_number_of_channels_becomes_mono_at_16_khz(rate: int, channels: int, format: str) -> None:
    time = np.arange(rate // 2) / rate
    wave = 0.5 * np.sin(2 * np.pi * 440 * time)
    opened = open_sound(file_of(np.stack([wave] * channels, axis=1).astype(np.float32), format, rate))
    assert len(opened.samples) == opened.sound.samples == pytest.approx(8_000, abs=1)
    spectrum = np.abs(np.fft.rfft(opened.samples))
    assert spectrum.argmax() * 16_000 / len(opened.samples) == pytest.approx(440, abs=2)
    assert any(f"{channels} channels" in note for note in opened.notes) == (channels > 1)


@pytest.mark.parametrize("format", ["OGG", "MP3"])
def test_compressed_files_are_read(format: str) -> None:
    content = io.BytesIO()
    soundfile.write(content, SPOKEN, 16_000, format=format)
    opened = open_sound(content.getvalue())
    assert opened.sound.seconds == pytest.approx(len(SPOKEN) / 16_000, abs=0.1)


def test_values_that_are_no_numbers_are_taken_as_silence_and_loud_ones_are_made_softer() -> None:
    samples = 3 * np.sin(np.arange(8_000) / 9).astype(np.float32)
    samples[100:200] = np.nan
    content = io.BytesIO()
    soundfile.write(content, samples, 16_000, format="WAV", subtype="FLOAT")
    opened = open_sound(content.getvalue())
    assert any("no numbers" in note for note in opened.notes)
    assert np.isfinite(opened.samples).all() and 0.99 < np.abs(opened.samples).max() <= 1
    assert (opened.samples[100:200] == 0).all()


def floats(samples: np.ndarray) -> bytes:
    """A WAV of 32-bit floats, which may be louder than full scale."""
    content = io.BytesIO()
    soundfile.write(content, samples.astype(np.float32), 16_000, format="WAV", subtype="FLOAT")
    return content.getvalue()


@pytest.mark.parametrize(("times", "told"), [(3, "about 3 times softer"), (30_000, "about 30,000 times softer")])
def test_what_is_louder_than_full_scale_is_made_softer_and_said(times: int, told: str) -> None:
    quiet = SPOKEN / np.abs(SPOKEN).max()
    opened = open_sound(floats(quiet * times))
    assert [told in note for note in opened.notes] == [True]
    np.testing.assert_allclose(opened.samples, quiet, atol=0.01)


def test_a_click_does_not_make_the_rest_silent() -> None:
    clicked = SPOKEN.copy()
    clicked[500] = 1e6
    opened = open_sound(floats(clicked))
    assert opened.samples[500] > 0.99 and ["cut off" in note for note in opened.notes] == [True]
    clicked[500] = opened.samples[500]
    np.testing.assert_allclose(opened.samples, clicked, atol=1e-4)


def test_of_channels_that_cancel_each_other_the_loudest_is_read() -> None:
    quieter = np.stack([0.9 * SPOKEN, -SPOKEN], axis=1)
    opened = open_sound(file_of(quieter, "WAV"))
    np.testing.assert_allclose(opened.samples, -SPOKEN, atol=1e-4)
    assert ["only number 2" in note for note in opened.notes] == [True]
    alone = np.stack([SPOKEN, 0 * SPOKEN], axis=1)
    np.testing.assert_allclose(open_sound(file_of(alone, "WAV")).samples, SPOKEN / 2, atol=1e-4)


@pytest.mark.parametrize("format", ["AIFF", "AU", "CAF", "W64", "VOC"])
def test_kinds_that_are_not_offered_are_not_read(format: str) -> None:
    with pytest.raises(InputError, match=f"another kind .{format}.. Choose a recording as WAV, FLAC, OGG or MP3"):
        open_sound(file_of(SPOKEN, format))


def _lying(seconds: float) -> bytes:
    """A WAV whose head says that it is far shorter or longer than it is."""
    whole = bytearray(file_of(SPOKEN, "WAV"))
    place = whole.index(b"data") + 4
    whole[place : place + 4] = int(seconds * 32_000).to_bytes(4, "little")
    return bytes(whole)


@pytest.mark.parametrize("seconds", [0.2, 20_000])
def test_a_head_that_lies_about_the_length_does_no_harm(seconds: float) -> None:
    assert 0.1 <= open_sound(_lying(seconds)).sound.seconds <= len(SPOKEN) / 16_000 + 0.01


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"hello", "can't be opened"),
        (b"ID3" + bytes(300), "can't be opened|damaged|shorter"),
        (FILE[:60], "can't be opened|damaged|shorter"),
        (file_of(np.zeros(16_000, dtype=np.float32)), "silent"),
        (file_of(SPOKEN[:48]), "shorter"),
        (file_of(np.tile(SPOKEN, 100)), "longer than 60 seconds"),
        (file_of(np.zeros((1_000, 9), dtype=np.float32), "WAV"), "9 channels"),
        (file_of(SPOKEN, "WAV", 1_000), "1,000 Hz"),
    ],
    ids=["empty", "text", "MP3 of nothing", "cut", "silence", "3 ms", "long", "9 channels", "1 kHz"],
)
def test_what_is_no_recording_is_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as problem:
        open_sound(content)
    assert str(problem.value).endswith(".")


@pytest.mark.parametrize(("format", "minutes"), [("WAV", 60), ("FLAC", 60), ("OGG", 11), ("MP3", 11)])
def test_what_is_too_long_is_refused_before_it_is_decoded(
    format: str, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, rate = io.BytesIO(), 8_000 if format == "MP3" else 4_000
    with soundfile.SoundFile(content, "w", rate, 1, format=format) as file:
        for _ in range(60 * minutes):
            file.write(np.zeros(rate, dtype=np.int16))
    monkeypatch.setattr(module, "_seconds_of", lambda *_: pytest.fail("it was decoded"))
    for most, told in ((MOST_AT_ONCE, "60 seconds"), (MOST_SECONDS, "10 minutes")):
        with pytest.raises(InputError, match=told):
            decoded(content.getvalue(), most)


def test_a_head_that_hides_an_hour_is_found_out_while_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """The head of a FLAC file may leave its length out; no more than may be is decoded then."""
    content = io.BytesIO()
    soundfile.write(content, np.zeros(3_600 * 8_000, dtype=np.int16), 8_000, format="FLAC")
    hidden = bytearray(content.getvalue())
    hidden[21] &= 0xF0
    hidden[22:26] = bytes(4)
    tracemalloc.start()
    with pytest.raises(InputError, match="10 minutes"):
        decoded(bytes(hidden), MOST_SECONDS)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 60e6  # ten minutes at 16 kHz are 38 MB


def test_resampling_by_seconds_leaves_no_seams() -> None:
    import soxr

    time = np.arange(5 * 44_100) / 44_100
    wave = (0.5 * np.sin(2 * np.pi * (300 + 200 * time) * time)).astype(np.float32)
    content = io.BytesIO()
    soundfile.write(content, wave, 44_100, format="WAV", subtype="FLOAT")
    at_once = soxr.resample(wave, 44_100, 16_000)
    np.testing.assert_allclose(open_sound(content.getvalue()).samples, at_once, atol=2e-4)


def test_clipped_noise_and_music_are_recordings_like_others() -> None:
    chance = np.random.default_rng(0)
    noise = np.clip(chance.normal(0, 4, 32_000), -1, 1).astype(np.float32)
    time = np.arange(32_000) / 16_000
    music = 0.2 * np.sin(2 * np.pi * np.outer((261.6, 329.6, 392.0), time)).sum(axis=0).astype(np.float32)
    for samples in (noise, music):
        opened = open_sound(file_of(samples))
        np.testing.assert_allclose(opened.samples, samples, atol=1e-4)
        assert opened.notes == ()


def test_the_limits_are_those_of_a_reading() -> None:
    assert MOST_AT_ONCE <= LONGEST_SOUND and MOST_AT_ONCE / KEY < MOST_FRAMES
