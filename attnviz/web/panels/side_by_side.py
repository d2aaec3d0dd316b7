"""Several variants on one input, in numbers: a table, what parts their outputs, how far two maps lie apart in each row,
and what all this comes to in a sentence."""

from collections.abc import Sequence
from math import floor, log, log10

import numpy as np
import streamlit as st

from attnviz import learned, service
from attnviz.analysis import compare
from attnviz.analysis.shape import Glance
from attnviz.analysis.wording import listed, sentence_case
from attnviz.attention import AttentionMap
from attnviz.errors import BundleError
from attnviz.figures import kinds, titles, words
from attnviz.media import Sound
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web.inputs import examples, settings
from attnviz.web.panels import sounds
from attnviz.web.panels.evidence import made_here
from attnviz.web.session import Name, Session
from attnviz.web.text import NONE, digits_of, escape, figure_of, number, one_line
from attnviz.web.views import glance

PAGE = "attnviz/web/pages/compare.py"
CARRIED = "carried"  # in the address: the input lies in this session; a file where the task's own page keeps it
TEXTS = Session("compare", [Name("texts", tuple, ())])  # that were read where the comparison was asked for

_MOST_WORDS = 60  # of an output in the table
_MEANINGS = (
    "Entropy: how spread out a row of the map is, on average. Coverage: the weight that one part of the input got, "
    "summed over all rows: the least and the most. Time: how long one core of the processor, or the GPU, worked; it is "
    "rounded, since no two readings take the same, and it is longer just after the start. Parameters are those of a "
    "variant alone, without what all share."
)
_FAR = log(2)  # the largest Jensen-Shannon divergence


def offer(session: Session, task: Task, readings: Sequence[Reading]) -> None:
    """A button that leads from the task's page to the detailed comparison of the same input with the same settings."""
    names = [reading.variant for reading in readings]
    if len(names) == 1:
        names = pair(task, names[0])
    if len(names) < 2:
        return
    if st.button("Compare in detail", icon=":material/compare_arrows:", key=f"{session.owner}_compare"):
        TEXTS["texts"] = tuple(pieces.text for pieces in readings[0].texts)
        st.switch_page(PAGE, query_params=_query(session, task, readings, names))


def pair(task: Task, name: str) -> list[str]:
    """A variant and the one that it is compared with first: the first other one whose map has rows for the same, else
    the first other one. It stands alone where no other one is trained."""
    others = [other for other in service.variants(task.name) if other != name]
    return [name, *sorted(others, key=lambda other: not _look_alike(task, name, other))[:1]]


def _look_alike(task: Task, name: str, other: str) -> bool:
    """Whether two variants of a task have maps, and these have rows for the same."""
    one, another = task.variant(name), task.variant(other)
    if one is None or another is None:
        return False
    return one.attentive and another.attentive and one.looks_once == another.looks_once


def _query(session: Session, task: Task, readings: Sequence[Reading], names: Sequence[str]) -> dict[str, str]:
    """The address of the comparison. An input that no address holds is carried over in the session."""
    query = {"task": task.name, "variants": ",".join(dict.fromkeys(names))}
    for parameter in settings.parameters(task):
        if session[parameter.name] != parameter.first:
            query[parameter.name] = parameter.write(session[parameter.name])
    texts = [pieces.text for pieces in readings[0].texts]
    if session["example"]:
        query["example"] = session["example"]
    if texts and all(map(examples.fits_link, texts)):
        return query | dict(zip(task.inputs, texts, strict=True))
    return query if session["example"] else query | {CARRIED: "1"}


# The sentences


def told(task: Task, readings: Sequence[Reading]) -> str:
    """What the comparison shows, in sentences of plain text that are made of its numbers."""
    without = [f"“{reading.name}”" for reading in readings if not reading.maps]
    no_map = f"there is no map of {listed(without)}" if without else ""
    sentences = filter(None, (_outputs_told(task, readings), _spread_told(readings), no_map))
    return " ".join(f"{sentence_case(sentence)}." for sentence in sentences)


def _called(reading: Reading) -> str:
    """The variant as a sentence names it: quoted where it has several words, which would run into those around it."""
    return f"“{reading.name}”" if " " in reading.name else reading.name


def _all(readings: Sequence[Reading]) -> str:
    return "both" if len(readings) == 2 else "all"


def _spread_told(readings: Sequence[Reading]) -> str:
    """Which variant looks at the fewest parts of the input at a time, and which at the most; empty where fewer than two
    have a map."""
    found = [(figures.effective, one, a) for one in readings if (a := one.map()) and (figures := _figures(one))]
    if len(found) < 2:
        return ""
    found.sort(key=lambda one: one[0])
    (least, sharpest, attention), (most, broadest, _) = found[0], found[-1]
    verb, nouns = kinds.KINDS[attention.keys.kind].verb, f"{kinds.noun(attention)}s"
    few, many = f"{least:.1f}", f"{most:.1f}"
    if few == many:
        return f"each map {verb} {few} {nouns} at a time"
    if len(found) == 2:
        return f"{_called(sharpest)} {verb} fewer {nouns} at a time ({few}) than {_called(broadest)} ({many})"
    return f"{_called(sharpest)} {verb} the fewest {nouns} at a time ({few}), {_called(broadest)} the most ({many})"


def _figures(reading: Reading) -> Glance | None:
    attention = reading.map()
    return None if attention is None else glance.figures_of(attention)


def _outputs_told(task: Task, readings: Sequence[Reading]) -> str:
    texts = {reading.output.text for reading in readings}
    forced = all(reading.given.forced is not None for reading in readings)
    if forced or len(texts) == 1:
        how = "are made to write" if forced else "say" if task.labels else "write"
        what = f"“{readings[0].output.text}”" if task.labels else f"the same {task.output}"
        return f"{_all(readings)} variants {how} {what}, and {_sure_told(readings)}"
    if task.labels:
        by_label = _grouped(readings, [f"“{reading.output.text}”" for reading in readings], "says", "say")
        return f"the variants disagree: {by_label}"
    return _parting_told(readings)


def _sure_told(readings: Sequence[Reading]) -> str:
    """Which variant finds the common output likeliest, and which least likely."""
    ranked = sorted(readings, key=_logprob, reverse=True)
    most, least = ranked[0], ranked[-1]
    if most.probabilities:
        figure, (high, low) = "", (f"{one.probabilities[one.output.text]:.0%}" for one in (most, least))
    else:
        figure, (high, low) = "log-probability ", (number(_logprob(one)) for one in (most, least))
    if high == low:
        return f"they are equally sure ({figure}{high})"
    if len(readings) == 2:
        return f"{_called(most)} is surer ({figure}{high}) than {_called(least)} ({low})"
    return f"{_called(most)} is surest ({figure}{high}), {_called(least)} least sure ({low})"


def _parting_told(readings: Sequence[Reading]) -> str:
    """Up to where all outputs are the same, and what each variant writes next."""
    labels = [reading.output.labels for reading in readings]
    places = (compare.first_difference(labels[0], other) for other in labels[1:])
    place = min((place for place in places if place is not None), default=None)
    if place is None:
        return "the outputs differ in their spaces alone"
    unit = sounds.NOUN if isinstance(readings[0].source[0], Sound) else "word"
    next_ones = [words.quoted(of[place]) if place < len(of) else "no more" for of in labels]
    parted = _grouped(readings, next_ones, "writes", "write")
    return (
        f"{_all(readings)} write the same up to {unit} {place}; then " if place else "they differ from the start: "
    ) + parted


def _grouped(readings: Sequence[Reading], said: Sequence[str], verb: str, verbs: str) -> str:
    """What the variants say, those together that say the same."""
    by_said: dict[str, list[str]] = {}
    for reading, one in zip(readings, said, strict=True):
        by_said.setdefault(one, []).append(_called(reading))
    *first, last = (f"{listed(names)} {verb if len(names) == 1 else verbs} {one}" for one, names in by_said.items())
    return f"{', '.join(first)}, and {last}" if first else last


def _logprob(reading: Reading) -> float:
    """How likely the whole output is; of a classifier, its label."""
    if reading.probabilities:
        return log(max(reading.probabilities[reading.output.text], 1e-12))
    return reading.output.logprob or 0.0


# The table


def table(task: Task, readings: Sequence[Reading]) -> None:
    """A column for each variant, a row for each figure. Words that part the outputs are marked."""
    import pandas as pd  # not before it is needed: it takes most of a second

    marked = compare.divergent([reading.output.labels[:_MOST_WORDS] for reading in readings])
    rows: dict[str, list[str]] = {
        task.output: [_output(reading, marks) for reading, marks in zip(readings, marked, strict=True)],
        "log-probability": [number(_logprob(reading)) for reading in readings],
    }
    figures = list(map(_figures, readings))
    rows["mean entropy, nats"] = [NONE if one is None else f"{one.entropy:.2f}" for one in figures]
    rows["coverage of an input"] = [
        NONE if one is None else f"{one.coverage.least:.2f} to {one.coverage.most:.2f}" for one in figures
    ]
    rows["time"] = [f"about {_rounded(1000 * reading.provenance.seconds):,g} ms" for reading in readings]
    rows |= _of_bundles(task, readings)
    names = [escape(titles.title(reading)) for reading in readings]
    columns = [name if names.index(name) == i else f"{name} {i + 1}" for i, name in enumerate(names)]
    with st.container(key="evidence_compare_table"):
        told = pd.DataFrame(list(rows.values()), index=list(rows), columns=columns)
        st.table(told, alt="What each variant did, in numbers")
    marks = "Marked words part the outputs. " if any(map(any, marked)) else ""
    st.caption(f"{marks}{_MEANINGS}")
    if sentence := unlike(readings):
        st.caption(escape(sentence))


def _rounded(value: float) -> float:
    """The value in steps of a half of its first digit: 43 becomes 45, and 188 becomes 200."""
    step = 10.0 ** floor(log10(value)) / 2 if value > 0 else 1.0
    return round(value / step) * step


def _of_bundles(task: Task, readings: Sequence[Reading]) -> dict[str, list[str]]:
    """Parameters and the first test score of each variant; nothing where other bundles made the readings."""
    if not all(map(made_here, readings)):
        return {}
    try:
        sizes = [learned.training(task.name, reading.variant).parameters for reading in readings]
        scores = [service.outputs(task.name, reading.variant) for reading in readings]
    except BundleError:
        return {}
    rows = {"parameters, millions": [f"{size / 1e6:.1f}" for size in sizes]}
    first = next((row for score in scores for row in score), None)
    if first is None:
        return rows
    same = [next((r.value for r in score if (r.figure, r.set) == (first.figure, first.set)), None) for score in scores]
    digits = digits_of(row.value for score in scores for row in score if row.figure == first.figure)
    return rows | {f"{escape(first.figure)} on {escape(first.set)}": [figure_of(value, digits) for value in same]}


def _output(reading: Reading, marks: Sequence[bool]) -> str:
    """The output as Markdown, with the words that part it marked."""
    if reading.probabilities:
        label = escape(reading.output.text)
        return f":orange-background[{label}]" if any(marks) else label
    labels = reading.output.labels[:_MOST_WORDS]
    gaps = words.spaced(reading.output.text, labels)
    told = "".join(
        f"{gap if place else ''}{f':orange-background[{escape(label)}]' if marked else escape(label)}"
        for place, (gap, label, marked) in enumerate(zip(gaps, labels, marks, strict=True))
    )
    return f"{told} …" if len(reading.output.labels) > _MOST_WORDS else told or "(nothing)"


# Two maps


def comparable(readings: Sequence[Reading]) -> list[tuple[Reading, Reading]]:
    """The pairs of readings whose maps can be compared: over the same words, unless both can be made to write the
    same."""
    mapped = [(reading, a) for reading in readings if (a := reading.map())]
    pairs = [(one, other) for i, one in enumerate(mapped) for other in mapped[i + 1 :]]
    return [(one, other) for (one, a), (other, b) in pairs if not one.probabilities or a.axes == b.axes]


def unlike(readings: Sequence[Reading]) -> str:
    """A sentence of plain text where labels were found with a single look by one variant, and word by word by another:
    such maps can't be compared. Else empty."""
    maps = [(_called(reading), a) for reading in readings if reading.probabilities and (a := reading.map())]
    once, by_word = ([name for name, a in maps if (len(a.queries) == 1) == single] for single in (True, False))
    if not once or not by_word:
        return ""
    return (
        f"{sentence_case(listed(by_word))} looked for each word of the {maps[0][1].query_name}, {listed(once)} once "
        "for all of it. So their maps can't be subtracted, and their entropy and coverage are not of the same thing."
    )


def distances(first: AttentionMap, second: AttentionMap) -> None:
    """How far the rows of two maps over the same words lie apart: a bar for each, and the row in which they differ
    most."""
    import pandas as pd

    rows = compare.jsd(np.c_[first.weights, first.rest], np.c_[second.weights, second.rest])
    if not np.isfinite(rows).any():
        return
    most = int(np.nanargmax(rows))
    label = words.quoted(first.queries.labels[most])
    st.markdown(
        f"The maps lie furthest apart in the row of {escape(label)} ({rows[most]:.2f}); the mean of all rows is "
        f"{np.nanmean(rows):.2f}."
    )
    names = [f"{i} {one_line(label)}" for i, label in enumerate(first.queries.labels, 1)]
    with st.container(key="distances", width=420):
        st.dataframe(
            pd.DataFrame({first.query_name: names, "distance": rows}),
            hide_index=True,
            column_config={
                "distance": st.column_config.ProgressColumn(
                    "distance (JSD)", min_value=0.0, max_value=_FAR, format="%.2f"
                )
            },
            alt="The Jensen-Shannon divergence of each row of the two maps",
        )
    st.caption("Jensen-Shannon divergence in nats. 0: both rows are alike; 0.69: they have nothing in common.")
