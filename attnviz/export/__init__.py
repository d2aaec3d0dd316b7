"""Readings as files, for the page and the command line alike.

Importing this is cheap: what draws and writes is imported at the call.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from attnviz.attention import ATTENTION
from attnviz.errors import InputError
from attnviz.figures import kinds
from attnviz.figures.drawing import PAPERS, Drawing
from attnviz.reading import Reading

MIME: Mapping[str, str] = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "gif": "image/gif",
    "webp": "image/webp",
    "textgrid": "text/plain",
    "segments": "text/csv",
    "html": "text/html",
    "csv": "text/csv",
    "json": "application/json",
    "npz": "application/octet-stream",
}
FORMATS = tuple(MIME)


def save(
    readings: Sequence[Reading],
    format: str,
    *,
    map_name: str = ATTENTION,
    stretch: bool = False,
    difference: bool = False,
    smooth: bool = True,
    strength: float = 0.6,
    common: bool = False,
    end: float = 0.0,
    word: int | None = None,
    paper: str = "page",
    strongest: int = 0,
) -> bytes:
    """The readings, which are one or several variants of one input, as a file of a format in `FORMATS`.

    html: one page that needs nothing else, with the maps to be explored, and everything that JSON holds. textgrid,
    segments: when each sound of the output was heard, as a TextGrid for Praat and as a table.

    map_name: which map a picture, a CSV or the times are of. difference: pictures and CSV hold the first reading's map
    less the second's. JSON and NPZ hold all maps of both. stretch, strongest: for pictures of heatmaps, see
    `figures.drawing.Drawing`. paper: what a picture is made for, one of `figures.drawing.PAPERS`.

    A picture of maps over a photo is a contact sheet of all words, or of the one at the place `word`; a GIF or WebP
    shows the words of one reading by turns. smooth, strength, common, end: see `figures.photo.Look`.

    Raises InputError for an unknown format, paper or map, for a difference that can't be taken, and for a format that
    the readings' kind of map does not have (see `figures.kinds`).
    """
    if format not in FORMATS:
        raise InputError(f"There is no format {format!r}: choose one of {', '.join(FORMATS)}.")
    if paper not in PAPERS:
        raise InputError(f"There is no paper {paper!r}: choose one of {', '.join(PAPERS)}.")
    if not readings:
        raise InputError("There is nothing to save yet: read something first.")
    drawing = Drawing(map_name, stretch, difference, smooth, strength, common, end, word, PAPERS[paper], strongest)
    if format in ("csv", "json", "npz"):
        return _numbers(readings, format, drawing)
    _check_offered(kinds.of(readings, map_name), format, difference)
    if format in kinds.TIMES:
        return _times(readings, format, map_name)
    if format == "html":
        from attnviz.export import html

        return html.page(readings, drawing)
    return _picture(readings, format, drawing)


def _check_offered(kind: kinds.Kind, format: str, difference: bool) -> None:
    if format not in kind.formats:
        offered = ", ".join(kind.formats)
        raise InputError(f"Maps over {kind.over} can't be saved as {format}: choose one of {offered}.")
    if difference and not kind.subtracted:
        raise InputError(f"Maps over {kind.over} are compared side by side: leave out the difference.")


def _times(readings: Sequence[Reading], format: str, map_name: str) -> bytes:
    from attnviz.export import times

    write = times.to_textgrid if format == "textgrid" else times.to_csv
    return write(readings, map_name=map_name)


def _numbers(readings: Sequence[Reading], format: str, drawing: Drawing) -> bytes:
    from attnviz.export import numbers

    if format == "json":
        return numbers.to_json(readings)
    if format == "npz":
        return numbers.to_npz(readings)
    write = numbers.difference_to_csv if drawing.difference else numbers.to_csv
    return write(readings, map_name=drawing.map_name)


def _picture(readings: Sequence[Reading], format: str, drawing: Drawing) -> bytes:
    from attnviz.figures import ink, legend

    kind = kinds.of(readings, drawing.map_name)
    below = legend.of_maps(readings, drawing)
    if format != "svg":  # whoever shows an SVG takes fonts of their own
        below = legend.with_missing(below, readings)
    if kind.animation is not None and format in kind.moving:
        return kind.animation(readings, drawing, below, format)
    return ink.save(kind.picture(readings, drawing, below), cast(ink.Format, format))
