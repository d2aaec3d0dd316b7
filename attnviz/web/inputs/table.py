"""A table of pairs, given as CSV: each one's label and probabilities, to be sorted, saved, and opened one by one."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp

import pandas as pd
import streamlit as st

from attnviz import service
from attnviz.errors import BundleError, InputError
from attnviz.export import numbers
from attnviz.tasks.base import Task
from attnviz.web import readings
from attnviz.web.session import Name, Session, widget_value
from attnviz.web.text import escape, key_of, short

SIDES = ("premise", "hypothesis")
Pair = tuple[str, str]

NAMES = (Name("table", object),)  # Streamlit's uploaded file

MOST_PAIRS = 300
MOST_MEGABYTES = 1
MOST_LETTERS = 5_000  # of a cell

_CHUNK = 10  # pairs between two movements of the progress bar
_HEIGHT = 260
_NAMES = {"premise": ("premise", "sentence1", "text1"), "hypothesis": ("hypothesis", "sentence2", "text2")}
_HOW = "save it as CSV with the columns premise and hypothesis, as the template has them"


@dataclass(frozen=True)
class Table:
    """Pairs, and for each the log-probabilities of its labels, or a sentence that says what is wrong with it."""

    pairs: Sequence[Pair]
    answers: Sequence[list[float] | str]


def offer(session: Session, examples: Sequence[Sequence[str]]) -> None:
    """The place to give a file. What it holds is shown in the next run: see `show`."""
    with st.expander("Read a table of pairs", icon=":material/table_rows:"):
        st.file_uploader(
            f"A CSV file with the columns premise and hypothesis, up to {MOST_PAIRS} pairs. All are labelled, and each "
            "can be opened on this page.",
            type=["csv", "tsv", "txt"],
            key=session.key("table"),
            max_upload_size=MOST_MEGABYTES,
        )
        st.download_button(
            "Template",
            numbers.table(SIDES, examples),
            file_name="pairs.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"{session.owner}_template",
            help="A CSV file with the examples of this page, to fill in with pairs of your own.",
        )


def show(
    session: Session, task: Task, variant: str, device: str, on_choose: Callable[[Pair], None], *, covered: bool
) -> None:
    """The labels of the pairs in the file that was given, if there is one. A row that is chosen calls `on_choose`.

    covered: a saved reading is open, so that a pair is seen only once that is closed.
    """
    file = session["table"]
    if file is None:
        return
    try:
        given, notes = parse(file.getvalue())
        answers = _classify(session, task.name, variant, given, device)
    except (InputError, BundleError) as problem:
        st.error(escape(f"{short(file.name)}: {problem}"), icon=":material/error:")
        return
    for note in notes:
        st.info(note, icon=":material/content_cut:")
    pairs = given[: len(answers)]
    header, rows = columns(Table(pairs, answers), task.labels)
    st.caption(
        f"{len(pairs)} pairs from {escape(short(file.name))}, read by {escape(variant)}. Choose a row to open it "
        f"below{', once the saved reading is closed' if covered else ''}. A click on a column's name sorts. Remove the "
        "file at the foot of the page to close the table."
    )
    _draw(session, header, rows, task.labels, key_of(pairs, variant), lambda row: on_choose(pairs[row]))
    st.download_button(
        "Save the table",
        lambda: numbers.table(header, rows),
        file_name=f"{task.name}-pairs-{variant}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"{session.owner}_save_table",
    )


def _draw(
    session: Session,
    header: Sequence[str],
    rows: Sequence[Sequence[str | float | None]],
    labels: Sequence[str],
    content: str,
    on_choose: Callable[[int], None],
) -> None:
    """The table on the page. content: a name that is the same for the same rows."""
    widget = f"{session.owner}_rows_{content}"

    def choose() -> None:
        chosen = widget_value(widget)["selection"]["rows"]
        if chosen:
            on_choose(chosen[0])

    table = pd.DataFrame(rows, columns=list(header), index=pd.RangeIndex(1, len(rows) + 1))
    probability = st.column_config.ProgressColumn(format="%.2f", min_value=0, max_value=1, width="small")
    with st.container(key=f"guarded_{session.owner}"):
        st.dataframe(
            table,
            height=_HEIGHT if len(rows) > 6 else "auto",
            column_config=dict.fromkeys(labels, probability),
            key=widget,
            on_select=choose,
            selection_mode="single-row",
            alt="The pairs with their labels and probabilities",
        )


def columns(table: Table, labels: Sequence[str]) -> tuple[list[str], list[list[str | float | None]]]:
    """Header and rows: the pair, its label, the probability of each one, and what was wrong, if anything was."""
    rows: list[list[str | float | None]] = []
    for pair, answer in zip(table.pairs, table.answers, strict=True):
        if isinstance(answer, str):
            rows.append([*pair, None, *(None for _ in labels), answer])
        else:
            best = labels[max(range(len(labels)), key=answer.__getitem__)]
            rows.append([*pair, best, *(round(exp(logprob), 4) for logprob in answer), None])
    header = [*SIDES, "label", *labels, "problem"]
    if all(row[-1] is None for row in rows):
        header, rows = header[:-1], [row[:-1] for row in rows]
    return header, rows


def parse(content: bytes) -> tuple[list[Pair], list[str]]:
    """The pairs of a CSV file, and what had to be left out, as sentences. Raises InputError where there are none.

    Commas, semicolons or tabs part the columns. The first line names them, in any order and case, among others; a
    table of two columns may come without names.
    """
    if not content.strip():
        raise InputError(f"it is empty: {_HOW}.")
    text = _decoded(content)
    tables = [_table(text, delimiter) for delimiter in ("\t", ";", ",")]
    if not any(tables) and text.strip():
        raise InputError(f"a quote in it is never closed, or a cell has more than 100,000 characters: {_HOW}.")
    pairs = next((named for table in tables if (named := _named(table)) is not None), None)
    if pairs is None:
        pairs = next((unnamed for table in tables if (unnamed := _unnamed(table))), None)
    if pairs is None:
        raise InputError(f"there are no columns premise and hypothesis in it: {_HOW}.")
    pairs = [pair for pair in pairs if any(pair)]
    if not pairs:
        raise InputError(f"there are no pairs in it: {_HOW}.")
    notes = []
    if len(pairs) > MOST_PAIRS:
        notes.append(f"This table has {len(pairs):,} pairs; only the first {MOST_PAIRS} were read.")
    if any(len(text) > MOST_LETTERS for pair in pairs[:MOST_PAIRS] for text in pair):
        notes.append(f"Some texts are longer than {MOST_LETTERS:,} characters; only so many were read.")
    return [(premise[:MOST_LETTERS], hypothesis[:MOST_LETTERS]) for premise, hypothesis in pairs[:MOST_PAIRS]], notes


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise InputError(f"it is no text in UTF-8: {_HOW}, “CSV UTF-8” in a spreadsheet.") from problem
    if "\0" in text:
        raise InputError(f"it is no table of text: {_HOW}.")
    return text


def _table(text: str, delimiter: str) -> list[list[str]]:
    """The rows that aren't empty; none where the text is no table so parted."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return []
    return [row for row in rows if any(cell.strip() for cell in row)]


def _named(table: Sequence[Sequence[str]]) -> list[Pair] | None:
    """The pairs below a first line that names both columns."""
    names = ["".join(filter(str.isalnum, cell.lower())) for cell in table[0]] if table else []
    places = [next((i for i, name in enumerate(names) if name in _NAMES[side]), None) for side in SIDES]
    if None in places:
        return None
    first, second = (place for place in places if place is not None)
    return [(_cell(row, first), _cell(row, second)) for row in table[1:]]


def _unnamed(table: Sequence[Sequence[str]]) -> list[Pair] | None:
    if not table or any(len(row) != 2 for row in table):
        return None
    return [(_cell(row, 0), _cell(row, 1)) for row in table]


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _classify(session: Session, task: str, variant: str, pairs: Sequence[Pair], device: str) -> list[list[float] | str]:
    """The answer for each pair, in the table's order; for the first ones alone if it was stopped."""
    digest, answers = service.digest(task, variant), []
    work = key_of(digest, pairs, device)
    for batch in readings.stoppable(f"{session.owner}_table", work, pairs, "pairs", each=_CHUNK):
        answers += _answers(digest, task, variant, tuple(batch), device)
    return answers


@st.cache_data(max_entries=500, ttl="2h", show_spinner=False)
def _answers(digest: str, task: str, variant: str, pairs: tuple[Pair, ...], device: str) -> list[list[float] | str]:
    """`digest` is of the variant's weights, so that another bundle's answers are kept apart."""
    try:
        return list(service.classify(task, variant, pairs, device=device))
    except InputError as problem:
        if len(pairs) == 1:
            return [str(problem)]
        return [answer for pair in pairs for answer in _answers(digest, task, variant, (pair,), device)]
