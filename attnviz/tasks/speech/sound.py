"""Opens a file that a person gives as a recording: its length is known before it is decoded, and what it lies about is
found out while it is; whatever its rate and channels, it becomes mono at 16 kHz."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnviz.errors import InputError
from attnviz.reading import SOUND_RATE, Sound

MOST_BYTES = 50_000_000
MOST_SECONDS = 60.0
LEAST_SECONDS = 0.1
RATES = (4_000, 192_000)  # samples a second
MOST_CHANNELS = 8
QUIETEST = 1e-4  # of full scale: a sound that never rises above this is silence
WHAT_TO_DO = "Choose a recording as WAV, FLAC, OGG or MP3."


@dataclass(frozen=True)
class Opened:
    """A recording as it is kept. samples: float32, mono, SOUND_RATE a second: those of `sound`. notes: sentences about
    what was done to it."""

    sound: Sound
    samples: NDArray[np.float32]
    notes: tuple[str, ...]


def open_sound(content: bytes) -> Opened:
    """The recording in a file's content. Raises InputError where the file is no recording that can be read."""
    import soxr

    if not content:
        raise InputError(f"This file is empty. {WHAT_TO_DO}")
    if len(content) > MOST_BYTES:
        raise InputError(f"This file has more than {MOST_BYTES // 1_000_000} MB: cut the recording to a shorter part.")
    samples, rate, notes = _decoded(content)
    if not np.isfinite(samples).all():
        samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        notes.append("This file holds values that are no numbers: they were taken as silence.")
    if samples.shape[1] > 1:
        notes.append(f"The {samples.shape[1]} channels of this recording were made one, their mean.")
    mono = samples.mean(axis=1)
    loudest = float(np.abs(mono).max(initial=0.0))
    if loudest < QUIETEST:
        raise InputError("This recording is silent: check the microphone, or choose another one.")
    heard = (
        soxr.resample(mono / max(1.0, loudest), rate, SOUND_RATE) if rate != SOUND_RATE else mono / max(1.0, loudest)
    )
    whole = np.clip(np.round(heard * 32768), -32768, 32767).astype(np.int16)
    return Opened(kept(whole), (whole / np.float32(32768)).astype(np.float32), tuple(notes))


def kept(samples: NDArray[np.int16]) -> Sound:
    """The samples as they lie in a Reading."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, samples, SOUND_RATE, format="FLAC", subtype="PCM_16")
    return Sound(file.getvalue(), len(samples))


def _decoded(content: bytes) -> tuple[NDArray[np.float32], int, list[str]]:
    """The samples (samples, channels) of a file, their rate, and what has to be said of them.

    A second at a time is decoded, and no more than may be: what the head says of the length need not be true.
    """
    import soundfile

    try:
        file = soundfile.SoundFile(io.BytesIO(content))
    except (soundfile.SoundFileError, ValueError, TypeError, OSError) as problem:
        raise InputError(f"This file can't be opened as a recording. {WHAT_TO_DO}") from problem
    with file:
        rate, stated, notes = file.samplerate, file.frames, []
        if not RATES[0] <= rate <= RATES[1] or not 1 <= file.channels <= MOST_CHANNELS:
            raise InputError(
                f"This recording has {file.channels} channels at {rate:,} Hz: save it with at most {MOST_CHANNELS} "
                f"channels at {RATES[0]:,} to {RATES[1]:,} Hz."
            )
        if stated > MOST_SECONDS * rate:
            raise _too_long()
        parts, count = [], 0
        try:
            while len(part := file.read(rate, dtype="float32", always_2d=True)):
                parts.append(part)
                count += len(part)
                if count > MOST_SECONDS * rate:
                    raise _too_long()
        except soundfile.SoundFileError as problem:
            if not parts:
                raise InputError(f"This recording is damaged. {WHAT_TO_DO}") from problem
            notes.append("This recording is damaged: only its beginning was read.")
    if count < LEAST_SECONDS * rate:
        raise InputError(f"This recording is shorter than {LEAST_SECONDS:g} seconds: choose a longer one.")
    return np.concatenate(parts), rate, notes


def _too_long() -> InputError:
    return InputError(f"This recording is longer than {MOST_SECONDS:g} seconds: cut it to a shorter part.")
