"""Maps on the page: the sentences above them, the heatmaps, and the select boxes.

Everything that `show` draws reruns on its own: a click redraws these maps and nothing else.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from attnviz.figures import colours, maps, screen
from attnviz.reading import AttentionMap, Axis, Pieces
from attnviz.web import renewed, style
from attnviz.web.session import widget_value
from attnviz.web.text import escape, one_line
from attnviz.web.views import sentences
from attnviz.web.views.map_view import NOTHING, MapView, dark, outlines


@st.fragment
def show(*views: MapView) -> None:
    """The sentences, the maps, and select boxes that do what a click does. Maps of several views stand in columns."""
    sentences.show(*views)
    for view in views:
        if view.told:
            st.caption(view.told)
    drawn = [view for view in views if view.figure is not None]
    if not drawn:
        return
    row = f"maps_{views[0].place}"
    style.columns(row, len(drawn), max(view.width for view in drawn), style.GAP)
    with st.container(key=row):
        for view in drawn:
            with st.container(key=f"map_{view.place}", gap="xsmall"):
                if len(drawn) > 1:
                    st.markdown(f"##### {escape(view.title)}")
                _chart(view)
    with st.container(horizontal=True):
        for view in drawn:
            of = f", {escape(view.title)}" if len(drawn) > 1 else ""
            _select_box(f"{escape(view.query_name.capitalize())} word{of}", view, 0)
        _select_box(f"{escape(drawn[0].key_name.capitalize())} word", drawn[0], 1)
    for view in drawn:
        if view.selected[0] is not None and view.output.logprobs:
            st.caption(_word_told(view, several=len(drawn) > 1))
    st.caption(_legend(drawn))


def _chart(view: MapView) -> None:
    figure, shown = view.figure, view.shown
    assert figure is not None and shown is not None
    chart = f"{view.key}_chart"
    style.chart(chart, figure.layout.width, figure.layout.height, outlines(view, figure), colours.theme(dark()).outline)
    hint, wide, labels = (f"{name}_{view.place}" for name in ("hint", "wide", "labels"))
    style.only_below([hint, labels], f"map_{view.place}", figure.layout.width)
    if shown.weights.size:
        style.row_labels(labels, wide, figure, colours.theme(dark()).page)
    with st.container(key=hint):
        st.caption("The map is wider than its place: scroll it sideways. →")
    with st.container(key=f"frame_{view.place}"), st.container(key=wide, gap=None):
        with st.container(key=labels):
            st.html(_row_labels(figure))
        st.plotly_chart(
            figure,
            theme=None,
            width=figure.layout.width,
            key=chart,
            on_select=lambda: _cell_clicked(view, chart),
            selection_mode="points",
            config={"displayModeBar": False},
            alt=screen.alt_text(shown),
        )


def _row_labels(figure: go.Figure) -> str:
    """The labels of the rows once more, to stay in sight while the map is scrolled; the figure has them as HTML."""
    return f"<ul aria-hidden='true'>{''.join(f'<li>{label}</li>' for label in figure.layout.yaxis.ticktext or ())}</ul>"


def _legend(drawn: Sequence[MapView]) -> str:
    told = ["Click a cell or a word, or choose a word here, to follow it; Escape ends that."]
    if any(view.output.logprobs and view.map and len(view.map.queries) == len(view.output.labels) for view in drawn):
        told.append(f"The line under {_a(escape(drawn[0].query_name))} word is as long as the model was sure of it.")
    rest = next((view.shown.rest_name for view in drawn if view.shown and maps.has_rest(view.shown)), "")
    if rest:
        told.append(f"{maps.REST_LABEL}: {escape(rest)}.")
    if any(view.map and view.unread.intersection(view.map.keys.groups) for view in drawn):
        told.append("A word with dots below was not read.")
    return " ".join(told)


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in tuple('aeiou') else 'a'} {noun}"


def table(attention: AttentionMap) -> None:
    """The numbers of a map."""
    keys = _numbered(attention.keys)
    # A file that was opened may call the rest as it likes, but the table refuses two columns of one name.
    rest = maps.REST_LABEL if attention.rest_name in (*keys, attention.query_name) else attention.rest_name
    numbers = pd.DataFrame(
        np.c_[attention.weights, attention.rest],
        index=pd.Index(_numbered(attention.queries), name=attention.query_name),
        columns=[*keys, rest],
    )
    told = f"The numbers of the map: {attention.query_name} words are rows, {attention.key_name} words are columns"
    st.dataframe(numbers.round(3), alt=told)


def alternatives(output: Pieces, word: int) -> str:
    """The likeliest first subwords of this word, each with its probability; empty where the reading has none."""
    beginnings = output.alternatives[word] if output.alternatives else ()
    return ", ".join(f"{one_line(b.text)} {sentences.probability(b.logprob):.2f}" for b in beginnings)


def _word_told(view: MapView, *, several: bool) -> str:
    """The probability of the selected word, and the likeliest first subwords in its place."""
    output, (query, _) = view.output, view.selected
    assert view.shown is not None and query is not None
    word = view.shown.queries.groups[query]
    told = f"{escape(view.title)}: p" if several else "P"
    told += f"robability of “{escape(output.labels[word])}”: {sentences.probability(output.logprobs[word]):.2f}."
    others = alternatives(output, word)
    return f"{told} Likeliest beginnings of a word here: {escape(others)}." if others else told


def _numbered(axis: Axis) -> list[str]:
    """Labels that tell repeated words apart."""
    return [f"{i} {one_line(label)}" for i, label in enumerate(axis.labels, 1)]


def _select_box(label: str, view: MapView, axis: int) -> None:
    """A box that shows and chooses what is selected in the view: its query (axis 0) or its key (axis 1)."""
    assert view.shown is not None
    labels = view.shown.keys if axis else view.shown.queries
    names, name = _numbered(labels), f"{view.key}_{'key' if axis else 'query'}"

    def choose() -> None:
        chosen, selected = renewed.chosen(name), list(view.selected)
        selected[axis] = None if chosen == NOTHING else chosen
        view.select(*selected)

    selected, options = view.selected[axis], [NOTHING, *range(len(labels))]
    value = NOTHING if selected is None else selected
    st.selectbox(
        label,
        options,
        index=options.index(value),
        format_func=lambda i: "–" if i == NOTHING else names[i],
        key=renewed.widget(name, value),
        on_change=choose,
        width=160,
    )


def _cell_clicked(view: MapView, chart: str) -> None:
    points = widget_value(chart)["selection"]["points"]
    query, key = points[0]["customdata"] if points else (None, None)
    view.select(query, key)
