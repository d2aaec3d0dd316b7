"""Do the words that got the most weight matter the most? Each word is deleted from the input, and the rest read anew.

This is *remove*. To *ignore* a word (`faithfulness.py`) is another thing: it stays in the states of its neighbours.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attnviz.analysis.compare import kendall, total_variation

FEWEST, MOST = 4, 100  # words of an input that ranks are compared over, and that are each left out
MOST_KEYS = 20_000  # that all shortened inputs have together: they are read at once, and a word may have many subwords


@dataclass(frozen=True, eq=False)
class LeftOut:
    """changes: (words,), by how much (TVD) the answer changes without each word. agreement: Kendall's tau-b of these
    with the words' weights, from -1 (opposite) to 1 (the same order); None where it is undefined, for weights or
    changes that are all alike."""

    changes: NDArray[np.float64]
    agreement: float | None
    runs: int


def left_out(own: ArrayLike, without: ArrayLike, weights: ArrayLike) -> LeftOut:
    """D_j = TVD(y(x without j), y(x)), and tau-b of D and alpha (Jain and Wallace 2019, algorithm 1).

    own: (outcomes,), the log-probabilities of the whole input. without: (words, outcomes), those without each word.
    weights: (words,).
    """
    change = total_variation(np.exp(np.asarray(without)), np.exp(np.asarray(own)))
    return LeftOut(change, kendall(change, weights), len(change))
