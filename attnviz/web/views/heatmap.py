"""The page's component for heatmaps, and a map's numbers as a table."""

from typing import Any

import numpy as np
import streamlit as st

from attnviz.attention import AttentionMap
from attnviz.axes import Axis
from attnviz.figures import colours, maps
from attnviz.figures.browser import over_words
from attnviz.web.session import widget_value
from attnviz.web.text import one_line
from attnviz.web.theme import dark
from attnviz.web.views import components, sentences
from attnviz.web.views.map_view import MapView


def draw(view: MapView) -> None:
    """Draw the map, which the view has."""
    key = f"heatmap_{view.place}"
    data = {**over_words.matrix(view, colours.theme(dark())), **following(view)}
    _component(key=key, data=data, on_clicked_change=lambda: clicked(view, key))


def clicked(view: MapView, key: str) -> None:
    """Select what was clicked in the component of this key. Streamlit may tell of a click twice, or of none when a run
    was cut short."""
    places = widget_value(key, {}).get("clicked")
    if places is not None:
        view.select_clicked(*places)


def following(view: MapView) -> dict[str, Any]:
    """What a component is told of the page: what is selected, and with which views it goes together."""
    selected = list(view.selected)
    return {"id": view.key, "selected": selected, "chosen": view.chosen, "group": view.following, "place": view.place}


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


def _numbered(axis: Axis) -> list[str]:
    """Labels that tell repeated words apart."""
    return [f"{i} {one_line(label)}" for i, label in enumerate(axis.labels, 1)]


_component = components.of(over_words.HEATMAP)
