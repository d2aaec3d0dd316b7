"""How much of the figures is chance: what other drawings of a set would bring, and another seed of a training."""

from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from attnviz import learned, service
from attnviz.analysis.wording import listed, sentence_case
from attnviz.export import numbers
from attnviz.tasks.base import Comparison, Task
from attnviz.web import glossary
from attnviz.web.panels import saved, tables
from attnviz.web.panels.evidence import evidence
from attnviz.web.panels.tables import Key, Line, Rows
from attnviz.web.text import NONE, digits_of, escape, figure_of

_DRAWINGS = """A set is one drawing of all the inputs that there could be. So inputs are drawn from it again and again,
{samples:,} times (paired bootstrap). Each cell has by how much a variant’s figure is above or below the other one, and
in how many of the drawings the variant is the better one: near 100%, or near 0%, the difference is no luck of the set;
near 50%, it says nothing."""
_AGAIN = """Training is a matter of chance too: it begins with random numbers. The same variant, trained again from
others, ends with somewhat other figures, and a difference between variants that is no larger is worth nothing."""
_NEVER_AGAIN = (
    "No variant of this task was trained and scored a second time yet, so how much that is here is not known."
)


def show(task: Task, names: Sequence[str], key: str) -> None:
    """What other drawings of a set would bring, and what another seed of a training brings."""
    drawings(task, names, key)
    seeds(task, names, key)


def drawings(task: Task, names: Sequence[str], key: str) -> None:
    """The figures of the variants beside those of others, and how surely they are better."""
    compared = {name: evidence(service.digest(task.name, name), task.name, name).compared for name in names}
    every = [one for of in compared.values() for one in of]
    if not every:
        return
    told = _DRAWINGS.format(samples=every[0].samples)
    st.markdown(told, help=glossary.explained(told))
    for place, other in enumerate(dict.fromkeys(one.other for one in every)):
        beside = {
            name: {(one.figure, one.set): one for one in of if one.other == other} for name, of in compared.items()
        }
        beside = {name: of for name, of in beside.items() if of}
        figures = dict.fromkeys(figure for of in beside.values() for figure, _ in of)
        st.markdown(f"{escape(listed(list(figures)))} beside **{escape(other)}**:")
        tables.draw(task, list(beside), list(_gains(beside)), f"{key}_drawings{place}")
    lines = [
        [one.figure, one.set, one.n, task.called(name), one.own, one.other, one.others, one.wins]
        for name, of in compared.items()
        for one in of
    ]
    head = ["figure", "set", "inputs", "variant", "its figure", "beside", "figure of that", "share of drawings"]
    commands = [
        command for name in names for command, (made, _) in service.made(task.name, name).items() if made.compared
    ]
    files = {"csv": lambda: numbers.table(head, lines)}
    saved.offer(files, commands, name=f"{task.name}-drawings", key=f"{key}_drawings")


def _gains(beside: Mapping[str, Mapping[Key, Comparison]]) -> Iterator[Line]:
    """A line for each figure and set: what each variant has more than the other one, and in how many drawings."""
    values: dict[str, list[float]] = {}
    for one in (one for of in beside.values() for one in of.values()):
        values.setdefault(one.figure, []).extend((one.own, one.others))
    digits = {figure: digits_of(known) for figure, known in values.items()}
    for figure, name in dict.fromkeys(key for of in beside.values() for key in of):
        there = [of.get((figure, name)) for of in beside.values()]
        first = next(one for one in there if one is not None)
        told = f"{escape(figure)}, {escape(name)}" if len(digits) > 1 else escape(name)
        yield (
            f"{told} {tables.BETTER[first.better]} :small[:gray[{first.n:,}]]",
            [_gain(one, digits[figure]) for one in there],
        )


def _gain(one: Comparison | None, digits: int) -> str:
    if one is None:
        return NONE
    gain = one.own - one.others
    return f"{'+' if gain > 0 else '−' if gain < 0 else ''}{abs(gain):.{digits}f} :small[:gray[{one.wins:.0%}]]"


def seeds(task: Task, names: Sequence[str], key: str) -> None:
    """What another seed changes: the main figures of the variants that were trained twice."""
    again = {name: learned.seeds(task.name, name) for name in names}
    again = {name: others for name, others in again.items() if others}
    every = [seed for name, others in again.items() for seed in (name, *others)]
    rows = {seed: {(row.figure, row.set): row for row in service.outputs(task.name, seed)} for seed in every}
    keys = tables.keys_of(rows.values())
    if not keys:
        st.markdown(f"{_AGAIN} {_NEVER_AGAIN}")
        return
    st.markdown(_AGAIN)
    keys = [one for one in keys if one[0] == keys[0][0]]
    tables.draw(task, every, tables.cells(rows, keys, bold=False), f"{key}_seeds")
    st.markdown("\n".join(f"- {line}" for line in _spread(task, again, rows, keys)))
    commands = [command for seed in every for command, (_, made) in service.made(task.name, seed).items() if made]
    files = {"csv": lambda: numbers.table(tables.header(task, every), tables.numbers_of(rows, keys))}
    saved.offer(files, commands, name=f"{task.name}-seeds", key=f"{key}_seeds")


def _spread(task: Task, again: Mapping[str, Sequence[str]], rows: Rows, keys: Sequence[Key]) -> list[str]:
    """How far the seeds of each variant are apart on the first set."""
    said = []
    for name, others in again.items():
        values = [row.value for seed in (name, *others) if (row := rows[seed].get(keys[0])) and row.value is not None]
        if len(values) > 1:
            apart = figure_of(max(values) - min(values), tables.digits(rows, keys[0][0]))
            said.append(f"{escape(sentence_case(task.called(name)))}: {apart} apart on {escape(keys[0][1])}.")
    return said
