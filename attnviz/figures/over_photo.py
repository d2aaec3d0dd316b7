"""Readings with maps over a photo, for paper: contact sheets, single words and moving pictures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from attnviz.axes import Grid
from attnviz.errors import InputError
from attnviz.figures import maps, moving, sheet, titles
from attnviz.figures.drawing import Drawing
from attnviz.figures.photo import Look, scale, together
from attnviz.media import Photo
from attnviz.reading import Reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def picture(readings: Sequence[Reading], drawing: Drawing, caption: str | None) -> "Figure":
    """The photo, tinted for every word of each reading, or for the word at the place `drawing.word`.

    Raises InputError where a reading has maps but none of that name, or no such word.
    """
    panels = [
        sheet.PhotoPanel(
            photo=_photo(reading),
            output=reading.output,
            map=maps.map_of(reading, drawing.map_name),
            title=titles.title(reading),
            word=_word(reading, drawing.word),
        )
        for reading in readings
    ]
    look = together(_look(drawing), [panel.map for panel in panels])
    return sheet.figure(panels, look, caption=caption, paper=drawing.paper)


def animation(readings: Sequence[Reading], drawing: Drawing, caption: str | None, format: str) -> bytes:
    """One word after another, as a moving GIF or WebP. Raises InputError where it isn't one reading with a map."""
    if len(readings) != 1:
        raise InputError(f"A moving picture is made of one variant, not {len(readings)}: choose one.")
    (reading,) = readings
    attention = maps.map_of(reading, drawing.map_name)
    if attention is None or not reading.output.labels:
        raise InputError(f"“{reading.name}” has no map to be shown word by word: choose a variant with attention.")
    look = _look(drawing)
    below = f"{' '.join(scale(attention, look))} {caption}" if caption else None
    return moving.save(_photo(reading), reading.output, attention, look, cast(moving.Format, format), caption=below)


def explained(readings: Sequence[Reading], drawing: Drawing) -> list[str]:
    """How weights are drawn. What the orange stands for is said beside the maps."""
    attention = next((m for reading in readings if (m := reading.map(drawing.map_name))), None)
    if attention is None or not isinstance(attention.keys, Grid):
        return []
    between = "smooth between the cells' centres" if drawing.smooth else "cell by cell"
    return [
        f"The weights of {attention.keys.rows} x {attention.keys.columns} cells are drawn {between}; the strongest "
        f"orange covers {drawing.strength:.0%} of the photo below it"
    ]


def _look(drawing: Drawing) -> Look:
    return Look(drawing.smooth, drawing.strength, drawing.common, drawing.end)


def _photo(reading: Reading) -> Photo:
    photo = reading.source[0] if len(reading.source) == 1 else None
    if not isinstance(photo, Photo):
        raise InputError("These readings are not all of photos: save them apart.")
    return photo


def _word(reading: Reading, word: int | None) -> int | None:
    if word is not None and not 0 <= word < len(reading.output.labels):
        raise InputError(f"This output has no word {word + 1}: choose one of 1 to {len(reading.output.labels)}.")
    return word
