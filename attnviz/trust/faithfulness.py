"""Does what a model answers depend on where one row of its map looked? Its weights are shuffled, made even and erased.

Each figure says in `runs` how many answers of the model it took. What is drawn by chance is the same for the same row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attnviz.analysis.compare import total_variation
from attnviz.nn.beam import OnStep
from attnviz.nn.one_row import OneRow

SHUFFLES = 100
ORDERS = 20  # random ones
MOST_MOMENTS = 50  # of an erasure at which the model is asked
PERCENTS = (5, 10, 20, 50)  # of the keys, which make a reason

Rows = NDArray[np.float64]
Order = NDArray[np.int64]


@dataclass(frozen=True)
class Shuffled:
    """change: the median TVD, from 0 to 1, between what the model answers with the row's weights shuffled and with the
    row itself. peak: the row's largest weight."""

    change: float
    peak: float
    runs: int


@dataclass(frozen=True)
class Evened:
    """change: the TVD between what the model answers with all keys weighing the same and with the row itself."""

    change: float
    runs: int


@dataclass(frozen=True)
class Erased:
    """The share of the keys that are ignored when another outcome first becomes the likeliest; 1 where none does.

    strongest_first: in order of falling weight. by_gradient: in order of falling weight x gradient of the likeliest
    outcome. at_random: the median of random orders. Few keys taken in falling weight, and many at random, say that
    weights tell what matters.
    """

    strongest_first: float
    by_gradient: float
    at_random: float
    runs: int


@dataclass(frozen=True)
class OneIgnored:
    """strongest: the TVD when the key of the largest weight is ignored. other: the median TVD when another key is."""

    strongest: float
    other: float
    runs: int

    @property
    def difference(self) -> float:
        return self.strongest - self.other


@dataclass(frozen=True)
class Reasons:
    """By how much the probability of what was written falls without the strongest keys (comprehensiveness), and with
    them alone (sufficiency): the means over `PERCENTS` of the keys."""

    comprehensiveness: float
    sufficiency: float
    runs: int


def shuffled(row: OneRow, seed: int = 0) -> Shuffled:
    """The median over 100 random permutations of TVD(y(permuted), y) (Jain and Wallace 2019, algorithm 2)."""
    rows = np.repeat(row.weights[None], SHUFFLES, axis=0)
    rows[:, row.keys] = np.random.default_rng(seed).permuted(rows[:, row.keys], axis=1)
    weights = row.weights[row.keys]
    return Shuffled(float(np.median(changes(row, rows))), float(weights.max()), SHUFFLES)


def evened(row: OneRow) -> Evened:
    """TVD(y(alpha := 1 / S), y) (Wiegreffe and Pinter 2019, section 3.2). A row whose sum is not 1 keeps it."""
    return Evened(float(changes(row, kept(row, np.ones((1, len(row.keys)), bool), even=True))[0]), 1)


def erased(row: OneRow, seed: int = 0, on_step: OnStep | None = None) -> Erased:
    """Keys are ignored one after another, and the others renormalised, until the likeliest outcome changes (Serrano and
    Smith 2019, section 5). Of many keys, several are ignored at a time, so that there are at most 50 moments.

    on_step: is told how many of the orders are done, and whatever it raises ends the test.
    """
    count, likeliest = len(row.keys), int(row.own.argmax())
    weights, slopes = row.weights[row.keys], row.gradient(likeliest)[row.keys]
    moments = np.unique(np.linspace(1, count - 1, min(count - 1, MOST_MOMENTS)).round().astype(int))

    chance = np.random.default_rng(seed)
    orders = [falling(weights), falling(weights * slopes), *(chance.permutation(count) for _ in range(ORDERS))]
    shares = []
    for done, order in enumerate(orders):  # one by one: a long input has thousands of keys in the row of each moment
        if on_step:
            on_step(done, len(orders))
        rows = kept(row, np.argsort(order) >= moments[:, None])
        changed = row.log_probs(rows).argmax(axis=1) != likeliest
        shares.append(float(moments[changed.argmax()] / count) if changed.any() else 1.0)
    strongest_first, by_gradient, *others = shares
    return Erased(strongest_first, by_gradient, float(np.median(others)), len(orders) * len(moments))


def one_ignored(row: OneRow, seed: int = 0) -> OneIgnored:
    """TVD when the key of the largest weight is ignored, and the median TVD when one of 20 random other keys is, or of
    all others where there are fewer (Serrano and Smith 2019, section 4)."""
    strongest, *others = falling(row.weights[row.keys])
    drawn = np.random.default_rng(seed).permutation(others)[:ORDERS]
    ignored = np.array([strongest, *drawn])
    change = changes(row, kept(row, np.arange(len(row.keys)) != ignored[:, None]))
    return OneIgnored(float(change[0]), float(np.median(change[1:])), len(change))


def reasons(row: OneRow) -> Reasons:
    """Comprehensiveness and sufficiency (DeYoung et al. 2020, section 4), where keys are ignored rather than deleted.
    Of few keys, a share is one key at least."""
    count = len(row.keys)
    ranks = np.argsort(falling(row.weights[row.keys]))
    strongest = ranks < np.array([[-(-percent * count // 100)] for percent in PERCENTS])  # rounded up
    own = np.exp(row.own[row.written])
    without, alone = (
        float((own - np.exp(row.log_probs(kept(row, keep))[:, row.written])).mean()) for keep in (~strongest, strongest)
    )
    return Reasons(without, alone, 2 * len(PERCENTS))


def changes(row: OneRow, rows: ArrayLike) -> Rows:
    """TVD(y(row'), y) of each of many rows (rows, keys + 1): how much the model's answer changes, from 0 to 1."""
    return total_variation(np.exp(row.log_probs(rows)), np.exp(row.own))


def kept(row: OneRow, keep: NDArray[np.bool_], *, even: bool = False) -> Rows:
    """Rows (rows, keys + 1) in which only these keys weigh, renormalised to the sum that all of them had.

    keep: (rows, the row's keys). even: whether they weigh the same, in place of their own weights. Where no key that is
    kept has any weight, nothing is read.
    """
    weights = row.weights[row.keys].astype(np.float64)
    some = np.where(keep, 1.0 if even else weights, 0.0)
    sums = some.sum(axis=1, keepdims=True)
    rows = np.repeat(row.weights[None].astype(np.float64), len(keep), axis=0)
    rows[:, row.keys] = np.divide(some * weights.sum(), sums, out=np.zeros_like(some), where=sums > 0)
    return rows


def falling(values: NDArray[np.floating]) -> Order:
    """The places of the values (n,) from the largest to the smallest; of equal ones, the first comes first."""
    return np.argsort(-values, kind="stable")
