"""Readings of tasks that label two texts, each in a panel: its label, the probabilities, and its maps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from attnviz.attention import ATTENTION, AttentionMap
from attnviz.figures import screen, titles
from attnviz.figures.browser.over_words import texts_of
from attnviz.reading import Reading
from attnviz.web import on_demand, style
from attnviz.web.inputs import appearance
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.panels import evidence, sums
from attnviz.web.panels.written import time_taken
from attnviz.web.session import Session
from attnviz.web.text import escape, key_of_reading
from attnviz.web.views import bars, heatmap, over_words
from attnviz.web.views.map_view import MapView

_ANSWER = 330  # px that label and bars take


@dataclass(frozen=True)
class LabelledPanel:
    """A reading under its title. before: the reading of the whole texts, where words were left out of this one."""

    place: str
    title: str
    reading: Reading
    before: Reading | None
    views: Sequence[MapView]


def panels(owner: str, readings: Sequence[Reading], look: Appearance) -> list[LabelledPanel]:
    """The panels of readings that stand side by side where they fit. owner: what the keys of their widgets begin
    with."""
    columns = len(readings) if len(readings) < 4 else 2
    side = min(screen.USUAL_SIDE, style.USUAL_PAGE // columns - style.BESIDE_CELLS - (_ANSWER if columns == 1 else 0))
    made: list[LabelledPanel] = []
    for i, reading in enumerate(readings):
        whole = readings[i - 1] if reading.given.left_out and i else None
        before = whole if whole and whole.variant == reading.variant else None
        place = f"{owner}_{i}"
        views = [_view(place, reading, attention, look, side) for attention in reading.maps]
        made.append(LabelledPanel(place, titles.title(reading), reading, before, views))
    return made


def _view(place: str, reading: Reading, attention: AttentionMap, look: Appearance, side: int) -> MapView:
    keys, queries = texts_of(reading, attention)
    end = "" if attention.name == ATTENTION else "_reverse"
    return MapView(
        place=place + end,
        key=f"{place}{end}_{key_of_reading(reading)}",
        source=[keys],
        output=queries,
        map=attention,
        stretch=look.stretch,
        stretchable=True,
        strongest=look.strongest,
        ribbon=look.ribbon,
        side=side,
        told=sums.told(reading, attention),
        group=f"{reading.task}_{attention.name}",
    )


def show(
    session: Session, panels: Sequence[LabelledPanel], meanings: Mapping[str, str], lesson: str, caution: str
) -> None:
    """Draw the panels in as many columns as fit, so that a reading and the one with words left out stand side by side.

    meanings: a sentence for each label that says what it means. lesson: Markdown that says what to notice; it may be
    empty. The caution stands with the first panel.
    """
    row, alone = f"{session.owner}_panels", len(panels) == 1
    views = [view for panel in panels for view in panel.views]
    choose = partial(appearance.choose_view, session, any(view.ribbon for view in views))
    widest = max([_ANSWER, *(view.width for view in views)])
    if lesson:
        st.caption(lesson)
    if views and not alone:
        choose()
    style.columns(row, len(panels), widest, style.GAP)
    with st.container(key=row):
        for panel in panels:
            with st.container(key=f"panel_{panel.place}", gap="small"):
                if not alone:
                    st.markdown(f"#### {escape(panel.title)}")
                _panel(panel, meanings, caution if panel is panels[0] else "", choose if alone else None)


def _panel(
    panel: LabelledPanel,
    meanings: Mapping[str, str],
    caution: str,
    choose: Callable[[], None] | None,
) -> None:
    """The answer, with the maps beside it where there is room; and what is to be borne in mind, which comes last where
    there is none. choose: draws the choice between matrix and ribbon for a panel that stands alone, whose details may
    come after the choices on a phone; None where others stand beside it."""
    row = f"parts_of_{panel.place}"
    names = ("answer", "looks", "details" if choose else "rest")
    parts = answer, looks, rest = [f"{name}_{panel.place}" for name in names]
    style.answer_and_map(row, answer, looks, rest, (_ANSWER, max([view.width for view in panel.views], default=0)))
    with st.container(key=row):
        containers = [st.container(key=part, gap="small") for part in parts]
    with containers[0]:
        _answer(panel, meanings)
    with containers[1]:
        _maps(panel, choose)
    with containers[2]:
        if choose:
            st.caption(f"Variant: {escape(panel.title)}")
        if caution:
            st.caption(caution)
        if panel.before is None:
            evidence.show([panel.reading], key=f"{panel.place}_evidence")
        else:
            st.caption("The mark on a bar is the probability with all words.")


def _answer(panel: LabelledPanel, meanings: Mapping[str, str]) -> None:
    label = panel.reading.output.text
    st.markdown(f"**{escape(label.capitalize())}.** {meanings.get(label, '')}")
    before = None if panel.before is None else panel.before.probabilities
    bars.show(panel.reading.probabilities, label, before, key=f"bars_{panel.place}")


def _maps(panel: LabelledPanel, choose: Callable[[], None] | None) -> None:
    if not panel.views:
        st.markdown("There is no map: this variant has no attention.")
        return
    single = len(panel.views) == 1
    if choose and not single:
        choose()
    keys = [f"view_{view.place}" for view in panel.views]
    style.beside_or_below({k: view.width for k, view in zip(keys, panel.views, strict=True)}, style.GAP)
    with st.container(horizontal=True, gap=style.GAP, key=f"ways_{panel.place}"):
        for name, view in zip(keys, panel.views, strict=True):
            with st.container(key=name, gap="xsmall"):
                if not single:
                    st.markdown(f"**The {escape(view.query_name)} looks at the {escape(view.key_name)}**")
                over_words.show(view, choose=choose if single else None)
    label = "Numbers of this map" if single else "Numbers of these maps"
    on_demand.expander(label, partial(_numbers, panel), key=f"numbers_{panel.place}")


def _numbers(panel: LabelledPanel) -> None:
    for view in panel.views:
        if view.map is not None:
            heatmap.table(view.map)
    st.caption(escape(time_taken(panel.reading, "Read")))
