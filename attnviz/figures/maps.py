"""What a figure needs to know of a map, whatever its axes are."""

from dataclasses import dataclass

import numpy as np

from attnviz.errors import InputError
from attnviz.reading import AttentionMap

# Less than this in every row is 0.00 or rounding: a column of it would only take room.
REST_SHOWN = 0.005
LEAST_DIFFERENCE = 0.1
REST_LABEL = "∅"
REST_NAME = "no input word (end mark)"


@dataclass(frozen=True)
class Scale:
    """The values that the ends of the colours stand for, and what the colour bar says."""

    low: float
    high: float
    label: str


def scale_of(attention: AttentionMap, *, stretch: bool, difference: bool) -> Scale:
    """0 to 1 for weights, with `stretch` up to the map's own largest, and it says so.

    Differences are small beside 1: they are always stretched to the largest either way, which is said too, but never
    so far that what is rounded away would be seen.
    """
    drawn = attention.weights if not has_rest(attention) else np.c_[attention.weights, attention.rest]
    largest = float(np.abs(drawn).max(initial=0.0))
    if difference:
        top = max(largest, LEAST_DIFFERENCE)
        return Scale(-top, top, f"difference of weights (colours end at {top:.2f})")
    top = largest if stretch and largest else 1.0
    return Scale(0.0, top, f"weight (stretched to this map's largest, {top:.2f})" if stretch else "weight")


def has_rest(attention: AttentionMap) -> bool:
    """Whether any query gives a weight worth a column to keys that are no input."""
    return bool((np.abs(attention.rest) > REST_SHOWN).any())


def subtract(a: AttentionMap, b: AttentionMap) -> AttentionMap:
    """alpha_a - alpha_b, cell by cell. Raises InputError (a ValueError) where the axes differ."""
    if (a.queries, a.keys) != (b.queries, b.keys):
        raise InputError(
            "These two maps are over different words: make both variants write the same output, then compare them."
        )
    return AttentionMap(a.name, a.queries, a.keys, a.weights - b.weights, a.rest - b.rest)


def value(number: float, *, difference: bool) -> str:
    """A weight or a difference of weights as people read it, with two decimals."""
    number = round(number, 2) + 0.0  # never -0.00
    return f"{number:+.2f}".replace("-", "\N{MINUS SIGN}") if difference else f"{number:.2f}"
