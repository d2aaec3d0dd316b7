"""Labels as they are written in figures, and what is done where there are too many of them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from attnviz.analysis import shape
from attnviz.analysis.plain import plain
from attnviz.attention import AttentionMap
from attnviz.axes import Axis, Words
from attnviz.reading import Pieces

MOST_COLUMNS = 300
NOT_READ = " (not read)"
_LONGEST_QUOTED = 30  # characters
_QUOTED = re.compile("“([^“”]*)”")


def shown(label: str) -> str:
    """The label as one printable line: white space becomes a space, control characters a replacement character, and
    the invisible marks that turn the direction of text are left out."""
    kept = (c for c in " ".join(label.split()) if unicodedata.category(c) != "Cf")
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in {"Cc", "Cs"} else c for c in kept)


def cut(label: str, longest: int) -> str:
    """The label for an axis, cut with an ellipsis where it has more than `longest` characters."""
    return label if len(label) <= longest else label[: longest - 1].rstrip(" …") + "…"


def quoted(label: str) -> str:
    """The label in quotation marks, as it stands in a sentence."""
    return f"“{cut(shown(label), _LONGEST_QUOTED)}”"


def kept_apart(text: str) -> str:
    """The text with each quoted word of a script that runs from right to left kept apart, between FSI and PDI of
    Unicode, so that the words and numbers around it keep their order."""
    return _QUOTED.sub(lambda quoted: f"“\u2068{quoted[1]}\u2069”" if _from_right(quoted[1]) else quoted[0], text)


def _from_right(text: str) -> bool:
    return any(unicodedata.bidirectional(c) in {"R", "AL"} for c in text)


def marks(axis: Axis) -> list[int]:
    """The places of the punctuation marks on an axis; none on one without words."""
    return shape.marks(axis.labels) if isinstance(axis, Words) else []


def names(axis: Axis) -> list[str]:
    """The whole labels, for sentences and hover texts."""
    return [shown(label) for label in axis.labels]


def pool(attention: AttentionMap) -> tuple[AttentionMap, int]:
    """The map with at most 300 columns, and how many neighbouring keys each column sums (1: the map as it was)."""
    keys = len(attention.keys)
    width = -(-keys // MOST_COLUMNS)
    if width <= 1:
        return attention, 1
    weights = np.add.reduceat(attention.weights, range(0, keys, width), axis=1)
    return replace(attention, keys=_spans(attention.keys, width), weights=weights), width


def part(attention: AttentionMap, first: int, last: int) -> AttentionMap:
    """The map over its keys from `first` up to `last` alone. The weight on all others is the rest, so that none is
    hidden."""
    kept = attention.weights[:, first:last]
    others = attention.weights.sum(axis=1) + attention.rest - kept.sum(axis=1)
    return replace(
        attention,
        keys=Words.whole(attention.keys.labels[first:last]),
        weights=kept,
        rest=np.maximum(others, 0).astype(np.float32),
        rest_name="all other words",
    )


def pool_rows(attention: AttentionMap, height: int) -> AttentionMap:
    """The map with every `height` neighbouring rows averaged to one (1: the map as it was)."""
    if height <= 1:
        return attention
    starts = np.arange(0, len(attention.queries), height)
    sizes = np.minimum(height, len(attention.queries) - starts)
    weights = (np.add.reduceat(attention.weights, starts, axis=0) / sizes[:, None]).astype(np.float32)
    rest = (np.add.reduceat(attention.rest, starts) / sizes).astype(np.float32)
    return replace(attention, queries=_spans(attention.queries, height), weights=weights, rest=rest)


def spaced(text: str, labels: Sequence[str]) -> list[str]:
    """What stands before each label in the text that the labels were cut from: nothing, or a space.

    A label that does not stand next in the text gets a space. Labels may have been passed through `plain`, even if the
    text was not.
    """
    text, labels = plain(text), [plain(label) for label in labels]
    gaps, end, start = [], 0, _after_space(text, 0)
    for label in labels:
        follows = text.startswith(label, start)
        gaps.append(" " if start > end or not follows else "")
        if follows:
            end = start + len(label)
            start = _after_space(text, end)
    return gaps


def _after_space(text: str, place: int) -> int:
    """The index after any white space that starts at `place`."""
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def placed(axis: Axis, gaps: Sequence[str]) -> list[tuple[str, str]]:
    """The labels of an axis as they stand in a sentence, each with what stands before it: the word's gap, or a dot
    between the subwords of a word. gaps: of each word, as `spaced` returns them."""
    before = [-1, *axis.groups][: len(axis)]
    return [
        (shown(label), "·" if group == last else gaps[group])
        for label, group, last in zip(axis.labels, axis.groups, before, strict=True)
    ]


def unread(texts: Sequence[Pieces]) -> frozenset[int]:
    """The words that the model knows no subword of, by their places, counted through all the texts."""
    units = chain.from_iterable(pieces.units for pieces in texts)
    return frozenset(word for word, subwords in enumerate(units) if not subwords)


def _spans(axis: Axis, width: int) -> Words:
    """The axis on which every `width` neighbours are one, called by the first and the last of their labels."""
    labels = axis.labels
    ends = ((labels[i], labels[min(i + width, len(labels)) - 1]) for i in range(0, len(labels), width))
    return Words.whole([" … ".join(dict.fromkeys(pair)) for pair in ends])
