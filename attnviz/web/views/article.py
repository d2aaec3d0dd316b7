"""Outputs above the text that they were written of, whose words are shaded by how much was looked at them.

Pointing at a word is answered in the browser (`article.js`): a word of an output shades the text by where it looked, a
word of the text shades the outputs by what looked there. What is chosen is told to the page, so that the maps below
follow it.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from attnviz.figures import colours, maps
from attnviz.web.session import widget_value
from attnviz.web.text import key_of, one_line
from attnviz.web.theme import dark
from attnviz.web.views import sentences, words
from attnviz.web.views.map_view import MapView

_DECIMALS = 4
_MOST_COPIED = 20  # words that are named


def show(*views: MapView) -> None:
    """Draw the outputs and their text; a text that several views share once, with all of their outputs above it."""
    for group in _by_text(views):
        _show(group)


def _by_text(views: Sequence[MapView]) -> list[list[MapView]]:
    """Neighbouring views whose texts are the same and cut alike."""
    groups: list[list[MapView]] = []
    for view in views:
        keys = {other.map.keys.labels for other in (*(groups[-1] if groups else ()), view) if other.map}
        if groups and groups[-1][0].source == view.source and len(keys) < 2:
            groups[-1].append(view)
        else:
            groups.append([view])
    return groups


def _show(views: Sequence[MapView]) -> None:
    key = f"{views[0].place}_article"
    _component(
        key=key,
        data={**_data(views), "selected": [list(view.selected) for view in views]},
        on_clicked_change=lambda: _clicked(views, widget_value(key, {}).get("clicked")),
    )


def _data(views: Sequence[MapView]) -> dict[str, Any]:
    """What `article.js` draws, without what is selected."""
    theme = colours.theme(dark())
    shown = sentences.sentences(*views)
    text = [sentence.line for sentence in shown if sentence.first is not None]
    outputs = [sentence.line for sentence in shown if sentence.first is None]
    return {
        "id": key_of([view.key for view in views]),
        "name": text[0].name,
        "text": [{"text": word.text, "before": word.before} for line in text for word in line.words],
        "outputs": [_output(view, line) for view, line in zip(views, outputs, strict=True)],
        "noun": one_line(views[0].query_name),
        "group": views[0].following,
        "places": [view.place for view in views],
        "stops": theme.weights,
        "inks": [sentences.ink(stop) for stop in theme.weights],
        "outline": theme.outline,
    }


def _output(view: MapView, line: words.Line) -> dict[str, Any]:
    """An output's words, and its weights where it has a map: each word's, and the mean of all of them."""
    attention = view.map
    axis = range(len(line.words)) if attention is None else attention.queries.groups
    copied = set(view.copied or ())
    return {
        "name": line.name,
        "note": line.note,
        "caution": line.caution,
        "copying": copying(view.output.labels, view.copied, forced=view.forced),
        "copies": "The model would copy it from the text." if view.forced else "It was copied from the text.",
        "words": [
            {key: value for key, value in asdict(word).items() if key in ("text", "before", "sure")}
            | {"copied": group in copied}
            for word, group in zip(line.words, axis, strict=True)
        ],
        "weights": None if attention is None else attention.weights.round(_DECIMALS).tolist(),
        "all": None if attention is None or not len(axis) else attention.weights.mean(axis=0).round(_DECIMALS).tolist(),
        "high": 1 if attention is None else maps.scale_of(attention, stretch=view.stretch, difference=False).high,
    }


def copying(labels: Sequence[str], copied: Sequence[int] | None, *, forced: bool) -> str:
    """Which words of an output were copied, in a sentence; empty where the model can't copy. copied: their places.
    forced: whether a person gave the output; then the model wrote none of it."""
    if copied is None or not labels:
        return ""
    if not copied:
        none = "No word was copied from the text: the model wrote all of them itself."
        return "The model would copy none of these words from the text." if forced else none
    if len(copied) == len(labels):
        return "The model would copy all of these words." if forced else "All words were copied from the text."
    named = ", ".join(f"“{one_line(labels[place])}”" for place in copied[:_MOST_COPIED])
    more = f" and {len(copied) - _MOST_COPIED} more" if len(copied) > _MOST_COPIED else ""
    if forced:
        return f"Of these words, the model would copy {named}{more} from the text."
    return f"Copied from the text: {named}{more}. The model wrote the other words itself."


def _clicked(views: Sequence[MapView], clicked: Any) -> None:
    """Select what was chosen. A click may come late, when other words stand here; then it is none."""
    if not isinstance(clicked, (list, tuple)) or len(clicked) != 3:
        return
    output, query, key = clicked
    if not isinstance(output, int) or not 0 <= output < len(views):
        return
    view = views[output]
    if view.map is None:
        view = next((other for other in views if other.map), view)
    if view.map is not None:
        places = zip((query, key), (view.map.queries, view.map.keys), strict=True)
        view.select(*(place if _within(place, axis) else None for place, axis in places))


def _within(place: Any, axis: Any) -> bool:
    return isinstance(place, int) and 0 <= place < len(axis)


_FILES = Path(__file__).parent
_component = st.components.v2.component(
    "attnviz_article",
    html='<div class="lines"></div>',
    css=words.CSS + (_FILES / "article.css").read_text("utf-8"),
    js=(_FILES / "article.js").read_text("utf-8"),
)
