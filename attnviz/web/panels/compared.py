"""Tables of the evidence: the variants of a task beside each other, their second seeds, and what the papers report."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

import pandas as pd
import streamlit as st

from attnviz import learned, service
from attnviz.errors import BundleError
from attnviz.export import numbers
from attnviz.learned import Training
from attnviz.tasks.base import Evidence, Row, Task
from attnviz.web import glossary
from attnviz.web.panels import saved
from attnviz.web.panels.evidence import evidence
from attnviz.web.text import NONE, escape, figure_of, listed, sentence_case

_BETTER = {"higher": "↑", "lower": "↓"}

_HOURS = "hours of training"
_BESIDE = (
    "The columns after the variants are what to compare them with; where that depends on the variant, it goes from the "
    "least to the largest."
)
_SIGNS = "Bold is the best of a row; ↑: more is better, ↓: less is better; the number is that of the inputs."
_PAPERS = """These are **other models on other data**: larger ones, which learned from far more, scored on sets of their
own. They say what was reached when the idea was new. Don't hold them against the numbers above."""

Key = tuple[str, str]  # a figure and the set that it was measured on


def outputs(task: Task, names: Sequence[str], key: str) -> None:
    """How good the outputs of the variants are, and how large the variants are."""
    rows = {name: {(row.figure, row.set): row for row in service.outputs(task.name, name)} for name in names}
    keys = _keys(rows.values())
    if not keys:
        st.caption("No scores were kept yet.")
        return
    told = _best(task, rows, keys[0])
    st.markdown(told, help=glossary.explained(told))
    main = [one for one in keys if one[0] == keys[0][0]] if len({one[1] for one in keys}) > 1 else keys
    others = [one for one in keys if one not in main]
    trained = {name: learned.training(task.name, name) for name in names}
    guesses = _guesses(rows)
    _table(task, names, [*_cells(rows, main, guesses), *_sizes(task, trained)], f"{key}_outputs", guesses)
    if others:
        with st.expander(f"More figures: {', '.join(dict.fromkeys(figure for figure, _ in others))}"):
            if len({figure for figure, _ in others}) == 1:
                st.markdown(f"{escape(others[0][0])}:")
            _table(task, names, _cells(rows, others, guesses), f"{key}_more", guesses)
    branched = any(one.branched_from for one in trained.values())
    half = " The time of a variant that went on from another one includes that one's half." if branched else ""
    beside = f" {_BESIDE}" if guesses else ""
    st.caption(f"{_SIGNS}{beside} Parameters are those of a variant alone, without what all variants share.{half}")
    lines = [*_numbers(rows, keys, guesses), *([figure, "", "", *values] for figure, values in _facts(trained).items())]
    commands = [command for name in names for command, (_, made) in service.made(task.name, name).items() if made]
    commands += [f"python -m attnviz train {task.name} --variant {name} --data DIR" for name in names]
    files = {"csv": lambda: numbers.table(_header(task, names), lines)}
    saved.offer(files, commands, name=f"{task.name}-outputs", key=f"{key}_outputs")


def maps(task: Task, names: Sequence[str], key: str) -> None:
    """How well the maps of the variants agree with what people marked, beside what needs no model."""
    every = {name: evidence(service.digest(task.name, name), task.name, name) for name in names}
    told = {name: one for name, one in every.items() if one.rows}
    rows = {name: {(row.figure, row.set): row for row in one.rows} for name, one in told.items()}
    keys = _keys(rows.values())
    if not keys:
        st.caption("No figures of maps were kept yet.")
        return
    how = next(one.how for one in told.values() if one.how)
    st.markdown(how, help=glossary.explained(how))
    guesses = _guesses(rows)
    _table(task, list(told), _cells(rows, keys, guesses), f"{key}_maps", guesses)
    st.caption(f"{_SIGNS} {_BESIDE}")
    st.markdown("\n".join(_sentences(task, every)))
    lines = _numbers(rows, keys, guesses)
    commands = [command for name in told for command, (made, _) in service.made(task.name, name).items() if made.rows]
    files = {"csv": lambda: numbers.table(_header(task, list(told)), lines)}
    saved.offer(files, commands, name=f"{task.name}-maps", key=f"{key}_maps")


def papers(task: Task, key: str) -> None:
    """What the papers report of their own models."""
    if not task.published:
        return
    st.markdown(_PAPERS)
    columns = {
        "model": [escape(one.model) for one in task.published],
        "its figure": [f"{escape(one.figure)} {escape(one.value)}" for one in task.published],
        "its data": [escape(one.corpus) for one in task.published],
        "from": [one.paper for one in task.published],
    }
    with st.container(key=f"{key}_papers"):
        st.table(pd.DataFrame(columns).set_index("model"), alt="What the papers report of their own models")


def seeds(task: Task, names: Sequence[str], key: str) -> None:
    """What another seed changes: the main figures of the variants that were trained twice."""
    again = {name: learned.seeds(task.name, name) for name in names}
    again = {name: others for name, others in again.items() if others}
    every = [seed for name, others in again.items() for seed in (name, *others)]
    rows = {seed: {(row.figure, row.set): row for row in service.outputs(task.name, seed)} for seed in every}
    keys = _keys(rows.values())
    if not keys:
        st.caption("No variant of this task was scored with another seed yet, so it is not known how much is chance.")
        return
    st.markdown(
        "The same variant, trained again from other random numbers. A difference between variants that is no larger "
        "than the one between two seeds is worth nothing."
    )
    keys = [one for one in keys if one[0] == keys[0][0]]
    _table(task, every, _cells(rows, keys, bold=False), f"{key}_seeds")
    st.markdown("\n".join(f"- {line}" for line in _spread(task, again, rows, keys)))
    commands = [command for seed in every for command, (_, made) in service.made(task.name, seed).items() if made]
    files = {"csv": lambda: numbers.table(_header(task, every), _numbers(rows, keys))}
    saved.offer(files, commands, name=f"{task.name}-seeds", key=f"{key}_seeds")


# What the tables say

Rows = Mapping[str, Mapping[Key, Row]]  # of each variant, by figure and set
Line = tuple[str, list[str]]  # a row of a table: what it is, and a cell for each variant


def _keys(rows: Iterable[Mapping[Key, Row]]) -> list[Key]:
    """All figures and sets, in the order in which the variants have them."""
    return list(dict.fromkeys(key for of in rows for key in of))


def _guesses(rows: Rows) -> list[str]:
    """What the figures are compared with, in the order in which they have it."""
    return list(dict.fromkeys(name for of in rows.values() for row in of.values() for name in row.baselines))


def _best(task: Task, rows: Rows, key: Key) -> str:
    """Which variant is best by the first figure, and how far behind the one without attention is."""
    figure, name_of_set = key
    there = {name: of[key] for name, of in rows.items() if key in of and of[key].value is not None}
    if not there:
        return ""
    sign = 1 if next(iter(there.values())).better == "higher" else -1
    best = max(there, key=lambda name: sign * (there[name].value or 0.0))
    value = f"{escape(figure)} {figure_of(there[best].value)}"
    told = f"On {escape(name_of_set)}, **{escape(task.called(best))}** is best: {value}"
    without = [name for name in there if (variant := task.variant(name)) and not variant.attentive]
    if without and without[-1] != best:
        other = f"{escape(task.called(without[-1]))} has {figure_of(there[without[-1]].value)}"
        return f"{told}, where {other}."
    return f"{told}."


def _sentences(task: Task, told: Mapping[str, Evidence]) -> Iterator[str]:
    """What the figures come to, as a list; of which variants a sentence holds is said before it."""
    for sentence in dict.fromkeys(sentence for one in told.values() for sentence in one.told):
        names = [escape(task.called(name)) for name, one in told.items() if sentence in one.told]
        yield f"- {sentence_case(listed(names))}: {sentence}"


def _cells(rows: Rows, keys: Sequence[Key], guesses: Sequence[str] = (), *, bold: bool = True) -> list[Line]:
    """A line for each figure and set. The best value is bold; cells for the guesses follow."""
    lines = []
    figures, sets = ({key[place] for key in keys} for place in (0, 1))
    for key in keys:
        there = {name: of.get(key) for name, of in rows.items()}
        known = [row.value for row in there.values() if row is not None and row.value is not None]
        first = next(row for row in there.values() if row is not None)
        best = (max if first.better == "higher" else min)(known, default=None)
        cells = []
        for row in there.values():
            value = None if row is None else row.value
            shown = figure_of(value)
            cells.append(f"**{shown}**" if bold and len(known) > 1 and value is not None and value == best else shown)
        cells += [_span(_of_guess(rows, key, guess)) for guess in guesses]
        # What all lines have in common is said above the table.
        name, of_set = escape(key[0]), escape(key[1])
        told = [name] if len(figures) > 1 else []
        told += [of_set] if len(sets) > 1 or len(keys) == 1 else []
        lines.append((f"{', '.join(told)} {_BETTER[first.better]} :small[:gray[{first.n:,}]]", cells))
    return lines


def _of_guess(rows: Rows, key: Key, guess: str) -> list[float | None]:
    """What a guess gets beside each variant."""
    there = (of.get(key) for of in rows.values())
    return [None if row is None else row.baselines.get(guess) for row in there]


def _span(values: Iterable[float | None]) -> str:
    """From the least value to the largest one; one of them where they look the same."""
    known = sorted(value for value in values if value is not None)
    return "–".join(dict.fromkeys(map(figure_of, (known[0], known[-1])))) if known else NONE


def _header(task: Task, names: Sequence[str]) -> list[str]:
    """The first line of a file with the numbers of these variants."""
    return ["figure", "set", "inputs", *map(task.called, names)]


def _numbers(rows: Rows, keys: Sequence[Key], guesses: Sequence[str] = ()) -> list[list[object]]:
    """A line of such a file for each figure and set, and then for each of the guesses that there is for it."""
    lines: list[list[object]] = [
        [*key, _inputs(rows, key), *(_value(of.get(key)) for of in rows.values())] for key in keys
    ]
    for (figure, name_of_set), guess in product(keys, guesses):
        values = _of_guess(rows, (figure, name_of_set), guess)
        if set(values) != {None}:
            lines.append([f"{figure}: {guess}", name_of_set, _inputs(rows, (figure, name_of_set)), *values])
    return lines


def _sizes(task: Task, trained: Mapping[str, Training]) -> list[Line]:
    facts = _facts(trained)
    lines = [
        (figure, [f"{value:,.2f}" if figure == _HOURS else f"{value:,}" for value in values])
        for figure, values in facts.items()
    ]
    began = [NONE if one.branched_from is None else escape(task.called(one.branched_from)) for one in trained.values()]
    return [*lines, ("went on from, halfway", began)] if set(began) != {NONE} else lines


def _facts(trained: Mapping[str, Training]) -> dict[str, list[float]]:
    """How large the variants are, and what their training took."""
    every = list(trained.values())
    return {
        "parameters, millions": [round(one.parameters / 1e6, 1) for one in every],
        "weights, MB": [round(one.megabytes, 1) for one in every],
        "steps of training": [one.steps for one in every],
        _HOURS: [one.hours for one in every],
    }


def _spread(task: Task, again: Mapping[str, Sequence[str]], rows: Rows, keys: Sequence[Key]) -> list[str]:
    """How far the seeds of each variant are apart on the first set."""
    said = []
    for name, others in again.items():
        values = [row.value for seed in (name, *others) if (row := rows[seed].get(keys[0])) and row.value is not None]
        if len(values) > 1:
            apart = figure_of(max(values) - min(values))
            said.append(f"{escape(sentence_case(task.called(name)))}: {apart} apart on {escape(keys[0][1])}.")
    return said


def _table(task: Task, names: Sequence[str], lines: Sequence[Line], key: str, guesses: Sequence[str] = ()) -> None:
    columns = [escape(task.called(name)) for name in names] + [f":small[{escape(guess)}]" for guess in guesses]
    filled = [[*cells, *[""] * (len(columns) - len(cells))] for _, cells in lines]
    table = pd.DataFrame(filled, index=[label for label, _ in lines], columns=columns)
    with st.container(key=f"{key}_table"):
        st.table(table, alt=f"Figures of {', '.join(columns)}")


def _inputs(rows: Rows, key: Key) -> int:
    return next(of[key].n for of in rows.values() if key in of)


def _value(row: Row | None) -> object:
    return "" if row is None or row.value is None else row.value


def readable(task: Task, names: Sequence[str], draw: Callable[[Task, Sequence[str], str], None], key: str) -> None:
    """Draw a part, or say which file of which bundle is damaged."""
    try:
        draw(task, names, key)
    except BundleError as problem:
        st.error(escape(str(problem)), icon=":material/error:")
