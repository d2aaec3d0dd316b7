"""Readings with maps over a sound, for paper: the sound, and the maps below it on the same time axis."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attnviz.axes import Frames
from attnviz.errors import InputError
from attnviz.figures import maps, over_words, titles, tracks
from attnviz.figures.drawing import Drawing
from attnviz.media import Sound
from attnviz.reading import Reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def picture(readings: Sequence[Reading], drawing: Drawing, caption: str | None) -> "Figure":
    """The waveform, the spectrogram, and each reading's map below them; or the difference of two.

    Raises InputError where a reading has maps but none of that name, where a difference can't be taken, and where the
    readings are not all of one sound.
    """
    if drawing.difference:
        difference = maps.difference(readings, drawing.map_name)
        drawn = [
            tracks.Track(
                titles.minus(*readings), readings[0].output, difference, difference=True, stretch=drawing.stretch
            )
        ]
    else:
        drawn = [
            tracks.Track(
                titles.title(reading),
                reading.output,
                maps.map_of(reading, drawing.map_name),
                stretch=drawing.stretch,
                strongest=drawing.strongest,
            )
            for reading in readings
        ]
    return tracks.figure(_sound(readings), drawn, caption=caption, paper=drawing.paper)


def explained(readings: Sequence[Reading], drawing: Drawing) -> list[str]:
    """What the rows and columns are, on which scale their weights are drawn, and what stands above them."""
    drawn = over_words.drawn(readings, drawing)
    above = "Above are the waveform and the mel spectrogram, whose shades end 60 dB below the loudest"
    if not drawn:
        return [above]
    keys = drawn[0].keys
    step = f" of {1000 * keys.step:g} ms" if isinstance(keys, Frames) else ""
    return [
        f"Rows are what was written, columns are frames{step} on a time axis in seconds",
        over_words.scale(readings, drawing),
        above,
    ]


def _sound(readings: Sequence[Reading]) -> Sound:
    """The one sound that all of the readings are of."""
    first, *others = (reading.source[0] if len(reading.source) == 1 else None for reading in readings)
    if not isinstance(first, Sound) or any(other != first for other in others):
        raise InputError("These readings are not all of one recording: save them apart.")
    return first
