"""The page's component for outputs above their text. What is chosen there, the maps follow."""

from collections.abc import Sequence
from typing import Any

from attnviz.figures import colours
from attnviz.figures.browser.article import ARTICLE, article, by_text
from attnviz.web.session import widget_value
from attnviz.web.text import key_of
from attnviz.web.theme import dark
from attnviz.web.views import components
from attnviz.web.views.map_view import MapView


def show(*views: MapView) -> None:
    """Draw the outputs and their text; a text that several views share once, with all of their outputs above it."""
    for group in by_text(views):
        _show(group)


def _show(views: Sequence[MapView]) -> None:
    key = f"{views[0].place}_article"
    _component(
        key=key,
        data={
            **article(views, colours.theme(dark())),
            "id": key_of([view.key for view in views]),
            "group": views[0].following,
            "places": [view.place for view in views],
            "selected": [list(view.selected) for view in views],
        },
        on_clicked_change=lambda: _clicked(views, widget_value(key, {}).get("clicked")),
    )


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
    view.select_clicked(query, key)


_component = components.of(ARTICLE)
