"""Two variants on one input: how far apart their maps lie, and where their outputs part.

Maps can be compared row by row only where both variants wrote the same output, or one was forced on the other.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def jsd(p: ArrayLike, q: ArrayLike) -> Floats:
    """Jensen-Shannon divergence of each row of p from the same row of q, in nats: 0 if alike, at most ln 2.

    p, q: (..., keys), of one shape; the result is (...). Rows are renormalised to sum to 1 first, since a map's
    weights on the inputs need not (the rest, and masked keys, are left out of distances). JSD(p, q) =
    0.5 KL(p || m) + 0.5 KL(q || m) with m = (p + q) / 2. It is nan where either row has no weight at all.
    Raises ValueError where the shapes differ.
    """
    a, b = _normalised(np.asarray(p, dtype=np.float64)), _normalised(np.asarray(q, dtype=np.float64))
    if a.shape != b.shape:
        raise ValueError(f"Only maps of one shape can be compared, not {a.shape} and {b.shape}.")
    middle = (a + b) / 2
    return np.clip((_divergence(a, middle) + _divergence(b, middle)) / 2, 0.0, np.log(2))


def mean_jsd(a: ArrayLike, b: ArrayLike) -> float:
    """The mean JSD of the rows of two maps (queries, keys); rows where it is undefined don't count.

    It is nan where no row counts.
    """
    rows = jsd(a, b)
    rows = rows[~np.isnan(rows)]
    return float(rows.mean()) if rows.size else float("nan")


def total_variation(p: ArrayLike, q: ArrayLike) -> Floats:
    """TVD(p, q) = 0.5 sum |p - q| of distributions (..., outcomes): 0 where they are alike, 1 where they have nothing
    in common. The result is (...)."""
    distance: Floats = np.abs(np.asarray(p, dtype=np.float64) - np.asarray(q, dtype=np.float64)).sum(axis=-1) / 2
    return distance


def kendall(a: ArrayLike, b: ArrayLike) -> float | None:
    """Kendall's tau-b of two rankings (n,): 1 where they agree, -1 where they are opposite; None where one of them is
    constant, so that it ranks nothing.

    tau_b = (concordant - discordant) / sqrt((pairs - ties in a) (pairs - ties in b)) (Kendall 1945).
    """
    first, second = (np.sign(np.subtract.outer(x, x)) for x in (np.asarray(a, np.float64), np.asarray(b, np.float64)))
    untied = float(np.sqrt(np.abs(first).sum() * np.abs(second).sum()))
    return float((first * second).sum()) / untied if untied else None


def first_difference(a: Sequence[str], b: Sequence[str]) -> int | None:
    """The first position, from 0, at which two outputs differ (the end of the shorter one counts), or None."""
    return next((i for i, (left, right) in enumerate(zip_longest(a, b)) if left != right), None)


def divergent(outputs: Sequence[Sequence[str]]) -> list[list[bool]]:
    """For each output, which of its words part it from the others.

    Each output is laid beside the first one by their longest runs of common words (Ratcliff and Obershelp). Of another
    output, the words part it that are in no such run; of the first one, those that some other output hasn't got. It
    takes at most the product of two lengths.
    """
    first, marked = outputs[0], [[False] * len(output) for output in outputs]
    for output, marks in zip(outputs[1:], marked[1:], strict=True):
        for what, start, end, from_, to in SequenceMatcher(None, first, output, autojunk=False).get_opcodes():
            if what != "equal":
                marked[0][start:end] = [True] * (end - start)
                marks[from_:to] = [True] * (to - from_)
    return marked


def _normalised(p: Floats) -> Floats:
    total = p.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(p, total, out=np.full_like(p, np.nan), where=total > 0)
    return shares


def _divergence(p: Floats, q: Floats) -> Floats:
    """KL(p || q), for a q that is positive wherever p is; 0 ln 0 = 0."""
    ratio = np.divide(p, q, out=np.ones_like(p), where=p != 0)
    divergence: Floats = (p * np.log(ratio)).sum(axis=-1)
    return divergence
