"""The strongest links of a map in a sentence: for those who don't see it, and for whoever wants the gist at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from attnviz.analysis.wording import listed
from attnviz.attention import AttentionMap
from attnviz.axes import Words
from attnviz.figures import kinds, maps, words

MOST_TOLD = 3
_LEAST = 0.005  # less is 0.00 as it is told


def strongest(attention: AttentionMap, most: int = MOST_TOLD) -> list[tuple[int, int]]:
    """The places (query, key) of the strongest links, at most one of each query, by falling weight; of equal ones, and
    of those that are told alike, the first. Of a difference these are the largest ones, either way.

    Links from or to a punctuation mark are left out, unless there are no others: they say least, and are often the
    strongest.
    """
    if not attention.weights.size:
        return []
    sizes = _between_words(attention)
    if sizes is None:
        sizes = np.abs(attention.weights)
    keys, largest = sizes.argmax(axis=1), sizes.max(axis=1)
    links: dict[tuple[str, str, bool], tuple[int, int]] = {}
    for query in np.argsort(-largest, kind="stable"):
        if largest[query] < _LEAST or len(links) == most:
            break
        key = int(keys[query])
        told_as = (attention.queries.labels[query], _place(attention, key), bool(attention.weights[query, key] < 0))
        links.setdefault(told_as, (int(query), key))
    return list(links.values())


def told(attention: AttentionMap, *, difference: bool = False) -> str:
    """The strongest links in a sentence; empty where no weight is worth telling. "Between words" says that there are
    stronger ones, with punctuation marks or the rest. difference: the weights are differences."""
    places = strongest(attention)
    links = [_link(attention, *place, difference=difference) for place in places]
    if not links:
        return ""
    the = "Between words, the" if _leaves_out(attention, places) else "The"
    noun = "largest difference" if difference else "strongest link"
    if len(links) == 1:
        return f"{the} {noun} is {links[0]}."
    return f"{the} {noun}s are {listed(links)}."


def _between_words(attention: AttentionMap) -> NDArray[np.float32] | None:
    """The size of each weight, 0 where a punctuation mark is linked; None where nothing else is worth telling."""
    sizes = np.abs(attention.weights)
    sizes[words.marks(attention.queries)] = 0
    sizes[:, words.marks(attention.keys)] = 0
    return sizes if sizes.max() >= _LEAST else None


def _leaves_out(attention: AttentionMap, places: Sequence[tuple[int, int]]) -> bool:
    """Whether these links are between words, and others that are not are stronger than one of them."""
    sizes = _between_words(attention)
    if sizes is None or not isinstance(attention.keys, Words):
        return False
    marks = np.abs(attention.weights) - sizes
    strongest = max(float(marks.max()), float(np.abs(attention.rest).max(initial=0.0)))
    return strongest > min(abs(float(attention.weights[place])) for place in places)


def _link(attention: AttentionMap, query: int, key: int, *, difference: bool) -> str:
    number = maps.value(float(attention.weights[query, key]), difference=difference)
    return f"{words.quoted(attention.queries.labels[query])} to {_place(attention, key)} ({number})"


def _place(attention: AttentionMap, key: int) -> str:
    return kinds.KINDS[attention.keys.kind].place(attention.keys, key)
