"""What is drawn of one map, and what is selected in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import plotly.graph_objects as go
import streamlit as st

from attnviz.figures import maps, screen, words
from attnviz.reading import AttentionMap, Pieces

NOTHING = -1  # selected; a select box takes None for its own emptiness


@dataclass(frozen=True)
class View:
    """A map with the sentences that it is over. `minus`: the map that is taken off it, for a difference.

    place: where it stands on the page, which stays the same when another map takes its place. key: of its widgets, the
    same for as long as it is over the same words.
    """

    place: str
    key: str
    source: Sequence[Pieces]
    output: Pieces
    map: AttentionMap | None
    minus: AttentionMap | None = None
    stretch: bool = False
    side: int = screen.USUAL_SIDE
    told: str = ""

    @property
    def shown(self) -> AttentionMap | None:
        return self.map if self.map is None or self.minus is None else maps.subtract(self.map, self.minus)

    @property
    def selected(self) -> tuple[int | None, int | None]:
        """Indices of the query and the key that are selected."""
        query, key = (st.session_state.get(f"{self.key}_{axis}", NOTHING) for axis in ("query", "key"))
        return (None if query == NOTHING else query), (None if key == NOTHING else key)

    @cached_property
    def figure(self) -> go.Figure | None:
        """The heatmap, or None where there is no map; drawn once a run. It is the same whatever is selected: Streamlit
        draws a chart anew when its figure changes, and that flashes."""
        if self.map is None:
            return None
        if self.minus is None:
            return screen.heatmap(self.map, dark=dark(), stretch=self.stretch, side=self.side)
        return screen.difference(self.map, self.minus, dark=dark(), stretch=self.stretch, side=self.side)

    @property
    def width(self) -> int:
        """Pixels that the map takes."""
        return 320 if self.figure is None else int(self.figure.layout.width)

    def select(self, query: int | None, key: int | None) -> None:
        st.session_state[f"{self.key}_query"] = NOTHING if query is None else query
        st.session_state[f"{self.key}_key"] = NOTHING if key is None else key


def dark() -> bool:
    return st.context.theme.type == "dark"


Box = tuple[float, float, float, float]


def outlines(view: View, drawn: go.Figure) -> list[Box]:
    """Left, top, width and height in px of the selected row and column in the figure."""
    if view.map is None or not view.map.weights.size:
        return []
    query, key = view.selected
    layout = drawn.layout
    left, right = layout.xaxis.range
    across = (layout.width - layout.margin.l - layout.margin.r) / (right - left)
    rows = len(view.map.queries)
    down = (layout.height - layout.margin.t - layout.margin.b) / rows
    boxes = []
    if query is not None:
        boxes.append((layout.margin.l, layout.margin.t + query * down, across * (right - left), down))
    if key is not None:
        column = key // words.pool(view.map)[1]
        boxes.append((layout.margin.l + column * across, layout.margin.t, across, rows * down))
    return boxes
