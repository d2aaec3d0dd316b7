"""Readings with maps over a sound, for paper: heatmaps whose columns are spans of time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attnviz.figures import over_words
from attnviz.figures.drawing import Drawing
from attnviz.reading import Frames, Reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def picture(readings: Sequence[Reading], drawing: Drawing, caption: str | None) -> "Figure":
    """The maps side by side, as over words; columns are labelled with their middle in seconds.

    Raises InputError where a reading has maps but none of that name, and where a difference can't be taken.
    """
    return over_words.picture(readings, drawing, caption)


def explained(readings: Sequence[Reading], drawing: Drawing) -> list[str]:
    """What the rows and columns are, and on which scale their weights are drawn."""
    drawn = over_words.drawn(readings, drawing)
    if not drawn:
        return []
    keys = drawn[0].keys
    step = f" of {1000 * keys.step:g} ms" if isinstance(keys, Frames) else ""
    return [
        f"Rows are what was written, columns are frames{step}, labelled with their middle in seconds",
        over_words.scale(readings, drawing),
    ]
