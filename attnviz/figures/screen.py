"""Heatmaps for the screen, as plain data: the component in `figures/browser/heatmap.js` draws them.

Queries are rows from the top down, keys are columns with their labels above, and the rest is a narrow column of its own
at the right. Labels are whole texts, which are drawn as text and never as markup. The browser knows how much room there
is and how wide its letters are, so it chooses the side of a cell, from 16 to 40 px, or down to 13 px where that lets a
mouse's screen show the whole map; a map that is wider even so scrolls in a frame of its own.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnviz.analysis.wording import sentence_case
from attnviz.attention import SUBWORDS, AttentionMap, Weights
from attnviz.figures import kinds, links, maps, words

LEAST_CELL, LARGEST_CELL = 16, 40  # px
USUAL_SIDE = 400  # px: an ordinary sentence's map is seen whole

# Shares of a cell: the gap before the column of the rest, and that column.
REST_GAP, REST_WIDTH = 0.35, 0.65
_TILT = math.radians(60)  # of the labels of columns
_LETTER = 7.5  # px, about: the browser's font isn't known
_LONGEST_LABEL = 150  # px; the browser cuts a longer one with an ellipsis


@dataclass(frozen=True)
class Heatmap:
    """A map as it is shown.

    rows, columns: labels. weights: (rows, columns). rest: (rows,), or None where it is worth no column. pool: how many
    neighbouring keys each column sums. difference: the weights are differences, on the diverging scale. unread: the
    columns that the model could not read. shown: bool (rows, columns), the cells that are shown, or None where all of
    them are. axes: what the columns and the rows are, "French →" and "English ↓". notes: sentences that belong to the
    legend. side: px of the longer side of all cells together, within the limits for one.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    weights: Weights
    rest: Weights | None
    rest_name: str
    pool: int
    scale: maps.Scale
    difference: bool
    unread: Collection[int]
    shown: NDArray[np.bool_] | None
    axes: tuple[str, str]
    notes: Sequence[str]
    alt: str
    side: int

    @property
    def width(self) -> int:
        """About how many px the map takes."""
        units = len(self.columns) + (0 if self.rest is None else REST_GAP + REST_WIDTH)
        cell = min(max(self.side // math.ceil(max(len(self.rows), units, 1)), LEAST_CELL), LARGEST_CELL)
        left = max(map(_length, (*self.rows, *self.axes))) + 14
        # A tilted label reaches to the right of its column.
        reach = ((i + 0.5) * cell + _length(label) * math.cos(_TILT) + 13 for i, label in enumerate(self.columns))
        return left + math.ceil(max(units * cell, *reach, 0))


def heatmap(
    attention: AttentionMap,
    minus: AttentionMap | None = None,
    *,
    stretch: bool = False,
    strongest: int = 0,
    side: int = USUAL_SIDE,
    unread: Collection[int] = (),
) -> Heatmap:
    """The weights of `attention` (queries, keys), less those of `minus` where it is given.

    Weights are on the scale from 0 to 1, and differences on that from -1 to 1; with `stretch` it ends at the largest
    of this map. strongest: how many keys of each row are shown, 0 for all; a note says how much is hidden. All of a
    difference is shown. Above 300 keys, neighbouring columns are summed, and a note says so. unread: the words (groups
    of the keys) that the model could not read. Raises InputError (a ValueError) where the axes of the two maps differ.
    """
    whole = attention if minus is None else maps.subtract(attention, minus)
    pooled, pool = kinds.pool(whole)
    notes = [note] if (note := kinds.pooled_note(whole, columns=pool)) else []
    kept = maps.strongest(pooled, strongest) if strongest and minus is None and whole.weights.size else None
    if kept is not None:
        notes.append(kept.told)
    return Heatmap(
        rows=words.names(pooled.queries),
        columns=words.names(pooled.keys),
        weights=pooled.weights,
        rest=pooled.rest if maps.has_rest(pooled) else None,
        rest_name=words.shown(whole.rest_name),
        pool=pool,
        scale=maps.scale_of(pooled, stretch=stretch, difference=minus is not None),
        difference=minus is not None,
        unread={i for i, group in enumerate(pooled.keys.groups) if group in unread and pool == 1},
        shown=None if kept is None else kept.cells,
        axes=maps.corner(whole),
        notes=[f"{sentence_case(note)}." for note in notes],
        alt=alt_text(whole, difference=minus is not None),
        side=side,
    )


def alt_text(attention: AttentionMap, *, difference: bool = False) -> str:
    """The map in words, for those who don't see it: its size, and its strongest links."""
    if not attention.weights.size:
        return "An empty heatmap: there are no words to show."
    subwords = attention.name == SUBWORDS
    outputs = kinds.count(attention.queries, attention.query_name, subwords=subwords)
    inputs = kinds.count(attention.keys, attention.key_name, subwords=subwords)
    return f"Map of {outputs} by {inputs}. {links.told(attention, difference=difference)}".rstrip()


def _length(text: str) -> int:
    return min(math.ceil(_LETTER * len(text)), _LONGEST_LABEL)
