"""How weights are drawn over a photo, on screen and on paper: orange over the photo in grey.

A grey photo has no colour of its own, so the orange is seen on a light, a dark and a colourful photo alike.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from attnviz.attention import AttentionMap, Weights
from attnviz.axes import Grid
from attnviz.figures import maps

TINT = (255, 118, 0)
_LIGHT = (0.2126, 0.7152, 0.0722)  # of red, green and blue in a grey: as browsers take them for grayscale(1)


@dataclass(frozen=True)
class Look:
    """How weights are drawn.

    smooth: weights change evenly between the cells' centres, else each cell shows its one weight. strength: how opaque
    the orange is where it is strongest, 0 to 1. common: all words have one scale, so that the orange is strongest at
    the largest weight of all; else it is at each word's own largest. end: of maps with one scale that are drawn
    together, the weight from which on the orange is strongest; 0 for a map that is drawn alone.
    """

    smooth: bool = True
    strength: float = 0.6
    common: bool = False
    end: float = 0.0


def together(look: Look, drawn: Sequence[AttentionMap | None]) -> Look:
    """The look of maps that are drawn together: where all words have one scale, so have all maps.

    It ends at the largest weight that every map reaches: the largest of all would be that of a map with all its weight
    on one place, and leave the others pale.
    """
    largest = [attention.weights.max() for attention in drawn if attention is not None and attention.weights.size]
    return replace(look, end=float(min(largest))) if look.common and len(largest) > 1 else look


def on_one_scale(look: Look, attention: AttentionMap) -> Look:
    """The look of a map whose rows are compared with each other: all have one scale, which ends at the largest weight
    that every row reaches, for the reason given in `together`."""
    return replace(look, common=True, end=float(attention.weights.max(axis=1).min()))


def top(attention: AttentionMap, look: Look) -> Weights:
    """For each query, the weight at which the orange is strongest. (queries,)"""
    if not attention.weights.size:
        return np.ones(len(attention.queries), dtype=np.float32)
    own = attention.weights.max(axis=1)
    return np.full_like(own, look.end or own.max()) if look.common else own


def scale(attention: AttentionMap, look: Look, query: int | None = None) -> list[str]:
    """What the orange stands for, for one query or for all of them, in a few sentences; none where there are no
    weights."""
    if not attention.weights.size:
        return []
    if look.common and look.end:
        strongest = f"weight {weight(look.end)} or more, which all that are compared have somewhere"
    elif look.common:
        strongest = f"weight {weight(attention.weights.max())}, the largest of all these words"
    elif query is None:
        strongest = "each word's own largest weight, so don't compare words by their colour"
    else:
        strongest = f"this word's largest weight, {weight(attention.weights[query].max())}"
    rest = [f"{maps.REST_LABEL}: the word's weight on {attention.rest_name}."] if maps.has_rest(attention) else []
    grey = "No orange: weight 0. The photo is grey so that the orange is seen."
    return [f"Strongest orange: {strongest}.", grey, *rest]


def weight(value: float) -> str:
    """A weight as people read it: with two decimals, with three where it is small."""
    return f"{value:.2f}" if value >= 0.095 else f"{value:.3f}"


def opacity(weights: Weights, top: float, strength: float) -> Weights:
    """How opaque the orange is over each cell, 0 to `strength`, which it is where the weight is `top` or more."""
    share = np.clip(weights / top, 0, 1) if top > 0 else np.zeros_like(weights)
    opaque: Weights = (strength * share).astype(np.float32)
    return opaque


def tinted(
    pixels: NDArray[np.uint8], weights: Weights, grid: Grid, *, top: float, strength: float, smooth: bool
) -> NDArray[np.uint8]:
    """The photo (height, width, 3) in grey, with the orange of one query's weights (keys,), cell by cell or smooth."""
    from PIL import Image

    height, width = pixels.shape[:2]
    cells = opacity(weights.reshape(grid.rows, grid.columns), top, strength)
    how = Image.Resampling.BILINEAR if smooth else Image.Resampling.NEAREST
    opaque = np.asarray(Image.fromarray(cells).resize((width, height), how))[..., None]
    grey = (pixels @ np.array(_LIGHT))[..., None]
    mixed: NDArray[np.uint8] = (grey * (1 - opaque) + np.array(TINT) * opaque).round().astype(np.uint8)
    return mixed


def drawn(pixels: NDArray[np.uint8], attention: AttentionMap, query: int, look: Look) -> NDArray[np.uint8]:
    """The photo (height, width, 3) as it is shown for one query of a map over a Grid."""
    assert isinstance(attention.keys, Grid)
    return tinted(
        pixels,
        attention.weights[query],
        attention.keys,
        top=float(top(attention, look)[query]),
        strength=look.strength,
        smooth=look.smooth,
    )


def pixels_of(content: bytes, longest: int) -> NDArray[np.uint8]:
    """The pixels (height, width, 3) of a Photo's content, made smaller or larger: its longer side has `longest`."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
        photo = image.convert("RGB")
    scale = longest / max(photo.size)
    return np.asarray(photo.resize((max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))))
