"""The page's component for ribbons: a map as links between two columns of words, drawn by weight.

In the browser (`ribbon.js`) a person points at words and links, chooses them with the mouse, a finger or the keys, and
hides weak links; how much of the weight is hidden is told.
"""

import streamlit as st

from attnviz.figures import words
from attnviz.web.text import sentence_case
from attnviz.web.views import heatmap, sentences
from attnviz.web.views.map_view import MapView

MOST = 80  # words of a side: more would be too many links to follow, and to draw at once
_HINT = "Point at a word to see its links alone."


def draw(view: MapView) -> None:
    """Draw the map, which the view has, of at most MOST words on each side."""
    key = f"ribbon_{view.place}"
    ends = [sentence_case(words.shown(name)) for name in (view.key_name, view.query_name)]
    content = heatmap.data(view)
    inks = [sentences.ink(stop) for stop in content["stops"]]
    data = {**content, "ends": ends, "inks": inks, "hint": _HINT}
    _component(key=key, data=data, on_clicked_change=lambda: heatmap.clicked(view, key))


def too_large(view: MapView) -> str:
    """A sentence, where the map has too many words for a ribbon; else empty."""
    longer = 0 if view.map is None else max(view.map.weights.shape)
    if longer <= MOST:
        return ""
    return f"A ribbon has at most {MOST} words on a side, and this map has {longer}: it is shown as a matrix."


_component = st.components.v2.component(
    "attnviz_ribbon",
    html='<div class="map ribbon"></div>',
    css=heatmap.file("map.css") + heatmap.file("ribbon.css"),
    js=heatmap.file("map.js") + heatmap.file("ribbon.js"),
)
