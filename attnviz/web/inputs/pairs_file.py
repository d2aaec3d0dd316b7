"""Parses a CSV file of pairs with their labels, and says what can be wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from attnviz.errors import InputError
from attnviz.web.inputs.rows_file import cell, names, tables

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
    found = tables(content, HOW)
    understood = next((named for table in found if (named := _named(table)) is not None), None)
    understood = understood or next((unnamed for table in found if (unnamed := _unnamed(table))), None)
    if understood is None:
        raise InputError(f"there are no columns premise and hypothesis in it. {HOW}")
    rows, notes = [row for row in understood[0] if row[0] or row[1]], understood[1]
    if not rows:
        raise InputError(f"there are no pairs in it. {' '.join(notes) or HOW}")
    if len(rows) > MOST_PAIRS:
        notes.append(f"This table has {len(rows):,} pairs; only the first {MOST_PAIRS} were read.")
    rows = rows[:MOST_PAIRS]
    if any(len(text) > MOST_LETTERS for row in rows for text in row):
        notes.append(f"Some texts are longer than {MOST_LETTERS:,} characters; only so many were read.")
    pairs = tuple((premise[:MOST_LETTERS], hypothesis[:MOST_LETTERS]) for premise, hypothesis, _ in rows)
    return PairsFile(pairs, tuple(label.lower() for *_, label in rows), tuple(notes))


def _named(table: Sequence[Sequence[str]]) -> tuple[list[Row], list[str]] | None:
    """The pairs and labels below a first line that names both columns, and what is told about rows left out."""
    known_as = names(table)
    first, second, label = (
        next((i for i, name in enumerate(known_as) if name in known), None) for known in _NAMES.values()
    )
    if first is None or second is None:
        return None
    whole = [row for row in table[1:] if not any(text.strip() for text in row[len(known_as) :])]
    longer = [i for i, row in enumerate(table[1:], 1) if any(text.strip() for text in row[len(known_as) :])]
    notes = []
    if longer:
        rows = ", ".join(map(str, longer[:5])) + (" …" if len(longer) > 5 else "")
        notes.append(
            f"Row {rows} has more cells than the first line has names, and was left out: put quotes around texts that "
            "contain the separator."
        )
    return [(cell(row, first), cell(row, second), cell(row, label)) for row in whole], notes


def _unnamed(table: Sequence[Sequence[str]]) -> tuple[list[Row], list[str]] | None:
    """The pairs of a table of two columns without names."""
    if not table or any(len(row) != 2 for row in table):
        return None
    return [(cell(row, 0), cell(row, 1), "") for row in table], []
