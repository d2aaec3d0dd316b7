"""The shape of one map: what can be said of where a model looked from the weights alone.

Weights are (queries, keys), as they are: no row is renormalised, so where a mechanism's rows don't sum to 1, or weight
lies on the rest, the figures speak of the weights on the inputs as they stand. To count the rest as one more key, give
`numpy.column_stack([weights, rest])`. Logarithms are natural. Figures of a query are float64 (queries,), 0 where there
are no keys; a map without queries gives an empty array.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def entropy(weights: ArrayLike) -> Floats:
    """H_t = - sum_j alpha_tj ln alpha_tj in nats, with 0 ln 0 = 0: 0 for a single key, ln S for S equal ones."""
    alpha = _matrix(weights)
    logs = np.log(alpha, out=np.zeros_like(alpha), where=alpha > 0)
    entropies: Floats = np.abs((alpha * logs).sum(axis=1))
    return entropies


def normalised_entropy(weights: ArrayLike) -> Floats:
    """H_t / ln S over the S keys: 0 if a single key is looked at, 1 if all are looked at alike.

    It is 0 for a map of at most one key."""
    keys = _matrix(weights).shape[1]
    return entropy(weights) / (np.log(keys) if keys > 1 else np.inf)


def effective_inputs(weights: ArrayLike) -> Floats:
    """exp(H_t): how many keys looked at equally would be as spread out ("looks at 2.3 words"); 0 without keys."""
    return np.exp(entropy(weights)) if _matrix(weights).shape[1] else entropy(weights)


def peak(weights: ArrayLike) -> Floats:
    """max_j alpha_tj: the largest weight of each query."""
    largest: Floats = np.max(_matrix(weights), axis=1, initial=0.0)
    return largest


@dataclass(frozen=True, eq=False)
class Coverage:
    """How much weight each key was given over the whole output.

    per_key: c_j = sum_t alpha_tj, (keys,). shortfall: sum_j (1 - c_j)^2, which doubly stochastic attention drives to 0
    (Xu et al. 2015, eq. 14; coverage: Tu et al. 2016). All of them are 0 where there are no keys.
    """

    per_key: Floats
    least: float
    most: float
    shortfall: float


def coverage(weights: ArrayLike) -> Coverage:
    """The coverage of the keys; without queries every key is covered 0 times."""
    sums = _matrix(weights).sum(axis=0)
    if not len(sums):
        return Coverage(sums, 0.0, 0.0, 0.0)
    return Coverage(sums, float(sums.min()), float(sums.max()), float(((1 - sums) ** 2).sum()))


def passed_over(weights: ArrayLike, least: float) -> list[range]:
    """The runs of neighbouring keys whose coverage (the weight from all queries together) is below `least`."""
    below = np.concatenate([[False], coverage(weights).per_key < least, [False]])
    edges = np.flatnonzero(below[1:] != below[:-1]).tolist()
    return [range(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def marks(labels: Sequence[str]) -> list[int]:
    """The positions of the labels without any letter or digit: punctuation marks."""
    return [i for i, label in enumerate(labels) if not any(map(str.isalnum, label))]


def share_on(weights: ArrayLike, rest: ArrayLike, keys: Sequence[int]) -> Floats:
    """The weight of each query on the given keys and on the rest together.

    With the punctuation marks as `keys` this is the share on function keys, where sinks hide.
    """
    on_keys: Floats = _matrix(weights)[:, list(keys)].sum(axis=1)
    return on_keys + np.asarray(rest, dtype=np.float64)


@dataclass(frozen=True)
class Glance:
    """A map in a few figures.

    entropy: the mean entropy of the queries with any weight, in nats. effective: their mean effective number of inputs.
    coverage: of the keys. functional: the share of all weight that lies on function keys, or None where there are none.
    """

    entropy: float
    effective: float
    coverage: Coverage
    functional: float | None


def glance(weights: ArrayLike, rest: ArrayLike, marks: Sequence[int], *, has_rest: bool) -> Glance | None:
    """The figures of a map of (queries, keys) with its rest of (queries,); None where it has no key or no weight.

    The rest counts as one more key that is looked at, and each row is taken as shares of what it sums to. marks: the
    keys that are punctuation marks; they and the rest are the function keys, the rest only where there is any
    (`has_rest`).
    """
    shares = _shares(weights, rest)
    if shares.shape[1] == 1 or not len(shares):
        return None
    total = float(_matrix(weights).sum() + np.asarray(rest, dtype=np.float64).sum())
    functional = float(share_on(weights, rest, marks).sum() / total)
    return Glance(
        entropy=float(entropy(shares).mean()),
        effective=float(effective_inputs(shares).mean()),
        coverage=coverage(weights),
        functional=functional if len(marks) or has_rest else None,
    )


def backward_steps(weights: ArrayLike) -> float:
    """The share of steps from one query to the next at which the strongest key (the first, if tied) moves back.

    T queries make T - 1 steps; the share is 0 where there is no step, or no key.
    """
    alpha = _matrix(weights)
    if alpha.shape[0] < 2 or not alpha.shape[1]:
        return 0.0
    return float(np.mean(np.diff(alpha.argmax(axis=1)) < 0))


def furthest_back(weights: ArrayLike) -> int:
    """By how many keys the strongest key (the first, if tied) moves back at most from one query to the next."""
    alpha = _matrix(weights)
    steps = np.diff(alpha.argmax(axis=1)) if alpha.shape[1] else np.zeros(0, np.intp)
    return int(-steps.min(initial=0))


def stays(weights: ArrayLike) -> list[int]:
    """How many queries in a row have the same strongest key (the first, if tied), for each such run in order."""
    alpha = _matrix(weights)
    if not alpha.size:
        return []
    edges = np.flatnonzero(np.diff(alpha.argmax(axis=1), prepend=-1, append=-1))
    return [int(length) for length in np.diff(edges)]


def _shares(weights: ArrayLike, rest: ArrayLike) -> Floats:
    """The rows with any weight, the rest as one more key, as shares of what they sum to."""
    rows = np.column_stack([_matrix(weights), np.asarray(rest, dtype=np.float64)])
    totals = rows.sum(axis=1)
    shares: Floats = rows[totals > 0] / totals[totals > 0, None]
    return shares


def _matrix(weights: ArrayLike) -> Floats:
    alpha = np.asarray(weights, dtype=np.float64)
    if alpha.ndim != 2:
        raise ValueError(f"A map's weights are (queries, keys), not of shape {alpha.shape}.")
    return alpha
