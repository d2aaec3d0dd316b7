"""Parses a file of many texts, and says what can be wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from attnviz.errors import InputError
from attnviz.web.inputs.rows_file import cell, decoded, names, numbered_tables

MOST_TEXTS = 200
MOST_LETTERS = 50_000  # of a text
MOST_COLUMNS = 20  # that are kept beside the texts
MOST_TOLD = 5  # rows without a text that are named

_NAMES = ("text", "body", "article", "document", "opening", "source")
HOW = "Save it as CSV with a column text, or as a text file (.txt) with one text on each line."


@dataclass(frozen=True)
class TextsFile:
    """What was read of a file. rows: the number of each text's row or line in the file, counted from 1, header
    included. others: the cells of the file's other columns beside the texts, by the columns' names. notes: sentences
    about what of the file was not read."""

    name: str
    texts: tuple[str, ...]
    rows: tuple[int, ...]
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def parse(name: str, content: bytes) -> TextsFile:
    """The texts of a CSV file with a column for them, among others, or of the lines of a text file. Raises InputError
    where there are none; what it says goes on from "It was not read:"."""
    columns, every = ([], _lines(content)) if name.lower().endswith(".txt") else _column(content)
    kept = [row for row in every if row.text]
    if not kept:
        raise InputError(f"there are no texts in it. {HOW}")
    notes = _without_text([row.number for row in every if not row.text])
    if len(kept) > MOST_TEXTS:
        notes.append(f"This file has {len(kept):,} texts; only the first {MOST_TEXTS} were read.")
    kept = kept[:MOST_TEXTS]
    if any(len(row.text) > MOST_LETTERS for row in kept):
        notes.append(f"Some texts are longer than {MOST_LETTERS:,} characters; only so many were looked at.")
    return TextsFile(
        name,
        texts=tuple(row.text[:MOST_LETTERS] for row in kept),
        rows=tuple(row.number for row in kept),
        others={column: tuple(row.others[place] for row in kept) for place, column in enumerate(columns)},
        notes=tuple(notes),
    )


@dataclass(frozen=True)
class _Row:
    """A row of the file, by its number in it: its text, which may be empty, and its other cells."""

    number: int
    text: str
    others: tuple[str, ...] = ()


def _lines(content: bytes) -> list[_Row]:
    """The lines of a text file that aren't empty."""
    lines = enumerate(decoded(content, HOW).split("\n"), 1)
    return [_Row(number, line.strip()) for number, line in lines if line.strip()]


def _column(content: bytes) -> tuple[list[str], list[_Row]]:
    """The names of the columns beside the one that is named for texts, and the rows below."""
    for table in numbered_tables(content, HOW):
        known = names([row for _, row in table[:1]])
        place = next((known.index(name) for name in _NAMES if name in known), None)
        if place is not None:
            header = table[0][1]
            others = [i for i in range(len(header)) if i != place and header[i].strip()][:MOST_COLUMNS]
            rows = [_Row(number, cell(row, place), tuple(cell(row, i) for i in others)) for number, row in table[1:]]
            return [header[i].strip() for i in others], rows
    raise InputError(f"there is no column text in it. {HOW}")


def _without_text(numbers: Sequence[int]) -> list[str]:
    """A sentence on the rows that have no text, if there are any."""
    if not numbers:
        return []
    named = ", ".join(f"{number:,}" for number in numbers[:MOST_TOLD]) + (" …" if len(numbers) > MOST_TOLD else "")
    if len(numbers) == 1:
        return [f"Row {named} of the file has no text, and was left out."]
    return [f"Rows {named} of the file have no text, and were left out."]
