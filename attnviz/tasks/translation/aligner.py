"""IBM model 1 (Brown et al. 1993): an aligner of words without a network, with which maps of attention are compared."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from attnviz.tasks.subwords import normalise, split_words
from attnviz.tasks.translation.corpus import read_pairs

ROUNDS = 5  # of expectation and maximisation, as Och and Ney 2003 trained it
LONGEST = 24  # words of a side: in longer sentences there are too many guesses
EVERY = 2  # half of the pairs: what a minute teaches

Floats = NDArray[np.float64]
_NULL = ""  # the French word that stands for none


class Aligner:
    """The chance t(e | f) that a French word f is translated as the English word e, learned from pairs of sentences.

    Case is ignored.
    """

    def __init__(self, pairs: Iterable[tuple[Sequence[str], Sequence[str]]], rounds: int = ROUNDS) -> None:
        """pairs: French words, English words. rounds: of expectation and maximisation, from t all equal."""
        self._english: dict[str, int] = {}
        self._french: dict[str, int] = {_NULL: 0}
        cells, tokens, count = [], [], 0
        for french, english in pairs:
            keys = [0, *(self._french.setdefault(word.lower(), len(self._french)) for word in french)]
            queries = [self._english.setdefault(word.lower(), len(self._english)) for word in english]
            cells.append(np.array([[(query << 32) + key for key in keys] for query in queries], dtype=np.int64).ravel())
            tokens.append(np.repeat(np.arange(count, count + len(queries)), len(keys)))
            count += len(queries)
        every = np.concatenate([np.zeros(0, dtype=np.int64), *cells])
        self._cells, cell = np.unique(every, return_inverse=True)
        token = np.concatenate([np.zeros(0, dtype=np.int64), *tokens])
        keys_of_cells = self._cells & 0xFFFFFFFF
        self._chances = np.ones(len(self._cells))
        for _ in range(rounds):
            share = self._chances[cell]
            share /= np.bincount(token, share, count)[token]
            counts = np.bincount(cell, share, len(self._cells))
            self._chances = counts / np.bincount(keys_of_cells, counts, len(self._french))[keys_of_cells]

    def map(self, english: Sequence[str], french: Sequence[str]) -> tuple[Floats, Floats]:
        """How likely each English word comes from each French word, t(e | f) brought to sum 1, and from none of them.

        Returns (English words, French words) and (English words,). A word that was never seen with any of them has no
        weight at all.
        """
        keys = [0, *(self._french.get(word.lower(), -1) for word in french)]
        rows = [[self._chance(self._english.get(word.lower(), -1), key) for key in keys] for word in english]
        weights = np.array(rows).reshape(len(english), len(keys))
        sums = weights.sum(axis=1, keepdims=True)
        shares = np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
        return shares[:, 1:], shares[:, 0]

    def _chance(self, english: int, french: int) -> float:
        if min(english, french) < 0:
            return 0.0
        cell = (english << 32) + french
        place = int(np.searchsorted(self._cells, cell))
        known = place < len(self._cells) and self._cells[place] == cell
        return float(self._chances[place]) if known else 0.0


def beside(path: Path) -> Aligner | None:
    """An aligner that learned from every second pair of the training corpora in the file's folder; None without any.

    Pairs with more than LONGEST words on a side are left out.
    """
    corpora = sorted(path.parent.glob("train_*.tsv*"))
    return Aligner(pair for corpus in corpora for pair in _pairs(corpus)) if corpora else None


def _pairs(corpus: Path) -> Iterator[tuple[list[str], list[str]]]:
    for pair in islice(read_pairs(corpus), 0, None, EVERY):
        french, english = (
            [word.text for word in split_words(normalise(text), language)]
            for text, language in ((pair.french, "fr"), (pair.english, "en"))
        )
        if max(len(french), len(english)) <= LONGEST:
            yield french, english
