"""Tables of the evidence: the variants of a task beside each other, and what the papers report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from attnviz import learned, service
from attnviz.analysis.wording import listed, sentence_case
from attnviz.export import agreement as files_of
from attnviz.export import numbers
from attnviz.export.command import training
from attnviz.figures import agreement, legend
from attnviz.figures.agreement import Dot
from attnviz.learned import Training
from attnviz.tasks.base import Evidence, Task
from attnviz.web import glossary
from attnviz.web.panels import saved, tables
from attnviz.web.panels.evidence import evidence
from attnviz.web.panels.tables import Key, Line, Rows
from attnviz.web.text import NONE, escape, figure_of
from attnviz.web.theme import dark

_HOURS = "hours of training"
_BESIDE = (
    "The columns after the variants are what to compare them with; where that depends on the variant, it goes from the "
    "least to the largest."
)
_SIGNS = (
    "Bold is the best variant of a row; ↑: more is better, ↓: less is better; the number is that of the inputs, unless "
    "it names others."
)
_PAPERS = """These are **other models on other data**: larger ones, which learned from far more, scored on sets of their
own. They say what was reached when the idea was new. Don't hold them against the numbers above."""


def outputs(task: Task, names: Sequence[str], key: str) -> None:
    """How good the outputs of the variants are, and how large the variants are."""
    rows = {name: {(row.figure, row.set): row for row in service.outputs(task.name, name)} for name in names}
    keys = tables.keys_of(rows.values())
    if not keys:
        st.caption("No scores were kept yet.")
        return
    told = _best(task, rows, keys[0])
    st.markdown(told, help=glossary.explained(told))
    main = [one for one in keys if one[0] == keys[0][0]] if len({one[1] for one in keys}) > 1 else keys
    others = [one for one in keys if one not in main]
    trained = {name: learned.training(task.name, name) for name in names}
    guesses = tables.guesses_of(rows)
    tables.draw(task, names, [*tables.cells(rows, main, guesses), *_sizes(task, trained)], f"{key}_outputs", guesses)
    if others:
        with st.expander(f"More figures: {', '.join(dict.fromkeys(figure for figure, _ in others))}"):
            if len({figure for figure, _ in others}) == 1:
                st.markdown(f"{escape(others[0][0])}:")
            tables.draw(task, names, tables.cells(rows, others, guesses), f"{key}_more", guesses)
    branched = any(one.branched_from for one in trained.values())
    half = " The time of a variant that went on from another one includes that one's half." if branched else ""
    beside = f" {_BESIDE}" if guesses else ""
    st.caption(f"{_SIGNS}{beside} Parameters are those of a variant alone, without what all variants share.{half}")
    lines = [
        *tables.numbers_of(rows, keys, guesses),
        *([figure, "", "", *values] for figure, values in _facts(trained).items()),
    ]
    commands = [command for name in names for command, (_, made) in service.made(task.name, name).items() if made]
    commands += [training(task.name, name) for name in names]
    files = {"csv": lambda: numbers.table(tables.header(task, names), lines)}
    saved.offer(files, commands, name=f"{task.name}-outputs", key=f"{key}_outputs")


def maps(task: Task, names: Sequence[str], key: str) -> None:
    """How well the maps of the variants agree with what people marked, beside what needs no model."""
    every = {name: evidence(service.digest(task.name, name), task.name, name) for name in names}
    told = {name: one for name, one in every.items() if one.rows}
    rows = {name: {(row.figure, row.set): row for row in one.rows} for name, one in told.items()}
    keys = tables.keys_of(rows.values())
    if not keys:
        st.caption("No figures of maps were kept yet.")
        return
    how = next(one.how for one in told.values() if one.how)
    st.markdown(how, help=glossary.explained(how))
    dots = agreement.dots({task.called(name): one.rows for name, one in told.items()})
    if dots:
        _chart(dots, key)
    guesses = tables.guesses_of(rows)
    tables.draw(task, list(told), tables.cells(rows, keys, guesses), f"{key}_maps", guesses)
    st.caption(f"{_SIGNS} {_BESIDE}")
    st.markdown("\n".join(_sentences(task, every)))
    lines = tables.numbers_of(rows, keys, guesses)
    made = [found for name in told for found in service.made(task.name, name).items()]
    commands = [command for command, (of_maps, _) in made if of_maps.rows or of_maps.told]
    digests = {task.called(name): service.digest(task.name, name) for name in told}
    files: dict[str, Callable[[], bytes]] = {
        format: partial(files_of.save, dots, format, legend.of_agreement(dots, digests))
        for format in (files_of.FORMATS if dots else ())
    }
    files["csv"] = lambda: numbers.table(tables.header(task, list(told)), lines)
    saved.offer(files, commands, name=f"{task.name}-maps", key=f"{key}_maps")


def _chart(dots: Sequence[Dot], key: str) -> None:
    """How well each map agrees with what people marked, by the first figure, and what its signs stand for."""
    st.plotly_chart(
        agreement.screen(dots, dark=dark()),
        theme=None,
        key=f"{key}_maps_chart",
        config={"displayModeBar": False},
        alt=agreement.alt_text(dots),
    )
    st.caption(escape(agreement.signs(dots)))


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


# What the tables say


def _best(task: Task, rows: Rows, key: Key) -> str:
    """Which variant has the best value of the first figure; that of the one without attention, and that of the best
    guess, beside it."""
    figure, name_of_set = key
    there = {name: of[key] for name, of in rows.items() if key in of and of[key].value is not None}
    if not there:
        return ""
    sign = 1 if next(iter(there.values())).better == "higher" else -1
    best = max(there, key=lambda name: sign * (there[name].value or 0.0))
    digits = tables.digits(rows, figure)
    without = [name for name in there if (variant := task.variant(name)) and not variant.attentive]
    others = {task.called(name): there[name].value for name in without[-1:] if name != best}
    guesses = {name: value for name, value in there[best].baselines.items() if value is not None}
    if guesses:
        nearest = max(guesses, key=lambda name: sign * guesses[name])
        others[nearest] = guesses[nearest]
    beside = "; ".join(f"{escape(name)}: {figure_of(value, digits)}" for name, value in others.items())
    value = f"{escape(figure)} {figure_of(there[best].value, digits)}"
    told = f"On {escape(name_of_set)}, **{escape(task.called(best))}** has the best value, {value}"
    return f"{told} ({beside})." if beside else f"{told}."


def _sentences(task: Task, told: Mapping[str, Evidence]) -> Iterator[str]:
    """What the figures come to, as a list; of which variants a sentence holds is said before it."""
    for sentence in dict.fromkeys(sentence for one in told.values() for sentence in one.told):
        names = [escape(task.called(name)) for name, one in told.items() if sentence in one.told]
        yield f"- {sentence_case(listed(names))}: {sentence}"


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
