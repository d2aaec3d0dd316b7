"""Opens a file that a person gives as a recording: its length is known before it is decoded, and what it lies about is
found out while it is; whatever its rate and channels, it becomes mono at 16 kHz.

A second at a time is decoded and resampled, so that a long recording takes no more memory than what is kept of it.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attnviz.errors import InputError
from attnviz.media import SOUND_RATE, Sound
from attnviz.tasks.speech.about import TASK

MOST_AT_ONCE = 60.0  # seconds of a recording that is read whole
LEAST_SECONDS = 0.1
RATES = (4_000, 192_000)  # samples a second
MOST_CHANNELS = 8
QUIETEST = 1e-4  # of full scale: a sound that never rises above this is silence
KINDS = ("WAV", "WAVEX", "RF64", "FLAC", "OGG", "MP3")  # as libsndfile calls them; the first three are all WAV
CANCELLED = 0.1  # of the energy that the mean of unrelated channels has: what has less in it cancels out
RARE = 1e-4  # of the samples: so many may be cut off at full scale before all are made softer
LOUDEST = 1e10  # of full scale: no program writes louder samples, not even one that scales them as 32-bit integers
WHAT_TO_DO = "Choose a recording as WAV, FLAC, OGG or MP3."


@dataclass(frozen=True)
class Opened:
    """A recording as it is kept. samples: float32, mono, SOUND_RATE a second: those of `sound`. notes: sentences about
    what was done to it."""

    sound: Sound
    samples: NDArray[np.float32]
    notes: tuple[str, ...]


def open_sound(content: bytes) -> Opened:
    """The recording in a file's content, to be read whole. Raises InputError where the file is no recording that can be
    read, and where it is longer than MOST_AT_ONCE."""
    samples, notes = decoded(content, MOST_AT_ONCE)
    return Opened(kept(samples), (samples / np.float32(32768)).astype(np.float32), notes)


def kept(samples: NDArray[np.int16], start: float = 0.0, whole: float = 0.0) -> Sound:
    """The samples as they lie in a Reading. start, whole: of a part of a recording, see `media.Sound`."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, SOUND_RATE, format="FLAC", subtype="PCM_16")
    return Sound(file.getvalue(), len(samples), start=start, whole=whole)


def decoded(content: bytes, most: float) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """The samples of a file, mono, SOUND_RATE a second, and sentences about what was done to them.

    Channels are made one, their mean; where that would cancel what is in them, the loudest one is taken. What is louder
    than full scale is made softer, unless it is a click: that is cut off.

    Raises InputError where the file is no recording, where it is silent or too short, and where it has more than `most`
    seconds, before it is decoded if its head says so.
    """
    import soundfile

    if not content:
        raise InputError(f"This file is empty. {WHAT_TO_DO}")
    if len(content) > TASK.most_bytes:
        raise InputError(
            f"This file has more than {TASK.most_bytes // 1_000_000} MB: save the recording as FLAC, OGG or MP3, or "
            "cut it to a shorter part."
        )
    try:
        file = soundfile.SoundFile(io.BytesIO(content))
    except (soundfile.SoundFileError, ValueError, TypeError, OSError) as problem:
        raise InputError(f"This file can't be opened as a recording. {WHAT_TO_DO}") from problem
    with file:
        if file.format not in KINDS:
            raise InputError(f"This file is a recording of another kind ({file.format}). {WHAT_TO_DO}")
        rate, channels, stated = file.samplerate, file.channels, file.frames
        if not RATES[0] <= rate <= RATES[1] or not 1 <= channels <= MOST_CHANNELS:
            raise InputError(
                f"This recording has {channels} channels at {rate:,} Hz: save it with at most {MOST_CHANNELS} "
                f"channels at {RATES[0]:,} to {RATES[1]:,} Hz."
            )
        if stated > most * rate:
            raise _too_long(most)
        notes: list[str] = []
        heard = _mono(_seconds_of(file, most, notes), rate, notes)
        how = "their mean was read"
        if heard.cancels:
            chosen = int(heard.energies.argmax())
            file.seek(0)
            heard = _mono(_seconds_of(file, most, []), rate, [], chosen)
            how = f"only number {chosen + 1} was read, because they cancel each other in their mean"
    if len(heard.samples) < round(LEAST_SECONDS * SOUND_RATE):
        raise InputError(f"This recording is shorter than {LEAST_SECONDS:g} seconds: choose a longer one.")
    if heard.loudest < QUIETEST:
        raise InputError("This recording is silent: check the microphone, or choose another one.")
    if channels > 1:
        notes.append(f"This recording has {channels} channels: {how}.")
    whole = np.clip(np.round(heard.samples * np.float32(32768 / _full_scale(heard, notes))), -32768, 32767)
    return whole.astype(np.int16), tuple(notes)


@dataclass(frozen=True)
class _Mono:
    """What a file has as one channel. samples: float32, SOUND_RATE a second. loudest: of them before they were
    resampled. energy: of all of them, and energies: of each channel of the file, (channels,)."""

    samples: NDArray[np.float32]
    loudest: float
    energy: float
    energies: NDArray[np.float64]

    @property
    def cancels(self) -> bool:
        """Whether the mean of the channels has far less in it than that of unrelated channels would have."""
        unrelated = self.energies.sum() / len(self.energies) ** 2
        return bool(self.energy < CANCELLED * unrelated)


def _full_scale(heard: _Mono, notes: list[str]) -> float:
    """How loud a sample may be: 1 or, where more than RARE of them are louder, as loud as all others are."""
    if heard.loudest <= 1:
        return 1.0
    full = max(1.0, float(np.quantile(np.abs(heard.samples), 1 - RARE)))
    if full > 1:
        times = float(f"{full:.2g}")
        notes.append(f"This recording is louder than full scale: it was made about {times:,.12g} times softer.")
    if heard.loudest > 2 * full:
        notes.append("Single samples of this recording are far louder than all others: they were cut off.")
    return full


def _seconds_of(file: Any, most: float, notes: list[str]) -> Iterator[NDArray[np.float32]]:
    """The samples (samples, channels) of an open file, a second at a time.

    No more is decoded than may be: what the head says of the length need not be true.
    """
    import soundfile

    count = 0
    try:
        while len(part := file.read(file.samplerate, dtype="float32", always_2d=True)):
            count += len(part)
            if count > most * file.samplerate:
                raise _too_long(most)
            yield part
    except soundfile.SoundFileError as problem:
        if not count:
            raise InputError(f"This recording is damaged. {WHAT_TO_DO}") from problem
        notes.append("This recording is damaged: only its beginning was read.")


def _mono(parts: Iterator[NDArray[np.float32]], rate: int, notes: list[str], channel: int | None = None) -> _Mono:
    """The mean of the channels, or one of them, at SOUND_RATE. rate: of the parts (samples, channels)."""
    import soxr

    stream = soxr.ResampleStream(rate, SOUND_RATE, 1, dtype="float32") if rate != SOUND_RATE else None
    heard, loudest, energy, energies, numbers = [np.zeros(0, dtype=np.float32)], 0.0, 0.0, np.zeros(1), True
    for part in parts:
        real = np.abs(part) <= LOUDEST  # it is false of what is no number, too
        numbers &= bool(real.all())
        known = np.where(real, part, np.float32(0))
        mono = known.mean(axis=1) if channel is None else known[:, channel]
        loudest = max(loudest, float(np.abs(mono).max()))
        energy += float(np.square(mono, dtype=np.float64).sum())
        energies = energies + np.square(known, dtype=np.float64).sum(axis=0)
        heard.append(mono if stream is None else stream.resample_chunk(mono))
    if stream is not None:
        heard.append(stream.resample_chunk(np.zeros(0, dtype=np.float32), last=True))
    if not numbers:
        notes.append("This file holds values that are no numbers: they were taken as silence.")
    return _Mono(np.concatenate(heard), loudest, energy, energies)


def _too_long(most: float) -> InputError:
    told = f"{most:g} seconds, the most that can be read at once" if most < 120 else f"{most / 60:g} minutes"
    return InputError(f"This recording is longer than {told}: cut it to a shorter part.")
