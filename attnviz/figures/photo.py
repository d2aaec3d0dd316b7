"""How weights are drawn over a photo, on screen and on paper: what the model looked at is lit, the rest is veiled."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnviz.figures import maps
from attnviz.reading import AttentionMap, Grid, Weights

VEIL = (20, 22, 29)


@dataclass(frozen=True)
class Look:
    """How weights are drawn.

    smooth: weights change evenly between the cells' centres, else each cell shows its one weight. strength: how dark
    the places become that the model did not look at, 0 to 1. stretch: each word's own largest weight is fully lit, else
    only the largest weight of all words is.
    """

    smooth: bool = True
    strength: float = 0.8
    stretch: bool = False


def top(attention: AttentionMap, *, stretch: bool) -> Weights:
    """For each query, the weight that is fully lit: the largest of all, or its own with `stretch`. (queries,)"""
    if not attention.weights.size:
        return np.ones(len(attention.queries), dtype=np.float32)
    own = attention.weights.max(axis=1)
    return own if stretch else np.full_like(own, own.max())


def light_and_dark(attention: AttentionMap, look: Look) -> str:
    """What light and dark stand for, in a sentence or two; nothing where there are no weights."""
    if not attention.weights.size:
        return ""
    if look.stretch:
        meaning = "Light: each word's own largest weight (stretched), so don't compare words. Dark: weight 0."
    else:
        meaning = f"Light: weight {weight(attention.weights.max())}, the largest of all these words. Dark: weight 0."
    if maps.has_rest(attention):
        meaning += f" {maps.REST_LABEL}: the word's weight on {attention.rest_name}."
    return meaning


def weight(value: float) -> str:
    """A weight as people read it: with two decimals, with three where it is small."""
    return f"{value:.2f}" if value >= 0.095 else f"{value:.3f}"


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


def lit(pixels: NDArray[np.uint8], attention: AttentionMap, query: int, look: Look) -> NDArray[np.uint8]:
    """The photo (height, width, 3) as it is shown for one query of a map over a Grid."""
    assert isinstance(attention.keys, Grid)
    return veiled(
        pixels,
        attention.weights[query],
        attention.keys,
        top=float(top(attention, stretch=look.stretch)[query]),
        strength=look.strength,
        smooth=look.smooth,
    )


def pixels_of(content: bytes, longest: int) -> NDArray[np.uint8]:
    """The pixels (height, width, 3) of a Photo's content, made smaller where a side is longer than `longest` px."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
        small = image.convert("RGB")
    small.thumbnail((longest, longest))
    return np.asarray(small)
