"""Maps over words on the page: the sentences above them, each map as a matrix or a ribbon, and what is told below.

Everything that `show` draws reruns on its own: a click redraws these maps and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from attnviz.attention import AttentionMap
from attnviz.figures import likely, maps, words
from attnviz.figures.browser.over_words import too_large
from attnviz.web import style
from attnviz.web.inputs.appearance import STRETCH
from attnviz.web.text import escape
from attnviz.web.views import glance, heatmap, ribbon, sentences
from attnviz.web.views.map_view import MapView

_PALE = 0.2  # the largest weight of a map whose colours say little on a scale that ends at 1
_CLOSER = 24  # words that are looked at closer, at least
LEGEND = 180  # px that the legend takes beside a map, and the gap


@st.fragment
def show(
    *views: MapView, above: Callable[..., None] = sentences.show, choose: Callable[[], None] | None = None
) -> None:
    """The sentences and the maps. Maps of several views stand in columns.

    above: draws the sentences of the views. choose: draws the choice between matrix and ribbon.
    """
    above(*views)
    for view in views:
        if view.told:
            st.caption(view.told)
    drawn = [view for view in views if view.map is not None]
    if not drawn:
        return
    hinted = choose is not None and above is sentences.show  # others say themselves what can be chosen
    if choose:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            choose()
            if hinted:
                st.caption(":small[Choose a word to follow it.]", width="content")
    row = f"maps_{views[0].place}"
    style.columns(row, len(drawn), max(view.width for view in drawn), style.GAP)
    with st.container(key=row):
        for view in drawn:
            with st.container(key=f"map_{view.place}", gap="xsmall"):
                if len(drawn) > 1:
                    st.markdown(f"#### {escape(view.title)}")
                _map(view)
    for view in drawn:
        if view.selected[0] is not None and view.output.logprobs:
            st.caption(_word_told(view, several=len(drawn) > 1))
    st.caption(_hint(drawn, chooses=hinted))


def _map(view: MapView) -> None:
    if view.ribbon and (told := too_large(view)):
        st.caption(told)
        heatmap.draw(view)
    else:
        (ribbon if view.ribbon else heatmap).draw(view)
    if view.map is not None and view.minus is None:
        _closer(view, view.map)
        glance.show(view.map)
        if pale := _pale(view, view.map):
            st.caption(pale)


def _pale(view: MapView, attention: AttentionMap) -> str:
    """Why the colours of a matrix are pale, and what helps; empty where they are not, or where nothing helps."""
    largest = float(attention.weights.max(initial=0))
    if not view.stretchable or view.stretch or view.ribbon or not 0 < largest < _PALE:
        return ""
    why = f"The colours are pale: the largest weight is {largest:.2g}."
    return f"{why} “{STRETCH}” lets the strongest colour stand for it."


def _closer(view: MapView, attention: AttentionMap) -> None:
    """Where columns stand for several words: the one that is selected again, and what is around it, word by word."""
    pool, key = _pooled(view), view.selected[1]
    if pool == 1 or key is None:
        return
    count = max(_CLOSER, 3 * pool)
    first = max(0, min(key - count // 2, len(attention.keys) - count))
    near = words.part(attention, first, first + count)
    labels = near.keys.labels
    st.caption(
        f"A closer look at the words {first + 1:,} to {first + len(labels):,}, one by one. "
        f"{maps.REST_LABEL} is the weight on all other words."
    )
    place = f"{view.place}_closer"
    heatmap.draw(replace(view, map=near, place=place, key=f"{view.key}_closer_{first}", group="", title=""))


def _pooled(view: MapView) -> int:
    """How many words each column of the view's map stands for."""
    return 1 if view.heatmap is None else view.heatmap.pool


def _hint(drawn: Sequence[MapView], *, chooses: bool) -> str:
    """What can be done with the maps. chooses: what can be chosen is told above them already."""
    what = (
        "Where two words meet can be chosen too"
        if chooses
        else "Choose a word, or where two of them meet, to follow it"
    )
    told = [f"{what}. A second click, or Escape, ends a choice."]
    if any(view.output.logprobs and view.map and len(view.map.queries) == len(view.output.labels) for view in drawn):
        told.append(f"The longer the line under {_a(escape(drawn[0].query_name))} word, the surer the model was of it.")
    if any(view.map and view.unread.intersection(view.map.keys.groups) for view in drawn):
        told.append("A word with dots below was not read.")
    if any(_pooled(view) > 1 for view in drawn):
        told.append("Choose a column to see each of its words.")
    return " ".join(told)


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in tuple('aeiou') else 'a'} {noun}"


def _word_told(view: MapView, *, several: bool) -> str:
    """The probability of the selected word, and the likeliest first subwords in its place."""
    output, (query, _) = view.output, view.selected
    assert view.shown is not None and query is not None
    word = view.shown.queries.groups[query]
    told = f"{escape(view.title)}: p" if several else "P"
    told += f"robability of {escape(words.quoted(output.labels[word]))}: {escape(likely.told(output.logprobs[word]))}."
    others = likely.alternatives(output, word)
    return f"{told} Likeliest beginnings of a word here: {escape(others)}." if others else told
