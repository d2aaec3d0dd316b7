"""Parses a file of many texts, and says what can be wrong with it."""

from dataclasses import dataclass

from attnviz.errors import InputError
from attnviz.web.inputs.rows_file import cell, decoded, names, tables

MOST_TEXTS = 200
MOST_LETTERS = 50_000  # of a text

_NAMES = ("text", "body", "article", "document", "opening", "source")
HOW = "Save it as CSV with a column text, or as a text file (.txt) with one text on each line."


@dataclass(frozen=True)
class TextsFile:
    """What was read of a file. notes: sentences about what of the file was not read."""

    name: str
    texts: tuple[str, ...]
    notes: tuple[str, ...]


def parse(name: str, content: bytes) -> TextsFile:
    """The texts of a CSV file with a column for them, among others, or of the lines of a text file. Raises InputError
    where there are none; what it says goes on from "It was not read:"."""
    lines = name.lower().endswith(".txt")
    texts = [text for text in (decoded(content, HOW).split("\n") if lines else _column(content)) if text.strip()]
    if not texts:
        raise InputError(f"there are no texts in it. {HOW}")
    notes = []
    if len(texts) > MOST_TEXTS:
        notes.append(f"This file has {len(texts):,} texts; only the first {MOST_TEXTS} were read.")
    texts = texts[:MOST_TEXTS]
    if any(len(text) > MOST_LETTERS for text in texts):
        notes.append(f"Some texts are longer than {MOST_LETTERS:,} characters; only so many were looked at.")
    return TextsFile(name, tuple(text.strip()[:MOST_LETTERS] for text in texts), tuple(notes))


def _column(content: bytes) -> list[str]:
    """The cells of the column that is named for texts."""
    for table in tables(content, HOW):
        known = names(table)
        place = next((known.index(name) for name in _NAMES if name in known), None)
        if place is not None:
            return [cell(row, place) for row in table[1:]]
    raise InputError(f"there is no column text in it. {HOW}")
