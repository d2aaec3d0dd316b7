"""Open readings that were saved as JSON: they are shown without any model."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import streamlit as st

from attnviz.errors import InputError
from attnviz.reading import ATTENTION, AttentionMap, Pieces, Reading
from attnviz.web import renewed
from attnviz.web.address import key
from attnviz.web.text import escape, short

MOST_MEGABYTES = 20
MOST_READINGS = 8


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


def offer(page: str, on_change: Callable[[], None]) -> None:
    """The place to give a file. What it holds is shown in the next run: see `opened`."""
    box = renewed.widget(f"{page}_saved")

    def given() -> None:
        file = st.session_state[box]
        st.session_state[key(page, "opened")] = None if file is None else File(file.name, file.getvalue())
        on_change()

    with st.expander("Open a saved reading", expanded=_file(page) is not None, icon=":material/folder_open:"):
        st.file_uploader(
            f"A JSON file that was saved on this page, up to {MOST_MEGABYTES} MB. It is shown without the model.",
            type="json",
            key=box,
            max_upload_size=MOST_MEGABYTES,
            on_change=given,
        )


def opened(
    page: str, task: str, on_close: Callable[[], None], fits: Callable[[Reading], bool] | None = None
) -> list[Reading]:
    """The readings of the file that was given, with a sentence that says so; none where there is no such file. It stays
    while other pages are visited, which empties the box that it was given in.

    fits: whether a reading's words and maps belong together; by default as those of tasks that write.
    """
    file = _file(page)
    if file is None:
        return []
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Close the file", icon=":material/close:", on_click=_close, args=[page, on_close], key=f"{page}_close"
        )
        try:
            readings = loads(file.content, task, fits)
        except InputError as problem:
            st.error(escape(str(problem)), icon=":material/error:")
            return []
        st.info(
            f"This is what was saved in {escape(short(file.name))}, not a new reading. Close it to read what is above.",
            icon=":material/folder_open:",
        )
    return readings


def _file(page: str) -> File | None:
    file: File | None = st.session_state.get(key(page, "opened"))
    return file


def _close(page: str, on_close: Callable[[], None]) -> None:
    st.session_state[key(page, "opened")] = None
    renewed.empty(f"{page}_saved")
    on_close()


def loads(content: bytes, task: str, fits: Callable[[Reading], bool] | None = None) -> list[Reading]:
    """The readings of a JSON file, one or several. Raises InputError where they can't be shown on this task's page."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise InputError("This file is not JSON: choose a JSON file that was saved here.") from problem
    items = data if isinstance(data, list) else [data]
    if not 1 <= len(items) <= MOST_READINGS:
        raise InputError(f"This file holds {len(items)} readings: choose one with 1 to {MOST_READINGS}.")
    readings = [Reading.from_json(item) for item in items]
    for reading in readings:
        if reading.task != task:
            raise InputError(f"This is a reading of another task ({short(reading.task)}): open it on that task's page.")
        notes = reading.provenance.settings.get("notes", [])
        if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
            raise InputError("The notes of this reading are no sentences: save it anew.")
        if not (fits or _written)(reading):
            raise InputError("The words and maps of this reading do not belong together: save it anew.")
    return readings


def _written(reading: Reading) -> bool:
    written = [(reading.output, reading.maps), *((h.output, h.maps) for h in reading.hypotheses)]
    return all(_fits(reading.texts, output, maps) for output, maps in written)


def _fits(source: Sequence[Pieces], output: Pieces, maps: Sequence[AttentionMap]) -> bool:
    keys = tuple(chain.from_iterable(pieces.labels for pieces in source))
    words = next((m for m in maps if m.name == ATTENTION), None)
    if words and (words.queries.labels, words.keys.labels) != (output.labels, keys):
        return False
    return (
        bool(words) == bool(maps)
        and len(output.units) == len(output.labels)
        and len(output.logprobs) in (0, len(output.labels))
        and len(output.alternatives) in (0, len(output.labels))
        and all(group in range(len(output.labels)) for m in maps for group in m.queries.groups)
        and all(group in range(len(keys)) for m in maps for group in m.keys.groups)
    )
