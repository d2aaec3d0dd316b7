"""A map against a gold standard: word alignments that people drew.

A link is a pair (key index, query index): source word first, as in the gold files. Several gold tokens may be one word
of the model (`de les` is read as `des`), so a map is first brought to the gold tokens by `aligned`. What then holds of
a shared word:

- Query side: each gold output token takes the row of the word that holds it.
- Key side: the columns stay the model's words. A link to a word is a link to each gold token that it covers (AER). A
  column is a gold column of an output token if one of the gold tokens it covers is linked to it; it counts once, so
  that mass never exceeds 1 and hit and match speak of places where the model can look.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Link = tuple[int, int]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Links:
    """The gold links (key index, query index) of one pair. `possible` need not repeat `sure`."""

    sure: frozenset[Link]
    possible: frozenset[Link] = frozenset()

    @property
    def all(self) -> frozenset[Link]:
        return self.sure | self.possible


@dataclass(frozen=True, eq=False)
class Aligned:
    """A map brought to gold tokens.

    weights: (gold queries, model's words of the source). rest: (gold queries,). key_of[j]: the column of gold key j.
    """

    weights: Floats
    rest: Floats
    key_of: tuple[int, ...]

    def links(self) -> set[Link]:
        """The links of the strongest places, one for each gold key that the column covers."""
        strongest = {query: column for column, query in argmax_links(self.weights, self.rest)}
        return {
            (key, query) for query, column in strongest.items() for key, of in enumerate(self.key_of) if of == column
        }


def aligned(
    weights: ArrayLike, rest: ArrayLike, query_of: Sequence[int] | None = None, key_of: Sequence[int] | None = None
) -> Aligned:
    """Bring a map over the model's words to gold tokens.

    weights: (queries, keys), rest: (queries,). query_of[i] is the model's output word that holds gold output token i,
    key_of[j] its source word that covers gold source token j. Either is left out where the model's words are the gold
    tokens.
    """
    alpha, ends = np.asarray(weights, dtype=np.float64), np.asarray(rest, dtype=np.float64)
    rows = list(range(len(alpha)) if query_of is None else query_of)
    return Aligned(alpha[rows], ends[rows], tuple(range(alpha.shape[1]) if key_of is None else key_of))


def argmax_links(weights: ArrayLike, rest: ArrayLike) -> set[Link]:
    """The links from the strongest key of each output word; of tied keys the first is taken.

    weights: (queries, keys), rest: (queries,). A word whose strongest place is the rest (the end mark) has none, nor
    has one without any weight. A key that ties with the rest wins.
    """
    alpha, ends = np.asarray(weights, dtype=np.float64), np.asarray(rest, dtype=np.float64)
    if not alpha.shape[1]:
        return set()
    peaks = alpha.max(axis=1)
    linked = np.flatnonzero((peaks > 0) & (peaks >= ends))
    return {(int(alpha[query].argmax()), int(query)) for query in linked}


def diagonal_links(queries: int, keys: int) -> set[Link]:
    """The diagonal guess: output word i, from 0, to key min(round(i * keys / queries), keys - 1).

    A half is rounded to the even neighbour, as Python's `round` does.
    """
    return {(min(round(i * keys / queries), keys - 1), i) for i in range(queries)} if keys else set()


def score(items: Iterable[tuple[Aligned, Links]]) -> dict[str, float]:
    """The figures of a whole set of maps against their gold links.

    aer, precision and recall judge the argmax links A by the sure links S and the possible links P (S in P), counted
    over the whole set: 1 - (|A n S| + |A n P|) / (|A| + |S|); |A n P| / |A|; |A n S| / |S| (Och and Ney 2003).

    The others are means over the `words` output words that have gold links, sure and possible ones together:

    - match: whether a word's n linked columns are the n places of highest weight (Koehn and Knowles 2017, sec. 3.5).
      The rest counts as one more place. A linked column that only ties with a place outside the links is a miss.
    - argmax_hit: the place of highest weight is a linked column (as in `argmax_links`).
    - argmax_hit_previous, argmax_hit_next: the same with the row of the output word before or after. A word at the
      edge, which has no such row, is a miss, so that all three speak of the same words.
    - mass: the weight on the linked columns.

    A figure whose denominator is 0 is nan.
    """
    links = sure = hits_sure = hits_all = words = match = 0
    mass = 0.0
    hits = {-1: 0, 0: 0, 1: 0}
    for attention, gold in items:
        guess = attention.links()
        links, sure = links + len(guess), sure + len(gold.sure)
        hits_sure, hits_all = hits_sure + len(guess & gold.sure), hits_all + len(guess & gold.all)
        strongest = {query: column for column, query in argmax_links(attention.weights, attention.rest)}
        for query, columns in _columns(attention, gold).items():
            words += 1
            inside = np.isin(np.arange(attention.weights.shape[1]), list(columns))
            row = attention.weights[query]
            mass += float(row[inside].sum())
            match += bool(row[inside].min() > max(row[~inside].max(initial=-1.0), attention.rest[query]))
            for shift in hits:
                hits[shift] += strongest.get(query + shift) in columns
    return {
        "aer": 1 - _ratio(hits_sure + hits_all, links + sure),
        "match": _ratio(match, words),
        "argmax_hit": _ratio(hits[0], words),
        "argmax_hit_previous": _ratio(hits[-1], words),
        "argmax_hit_next": _ratio(hits[1], words),
        "mass": _ratio(mass, words),
        "precision": _ratio(hits_all, links),
        "recall": _ratio(hits_sure, sure),
        "words": words,
    }


def diagonal_score(items: Iterable[tuple[int, int, Links]]) -> dict[str, float]:
    """The figures of `score` for the diagonal guess; items are (queries, keys, gold links).

    The guess is a map with all the weight of an output word on one key, so it can match words of one link only.
    """
    return score((aligned(_one_hot(queries, keys), np.zeros(queries)), links) for queries, keys, links in items)


def _one_hot(queries: int, keys: int) -> Floats:
    weights = np.zeros((queries, keys))
    for key, query in diagonal_links(queries, keys):
        weights[query, key] = 1.0
    return weights


def _columns(attention: Aligned, gold: Links) -> dict[int, set[int]]:
    """The linked columns of each gold query that has any."""
    columns: dict[int, set[int]] = {}
    for key, query in gold.all:
        columns.setdefault(query, set()).add(attention.key_of[key])
    return columns


def _ratio(part: float, whole: int) -> float:
    return part / whole if whole else float("nan")
