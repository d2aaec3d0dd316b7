"""A table of pairs, given as CSV: the label of each with its probabilities, to sort, to save, to open one by one."""

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
from attnviz.web import readings
from attnviz.web.address import key
from attnviz.web.text import escape, key_of, short
from attnviz.web.two_texts import SIDES, Pair

MOST_PAIRS = 300
MOST_MEGABYTES = 1
MOST_LETTERS = 5_000  # of a cell

_CHUNK = 10  # pairs between two movements of the progress bar
_HEIGHT = 260
_NAMES = {"premise": ("premise", "sentence1", "text1"), "hypothesis": ("hypothesis", "sentence2", "text2")}
_HOW = "save it as CSV with the columns premise and hypothesis, as the template has them"


@dataclass(frozen=True)
class Table:
    """Pairs, and the log-probabilities of each one's labels, or a sentence that says what is wrong with it."""

    pairs: Sequence[Pair]
    found: Sequence[list[float] | str]


def offer(page: str, examples: Sequence[Pair]) -> None:
    """The place to give a file. What it holds is shown in the next run: see `show`."""
    with st.expander("Read a table of pairs", icon=":material/table_rows:"):
        st.file_uploader(
            f"A CSV file with the columns premise and hypothesis, up to {MOST_PAIRS} pairs. All are labelled, and each "
            "can be opened on this page.",
            type=["csv", "tsv", "txt"],
            key=key(page, "table"),
            max_upload_size=MOST_MEGABYTES,
        )
        st.download_button(
            "Template",
            numbers.table(SIDES, examples),
            file_name="pairs.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"{page}_template",
            help="A CSV file with the examples of this page, to fill in with pairs of your own.",
        )


def show(
    page: str, task: str, variant: str, labels: Sequence[str], device: str, on_choose: Callable[[Pair], None]
) -> None:
    """The labels of the pairs in the file that was given, if there is one. A row that is chosen calls `on_choose`."""
    file = st.session_state.get(key(page, "table"))
    if file is None:
        return
    try:
        given, notes = parse(file.getvalue())
        found = _classify(page, task, variant, given, device)
    except (InputError, BundleError) as problem:
        st.error(escape(f"{short(file.name)}: {problem}"), icon=":material/error:")
        return
    for note in notes:
        st.info(note, icon=":material/content_cut:")
    pairs = given[: len(found)]
    header, rows = columns(Table(pairs, found), labels)
    widget = f"{page}_rows_{key_of(pairs, variant)}"

    def choose() -> None:
        chosen = st.session_state[widget]["selection"]["rows"]
        if chosen:
            on_choose(pairs[chosen[0]])

    saved = st.session_state.get(key(page, "file")) is not None
    st.caption(
        f"{len(pairs)} pairs from {escape(short(file.name))}, read by {escape(variant)}. Choose a row to open it "
        f"below{', once the saved reading is removed' if saved else ''}. A click on a column's name sorts. Remove the "
        "file at the foot of the page to close the table."
    )
    shown = pd.DataFrame(rows, columns=header, index=pd.RangeIndex(1, len(rows) + 1))
    probability = st.column_config.ProgressColumn(format="%.2f", min_value=0, max_value=1, width="small")
    with st.container(key=f"guarded_{page}"):
        st.dataframe(
            shown,
            height=_HEIGHT if len(rows) > 6 else "auto",
            column_config=dict.fromkeys(labels, probability),
            key=widget,
            on_select=choose,
            selection_mode="single-row",
            alt="The pairs with their labels and probabilities",
        )
    st.download_button(
        "Save the table",
        lambda: numbers.table(header, rows),
        file_name=f"{task}-pairs-{variant}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"{page}_save_table",
    )


def columns(table: Table, labels: Sequence[str]) -> tuple[list[str], list[list[str | float | None]]]:
    """Header and rows: the pair, its label, the probability of each one, and what was wrong, if anything was."""
    rows: list[list[str | float | None]] = []
    for pair, found in zip(table.pairs, table.found, strict=True):
        if isinstance(found, str):
            rows.append([*pair, None, *(None for _ in labels), found])
        else:
            best = labels[max(range(len(labels)), key=found.__getitem__)]
            rows.append([*pair, best, *(round(exp(one), 4) for one in found), None])
    header = [*SIDES, "label", *labels, "problem"]
    if all(row[-1] is None for row in rows):
        header, rows = header[:-1], [row[:-1] for row in rows]
    return header, rows


def parse(content: bytes) -> tuple[list[Pair], list[str]]:
    """The pairs of a CSV file, and what had to be left out, as sentences. Raises InputError where there are none.

    Commas, semicolons or tabs part the columns. The first line names them, in any order and case, among others; a table
    of two columns may come without names.
    """
    if not content.strip():
        raise InputError(f"it is empty: {_HOW}.")
    text = _decoded(content)
    tables = [_table(text, delimiter) for delimiter in ("\t", ";", ",")]
    if not any(tables) and text.strip():
        raise InputError(f"a quote in it is never closed, or a cell has more than 100,000 characters: {_HOW}.")
    pairs = next((found for table in tables if (found := _named(table)) is not None), None)
    if pairs is None:
        pairs = next((found for table in tables if (found := _unnamed(table))), None)
    if pairs is None:
        raise InputError(f"there are no columns premise and hypothesis in it: {_HOW}.")
    pairs = [pair for pair in pairs if any(pair)]
    if not pairs:
        raise InputError(f"there are no pairs in it: {_HOW}.")
    notes = []
    if len(pairs) > MOST_PAIRS:
        notes.append(f"This table has {len(pairs):,} pairs; only the first {MOST_PAIRS} were read.")
    if any(len(text) > MOST_LETTERS for pair in pairs[:MOST_PAIRS] for text in pair):
        notes.append(f"Of texts longer than {MOST_LETTERS:,} characters only that much was read.")
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


def _classify(page: str, task: str, variant: str, pairs: Sequence[Pair], device: str) -> list[list[float] | str]:
    """Of each pair, in the table's order; of the first ones if it was stopped."""
    digest, found = service.digest(task, variant), []
    for some in readings.stoppable(f"{page}_table", key_of(digest, pairs, device), pairs, "pairs", each=_CHUNK):
        found += _labels(digest, task, variant, tuple(some), device)
    return found


@st.cache_data(max_entries=500, ttl="2h", show_spinner=False)
def _labels(digest: str, task: str, variant: str, pairs: tuple[Pair, ...], device: str) -> list[list[float] | str]:
    """`digest` is of the variant's weights: another bundle's answers are others."""
    try:
        return list(service.classify(task, variant, pairs, device=device))
    except InputError as problem:
        if len(pairs) == 1:
            return [str(problem)]
        return [one for pair in pairs for one in _labels(digest, task, variant, (pair,), device)]
