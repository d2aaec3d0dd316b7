"""How a sound is drawn, on screen and on paper: its waveform, and its spectrogram in shades of grey.

Both are computed from the samples that were read. Only the weights of attention have a colour.
"""

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from attnviz.errors import InputError
from attnviz.figures.colours import rgb
from attnviz.media import Sound

MELS = 64
LOWEST = 60.0  # Hz
MOST_COLUMNS = 4_000  # of a spectrogram (10 ms each in a sound of 40 seconds) or a waveform

_HOP, _WINDOW = 0.010, 0.025  # seconds
_TRANSFORM = 1_024  # samples: the lowest triangles are wider than the steps between its frequencies
_DEEPEST = 60.0  # dB below the loudest, where the shades end
_SHADES = 64
_BATCH = 1_000  # windows that are transformed at once

Samples = NDArray[np.float32]


def samples_of(sound: Sound) -> Samples:
    """The samples (samples,) from -1 to 1. Raises InputError where the FLAC is damaged, or not as long as it says."""
    import soundfile

    try:
        samples, rate = soundfile.read(io.BytesIO(sound.content), dtype="float32", frames=sound.samples + 1)
    except (soundfile.SoundFileError, ValueError, TypeError, OSError) as problem:
        raise InputError("The sound of this reading is damaged: save the reading again.") from problem
    if samples.shape != (sound.samples,) or rate != sound.rate:
        raise InputError("The sound of this reading is damaged: save the reading again.")
    return samples  # type: ignore[no-any-return]


def peaks(samples: Samples, columns: int) -> Samples:
    """The least and the largest sample in each of `columns` equal spans of time, (columns, 2)."""
    edges = np.linspace(0, len(samples), columns, endpoint=False).astype(np.int64)
    return np.stack([np.minimum.reduceat(samples, edges), np.maximum.reduceat(samples, edges)], axis=1)


def spectrogram(samples: Samples, rate: int) -> Samples:
    """The log-mel energies (MELS, columns), from 0 (60 dB or more below the loudest) to 1 (the loudest).

    Windows of 25 ms lie centred on equal columns of time; the lowest frequencies are in the first row.
    """
    columns = max(1, min(MOST_COLUMNS, round(len(samples) / rate / _HOP)))
    width = round(_WINDOW * rate)
    centres = (np.arange(columns) + 0.5) * len(samples) / columns
    padded = np.pad(samples, (width, width))
    starts = (centres + width / 2).astype(np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    taper, triangles = np.hanning(width).astype(np.float32), _triangles(rate)
    energies = np.empty((columns, MELS), dtype=np.float32)
    for first in range(0, columns, _BATCH):
        part = starts[first : first + _BATCH]
        energies[first : first + _BATCH] = np.abs(np.fft.rfft(windows[part] * taper, _TRANSFORM)) ** 2 @ triangles.T
    decibels = 10 * np.log10(np.maximum(energies, 1e-10))
    shades: Samples = np.clip((decibels - decibels.max()) / _DEEPEST + 1, 0, 1).T.astype(np.float32)
    return shades


def picture(samples: Samples, rate: int, page: str, ink: str) -> bytes:
    """The spectrogram as a PNG of one pixel for each energy, high frequencies at the top. page, ink: the colours of the
    quietest and of the loudest, such as "#ffffff"."""
    from PIL import Image

    energies = spectrogram(samples, rate)[::-1]
    image = Image.fromarray((energies * (_SHADES - 1)).round().astype(np.uint8)).convert("L")
    image = Image.frombytes("P", image.size, image.tobytes())
    shades = np.linspace(rgb(page), rgb(ink), _SHADES)
    image.putpalette(shades.round().astype(np.uint8).tobytes())
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@lru_cache(maxsize=2)
def _triangles(rate: int) -> NDArray[np.float32]:
    """Triangles evenly spaced on the mel scale from LOWEST to half the rate, (MELS, _TRANSFORM // 2 + 1)."""
    mels = np.linspace(_mel(LOWEST), _mel(rate / 2), MELS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    places = np.linspace(0, rate / 2, _TRANSFORM // 2 + 1)
    rising = (places - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - places) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))
