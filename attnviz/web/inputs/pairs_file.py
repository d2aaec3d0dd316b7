"""Parses a CSV file of pairs with their labels, and says what can be wrong with it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from attnviz.errors import InputError

SIDES = ("premise", "hypothesis")
Pair = tuple[str, str]
Row = tuple[str, str, str]  # premise, hypothesis and label

MOST_PAIRS = 300
MOST_LETTERS = 5_000  # of a cell

_NAMES = {
    "premise": ("premise", "sentence1", "text1"),
    "hypothesis": ("hypothesis", "sentence2", "text2"),
    "label": ("label", "goldlabel", "gold"),
}
_DELIMITERS = ("\t", ";", ",")
HOW = "Save it as CSV with the columns premise and hypothesis, as the template has them."


@dataclass(frozen=True)
class PairsFile:
    """What was read of a file. labels: one for each pair, "" where it has none. notes: sentences about what of the file
    was not read."""

    pairs: tuple[Pair, ...]
    labels: tuple[str, ...]
    notes: tuple[str, ...]


def parse(content: bytes) -> PairsFile:
    """The pairs of a CSV file. Raises InputError where there are none; what it says goes on from "It was not read:".

    Commas, semicolons or tabs part the columns. The first line names them, in any order and case, among others; a table
    of two columns may come without names. A row with more cells than there are names is left out and told, since nobody
    knows where its texts end.
    """
    if not content.strip():
        raise InputError(f"it is empty. {HOW}")
    text, delimiters = _delimiters(_decoded(content))
    tables = [_table(text, delimiter) for delimiter in delimiters]
    if not any(tables) and text.strip():
        raise InputError(f"a quote in it is never closed, or a cell has more than 100,000 characters. {HOW}")
    understood = next((named for table in tables if (named := _named(table)) is not None), None)
    understood = understood or next((unnamed for table in tables if (unnamed := _unnamed(table))), None)
    if understood is None:
        raise InputError(f"there are no columns premise and hypothesis in it. {HOW}")
    rows, notes = [row for row in understood[0] if row[0] or row[1]], understood[1]
    if not rows:
        raise InputError(f"there are no pairs in it. {' '.join(notes) or HOW}")
    if len(rows) > MOST_PAIRS:
        notes.append(f"This table has {len(rows):,} pairs; only the first {MOST_PAIRS} were read.")
    rows = rows[:MOST_PAIRS]
    if any(len(cell) > MOST_LETTERS for row in rows for cell in row):
        notes.append(f"Some texts are longer than {MOST_LETTERS:,} characters; only so many were read.")
    pairs = tuple((premise[:MOST_LETTERS], hypothesis[:MOST_LETTERS]) for premise, hypothesis, _ in rows)
    return PairsFile(pairs, tuple(label.lower() for *_, label in rows), tuple(notes))


def _decoded(content: bytes) -> str:
    """The text of the file, with the line ends of today."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise InputError(f"it is not UTF-8 text. {HOW} A spreadsheet calls it “CSV UTF-8”.") from problem
    if "\0" in text:
        raise InputError(f"it is not a text table. {HOW}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _delimiters(text: str) -> tuple[str, tuple[str, ...]]:
    """The text, and what may part its columns: a first line `sep=;`, as spreadsheets write it, says which."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, (first.strip()[-1],)
    return text, _DELIMITERS


def _table(text: str, delimiter: str) -> list[list[str]]:
    """The rows that aren't empty; none if the text is no table with this delimiter.

    Between tabs a quote may stand in a cell without meaning anything.
    """
    rows = _rows(text, delimiter, csv.QUOTE_MINIMAL)
    if rows is None and delimiter == "\t" and delimiter in text.partition("\n")[0]:
        rows = _rows(text, delimiter, csv.QUOTE_NONE)
    return [row for row in rows or () if any(cell.strip() for cell in row)]


def _rows(text: str, delimiter: str, quoting: Literal[0, 3]) -> list[list[str]] | None:
    """All rows; None where a quote is never closed, or a cell is too long for Python's csv."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True))
    except csv.Error:
        return None


def _named(table: Sequence[Sequence[str]]) -> tuple[list[Row], list[str]] | None:
    """The pairs and labels below a first line that names both columns, and what is told about rows left out."""
    names = ["".join(filter(str.isalnum, cell.lower())) for cell in table[0]] if table else []
    first, second, label = (
        next((i for i, name in enumerate(names) if name in known), None) for known in _NAMES.values()
    )
    if first is None or second is None:
        return None
    whole = [row for row in table[1:] if not any(cell.strip() for cell in row[len(names) :])]
    longer = [i for i, row in enumerate(table[1:], 1) if any(cell.strip() for cell in row[len(names) :])]
    notes = []
    if longer:
        rows = ", ".join(map(str, longer[:5])) + (" …" if len(longer) > 5 else "")
        notes.append(
            f"Row {rows} has more cells than the first line has names, and was left out: put quotes around texts that "
            "contain the separator."
        )
    return [(_cell(row, first), _cell(row, second), _cell(row, label)) for row in whole], notes


def _unnamed(table: Sequence[Sequence[str]]) -> tuple[list[Row], list[str]] | None:
    """The pairs of a table of two columns without names."""
    if not table or any(len(row) != 2 for row in table):
        return None
    return [(_cell(row, 0), _cell(row, 1), "") for row in table], []


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""
