"""Readings as files: one table of formats, shared by the page and the command line.

Importing this is cheap: what draws and writes is imported at the call.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from attnviz.errors import InputError
from attnviz.reading import ATTENTION, Photo, Reading

if TYPE_CHECKING:
    from attnviz.figures.photo import Look


@dataclass(frozen=True)
class View:
    """What of the Readings is wanted, and how: the map's name, and for pictures the scale, caption and difference; over
    a photo how weights are drawn, and the place of the only word that is wanted."""

    map_name: str
    stretch: bool
    caption: bool
    difference: bool
    smooth: bool
    strength: float
    word: int | None


@dataclass(frozen=True)
class Format:
    """A kind of file: its media type, and what writes it."""

    mime: str
    write: Callable[[Sequence[Reading], View], bytes]


def save(
    readings: Sequence[Reading],
    format: str,
    *,
    map_name: str = ATTENTION,
    stretch: bool = False,
    caption: bool = True,
    difference: bool = False,
    smooth: bool = True,
    strength: float = 0.8,
    word: int | None = None,
) -> bytes:
    """The Readings, one or several variants of one input, as a file of a format in `FORMATS`.

    map_name: which map a picture or CSV holds. difference: pictures and CSV hold the first Reading's map minus the
    second's. JSON and NPZ hold all maps of both. stretch, caption: of pictures.

    A picture of maps over a photo is a contact sheet of all words, or of the one at the place `word`; a GIF or WebP
    shows the words of one Reading by turns. smooth, strength: see `figures.photo.Look`.
    Raises InputError for an unknown format or map, for a difference that can't be taken, and where maps over words are
    to move.
    """
    if format not in FORMATS:
        raise InputError(f"There is no format {format!r}: choose one of {', '.join(FORMATS)}.")
    if not readings:
        raise InputError("There is nothing to save yet: read something first.")
    return FORMATS[format].write(readings, View(map_name, stretch, caption, difference, smooth, strength, word))


def _picture(format: Literal["png", "svg", "pdf"]) -> Callable[[Sequence[Reading], View], bytes]:
    def write(readings: Sequence[Reading], view: View) -> bytes:
        shown: dict[str, Any] = {"map_name": view.map_name, "caption": view.caption}
        if not _over_photo(readings):
            from attnviz.export import images

            return images.picture(readings, format, stretch=view.stretch, difference=view.difference, **shown)
        if view.difference:
            raise InputError("Maps over a photo are compared side by side: leave out the difference.")
        from attnviz.export import photos

        return photos.picture(readings, format, _look(view), word=view.word, **shown)

    return write


def _moving(format: Literal["gif", "webp"]) -> Callable[[Sequence[Reading], View], bytes]:
    def write(readings: Sequence[Reading], view: View) -> bytes:
        if not _over_photo(readings):
            raise InputError(f"Only maps over a photo move: choose another format than {format}.")
        from attnviz.export import photos

        return photos.animation(readings, format, _look(view), map_name=view.map_name, caption=view.caption)

    return write


def _over_photo(readings: Sequence[Reading]) -> bool:
    return any(isinstance(source, Photo) for source in readings[0].source)


def _look(view: View) -> "Look":
    from attnviz.figures.photo import Look

    return Look(view.smooth, view.strength, view.stretch)


def _csv(readings: Sequence[Reading], view: View) -> bytes:
    from attnviz.export import numbers

    write = numbers.difference_to_csv if view.difference else numbers.to_csv
    return write(readings, map_name=view.map_name)


def _json(readings: Sequence[Reading], view: View) -> bytes:
    from attnviz.export import numbers

    return numbers.to_json(readings)


def _npz(readings: Sequence[Reading], view: View) -> bytes:
    from attnviz.export import numbers

    return numbers.to_npz(readings)


FORMATS: Mapping[str, Format] = {
    "png": Format("image/png", _picture("png")),
    "svg": Format("image/svg+xml", _picture("svg")),
    "pdf": Format("application/pdf", _picture("pdf")),
    "gif": Format("image/gif", _moving("gif")),
    "webp": Format("image/webp", _moving("webp")),
    "csv": Format("text/csv", _csv),
    "json": Format("application/json", _json),
    "npz": Format("application/octet-stream", _npz),
}
MOVING = ("gif", "webp")  # of maps over a photo
MIME: Mapping[str, str] = {name: format.mime for name, format in FORMATS.items()}
