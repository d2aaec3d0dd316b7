"""Labelled readings of two texts on the page, each in a panel: its label, the probabilities, and its maps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from attnviz.analysis import compare, shape
from attnviz.figures import axes, screen
from attnviz.figures.labels import probabilities
from attnviz.figures.maps import subtract
from attnviz.reading import ATTENTION, AttentionMap, Pieces, Reading
from attnviz.tasks.entailment.about import REVERSE
from attnviz.tasks.entailment.corpus import LABELS
from attnviz.web import maps, marked_words, style
from attnviz.web import panels as written
from attnviz.web import probabilities as bars
from attnviz.web.text import escape, key_of
from attnviz.web.view import View

_ANSWER = 330  # px that label and bars take
_NOTICEABLE = 0.1  # of the weight
_ON_MARKS = (
    "{share:.0%} of the weight lies on punctuation: a place to look where no word matters, which says nothing of the "
    "sentence (a sink)."
)


@dataclass(frozen=True)
class Panel:
    """A reading under its title. `before`: the reading of the whole texts, where words were left out of this one."""

    place: str
    title: str
    reading: Reading
    before: Reading | None
    views: Sequence[View]


def panels(page: str, found: Sequence[Reading], *, stretch: bool) -> list[Panel]:
    """The panels of several readings, which stand side by side where they fit."""
    columns = len(found) if len(found) < 4 else 2
    side = min(screen.USUAL_SIDE, style.USUAL_PAGE // columns - style.BESIDE_CELLS - (_ANSWER if columns == 1 else 0))
    made: list[Panel] = []
    for i, reading in enumerate(found):
        left_out = reading.provenance.settings.get("left_out")
        title = f"{reading.variant}, without {left_out}" if left_out else reading.variant
        if reading.provenance.settings.get("forced"):
            title += ", label given"
        before = found[i - 1] if left_out and i and found[i - 1].variant == reading.variant else None
        place = f"{page}_{i}"
        views = [view(place, reading, one, stretch=stretch, side=side) for one in reading.maps]
        made.append(Panel(place, title, reading, before, views))
    return made


def view(place: str, reading: Reading, attention: AttentionMap, *, stretch: bool, side: int) -> View:
    """A map with the two texts that it is over; of `attention`, whose one row is the whole hypothesis, with that."""
    premise, hypothesis = reading.texts
    keys, queries = (hypothesis, premise) if attention.name == REVERSE else (premise, hypothesis)
    if len(attention.queries) != len(queries.labels):
        queries = Pieces(queries.text, attention.queries.labels, (attention.queries.labels,))
    end = "" if attention.name == ATTENTION else "_reverse"
    return View(
        place=place + end,
        key=f"{place}{end}_{_id(reading)}",
        source=[keys],
        output=queries,
        map=attention,
        stretch=stretch,
        side=side,
        axes=axes.of(reading.task, attention.name),
        group=f"{reading.task}_{attention.name}",
    )


def show(page: str, task: str, shown: Sequence[Panel], caution: str) -> None:
    """In as many columns as fit, so that a reading and the one with words left out stand side by side. `caution` stands
    with the first."""
    row = f"{page}_panels"
    style.columns(row, len(shown), max([_ANSWER, *(view.width for one in shown for view in one.views)]), style.GAP)
    with st.container(key=row):
        for one in shown:
            with st.container(key=f"panel_{one.place}"):
                st.markdown(f"##### {escape(one.title)}")
                _panel(task, one, caution if one is shown[0] else "", alone=len(shown) == 1)


def _panel(task: str, panel: Panel, caution: str, *, alone: bool) -> None:
    """The answer, and the maps beside it where there is room. What is to be borne in mind stands with the answer, but
    below the maps where several stand side by side, so that they begin at one height."""
    answer, looks = f"answer_{panel.place}", f"looks_{panel.place}"
    style.view_and_details(answer, looks, _ANSWER)
    with st.container(horizontal=True, gap=style.GAP):
        with st.container(key=answer, gap="small"):
            _answer(panel)
            if alone:
                _bear_in_mind(task, panel, caution)
        with st.container(key=looks):
            _maps(panel)
            if not alone:
                _bear_in_mind(task, panel, caution)


def _bear_in_mind(task: str, panel: Panel, caution: str) -> None:
    if panel.before is None:
        marked_words.show(task, panel.reading, key=f"belief_{panel.place}")
    if caution:
        st.caption(caution)


def _answer(panel: Panel) -> None:
    reading = panel.reading
    label = reading.output.text
    said = bars.SAID.get(label, "")
    st.markdown(f"**{escape(label.capitalize())}.** {said}")
    before = None if panel.before is None else probabilities(panel.before)
    bars.show(probabilities(reading), label, before, key=f"bars_{panel.place}")
    st.caption(escape(written.took(reading, "Read")) + (" · mark: with all words" if before else ""))


def _maps(panel: Panel) -> None:
    if not panel.views:
        st.markdown("There is no map: this variant has no attention.")
        return
    keys = [f"view_{view.place}" for view in panel.views]
    style.beside_or_below({k: view.width for k, view in zip(keys, panel.views, strict=True)}, style.GAP)
    with st.container(horizontal=True, gap=style.GAP, key=f"ways_{panel.place}"):
        for name, view in zip(keys, panel.views, strict=True):
            with st.container(key=name, gap="xsmall"):
                if len(panel.views) > 1:
                    st.markdown(f"**The {view.axes.queries} looks at the {view.axes.keys}**")
                maps.show(view)
                if (share := on_marks(view.map) if view.map else 0.0) >= _NOTICEABLE:
                    st.caption(_ON_MARKS.format(share=share))
    with st.expander("Numbers of this map" if len(panel.views) == 1 else "Numbers of these maps"):
        for view in panel.views:
            if view.map is not None:
                maps.table(view.map, view.axes)


def difference(page: str, first: Reading, second: Reading, *, stretch: bool) -> None:
    """The first one's map less the second's."""
    a, b = first.map(), second.map()
    if a is None or b is None:
        return
    one, other = escape(first.variant), escape(second.variant)
    shown = replace(
        view("difference", first, a, stretch=stretch, side=screen.USUAL_SIDE),
        key=f"difference_{_id(first)}_{_id(second)}",
        minus=b,
        told=f"Blue: {one} looked more, orange: {other} did. Mean distance of their rows: {_distance(a, b):.2f} "
        "(Jensen-Shannon divergence in nats; 0: alike, 0.69: nothing in common).",
    )
    with st.container(key="panel_difference", gap="xsmall"):
        st.markdown(f"##### Difference: {one} − {other}")
        maps.show(shown)
    with st.expander("Numbers of this difference"):
        maps.table(subtract(a, b), shown.axes)


def _distance(a: AttentionMap, b: AttentionMap) -> float:
    """The weight on no word counts as one more key."""
    return compare.mean_jsd(np.c_[a.weights, a.rest], np.c_[b.weights, b.rest])


def on_marks(attention: AttentionMap) -> float:
    """The share of a map's weight that lies on punctuation marks."""
    marks = shape.marks(attention.keys.labels)
    return float(shape.share_on(attention.weights, np.zeros(len(attention.queries)), marks).mean())


def unknown(reading: Reading) -> list[list[int]]:
    """Of each text, the indices of the words that the models have no vector of."""
    found = reading.provenance.settings.get("unknown")
    return [list(some) for some in found] if found else [[] for _ in reading.texts]


def fits(reading: Reading) -> bool:
    """Whether the words and maps of a saved reading belong together."""
    if len(reading.texts) != 2 or len(reading.source) != 2 or reading.hypotheses:
        return False
    output = reading.output
    if output.labels != LABELS or output.text not in LABELS or len(output.logprobs) != len(LABELS):
        return False
    premise, hypothesis = (pieces.labels for pieces in reading.texts)
    expected = {ATTENTION: (hypothesis, premise), REVERSE: (premise, hypothesis)}
    names = [one.name for one in reading.maps]
    return len(set(names)) == len(names) and all(
        one.name in expected
        and one.keys.labels == expected[one.name][1]
        and one.keys.groups == tuple(range(len(one.keys)))
        and one.queries.labels in (expected[one.name][0], (" ".join(expected[one.name][0]),))
        and one.queries.groups == tuple(range(len(one.queries)))
        for one in reading.maps
    )


def _id(reading: Reading) -> str:
    """The same for the same texts by the same variant, and nothing but letters and digits."""
    return key_of(reading.variant, reading.provenance.digest, [pieces.text for pieces in reading.texts])
