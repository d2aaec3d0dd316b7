"""What is special about axes of words: their labels, their names in sentences, and too many of them."""

import unicodedata

import numpy as np

from attnviz.reading import AttentionMap, Axis, Grid, Words

MOST_COLUMNS = 300


def shown(label: str) -> str:
    """The label as one printable line: white space becomes a space, control characters a replacement character, and
    the invisible marks that turn the direction of text are left out."""
    kept = (c for c in " ".join(label.split()) if unicodedata.category(c) != "Cf")
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in {"Cc", "Cs"} else c for c in kept)


def cut(label: str, longest: int) -> str:
    """The label for an axis, cut with an ellipsis where it has more than `longest` characters."""
    return label if len(label) <= longest else label[: longest - 1].rstrip(" …") + "…"


def names(axis: Axis) -> list[str]:
    """The whole labels, for sentences and hover texts."""
    return [shown(label) for label in axis.labels]


def pool(attention: AttentionMap) -> tuple[AttentionMap, int]:
    """The map with at most 300 columns, and how many neighbouring keys each column sums (1: the map as it was)."""
    keys = len(attention.keys)
    width = -(-keys // MOST_COLUMNS)
    if width <= 1:
        return attention, 1
    starts = range(0, keys, width)
    labels = [
        " … ".join(dict.fromkeys((attention.keys.labels[first], attention.keys.labels[min(first + width, keys) - 1])))
        for first in starts
    ]
    weights = np.add.reduceat(attention.weights, starts, axis=1)
    return AttentionMap(attention.name, attention.queries, Words.whole(labels), weights, attention.rest), width


def pooled_note(width: int) -> str:
    """What a figure says of its columns: nothing where each is one key."""
    return f"each column sums {width} neighbouring words" if width > 1 else ""


def count(axis: Axis, adjective: str, *, subwords: bool = False) -> str:
    """ "7 output words", "1 input subword", "49 input cells"."""
    noun = "cell" if isinstance(axis, Grid) else "subword" if subwords else "word"
    return f"{len(axis)} {adjective} {noun}{'' if len(axis) == 1 else 's'}"
