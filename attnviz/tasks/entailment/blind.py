"""How far the hypothesis alone tells the label (Gururangan et al. 2018): a linear model that never sees the premise."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from attnviz.tasks.entailment.about import LABELS
from attnviz.tasks.entailment.corpus import Pair

# Chosen on snli_dev.
EPOCHS = 3
BATCH = 256
RATE = 3e-3


class Blind:
    """Logistic regression on the words of a hypothesis and on its pairs of neighbouring words, whatever their case.

    pairs: what it learns from. Its seed is fixed, so that it always learns the same from them.
    """

    def __init__(self, pairs: Sequence[Pair], epochs: int = EPOCHS) -> None:
        features = [list(_features(pair.hypothesis)) for pair in pairs]
        self._known = {name: i for i, name in enumerate(dict.fromkeys(name for row in features for name in row))}
        self._weights = nn.EmbeddingBag(len(self._known) + 1, len(LABELS), mode="sum")
        nn.init.zeros_(self._weights.weight)
        rows = [self._row(row) for row in features]
        gold = torch.tensor([LABELS.index(pair.label) for pair in pairs])
        optimiser = torch.optim.Adam(self._weights.parameters(), lr=RATE)
        chance = np.random.default_rng(1)
        for _ in range(epochs):
            for batch in np.array_split(chance.permutation(len(rows)), max(1, len(rows) // BATCH)):
                optimiser.zero_grad()
                loss = F.cross_entropy(self._scores([rows[i] for i in batch]), gold[batch])
                torch.autograd.backward(loss)
                optimiser.step()

    def guesses(self, pairs: Sequence[Pair]) -> NDArray[np.int64]:
        """The likeliest label of each pair, as a place in LABELS."""
        with torch.inference_mode():
            scores = self._scores([self._row(_features(pair.hypothesis)) for pair in pairs])
        return np.asarray(scores.argmax(dim=1).numpy(), dtype=np.int64)

    def _row(self, features: Sequence[str] | Iterator[str]) -> Tensor:
        """The numbers of the features that are known, after that of what every hypothesis has."""
        known = (self._known[name] for name in features if name in self._known)
        return torch.tensor([len(self._known), *known])

    def _scores(self, rows: Sequence[Tensor]) -> Tensor:
        """(rows, labels)"""
        starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
        scores: Tensor = self._weights(torch.cat(list(rows)), torch.from_numpy(starts))
        return scores


def _features(words: Sequence[str]) -> Iterator[str]:
    lowered = [word.lower() for word in words]
    yield from lowered
    yield from map(" ".join, pairwise(("", *lowered, "")))
