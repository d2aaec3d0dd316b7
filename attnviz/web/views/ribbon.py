"""The page's component for ribbons: a map as links between two columns of words, drawn by weight."""

from attnviz.figures import colours
from attnviz.figures.browser import over_words
from attnviz.web.theme import dark
from attnviz.web.views import components, heatmap
from attnviz.web.views.map_view import MapView


def draw(view: MapView) -> None:
    """Draw the map, which the view has and which is not too large."""
    key = f"ribbon_{view.place}"
    data = {**over_words.ribbon(view, colours.theme(dark())), **heatmap.following(view)}
    _component(key=key, data=data, on_clicked_change=lambda: heatmap.clicked(view, key))


_component = components.of(over_words.RIBBON)
