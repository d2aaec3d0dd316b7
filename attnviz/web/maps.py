"""One map on the page: the sentences above it, the heatmap, and the select boxes.

Everything that `show` draws reruns on its own: a click redraws this map and nothing else.
"""

import numpy as np
import pandas as pd
import streamlit as st

from attnviz.figures import colours, maps, screen
from attnviz.reading import AttentionMap, Axis, Pieces
from attnviz.web import follow, style
from attnviz.web.text import escape, one_line
from attnviz.web.view import NOTHING, View, dark, outlines


@st.fragment
def show(view: View) -> None:
    """The sentences, the map, and select boxes that do what a click does."""
    follow.show(view)
    if view.told:
        st.caption(view.told)
    drawn = view.figure
    if drawn is None or view.shown is None:
        st.markdown("There is no map: this variant has no attention.")
        return
    chart = f"{view.key}_chart"
    style.chart(chart, drawn.layout.width, outlines(view, drawn), colours.theme(dark()).outline)
    with st.container(key=f"frame_{view.place}"):
        st.plotly_chart(
            drawn,
            theme=None,
            width=drawn.layout.width,
            key=chart,
            on_select=lambda: _cell_clicked(view, chart),
            selection_mode="points",
            config={"displayModeBar": False},
            alt=screen.alt_text(view.shown),
        )
    with st.container(horizontal=True):
        _select_box("Output word", f"{view.key}_query", view.shown.queries)
        _select_box("Input word", f"{view.key}_key", view.shown.keys)
    query, _ = view.selected
    if query is not None and view.output.logprobs:
        st.caption(_word_told(view.output, view.shown.queries.groups[query]))
    else:
        st.caption(_legend(view, view.shown))


def _legend(view: View, attention: AttentionMap) -> str:
    told = ["Click a cell or a word, or choose a word here, to follow it in the sentences above."]
    if view.output.logprobs:
        told.append("The line under an output word is as long as the model was sure of it.")
    if maps.has_rest(attention):
        told.append(f"{maps.REST_LABEL}: {maps.REST_NAME}.")
    return " ".join(told)


def table(attention: AttentionMap) -> None:
    """The numbers of a map."""
    numbers = pd.DataFrame(
        np.c_[attention.weights, attention.rest],
        index=pd.Index(_numbered(attention.queries), name="output"),
        columns=[*_numbered(attention.keys), maps.REST_NAME],
    )
    st.dataframe(numbers.round(3), alt="The numbers of the map: output words are rows, input words are columns")


def alternatives(output: Pieces, word: int) -> str:
    """The likeliest subwords where the word begins, each with its probability; empty where they weren't kept."""
    found = output.alternatives[word] if output.alternatives else ()
    return ", ".join(f"{one_line(a.text)} {follow.probability(a.logprob):.2f}" for a in found)


def _word_told(output: Pieces, word: int) -> str:
    told = f"Probability of “{escape(output.labels[word])}”: {follow.probability(output.logprobs[word]):.2f}."
    others = alternatives(output, word)
    return f"{told} Likeliest beginnings of a word here: {escape(others)}." if others else told


def _numbered(axis: Axis) -> list[str]:
    """Labels that tell repeated words apart."""
    return [f"{i} {one_line(label)}" for i, label in enumerate(axis.labels, 1)]


def _select_box(label: str, key: str, axis: Axis) -> None:
    names = _numbered(axis)
    st.selectbox(
        label,
        [NOTHING, *range(len(axis))],
        format_func=lambda i: "–" if i == NOTHING else names[i],
        key=key,
        width=160,
    )


def _cell_clicked(view: View, chart: str) -> None:
    points = st.session_state[chart]["selection"]["points"]
    query, key = points[0]["customdata"] if points else (None, None)
    view.select(query, key)
