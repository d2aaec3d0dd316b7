"""What a figure needs to know about a map, whatever its axes are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from attnviz.analysis.wording import percent, sentence_case
from attnviz.attention import SUBWORDS, AttentionMap
from attnviz.errors import InputError
from attnviz.figures import kinds, words
from attnviz.reading import Reading

# Less than this in every row is 0.00 or rounding: a column of it would only take room.
REST_SHOWN = 0.005
LEAST_DIFFERENCE = 0.1
SUMS_TO_ONE = 0.005  # as far from it is rounding
REST_LABEL = "∅"
MINUS = "\N{MINUS SIGN}"
_LONGEST_NAME = 40  # characters of the name of an axis
NO_MAP = "This variant has no attention: there is no map"


@dataclass(frozen=True)
class Scale:
    """The values that the ends of the colours stand for, and what the colour bar says."""

    low: float
    high: float
    label: str


def scale_of(attention: AttentionMap, *, stretch: bool, difference: bool) -> Scale:
    """The scale from 0 to 1 for weights, and from -1 to 1 for differences. With `stretch` it ends at the map's own
    largest, and says so, but never so far that differences which are rounded away would be seen.
    """
    drawn = attention.weights if not has_rest(attention) else np.c_[attention.weights, attention.rest]
    largest = float(np.abs(drawn).max(initial=0.0))
    if difference:
        top = max(largest, LEAST_DIFFERENCE) if stretch else 1.0
        ends = f"{value(-top, difference=True)} to {value(top, difference=False)}" if stretch else f"{MINUS}1 to 1"
        stretched = " (stretched to the largest)" if stretch else ""
        looked = f"{kinds.KINDS[attention.keys.kind].look}ed"
        return Scale(-top, top, f"{ends}{stretched}: blue, the first {looked} more; orange, the second")
    top = largest if stretch and largest else 1.0
    return Scale(0.0, top, f"weight (stretched to this map's largest, {top:.2f})" if stretch else "weight")


@dataclass(frozen=True)
class Strongest:
    """The cells of a map that are shown where only the `count` strongest keys of each row are.

    cells: bool (queries, keys). told: a sentence, without its capital and full stop, that says what is hidden.
    """

    cells: NDArray[np.bool_]
    told: str


def strongest(attention: AttentionMap, count: int) -> Strongest:
    """The `count` (1 or more) strongest keys of each row; of equal ones, the first. The rest is always shown."""
    order = np.argsort(-attention.weights, axis=1, kind="stable")[:, :count]
    cells = np.zeros(attention.weights.shape, dtype=bool)
    np.put_along_axis(cells, order, True, axis=1)
    whole = float(attention.weights.sum() + attention.rest.sum())
    hidden = float(attention.weights[~cells].sum()) / whole if whole else 0.0
    noun = "subword" if attention.name == SUBWORDS else "word"
    which = f"{count} strongest {noun}s of each row are" if count > 1 else f"strongest {noun} of each row is"
    return Strongest(cells, f"the {which} shown: {percent(hidden)} of the weight is hidden")


def has_rest(attention: AttentionMap) -> bool:
    """Whether any query gives a weight worth a column to keys that are no input."""
    return bool((np.abs(attention.rest) > REST_SHOWN).any())


def sums_told(attention: AttentionMap, name: str) -> str:
    """A sentence that says what the rows sum to, the rest included; empty where that is 1, up to rounding. name: of the
    variant."""
    sums = attention.weights.sum(axis=1) + attention.rest
    if not sums.size or np.abs(sums - 1).max() < SUMS_TO_ONE:
        return ""
    ends = dict.fromkeys(value(float(end), difference=False) for end in (sums.min(), sums.max()))
    return f"The rows of the map of “{name}” sum to {' to '.join(ends)}, not to 1."


def corner(attention: AttentionMap) -> tuple[str, str]:
    """The two lines that name the axes in the corner of a figure: "French →" and "English ↓"."""
    key, query = (words.cut(words.shown(name), _LONGEST_NAME) for name in (attention.key_name, attention.query_name))
    return f"{sentence_case(key)} →", f"{sentence_case(query)} ↓"


def map_of(reading: Reading, name: str) -> AttentionMap | None:
    """The map of that name, or None for a variant that has no maps at all. Raises InputError where it has others."""
    attention = reading.map(name)
    if attention is None and reading.maps:
        raise InputError(f"There is no map {name!r} here: choose one of {', '.join(m.name for m in reading.maps)}.")
    return attention


def subtract(a: AttentionMap, b: AttentionMap) -> AttentionMap:
    """alpha_a - alpha_b, cell by cell. Raises InputError (a ValueError) where the axes differ."""
    if a.axes != b.axes:
        raise InputError(
            "These two maps are over different words: make both variants write the same output, then compare them."
        )
    return replace(a, weights=a.weights - b.weights, rest=a.rest - b.rest)


def largest_difference(attention: AttentionMap) -> float:
    """Of a map of differences: the largest one either way."""
    return float(np.abs(attention.weights).max(initial=0.0))


def difference(readings: Sequence[Reading], name: str) -> AttentionMap:
    """The map of that name of the first reading, less that of the second. Raises InputError where it can't be taken."""
    if len(readings) != 2:
        raise InputError(f"A difference is taken between two variants, not {len(readings)}: choose two.")
    first, second = (map_of(reading, name) for reading in readings)
    if first is None or second is None:
        raise InputError("A variant without attention has no map to compare: choose two variants with attention.")
    return subtract(first, second)


def value(number: float, *, difference: bool) -> str:
    """A weight or a difference of weights as people read it, with two decimals."""
    number = round(number, 2) + 0.0  # never -0.00
    return f"{number:+.2f}".replace("-", MINUS) if difference else f"{number:.2f}"
