"""Tables of figures: a row for each figure and set, a column for each variant, and the same as lines of a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

import pandas as pd
import streamlit as st

from attnviz.errors import BundleError
from attnviz.tasks.base import Row, Task
from attnviz.web.text import NONE, digits_of, escape, figure_of

BETTER = {"higher": "↑", "lower": "↓"}

Key = tuple[str, str]  # a figure and the set that it was measured on
Rows = Mapping[str, Mapping[Key, Row]]  # of each variant, by figure and set
Line = tuple[str, list[str]]  # a row of a table: what it is, and a cell for each variant


def readable(task: Task, names: Sequence[str], draw: Callable[[Task, Sequence[str], str], None], key: str) -> None:
    """Draw a part, or say which file of which bundle is damaged."""
    try:
        draw(task, names, key)
    except BundleError as problem:
        st.error(escape(str(problem)), icon=":material/error:")


def keys_of(rows: Iterable[Mapping[Key, Row]]) -> list[Key]:
    """All figures and sets, in the order in which the variants have them."""
    return list(dict.fromkeys(key for of in rows for key in of))


def guesses_of(rows: Rows) -> list[str]:
    """What the figures are compared with, in the order in which they have it."""
    return list(dict.fromkeys(name for of in rows.values() for row in of.values() for name in row.baselines))


def cells(rows: Rows, keys: Sequence[Key], guesses: Sequence[str] = (), *, bold: bool = True) -> list[Line]:
    """A line for each figure and set. The best value is bold; cells for the guesses follow."""
    lines = []
    figures, sets = ({key[place] for key in keys} for place in (0, 1))
    for key in keys:
        there = {name: of.get(key) for name, of in rows.items()}
        known = [row.value for row in there.values() if row is not None and row.value is not None]
        first = next(row for row in there.values() if row is not None)
        best = (max if first.better == "higher" else min)(known, default=None)
        cells, after_point = [], digits(rows, key[0])
        for row in there.values():
            value = None if row is None else row.value
            shown = figure_of(value, after_point)
            cells.append(f"**{shown}**" if bold and len(known) > 1 and value is not None and value == best else shown)
        cells += [_span(of_guess(rows, key, guess), after_point) for guess in guesses]
        # What all lines have in common is said above the table.
        name, of_set = escape(key[0]), escape(key[1])
        told = [name] if len(figures) > 1 else []
        told += [of_set] if len(sets) > 1 or len(keys) == 1 else []
        of = "" if first.counted == "inputs" else f" {first.counted}"
        lines.append((f"{', '.join(told)} {BETTER[first.better]} :small[:gray[{first.n:,}{of}]]", cells))
    return lines


def draw(task: Task, names: Sequence[str], lines: Sequence[Line], key: str, guesses: Sequence[str] = ()) -> None:
    """Draw lines as a table. Those without cells for the guesses are filled up."""
    columns = [escape(task.called(name)) for name in names] + [f":small[{escape(guess)}]" for guess in guesses]
    filled = [[*values, *[""] * (len(columns) - len(values))] for _, values in lines]
    table = pd.DataFrame(filled, index=[label for label, _ in lines], columns=columns)
    with st.container(key=f"{key}_table"):
        st.table(table, alt=f"Figures of {', '.join(columns)}")


def of_guess(rows: Rows, key: Key, guess: str) -> list[float | None]:
    """What a guess gets beside each variant."""
    there = (of.get(key) for of in rows.values())
    return [None if row is None else row.baselines.get(guess) for row in there]


def digits(rows: Rows, figure: str) -> int:
    """How many digits after the point a figure gets, whatever the set, the variant and the guess."""
    there = (row for of in rows.values() for (name, _), row in of.items() if name == figure)
    return digits_of(value for row in there for value in (row.value, *row.baselines.values()))


def _span(values: Iterable[float | None], digits: int) -> str:
    """From the least value to the largest one; one of them where they look the same."""
    known = sorted(value for value in values if value is not None)
    return "–".join(dict.fromkeys(figure_of(value, digits) for value in (known[0], known[-1]))) if known else NONE


def header(task: Task, names: Sequence[str]) -> list[str]:
    """The first line of a file with the numbers of these variants."""
    return ["figure", "set", "inputs", *map(task.called, names)]


def numbers_of(rows: Rows, keys: Sequence[Key], guesses: Sequence[str] = ()) -> list[list[object]]:
    """A line of such a file for each figure and set, and then for each of the guesses that there is for it."""
    lines: list[list[object]] = [
        [*key, inputs(rows, key), *(_value(of.get(key)) for of in rows.values())] for key in keys
    ]
    for (figure, name_of_set), guess in product(keys, guesses):
        values = of_guess(rows, (figure, name_of_set), guess)
        if set(values) != {None}:
            lines.append([f"{figure}: {guess}", name_of_set, inputs(rows, (figure, name_of_set)), *values])
    return lines


def inputs(rows: Rows, key: Key) -> int:
    return next(of[key].n for of in rows.values() if key in of)


def _value(row: Row | None) -> object:
    return "" if row is None or row.value is None else row.value
