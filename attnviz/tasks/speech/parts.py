"""Cuts a long recording at its quietest places into parts that are read one after another.

A part is a sound of its own, which says where in the recording it begins (`Sound.start`), and gives a reading of its
own. Parts begin at whole keys, so that the keys of all readings lie evenly on the recording's one time axis.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnviz.errors import InputError
from attnviz.media import SOUND_RATE, Sound
from attnviz.tasks.speech import sound
from attnviz.tasks.speech.model import KEY

MOST_SECONDS = 600.0  # of a recording that is read in parts
WHOLE = 25.0  # seconds: a recording that is no longer stays whole
LONGEST, SHORTEST = 20.0, 5.0  # seconds of a part
PAUSE = 3  # keys on each side of a place that tell how quiet it is: pauses between words are about as long as all six

Samples = NDArray[np.int16]


@dataclass(frozen=True)
class Recording:
    """A recording, ready to be read part by part. parts: in time, each a source for `SpeechReader.read`; parts that are
    silent are left out. notes: sentences about what was done to it."""

    parts: tuple[Sound, ...]
    notes: tuple[str, ...]


def open_parts(content: bytes) -> Recording:
    """The recording in a file's content, in parts where it is longer than WHOLE.

    Raises InputError where the file is no recording that can be read, and where it is longer than MOST_SECONDS.
    """
    samples, notes = sound.decoded(content, MOST_SECONDS)
    parts, cuts = [], cut(samples)
    whole = len(samples) / SOUND_RATE if len(cuts) > 1 else 0.0
    for part, start in cuts:
        if np.abs(part.astype(np.int32)).max() < sound.QUIETEST * 32768:
            notes += (f"From {start:g} to {start + len(part) / SOUND_RATE:.0f} seconds this recording is silent.",)
        else:
            parts.append(sound.kept(part, start, whole))
    if not parts:
        raise InputError("This recording is silent: check the microphone, or choose another one.")
    return Recording(tuple(parts), notes)


def cut(samples: Samples) -> list[tuple[Samples, float]]:
    """The parts of a recording with the second at which each begins. samples: mono, SOUND_RATE a second."""
    key = round(KEY * SOUND_RATE)
    keys = -(-len(samples) // key)
    borders = [0]
    if len(samples) > WHOLE * SOUND_RATE:
        loudness, longest, shortest = _around(samples, key), round(LONGEST / KEY), round(SHORTEST / KEY)
        while keys - borders[-1] > longest:
            first, last = borders[-1] + shortest, min(borders[-1] + longest, keys - shortest)
            borders.append(first + int(loudness[first : last + 1].argmin()))
    ends = [*(border * key for border in borders[1:]), len(samples)]
    return [(samples[border * key : end], round(border * KEY, 2)) for border, end in zip(borders, ends, strict=True)]


def _around(samples: Samples, key: int) -> NDArray[np.float64]:
    """The energy of the PAUSE keys before the beginning of each key and of those after it, (keys + 1,)."""
    padded = np.pad(samples, (0, -len(samples) % key)).reshape(-1, key).astype(np.float32)
    summed = np.concatenate([[0.0], np.cumsum(np.square(padded).sum(axis=1), dtype=np.float64)])
    places = np.arange(len(summed))
    after, before = np.minimum(places + PAUSE, len(padded)), np.maximum(places - PAUSE, 0)
    around: NDArray[np.float64] = summed[after] - summed[before]
    return around
