"""Many texts on the page: their upload, a table of what was written for each, and saving it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
import streamlit as st

from attnviz.analysis import copying
from attnviz.errors import BundleError, InputError
from attnviz.export.names import slug
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web import readings, renewed
from attnviz.web.inputs import results
from attnviz.web.inputs.results import Table
from attnviz.web.inputs.texts_file import MOST_TEXTS, TextsFile, parse
from attnviz.web.session import Name, Session, widget_value
from attnviz.web.text import escape, key_of, short

MOST_MEGABYTES = 5

# many: the texts of the file, or what is wrong with it. many_read: the rows of those that were read, beside the name of
# the work.
NAMES = (Name("many", TextsFile | str | None), Name("many_read", tuple | None))

# Reads a text with a variant. Raises InputError.
Read = Callable[[str, str], Reading]


@dataclass(frozen=True)
class Row:
    """What was written of a text, or what is wrong with it. sure: the mean probability of the words. copied: the share
    of them that was copied, None for a model that can't copy. note: what is told of a text that was read."""

    text: str
    output: str = ""
    sure: float | None = None
    copied: float | None = None
    note: str = ""
    problem: str = ""


def row_of(text: str, reading: Reading) -> Row:
    output, places = reading.output, copying.copied(reading)
    count = len(output.labels)
    return Row(
        text,
        output.text,
        sure=float(np.mean([exp(min(logprob, 0.0)) for logprob in output.logprobs])) if output.logprobs else None,
        copied=len(places) / count if places is not None and count else None,
        note=" ".join(reading.provenance.notes),
    )


def menu(session: Session) -> None:
    """Draw a menu with the box for a file. What the file holds is shown by `show`, also after other pages were seen."""
    key = renewed.widget(_menu(session))

    def take() -> None:
        file = widget_value(f"{key}_file")
        session["many"] = None if file is None else _parsed(file.name, file.getvalue())
        session["many_read"] = None
        renewed.empty(_menu(session))

    with st.popover("Many texts", icon=":material/table_rows:", key=key):
        st.file_uploader(
            f"A CSV file with a column text, or a text file with one text on each line: up to {MOST_TEXTS} texts. All "
            "are read, and each can be opened on this page.",
            type=["csv", "tsv", "txt"],
            key=f"{key}_file",
            max_upload_size=MOST_MEGABYTES,
            on_change=take,
        )


def show(
    session: Session,
    task: Task,
    variant: str,
    settings: object,
    read: Read,
    on_choose: Callable[[str], None],
) -> None:
    """What was written for each of the texts that were given, if there are any. Choosing a row calls `on_choose` with
    its text. settings: all that `read` depends on."""
    given: TextsFile | str | None = session["many"]
    if given is None:
        return

    def close() -> None:
        session["many"] = session["many_read"] = None

    st.button("Close the table", icon=":material/close:", on_click=close, key=f"{session.owner}_close_many")
    if isinstance(given, str):
        st.error(escape(given), icon=":material/error:")
        return
    try:
        rows = _read(session, variant, settings, given.texts, read)
    except BundleError as problem:
        st.error(escape(str(problem)), icon=":material/error:")
        return
    for note in given.notes:
        st.info(note, icon=":material/content_cut:")
    if not rows:
        return
    count = "1 text" if len(rows) == 1 else f"{len(rows)} texts"
    told = f"{count} from {escape(short(given.name))}, read by “{escape(task.called(variant))}”."
    st.caption(f"{told} Choose a row to open it below.")
    table = columns(rows, task.output, given)
    content = key_of(given.texts[: len(rows)], variant)
    alt = "The texts with what was written for each"
    results.draw(session, table, content, alt, lambda place: on_choose(rows[place].text), inputs=["text"])
    named = f"{task.name}-{slug(task.called(variant))}"
    with st.container(horizontal=True):
        results.save(session, "csv", "Save the table", f"{named}.csv", "text/csv", lambda: results.csv(table))
        results.save(session, "json", "JSON", f"{named}.json", "application/json", lambda: results.as_json(table))
    if session[task.inputs[0]].strip() not in given.texts:
        results.end("another text")


def columns(rows: Sequence[Row], output: str, given: TextsFile) -> Table:
    """The columns of the table: what the file has beside the texts, too, so that the rows can be told apart. What was
    copied, what is to be noted and what is wrong are there only where anything is. output: what is written of a text is
    called."""
    found: dict[str, list[str | float | None]] = {
        "text": [row.text for row in rows],
        output: [row.output for row in rows],
        "problem": [row.problem for row in rows],
        "note": [row.note for row in rows],
        "mean probability": [None if row.sure is None else round(row.sure, 3) for row in rows],
        "share copied": [None if row.copied is None else round(row.copied, 3) for row in rows],
    }
    written = results.without_empty(found, ["share copied", "note", "problem"])
    count = len(rows)
    others = {
        f"{name} (file)" if name in (results.ROW, *found) else name: of[:count] for name, of in given.others.items()
    }
    return {results.ROW: given.rows[:count], **others, **written}


def _menu(session: Session) -> str:
    return f"{session.owner}_many_menu"


def _parsed(name: str, content: bytes) -> TextsFile | str:
    """The texts of a file, or what is wrong with it."""
    try:
        return parse(name, content)
    except InputError as problem:
        return f"{short(name)} was not read: {problem}"


def _read(session: Session, variant: str, settings: object, texts: Sequence[str], read: Read) -> list[Row]:
    """The texts as they were read; the first ones alone if it was stopped. Each is read once: what it came to stays in
    the session."""
    work = key_of(variant, settings, texts)
    kept: tuple[str, list[Row]] | None = session["many_read"]
    rows = kept[1] if kept and kept[0] == work else []
    session["many_read"] = (work, rows)
    for place, (text,) in enumerate(readings.stoppable(f"{session.owner}_many", work, texts, "texts")):
        if place == len(rows):
            rows.append(_row(text, variant, read))
    return rows


def _row(text: str, variant: str, read: Read) -> Row:
    try:
        return row_of(text, read(text, variant))
    except InputError as problem:
        return Row(text, problem=str(problem))
