"""What the network hears: log-mel energies of short windows of a sound, and how fast they change.

A frame is 10 ms long; its window is 25 ms, centred on the frame's own centre. So frame i stands for the time from
i * 10 ms to (i + 1) * 10 ms, and a sound of any length has as many frames as it has 10 ms, the last one begun.
"""

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

RATE = 16_000  # samples a second
HOP, WINDOW, TRANSFORM = 160, 400, 512  # samples: 10 ms, 25 ms, and the next power of two
MELS = 40
SIZE = MELS + 1  # and the energy of the whole frame
FRAME = HOP / RATE  # seconds
QUIETEST = 1e-7  # of the loudest: 70 dB below it. What is quieter counts as silence, whatever coded it.
SPEECH = 1e-3  # of the loudest frame's energy: 30 dB below it. Frames of more are part of what is said.
MARGIN = 100  # frames, 1 s, of the silence around it that count for the mean and the deviation

Features = NDArray[np.float32]  # of a sound: (frames, SIZE)


def frames(samples: int) -> int:
    """How many frames a sound of so many samples has."""
    return -(-samples // HOP)


def log_mel(samples: NDArray[np.float32]) -> Features:
    """The features of a sound (frames, SIZE): 40 log-mel energies and the log energy of each frame.

    samples: (samples,), mono, RATE a second, in any scale. Each feature is normalised to mean 0 and deviation 1 over
    what is said and at most 1 s of silence on each side, so that neither loudness nor a microphone's colour matters,
    nor how long somebody waited before the first word. A feature that never changes is 0.
    """
    count = frames(len(samples))
    margin = (WINDOW - HOP) // 2
    sound = np.concatenate([samples[:1], samples[1:] - 0.97 * samples[:-1]])  # the usual pre-emphasis
    padded = np.pad(sound, (margin, count * HOP - len(sound) + WINDOW - HOP - margin))
    windows = torch.from_numpy(padded.astype(np.float32)).unfold(0, WINDOW, HOP)
    power = torch.fft.rfft(windows * torch.hann_window(WINDOW, periodic=False), TRANSFORM).abs().square()
    energies = torch.cat([power @ filters().T, power.sum(dim=1, keepdim=True)], dim=1)
    floor = energies.amax(dim=0).clamp_min(1e-20) * QUIETEST
    logs = torch.log(torch.maximum(energies, floor))
    said = logs[_said(energies[:, -1])]
    normal = (logs - said.mean(dim=0)) / said.std(dim=0, correction=0).clamp_min(1e-3)
    return normal.numpy()


def _said(energy: Tensor) -> slice:
    """The frames from MARGIN before the first loud one to MARGIN after the last. energy: (frames,), of each."""
    loud = torch.nonzero(energy >= SPEECH * energy.max()).flatten()
    return slice(max(0, int(loud[0]) - MARGIN), int(loud[-1]) + MARGIN + 1)


@lru_cache(maxsize=1)
def filters() -> Tensor:
    """Triangles evenly spaced on the mel scale from 20 to 8,000 Hz, (MELS, TRANSFORM // 2 + 1)."""
    edges = _hertz(np.linspace(_mel(20.0), _mel(RATE / 2), MELS + 2))
    places = np.linspace(0, RATE / 2, TRANSFORM // 2 + 1)
    rising = (places - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - places) / (edges[2:] - edges[1:-1])[:, None]
    return torch.from_numpy(np.maximum(0, np.minimum(rising, falling)).astype(np.float32))


def changes(features: Tensor) -> Tensor:
    """How fast features change, d_t = sum_n n (x_(t+n) - x_(t-n)) / (2 sum_n n^2) for n = 1, 2, in the same shape.

    features: (batch, frames, size); they count as 0 before the first and after the last frame.
    """
    padded = torch.nn.functional.pad(features, (0, 0, 2, 2))
    count = features.shape[1]
    shifted = [padded[:, n : n + count] for n in range(5)]
    return (shifted[3] - shifted[1] + 2 * (shifted[4] - shifted[0])) / 10


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    return 700 * (10 ** (mels / 2595) - 1)
