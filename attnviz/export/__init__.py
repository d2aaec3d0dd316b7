"""Readings as files: one table of formats, shared by the page and the command line.

Importing this is cheap: what draws and writes is imported at the call.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from attnviz.errors import InputError
from attnviz.reading import WORDS, Reading


@dataclass(frozen=True)
class View:
    """What of the Readings is wanted, and how: the map's name, and for pictures the scale, caption and difference."""

    map_name: str
    stretch: bool
    caption: bool
    difference: bool


@dataclass(frozen=True)
class Format:
    """A kind of file: its media type, and what writes it."""

    mime: str
    write: Callable[[Sequence[Reading], View], bytes]


def save(
    readings: Sequence[Reading],
    format: str,
    *,
    map_name: str = WORDS,
    stretch: bool = False,
    caption: bool = True,
    difference: bool = False,
) -> bytes:
    """The Readings, one or several variants of one input, as a file of a format in `FORMATS`.

    map_name: which map a picture or CSV holds. difference: pictures and CSV hold the first Reading's map minus the
    second's. JSON and NPZ hold all maps of both. stretch, caption: of pictures.
    Raises InputError for an unknown format or map, and for a difference that can't be taken.
    """
    if format not in FORMATS:
        raise InputError(f"There is no format {format!r}: choose one of {', '.join(FORMATS)}.")
    if not readings:
        raise InputError("There is nothing to save yet: read something first.")
    return FORMATS[format].write(readings, View(map_name, stretch, caption, difference))


def _picture(format: Literal["png", "svg", "pdf"]) -> Callable[[Sequence[Reading], View], bytes]:
    def write(readings: Sequence[Reading], view: View) -> bytes:
        from attnviz.export import images

        return images.picture(readings, format, **vars(view))

    return write


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
    "csv": Format("text/csv", _csv),
    "json": Format("application/json", _json),
    "npz": Format("application/octet-stream", _npz),
}
MIME: Mapping[str, str] = {name: format.mime for name, format in FORMATS.items()}
