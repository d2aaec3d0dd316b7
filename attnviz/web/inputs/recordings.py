"""Many recordings on the page: their upload, a table of what was written for each, and files with all times."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp
from pathlib import PurePath

import numpy as np
import streamlit as st

from attnviz import export
from attnviz.errors import BundleError, InputError
from attnviz.export.names import slug
from attnviz.figures import kinds
from attnviz.media import Sound
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web import readings, renewed
from attnviz.web.inputs import results
from attnviz.web.inputs.results import Table
from attnviz.web.inputs.sound import TYPES
from attnviz.web.inputs.unpacked import MOST_BYTES, MOST_FILES, NamedFile, Unpacked, unpack
from attnviz.web.readings import Settings
from attnviz.web.session import Name, Session, widget_value
from attnviz.web.text import escape, key_of

# many: the recordings as they were unpacked, or what is wrong with them. many_read: the rows of those that were read,
# beside the name of the work.
NAMES = (Name("many", Unpacked | str | None), Name("many_read", tuple | None))
_TIMES = {"textgrid": "TextGrid", "segments": "csv"}  # formats of the files with times, and their names' endings

# Reads a recording with a variant, part by part. Raises InputError.
Read = Callable[[bytes, str], Sequence[Reading]]


@dataclass(frozen=True)
class Row:
    """What was written of a recording, or what is wrong with it.

    seconds: how long it is. sure: the mean probability of what was written. times: the files with the times of all
    phonemes, by format; empty without a map. Maps themselves are not kept: those of many recordings would take
    gigabytes.
    """

    file: NamedFile
    seconds: float | None = None
    text: str = ""
    sure: float | None = None
    times: Mapping[str, bytes] = field(default_factory=dict)
    problem: str = ""


def row_of(file: NamedFile, parts: Sequence[Reading]) -> Row:
    """parts: the readings of the recording's parts, in time."""
    sounds = [source for reading in parts for source in reading.source if isinstance(source, Sound)]
    logprobs = [logprob for reading in parts for logprob in reading.output.logprobs]
    return Row(
        file,
        seconds=max((sound.recorded for sound in sounds), default=None),
        text=" ".join(reading.output.text for reading in parts),
        sure=float(np.mean([exp(min(logprob, 0.0)) for logprob in logprobs])) if logprobs else None,
        times={name: export.save(parts, name) for name in _TIMES} if any(reading.maps for reading in parts) else {},
    )


def menu(session: Session) -> None:
    """Draw a menu with the box for files. What they hold is shown by `show`, also after other pages were seen."""
    key = renewed.widget(_menu(session))

    def take() -> None:
        files = widget_value(f"{key}_files") or []
        session["many"] = _unpacked([NamedFile(file.name, file.getvalue()) for file in files]) if files else None
        session["many_read"] = None
        renewed.empty(_menu(session))

    with st.popover("Many recordings", icon=":material/table_rows:", key=key):
        st.file_uploader(
            f"Recordings, or a zip archive of them: up to {MOST_FILES} files with {MOST_BYTES // 1_000_000} MB in all. "
            "All are read, and each can be opened on this page.",
            type=[*TYPES, "zip"],
            accept_multiple_files=True,
            key=f"{key}_files",
            max_upload_size=MOST_BYTES // 1_000_000,
            on_change=take,
        )


def show(
    session: Session,
    task: Task,
    variant: str,
    settings: Settings,
    read: Read,
    on_choose: Callable[[NamedFile], None],
) -> None:
    """What was written for each of the recordings that were given, if there are any. Choosing a row calls `on_choose`,
    where the recording could be read. settings: those that `read` has."""
    unpacked: Unpacked | str | None = session["many"]
    if unpacked is None:
        return

    def close() -> None:
        session["many"] = session["many_read"] = None

    st.button("Close the table", icon=":material/close:", on_click=close, key=f"{session.owner}_close_many")
    if isinstance(unpacked, str):
        st.error(escape(unpacked), icon=":material/error:")
        return
    try:
        rows = _read(session, variant, settings, unpacked, read)
    except BundleError as problem:
        st.error(escape(str(problem)), icon=":material/error:")
        return

    def choose(place: int) -> None:
        if not rows[place].problem:
            on_choose(rows[place].file)

    for note in unpacked.notes:
        st.info(note, icon=":material/content_cut:")
    count = "1 recording" if len(rows) == 1 else f"{len(rows)} recordings"
    unread = sum(bool(row.problem) for row in rows)
    told = f" {unread} could not be read: the last column says why." if unread else ""
    st.caption(f"{count}, read by “{escape(task.called(variant))}”. Choose a row to open it below.{told}")
    table = columns(rows, task.outputs)
    alt = "The recordings with what was written for each"
    results.draw(session, table, key_of([row.file.name for row in rows], variant), alt, choose)
    named = f"{task.name}-recordings-{slug(task.called(variant))}"
    with st.container(horizontal=True):
        results.save(session, "table", "Save the table", f"{named}.csv", "text/csv", lambda: results.csv(table))
        timed = any(row.times for row in rows)
        if timed:
            results.save(session, "times", "Save all times", f"{named}.zip", "application/zip", lambda: times(rows))
    if timed:
        st.caption(kinds.OF_TIMES)
    shown = session["file"]
    if shown is None or shown.content not in [row.file.content for row in rows]:
        results.end("another recording")


def columns(rows: Sequence[Row], outputs: str) -> Table:
    """The columns of the table. What is wrong is there only where anything is."""
    found: dict[str, list[str | float | None]] = {
        "file": [row.file.name for row in rows],
        "seconds": [None if row.seconds is None else round(row.seconds, 2) for row in rows],
        outputs: [row.text for row in rows],
        "mean probability": [None if row.sure is None else round(row.sure, 3) for row in rows],
        "problem": [row.problem for row in rows],
    }
    return results.without_empty(found, ["problem"])


def times(rows: Sequence[Row]) -> bytes:
    """A zip archive that holds, for each recording with a map, its times as a TextGrid and as a table."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, row in enumerate(rows, 1):
            name = f"{place:03}-{slug(PurePath(row.file.name).stem)[:60]}"
            for format, content in row.times.items():
                archive.writestr(f"{name}.{_TIMES[format]}", content)
    return packed.getvalue()


def _menu(session: Session) -> str:
    return f"{session.owner}_many_menu"


def _unpacked(files: Sequence[NamedFile]) -> Unpacked | str:
    """The recordings in these files, or what is wrong with them."""
    try:
        return unpack(files, TYPES)
    except InputError as problem:
        return str(problem)


def _read(session: Session, variant: str, settings: Settings, unpacked: Unpacked, read: Read) -> list[Row]:
    """The recordings as they were read; the first ones alone if it was stopped. Each is decoded and read once: what it
    came to stays in the session."""
    work = key_of(variant, settings, [(file.name, len(file.content)) for file in unpacked.files])
    kept: tuple[str, list[Row]] | None = session["many_read"]
    rows = kept[1] if kept and kept[0] == work else []
    session["many_read"] = (work, rows)
    for place, (file,) in enumerate(readings.stoppable(f"{session.owner}_many", work, unpacked.files, "recordings")):
        if place == len(rows):
            rows.append(_row(file, variant, read))
    return rows


def _row(file: NamedFile, variant: str, read: Read) -> Row:
    try:
        return row_of(file, read(file.content, variant))
    except InputError as problem:
        return Row(file, problem=str(problem))
