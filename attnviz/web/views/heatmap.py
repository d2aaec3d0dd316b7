"""Maps on the page: the sentences above them, and the page's component for heatmaps.

Everything that `show` draws reruns on its own: a click redraws these maps and nothing else. In the browser
(`heatmap.js`) a person points at cells and labels, chooses them with the mouse, a finger or the keys, and plays through
the rows.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from attnviz.figures import colours, maps, screen
from attnviz.reading import AttentionMap, Axis, Pieces
from attnviz.web import style
from attnviz.web.session import widget_value
from attnviz.web.text import escape, one_line
from attnviz.web.theme import dark
from attnviz.web.views import sentences
from attnviz.web.views.map_view import MapView

LEGEND = 180  # px that the legend takes beside a map, and the gap
_DECIMALS = 4


@st.fragment
def show(*views: MapView, above: Callable[..., None] = sentences.show) -> None:
    """The sentences and the maps. Maps of several views stand in columns. above: draws the sentences of the views."""
    above(*views)
    for view in views:
        if view.told:
            st.caption(view.told)
    drawn = [view for view in views if view.map is not None]
    if not drawn:
        return
    row = f"maps_{views[0].place}"
    style.columns(row, len(drawn), max(view.width for view in drawn), style.GAP)
    with st.container(key=row):
        for view in drawn:
            with st.container(key=f"map_{view.place}", gap="xsmall"):
                if len(drawn) > 1:
                    st.markdown(f"##### {escape(view.title)}")
                _heatmap(view)
    for view in drawn:
        if view.selected[0] is not None and view.output.logprobs:
            st.caption(_word_told(view, several=len(drawn) > 1))
    st.caption(_hint(drawn))


def _heatmap(view: MapView) -> None:
    heatmap = view.heatmap
    assert heatmap is not None
    key = f"heatmap_{view.place}"
    _component(
        key=key,
        data={"id": view.key, "selected": list(view.selected), **_data(view, heatmap)},
        on_clicked_change=lambda: _clicked(view, key),
    )


def _data(view: MapView, heatmap: screen.Heatmap) -> dict[str, Any]:
    """What `heatmap.js` draws."""
    theme = colours.theme(dark())
    return {
        "rows": heatmap.rows,
        "columns": heatmap.columns,
        "weights": heatmap.weights.round(_DECIMALS).tolist(),
        "rest": None if heatmap.rest is None else heatmap.rest.round(_DECIMALS).tolist(),
        "restLabel": maps.REST_LABEL,
        "restName": heatmap.rest_name,
        "restGap": screen.REST_GAP,
        "restWidth": screen.REST_WIDTH,
        "pool": heatmap.pool,
        "low": heatmap.scale.low,
        "high": heatmap.scale.high,
        "label": _scale_told(view, heatmap),
        "stops": theme.differences if heatmap.difference else theme.weights,
        "difference": heatmap.difference,
        "unread": sorted(heatmap.unread),
        "axes": heatmap.axes,
        "names": [f"{view.query_name} words, one a row", f"{view.key_name} words, one a column"],
        "notes": heatmap.notes,
        "alt": heatmap.alt,
        "side": heatmap.side,
        "shown": None if heatmap.shown is None else [np.flatnonzero(row).tolist() for row in heatmap.shown],
        "colours": {"page": theme.page, "text": theme.text, "muted": theme.muted, "outline": theme.outline},
    }


def _scale_told(view: MapView, heatmap: screen.Heatmap) -> str:
    """What the colour bar stands for."""
    if not view.sides:
        return f"{heatmap.scale.label}: how much it looked there"
    first, second = view.sides
    return heatmap.scale.label.replace("the first", first).replace("the second", second)


def _hint(drawn: Sequence[MapView]) -> str:
    told = ["Click a word or a cell to follow it; Escape ends that."]
    if any(view.output.logprobs and view.map and len(view.map.queries) == len(view.output.labels) for view in drawn):
        told.append(f"The longer the line under {_a(escape(drawn[0].query_name))} word, the surer the model was of it.")
    if any(view.map and view.unread.intersection(view.map.keys.groups) for view in drawn):
        told.append("A word with dots below was not read.")
    return " ".join(told)


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in tuple('aeiou') else 'a'} {noun}"


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
    told = f"The numbers of the map: {attention.query_name} in rows, {attention.key_name} in columns"
    st.dataframe(numbers, column_config=dict.fromkeys(numbers.columns, sentences.NUMBER), alt=told)


def alternatives(output: Pieces, word: int, least: float = 0.0) -> str:
    """The likeliest first subwords of this word, each with its probability; empty where the reading has none. least:
    the least probability that is told."""
    beginnings = output.alternatives[word] if output.alternatives else ()
    told = [b for b in beginnings if sentences.probability(b.logprob) >= least]
    return ", ".join(f"{one_line(b.text)} {sentences.shown_probability(b.logprob)}" for b in told)


def _word_told(view: MapView, *, several: bool) -> str:
    """The probability of the selected word, and the likeliest first subwords in its place."""
    output, (query, _) = view.output, view.selected
    assert view.shown is not None and query is not None
    word = view.shown.queries.groups[query]
    told = f"{escape(view.title)}: p" if several else "P"
    told += (
        f"robability of “{escape(output.labels[word])}”: {escape(sentences.shown_probability(output.logprobs[word]))}."
    )
    others = alternatives(output, word)
    return f"{told} Likeliest beginnings of a word here: {escape(others)}." if others else told


def _numbered(axis: Axis) -> list[str]:
    """Labels that tell repeated words apart."""
    return [f"{i} {one_line(label)}" for i, label in enumerate(axis.labels, 1)]


def _clicked(view: MapView, key: str) -> None:
    """Select what was clicked. Streamlit may tell of a click twice, or of none when a run was cut short; and a click
    may come late, when there is another map in this place."""
    clicked = widget_value(key, {}).get("clicked")
    if clicked is None or view.map is None:
        return
    query, key_place = (
        place if _within(place, axis) else None for place, axis in zip(clicked, view.map.axes, strict=False)
    )
    view.select(query, key_place)


def _within(place: Any, axis: Any) -> bool:
    return isinstance(place, int) and 0 <= place < len(axis)


_FILES = Path(__file__).parent
_component = st.components.v2.component(
    "attnviz_heatmap",
    html='<div class="heatmap"></div>',
    css=(_FILES / "heatmap.css").read_text("utf-8"),
    js=(_FILES / "heatmap.js").read_text("utf-8"),
)
