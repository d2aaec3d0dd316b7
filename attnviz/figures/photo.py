"""How weights are drawn over a photo, on screen and on paper: what the model looked at is lit, the rest is veiled."""

import numpy as np
from numpy.typing import NDArray

from attnviz.reading import AttentionMap, Grid, Weights

VEIL = (20, 22, 29)


def top(attention: AttentionMap, *, stretch: bool) -> Weights:
    """The weight that is fully lit, for each query: the largest of all, or with `stretch` its own. (queries,)"""
    if not attention.weights.size:
        return np.ones(len(attention.queries), dtype=np.float32)
    own = attention.weights.max(axis=1)
    return own if stretch else np.full_like(own, own.max())


def veil(weights: Weights, top: float, strength: float) -> Weights:
    """How opaque the veil is over each cell, 0 to `strength`: 0 where the weight is `top` or more."""
    lit = np.clip(weights / top, 0, 1) if top > 0 else np.zeros_like(weights)
    opaque: Weights = (strength * (1 - lit)).astype(np.float32)
    return opaque


def veiled(
    pixels: NDArray[np.uint8], weights: Weights, grid: Grid, *, top: float, strength: float, smooth: bool
) -> NDArray[np.uint8]:
    """The photo (height, width, 3) under the veil of one query's weights (keys,), cell by cell or smooth."""
    from PIL import Image

    height, width = pixels.shape[:2]
    cells = veil(weights.reshape(grid.rows, grid.columns), top, strength)
    how = Image.Resampling.BILINEAR if smooth else Image.Resampling.NEAREST
    opaque = np.asarray(Image.fromarray(cells).resize((width, height), how))[..., None]
    mixed: NDArray[np.uint8] = (pixels * (1 - opaque) + np.array(VEIL) * opaque).round().astype(np.uint8)
    return mixed
