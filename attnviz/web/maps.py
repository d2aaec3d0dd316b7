"""One map on the page: the sentences above it, the heatmap, and what is selected in both.

Everything that `show` draws reruns on its own: a click redraws this map and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from attnviz.figures import colours, maps, screen
from attnviz.reading import AttentionMap, Pieces, Words
from attnviz.web import style, words
from attnviz.web.text import escape, one_line

_NOTHING = -1  # a select box takes None for its own emptiness


@dataclass(frozen=True)
class View:
    """A map with the sentences that it is over. `minus`: the map that is taken off it, for a difference. `key`: its own
    among all maps of the page, and the same for as long as it is over the same words."""

    key: str
    source: Sequence[Pieces]
    output: Pieces
    map: AttentionMap | None
    minus: AttentionMap | None = None
    stretch: bool = False
    told: str = ""

    @property
    def shown(self) -> AttentionMap | None:
        return self.map if self.map is None or self.minus is None else maps.subtract(self.map, self.minus)

    def select(self, query: int | None, key: int | None) -> None:
        st.session_state[f"{self.key}_query"] = _NOTHING if query is None else query
        st.session_state[f"{self.key}_key"] = _NOTHING if key is None else key

    @property
    def selected(self) -> tuple[int | None, int | None]:
        """Indices of the query and the key that are selected."""
        query, key = (st.session_state.get(f"{self.key}_{axis}", _NOTHING) for axis in ("query", "key"))
        return (None if query == _NOTHING else query), (None if key == _NOTHING else key)


def dark() -> bool:
    return st.context.theme.type == "dark"


def figure(view: View) -> go.Figure | None:
    """The heatmap, with the selected row and column outlined; None where there is no map."""
    query, key = view.selected
    if view.map is None:
        return None
    if view.minus is None:
        return screen.heatmap(view.map, dark=dark(), stretch=view.stretch, selected_query=query, selected_key=key)
    return screen.difference(
        view.map, view.minus, dark=dark(), stretch=view.stretch, selected_query=query, selected_key=key
    )


def width(view: View) -> int:
    """Pixels that the map takes."""
    drawn = figure(view)
    return int(drawn.layout.width) if drawn is not None else 320


@st.fragment
def show(view: View) -> None:
    """The sentences, the map, and select boxes that do what a click does."""
    words.show(_lines(view), key=f"{view.key}_words", on_click=lambda: _word_clicked(view))
    if view.told:
        st.caption(view.told)
    drawn = figure(view)
    if drawn is None or view.shown is None:
        st.markdown("There is no map: this variant has no attention.")
        return
    chart = f"{view.key}_chart"
    style.at_least(chart, drawn.layout.width)
    with st.container(key=f"frame_{view.key}"):
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


def probability(logprob: float) -> float:
    return exp(min(logprob, 0.0))


def alternatives(output: Pieces, word: int) -> str:
    """The likeliest subwords where the word begins, each with its probability; empty where they weren't kept."""
    found = output.alternatives[word] if output.alternatives else ()
    return ", ".join(f"{one_line(a.text)} {probability(a.logprob):.2f}" for a in found)


def _word_told(output: Pieces, word: int) -> str:
    told = f"Probability of “{escape(output.labels[word])}”: {probability(output.logprobs[word]):.2f}."
    others = alternatives(output, word)
    return f"{told} Likeliest beginnings of a word here: {escape(others)}." if others else told


def _numbered(axis: Words) -> list[str]:
    """Labels that tell repeated words apart."""
    return [f"{i} {one_line(label)}" for i, label in enumerate(axis.labels, 1)]


def _select_box(label: str, key: str, axis: Words) -> None:
    names = _numbered(axis)
    st.selectbox(
        label,
        [_NOTHING, *range(len(axis))],
        format_func=lambda i: "–" if i == _NOTHING else names[i],
        key=key,
        width=160,
    )


def _cell_clicked(view: View, chart: str) -> None:
    points = st.session_state[chart]["selection"]["points"]
    query, key = points[0]["customdata"] if points else (None, None)
    view.select(query, key)


def _word_clicked(view: View) -> None:
    """Select the word's first row or column; select nothing where it is the selected one."""
    found = words.clicked(f"{view.key}_words")
    if found is None or view.shown is None:
        return
    line, word = found
    if line == len(view.source):
        query = view.shown.queries.groups.index(word)
        view.select(None if view.selected == (query, None) else query, None)
    else:
        word += sum(len(pieces.labels) for pieces in view.source[:line])
        key = view.shown.keys.groups.index(word)
        view.select(None, None if view.selected == (None, key) else key)


def _lines(view: View) -> list[words.Line]:
    """Each text of the source, then the output, coloured by what is selected."""
    sources = [word for pieces in view.source for word in _plain(pieces)]
    outputs = (
        [
            replace(word, sure=probability(logprob), hint=f"probability {probability(logprob):.2f}")
            for word, logprob in zip(_plain(view.output), view.output.logprobs, strict=True)
        ]
        if view.output.logprobs
        else _plain(view.output)
    )
    query, key = view.selected
    if view.shown is not None:
        paint = _painter(view)
        rows, columns = view.shown.queries.groups, view.shown.keys.groups
        if query is not None:
            sources = paint(sources, np.bincount(columns, view.shown.weights[query], len(sources)))
            outputs = _choose(outputs, rows[query])
        if key is not None:
            if query is None:
                sums = np.bincount(rows, view.shown.weights[:, key], len(outputs))
                outputs = paint(outputs, sums / np.maximum(np.bincount(rows, minlength=len(outputs)), 1))
            sources = _choose(sources, columns[key])
    lines, rest = [], iter(sources)
    for pieces in view.source:
        lines.append(words.Line("Input", [next(rest) for _ in pieces.labels]))
    return [*lines, words.Line("Output", outputs, large=True)]


def _plain(pieces: Pieces) -> list[words.Word]:
    gaps = words.spaced(pieces.text, pieces.labels)
    return [words.Word(one_line(label), gap) for label, gap in zip(pieces.labels, gaps, strict=True)]


def _choose(sentence: Sequence[words.Word], word: int) -> list[words.Word]:
    return [replace(one, chosen=one.chosen or i == word) for i, one in enumerate(sentence)]


def _painter(view: View) -> Callable[[Sequence[words.Word], np.ndarray], list[words.Word]]:
    """What colours words by weights as the map does."""
    assert view.map is not None and view.shown is not None
    theme = colours.theme(dark())
    stops = theme.weights if view.minus is None else theme.differences
    scale = maps.scale_of(view.shown, stretch=view.stretch, difference=view.minus is not None)

    def paint(sentence: Sequence[words.Word], weights: np.ndarray) -> list[words.Word]:
        places = np.clip((weights - scale.low) / (scale.high - scale.low), 0, 1) * (len(stops) - 1)
        backgrounds = [stops[round(place)] for place in places]
        return [
            replace(word, background=background, colour=_ink(background), hint=f"weight {weight:.2f}")
            for word, background, weight in zip(sentence, backgrounds, weights, strict=True)
        ]

    return paint


def _ink(background: str) -> str:
    """Black or white, whichever is read better on the colour: the better contrast by relative luminance (WCAG 2)."""
    channels = (int(background[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
    return "#000000" if luminance > 0.179 else "#ffffff"
