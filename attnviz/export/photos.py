"""Pictures of maps over a photo: contact sheets, single words and moving pictures."""

from collections.abc import Sequence

from attnviz.errors import InputError
from attnviz.export.images import map_of
from attnviz.figures import captions, ink, moving, sheet
from attnviz.figures.photo import Look, legend
from attnviz.reading import ATTENTION, Photo, Reading


def picture(
    readings: Sequence[Reading],
    format: ink.Format,
    look: Look,
    *,
    map_name: str = ATTENTION,
    caption: bool = True,
    word: int | None = None,
) -> bytes:
    """All words of each Reading, or the one at the place `word`, as PNG (300 dpi), SVG or PDF.

    Raises InputError where a Reading has maps but none of that name, or no such word.
    """
    panels = [
        sheet.Panel(_photo(one), one.output, map_of(one, map_name), captions.title(one), _word(one, word))
        for one in readings
    ]
    below = captions.of_photos(readings, look, map_name) if caption else None
    return ink.save(sheet.figure(panels, look, caption=below), format)


def animation(
    readings: Sequence[Reading], format: moving.Format, look: Look, *, map_name: str = ATTENTION, caption: bool = True
) -> bytes:
    """One word after another, as a moving GIF or WebP. Raises InputError where it isn't one Reading with a map."""
    if len(readings) != 1:
        raise InputError(f"A moving picture is made of one variant, not {len(readings)}: choose one.")
    (one,) = readings
    attention = map_of(one, map_name)
    if attention is None or not one.output.labels:
        raise InputError(f"{one.variant} has no map to be shown word by word: choose a variant with attention.")
    below = f"{legend(attention, look)} {captions.of_photos(readings, look, map_name)}" if caption else None
    return moving.save(_photo(one), one.output, attention, look, format, caption=below)


def _photo(reading: Reading) -> Photo:
    found = reading.source[0] if len(reading.source) == 1 else None
    if not isinstance(found, Photo):
        raise InputError("These readings are not all of photos: save them apart.")
    return found


def _word(reading: Reading, word: int | None) -> int | None:
    if word is not None and not 0 <= word < len(reading.output.labels):
        raise InputError(f"This caption has no word {word + 1}: choose one of 1 to {len(reading.output.labels)}.")
    return word
