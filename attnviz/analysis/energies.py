"""Energies: the scores of keys before they become weights, and what a change of one of them does."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def softmax(energies: ArrayLike) -> NDArray[np.float64]:
    """alpha_j = exp(e_j) / sum_k exp(e_k) (Bahdanau et al. 2015, eq. 6), of energies (keys,)."""
    values = np.asarray(energies, dtype=np.float64)
    powers = np.exp(values - values.max())  # the largest is taken away first: exp of a large number overflows
    weights: NDArray[np.float64] = powers / powers.sum()
    return weights


def changed(
    weights: ArrayLike, energies: ArrayLike, query: int, key: int, change: float
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The weights (queries, keys) with the energy of one key changed in the row of one query, and that row's energies.

    The row becomes the softmax of its energies; all other rows stay as they are.
    """
    row = np.array(energies, dtype=np.float64)[query]
    row[key] += change
    others = np.array(weights, dtype=np.float32)
    others[query] = softmax(row)
    return others, row
