"""The page's component for heatmaps, and a map's numbers as a table.

In the browser (`heatmap.js`) a person points at cells and labels, chooses them with the mouse, a finger or the keys,
and plays through the rows.
"""

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from attnviz.figures import colours, maps, screen
from attnviz.reading import AttentionMap, Axis, Pieces
from attnviz.web.session import widget_value
from attnviz.web.text import one_line
from attnviz.web.theme import dark
from attnviz.web.views import sentences
from attnviz.web.views.map_view import MapView

_DECIMALS = 4


def draw(view: MapView) -> None:
    """Draw the map, which the view has."""
    key = f"heatmap_{view.place}"
    _component(key=key, data=data(view), on_clicked_change=lambda: clicked(view, key))


def clicked(view: MapView, key: str) -> None:
    """Select what was clicked in the component of this key. Streamlit may tell of a click twice, or of none when a run
    was cut short; and a click may come late, when there is another map in this place."""
    places = widget_value(key, {}).get("clicked")
    if places is None or view.map is None:
        return
    query, key_place = (
        place if _within(place, axis) else None for place, axis in zip(places, view.map.axes, strict=False)
    )
    view.select(query, key_place)


def _within(place: Any, axis: Any) -> bool:
    return isinstance(place, int) and 0 <= place < len(axis)


def data(view: MapView) -> dict[str, Any]:
    """What a component draws of a map over words, with what is selected."""
    heatmap, theme = view.heatmap, colours.theme(dark())
    assert heatmap is not None
    return {
        "id": view.key,
        "selected": list(view.selected),
        "group": view.following,
        "place": view.place,
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


def table(attention: AttentionMap) -> None:
    """The numbers of a map."""
    import pandas as pd  # not before a map is drawn: it takes most of a second

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


def _numbered(axis: Axis) -> list[str]:
    """Labels that tell repeated words apart."""
    return [f"{i} {one_line(label)}" for i, label in enumerate(axis.labels, 1)]


def file(name: str) -> str:
    """The text of a script or a style sheet beside this file."""
    return (Path(__file__).parent / name).read_text("utf-8")


_component = st.components.v2.component(
    "attnviz_heatmap",
    html='<div class="map heatmap"></div>',
    css=file("map.css") + file("heatmap.css"),
    js=file("map.js") + file("heatmap.js"),
)
