"""Corpora as arrays, in which rows of different lengths lie one after another, and batches of rows of like length.

A training run reads these and nothing else, so that it needs no library beyond torch and numpy.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

DEV_PLACES = 4000  # of a batch, padding included

Rows = NDArray[np.int64]


class Packed:
    """Examples as named columns of rows of different lengths, and other arrays.

    A column is two arrays: `<column>_ids`, all rows one after another, and `<column>_offsets`, where each row begins.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.arrays = dict(arrays)
        columns = [name.removesuffix("_offsets") for name in self.arrays if name.endswith("_offsets")]
        self.lengths = {column: np.diff(self.arrays[f"{column}_offsets"]) for column in columns}

    @classmethod
    def open(cls, path: Path) -> "Packed":
        """Open a file of examples, without unpickling. Raises OSError where it is missing."""
        return cls(dict(np.load(path)))

    def __len__(self) -> int:
        return len(next(iter(self.lengths.values())))

    def row(self, column: str, i: int) -> Rows:
        start, end = self.arrays[f"{column}_offsets"][i : i + 2]
        return self.arrays[f"{column}_ids"][start:end].astype(np.int64)


def pack(column: str, rows: Sequence[Iterable[int]], dtype: DTypeLike = np.uint16) -> dict[str, NDArray[Any]]:
    """The two arrays of a column."""
    kept = [list(row) for row in rows]
    return {
        f"{column}_ids": np.array([value for row in kept for value in row], dtype=dtype),
        f"{column}_offsets": np.cumsum([0, *map(len, kept)]),
    }


def by_length(
    lengths: Sequence[NDArray[np.int64]], rows: Rows, most: int, chance: np.random.Generator | None = None
) -> list[Rows]:
    """Batches of rows of similar length. Padded to its longest row, no batch has more than `most` places.

    lengths: one or several lengths of each row. Rows are sorted by the first of them, equal rows by the next; the first
    one counts for `most`. chance: draws the order among rows whose lengths are all equal. A row that is longer than
    `most` is a batch of its own.
    """
    keys = [column[rows] for column in reversed(lengths)]
    order = np.lexsort(keys if chance is None else [chance.random(len(rows)), *keys])
    places = lengths[0][rows]
    batches: list[Rows] = []
    batch: list[int] = []
    longest = 0
    for i in order:
        longest = max(longest, int(places[i]))
        if batch and longest * (len(batch) + 1) > most:
            batches.append(np.array(batch))
            batch, longest = [], int(places[i])
        batch.append(rows[i])
    return [*batches, np.array(batch)] if batch else batches


def drawn(packed: Packed, weights: Mapping[str, float], fits: NDArray[np.bool_], chance: np.random.Generator) -> Rows:
    """The rows of an epoch, each as often as its corpus weighs; what is left of a weight is the chance of once more.

    packed: with the array "corpus", the number of each row's corpus, and "names", of the corpora. fits: (rows,), which
    rows may be drawn.
    """
    each = np.array([weights[name] for name in packed.arrays["names"]])[packed.arrays["corpus"]]
    times = np.floor(each) + (chance.random(len(each)) < each % 1)
    return np.repeat(np.arange(len(each)), (times * fits).astype(np.int64))


def dev_losses(
    packed: Packed, lengths: Sequence[NDArray[np.int64]], loss: Callable[[Rows], tuple[Any, Any, int]]
) -> dict[str, float]:
    """The negative log-likelihood per token on each corpus of a dev set, as `dev_` and its name, and the mean of these,
    as `dev`.

    packed: as `drawn` takes it. lengths: see `by_length`. loss: of a batch, the sum that is learned from, the negative
    log-likelihood, and the number of tokens.
    """
    figures = {}
    for number, name in enumerate(packed.arrays["names"]):
        rows = np.flatnonzero(packed.arrays["corpus"] == number)
        sums = [loss(batch)[1:] for batch in by_length(lengths, rows, DEV_PLACES)]
        figures[f"dev_{name}"] = sum(float(plain) for plain, _ in sums) / sum(count for _, count in sums)
    return {"dev": sum(figures.values()) / len(figures), **figures}
