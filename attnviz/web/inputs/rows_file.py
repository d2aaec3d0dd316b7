"""Reads a CSV file as rows of cells, whatever parts its columns, and says what can be wrong with it."""

import csv
import io
from collections.abc import Sequence
from typing import Literal

from attnviz.errors import InputError

_DELIMITERS = ("\t", ";", ",")


def tables(content: bytes, how: str) -> list[list[list[str]]]:
    """The rows of a CSV file that aren't empty, as `numbered_tables` has them."""
    return [[row for _, row in table] for table in numbered_tables(content, how)]


def numbered_tables(content: bytes, how: str) -> list[list[tuple[int, list[str]]]]:
    """The rows of a CSV file that aren't empty, each with its number in the file, counted from 1 as a spreadsheet does:
    once for each mark that may part its columns: tabs, semicolons, commas, or the one that a first line such as `sep=;`
    names. There are none where the file is no table with this mark.

    how: a sentence that says how to save such a file. Raises InputError, whose message goes on from "It was not read:".
    """
    if not content.strip():
        raise InputError(f"it is empty. {how}")
    text, delimiters = _delimiters(decoded(content, how))
    found = [_table(text, delimiter) for delimiter in delimiters]
    if not any(found) and text.strip():
        raise InputError(f"a quote in it is never closed, or a cell has more than 100,000 characters. {how}")
    return found


def names(table: Sequence[Sequence[str]]) -> list[str]:
    """The names of the columns, as they are compared: letters and digits alone, in lower case."""
    return ["".join(filter(str.isalnum, cell.lower())) for cell in table[0]] if table else []


def cell(row: Sequence[str], place: int | None) -> str:
    """The text of a cell; empty where there is none at this place."""
    return row[place].strip() if place is not None and place < len(row) else ""


def decoded(content: bytes, how: str) -> str:
    """The text of the file, with the line ends of today. how: see `tables`. Raises InputError."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise InputError(f"it is not UTF-8 text. {how} A spreadsheet calls it “CSV UTF-8”.") from problem
    if "\0" in text:
        raise InputError(f"it is not a text table. {how}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _delimiters(text: str) -> tuple[str, tuple[str, ...]]:
    """The text, and what may part its columns: a first line `sep=;`, as spreadsheets write it, says which."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, (first.strip()[-1],)
    return text, _DELIMITERS


def _table(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The rows that aren't empty, with their numbers; none if the text is no table with this delimiter.

    Between tabs a quote may stand in a cell without meaning anything.
    """
    rows = _rows(text, delimiter, csv.QUOTE_MINIMAL)
    if rows is None and delimiter == "\t" and delimiter in text.partition("\n")[0]:
        rows = _rows(text, delimiter, csv.QUOTE_NONE)
    return [(number, row) for number, row in enumerate(rows or (), 1) if any(cell.strip() for cell in row)]


def _rows(text: str, delimiter: str, quoting: Literal[0, 3]) -> list[list[str]] | None:
    """All rows; None where a quote is never closed, or a cell is too long for Python's csv."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True))
    except csv.Error:
        return None
