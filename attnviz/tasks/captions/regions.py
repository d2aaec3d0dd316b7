"""Where people said the thing is: phrases of captions with boxes, and how well maps over a photo agree with them.

Flickr30k Entities, Plummer et al. 2017. Positions are shares of the photo's sides, 0 to 1, from the top left. The
cells of a grid go row by row. A map here is a grid of weights (rows, columns) of one word.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attnviz.analysis.bootstrap import share_of_wins
from attnviz.errors import InputError
from attnviz.tasks.captions.corpus import words_of
from attnviz.training.corpora import opened

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]
Scores = dict[str, Any]

SMALL_GRID, SMALL = 7, 0.25  # small: boxes that hold at most this share of the cells of such a grid
SPREAD = 0.25  # standard deviation of the Gaussian that the weight in the boxes is held against
CENTRE = np.full((1, 2), 0.5)


@dataclass(frozen=True)
class Phrase:
    """The words [start, end) of a caption that speak of one thing, its kind, and its boxes (x0, y0, x1, y1)."""

    start: int
    end: int
    type: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Regions:
    """One caption of a photo, as words, with the phrases that have boxes."""

    image: str
    words: tuple[str, ...]
    phrases: tuple[Phrase, ...]


def read_regions(path: Path) -> Iterator[Regions]:
    """The captions of a file of regions, `.jsonl` or `.jsonl.xz`. Raises InputError where a line isn't one."""
    with opened(path) as lines:
        for line in lines:
            try:
                yield _regions(json.loads(line))
            except (ValueError, KeyError, TypeError, IndexError) as problem:
                raise InputError(
                    f"{path.name} holds no regions: each line needs image, tokens and phrases."
                ) from problem


def _regions(row: Any) -> Regions:
    """Tokens become words as in any caption. Punctuation is dropped, and phrase positions are shifted to match."""
    words = [words_of(token) for token in row["tokens"]]
    places = np.cumsum([0, *map(len, words)]).tolist()
    phrases = [
        Phrase(places[p["start"]], places[p["end"]], str(p["type"][0]), tuple(map(_box, p["boxes"])))
        for p in row["phrases"]
        if p["boxes"]
    ]
    return Regions(str(row["image"]), tuple(word for token in words for word in token), tuple(phrases))


def _box(corners: Any) -> Box:
    x0, y0, x1, y1 = map(float, corners)
    return x0, y0, x1, y1


# Boxes and grids


def centres(rows: int, columns: int) -> Floats:
    """The centres (cells, 2), x and y, of a grid's cells."""
    y, x = np.divmod(np.arange(rows * columns), columns)
    points: Floats = np.stack([(x + 0.5) / columns, (y + 0.5) / rows], axis=1)
    return points


def holds(boxes: ArrayLike, points: Floats) -> NDArray[np.bool_]:
    """Which points (n, 2) lie in any of the boxes (boxes, 4), edges included."""
    x0, y0, x1, y1 = np.asarray(boxes, dtype=np.float64).T[:, :, None]
    x, y = points.T
    inside: NDArray[np.bool_] = ((x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)).any(axis=0)
    return inside


def shares(boxes: ArrayLike, rows: int, columns: int) -> Floats:
    """How much of each cell (cells,) the boxes cover together, 0 to 1; the mean is the area that they cover."""
    boxes = np.clip(np.asarray(boxes, dtype=np.float64), 0, 1)
    # between neighbouring edges, of cells or of boxes, a place is covered wholly or not at all
    x = np.unique(np.concatenate([np.arange(columns + 1) / columns, boxes[:, [0, 2]].ravel()]))
    y = np.unique(np.concatenate([np.arange(rows + 1) / rows, boxes[:, [1, 3]].ravel()]))
    across, down = np.meshgrid((x[:-1] + x[1:]) / 2, (y[:-1] + y[1:]) / 2)
    covered = holds(boxes, np.stack([across.ravel(), down.ravel()], axis=1)).reshape(across.shape)
    row = np.searchsorted(np.arange(rows + 1) / rows, y[:-1], side="right") - 1
    column = np.searchsorted(np.arange(columns + 1) / columns, x[:-1], side="right") - 1
    cells = np.zeros((rows, columns))
    np.add.at(cells, (row[:, None], column), np.outer(np.diff(y), np.diff(x)) * covered)
    return cells.ravel() * rows * columns


def gaussian(rows: int, columns: int) -> Floats:
    """A map (cells,) of someone who always looks at the picture's middle: a Gaussian of SPREAD, which sums to 1."""
    distance = ((centres(rows, columns) - CENTRE) ** 2).sum(axis=1)
    weights = np.exp(-distance / (2 * SPREAD**2))
    shares: Floats = weights / weights.sum()
    return shares


def is_small(boxes: ArrayLike) -> bool:
    """Whether the boxes hold at most a quarter of the centres of 7 x 7 cells, whatever grid a model has."""
    return bool(holds(boxes, centres(SMALL_GRID, SMALL_GRID)).mean() <= SMALL)


# Figures


def pointed(weights: Floats, hits: NDArray[np.bool_]) -> float:
    """1 where the strongest cell is one of `hits`, 0 where it isn't; cells that tie share it. Both are (cells,)."""
    return float(hits[weights == weights.max()].mean())


def figures_of(phrase: Phrase, maps: Floats, mean: Floats) -> dict[str, float]:
    """The figures of one phrase, given its caption's maps (words, rows, columns) and the photo's mean map (rows,
    columns).

    pointing: the pointing game (Zhang et al. 2016) with the mean of its words' maps; pointing_previous and
    pointing_next: with the maps of the words one place earlier and later, where a systematic shift would show (of
    phrases that have such words); pointing_mean: with the photo's mean map. pointing_centre, pointing_random: the
    picture's centre, a random cell of the grid. correctness: the weight inside the boxes (Liu et al. 2017), beside what
    a uniform map (the boxes' area) and a centred Gaussian would get.
    """
    words, rows, columns = maps.shape
    flat = maps.reshape(words, rows * columns)
    hits, inside = holds(phrase.boxes, centres(rows, columns)), shares(phrase.boxes, rows, columns)
    pointing = {}
    for name, shift in (("pointing", 0), ("pointing_previous", -1), ("pointing_next", 1)):
        there = np.arange(phrase.start, phrase.end) + shift
        there = there[(there >= 0) & (there < words)]
        if len(there):
            pointing[name] = pointed(flat[there].mean(axis=0), hits)
    return {
        **pointing,
        "pointing_mean": pointed(mean.ravel(), hits),
        **baselines(phrase, rows, columns),
        "correctness": float(flat[phrase.start : phrase.end].mean(axis=0) @ inside),
        "correctness_uniform": float(inside.mean()),
        "correctness_gaussian": float(gaussian(rows, columns) @ inside),
    }


def baselines(phrase: Phrase, rows: int, columns: int) -> dict[str, float]:
    """Whether the picture's centre is in a box, and how likely a random cell's centre is."""
    return {
        "pointing_centre": float(holds(phrase.boxes, CENTRE)[0]),
        "pointing_random": float(holds(phrase.boxes, centres(rows, columns)).mean()),
    }


def region_scores(phrases: Sequence[tuple[str, Phrase, dict[str, float]]]) -> Scores:
    """The means of what is known of each phrase, their number `n`, and the same of the `small` ones and by type.

    phrases: each with the name of its photo. Beside the means stand those of `specificity`.
    """
    types = sorted({phrase.type for _, phrase, _ in phrases})
    return {
        **_means([(photo, figures) for photo, _, figures in phrases]),
        "small": _means([(photo, figures) for photo, phrase, figures in phrases if is_small(phrase.boxes)]),
        "by_type": {
            kind: _means([(photo, figures) for photo, phrase, figures in phrases if phrase.type == kind])
            for kind in types
        },
    }


def _means(phrases: Sequence[tuple[str, dict[str, float]]]) -> Scores:
    names = dict.fromkeys(name for _, figures in phrases for name in figures)
    means = {name: round(fmean(figures[name] for _, figures in phrases if name in figures), 4) for name in names}
    return {"n": len(phrases), **means, **(specificity(phrases) if "pointing_mean" in means else {})}


def specificity(phrases: Sequence[tuple[str, dict[str, float]]]) -> Scores:
    """How much of the pointing is due to the word: `specificity` is the pointing with phrases' own maps less that with
    their photos' mean maps. `specificity_wins` is in what share of random drawings of the photos it is above 0.

    phrases: the photo's name and the figures of each phrase; there is at least one.
    """
    _, photo = np.unique([name for name, _ in phrases], return_inverse=True)
    counts = np.bincount(photo)
    hits = [np.bincount(photo, [figures[name] for _, figures in phrases]) for name in ("pointing", "pointing_mean")]

    def pointing(side: int, photos: NDArray[np.int64]) -> float:
        return float(hits[side][photos].sum() / counts[photos].sum())

    every = np.arange(len(counts))
    return {
        "specificity": round(pointing(0, every) - pointing(1, every), 4),
        "specificity_wins": share_of_wins(pointing, len(counts)),
    }
