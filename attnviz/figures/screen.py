"""Heatmaps for the screen: queries are rows from the top down, keys are columns with their labels above.

Positions are integers and labels only tick texts, so repeated words keep columns of their own. The size is explicit,
in pixels, with cells of at least 16 px: a page scrolls a wide map inside a frame and shows it with `theme=None`.
Labels are escaped: nothing that a visitor typed is markup. Streamlit gets no selection from a heatmap
(streamlit#8760), so a clear marker lies on every cell and tells `[query, key]` as its customdata. The markers carry
the hover texts too: Plotly never lets a heatmap answer where a point lies above it.
"""

import html
import math
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from attnviz.figures import colours, kinds, maps, words
from attnviz.reading import SUBWORDS, AttentionMap, Weights

LEAST_CELL = 16
LARGEST_CELL = 40
LONGEST_LABEL = 20
USUAL_SIDE = 440  # px: an ordinary sentence's map is seen whole

MOST_MARKERS = 20_000  # a browser draws no more of them in good time; in a larger map cells are chosen by other means

_REST_GAP = 0.35  # in cells
_REST_WIDTH = 0.65
_TILT = math.radians(60)
_BAR_ROOM = 74
_BAR_LENGTH = 200
_LEAST_WIDTH = 320
_FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"


def heatmap(
    map: AttentionMap,
    *,
    dark: bool,
    title: str = "",
    stretch: bool = False,
    side: int = USUAL_SIDE,
    unread: Collection[int] = (),
) -> go.Figure:
    """The weights of `map` (queries, keys) on the scale from 0 to 1, or up to the map's largest with `stretch`.

    The rest is a narrow column of its own at the right, where there is any. Above 300 keys, neighbouring columns are
    summed, and the figure says so. side: px of the longer side of all cells together, within the limits for one cell.
    unread: the words (groups of the keys) that the model could not read; their labels are
    muted. The axes are named in the corner where their names are not the usual ones.
    """
    return _draw(map, False, dark, title, stretch, side, unread)


def difference(
    a: AttentionMap,
    b: AttentionMap,
    *,
    dark: bool,
    title: str = "",
    stretch: bool = False,
    side: int = USUAL_SIDE,
    unread: Collection[int] = (),
) -> go.Figure:
    """The differences alpha_a - alpha_b on a scale up to the largest difference either way.

    Raises InputError (a ValueError) where the axes of the two maps differ.
    """
    return _draw(maps.subtract(a, b), True, dark, title, stretch, side, unread)


def alt_text(map: AttentionMap) -> str:
    """The map in one sentence, for those who don't see it."""
    if not map.weights.size:
        return "An empty heatmap: there are no words to show."
    subwords = map.name == SUBWORDS
    outputs = kinds.count(map.queries, map.query_name, subwords=subwords)
    inputs = kinds.count(map.keys, map.key_name, subwords=subwords)
    query, key = np.unravel_index(np.argmax(map.weights), map.weights.shape)
    cell = f"{words.names(map.queries)[query]} ← {words.names(map.keys)[key]}"
    return f"Heatmap of {outputs} by {inputs}; the strongest cell is {cell} at {map.weights[query, key]:.2f}."


@dataclass(frozen=True)
class _Frame:
    """Where a map lies in its figure, in px: the side of a cell and the room around the cells."""

    cell: int
    font: int
    left: int
    top: int
    right: int
    width: int
    height: int

    @classmethod
    def around(
        cls,
        queries: Sequence[str],
        keys: Sequence[str],
        columns: float,
        title: str,
        bar: str,
        side: int,
        corner: Sequence[str],
    ) -> "_Frame":
        cell = min(max(side // max(len(queries), math.ceil(columns)), LEAST_CELL), LARGEST_CELL)
        font = 13 if cell >= 20 else 11
        left = max(_text_width(label, font) for label in (*queries, *corner)) + 14
        widths = [_text_width(label, font) for label in keys]
        top = max(int(max(widths, default=0) * math.sin(_TILT)) + 20, 17 * len(corner)) + (28 if title else 0)
        # A tilted label reaches to the right of its column.
        reach = (int((i + 0.5) * cell + w * math.cos(_TILT) + font) for i, w in enumerate(widths))
        plot = round(columns * cell)
        right = max(12, max(reach, default=0) - plot + 4)
        least = max(_LEAST_WIDTH, _text_width(title, 15) + 24, left + max(_text_width(bar, 12), _BAR_LENGTH + 12))
        right += max(0, least - left - plot - right)
        return cls(cell, font, left, top, right, left + plot + right, top + len(queries) * cell + _BAR_ROOM)


def _draw(
    whole: AttentionMap,
    signed: bool,
    dark: bool,
    title: str,
    stretch: bool,
    side: int,
    unread: Collection[int],
) -> go.Figure:
    theme = colours.theme(dark)
    if not whole.weights.size:
        return _sentence("There is no map to show: there are no words.", theme)
    pooled, pool = kinds.pool(whole)
    rest = maps.has_rest(pooled)
    queries, keys = words.names(pooled.queries), words.names(pooled.keys)
    rows, columns = pooled.weights.shape
    end = columns - 0.5 + (_REST_GAP + _REST_WIDTH if rest else 0)
    row_labels = [words.cut(label, LONGEST_LABEL) for label in queries]
    column_labels = [words.cut(label, LONGEST_LABEL) for label in keys]
    gone = [i for i, group in enumerate(pooled.keys.groups) if group in unread and pool == 1]
    for i in gone:
        column_labels[i] += words.NOT_READ
    positions = list(range(columns))
    scale = maps.scale_of(pooled, stretch=stretch, difference=signed)
    bar = "; ".join(filter(None, (scale.label, kinds.pooled_note(whole, columns=pool))))
    corner = maps.corner(whole)
    frame = _Frame.around(row_labels, column_labels, end + 0.5, title, bar, side, corner)
    ticks = [_escape(label) for label in column_labels]
    for i in gone:
        ticks[i] = f'<span style="color:{theme.muted}">{ticks[i]}</span>'
    if rest:
        positions.append(end - _REST_WIDTH / 2)
        ticks.append(f'<span style="color:{theme.muted}">{maps.REST_LABEL}</span>')

    stops = theme.differences if signed else theme.weights
    look = {
        "colorscale": [[i / (len(stops) - 1), stop] for i, stop in enumerate(stops)],
        "zmin": scale.low,
        "zmax": scale.high,
        "y": np.arange(rows + 1) - 0.5,
        "xgap": 1,
        "ygap": 1,
    }
    figure = go.Figure()
    clickable = pooled.weights.size <= MOST_MARKERS
    hover = _hover(queries, keys, pooled.weights, signed)
    figure.add_heatmap(
        z=pooled.weights,
        x=np.arange(columns + 1) - 0.5,
        hoverinfo="skip" if clickable else "text",
        hovertext=None if clickable else np.reshape(hover, (rows, columns)),
        colorbar=_colour_bar(theme),
        **look,
    )
    if rest:
        figure.add_heatmap(
            z=pooled.rest[:, None],
            x=[end - _REST_WIDTH, end],
            hoverinfo="text",
            hovertext=[[text] for text in _hover(queries, [whole.rest_name], pooled.rest[:, None], signed)],
            showscale=False,
            **look,
        )
    if clickable:
        figure.add_scatter(
            x=np.tile(np.arange(columns), rows),
            y=np.repeat(np.arange(rows), columns),
            customdata=[[query, key * pool] for query in range(rows) for key in range(columns)],
            mode="markers",
            marker={"symbol": "square", "size": frame.cell, "color": theme.text},
            opacity=0,
            hoverinfo="text",
            hovertext=hover,
            showlegend=False,
        )
    _bar_title(figure, theme, bar)
    if corner:
        _corner(figure, theme, "<br>".join(map(_escape, corner)))

    axis = {
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": frame.font},
        "ticks": "",
        "ticklabelstandoff": 5,
    }
    figure.update_xaxes(
        range=[-0.5, end], side="top", tickvals=positions, ticktext=ticks, tickangle=-math.degrees(_TILT), **axis
    )
    figure.update_yaxes(
        range=[rows - 0.5, -0.5], tickvals=list(range(rows)), ticktext=[_escape(q) for q in row_labels], **axis
    )
    figure.update_layout(
        **layout(theme, frame.width, frame.height),
        # Plotly takes a marker for a circle: from there this reaches the corner of its cell, but not across the gap.
        hoverdistance=math.ceil(0.21 * frame.cell) + 1,
        margin={"l": frame.left, "r": frame.right, "t": frame.top, "b": _BAR_ROOM, "autoexpand": False},
        title={"text": _escape(title), "font": {"size": 15}, "x": 0, "xref": "container", "y": 1, "yanchor": "top",
               "yref": "container", "pad": {"l": 8, "t": 6}},
    )  # fmt: skip
    return figure


def _hover(queries: Sequence[str], keys: Sequence[str], weights: Weights, signed: bool) -> list[str]:
    """The hover text of each cell, row by row."""
    return [
        f"{_escape(query)} ← {_escape(key)}: {maps.value(float(weight), difference=signed)}"
        for query, row in zip(queries, weights, strict=True)
        for key, weight in zip(keys, row, strict=True)
    ]


def _colour_bar(theme: colours.Theme) -> dict[str, object]:
    """The colour bar lies below the map at its left end, where it is seen before anything is scrolled. `_bar_title`
    writes its title, since Plotly would centre it and draw it over the bar."""
    return {
        "orientation": "h",
        "thickness": 8,
        "lenmode": "pixels",
        "len": _BAR_LENGTH,
        "x": 0,
        "xanchor": "left",
        "yref": "container",
        "y": 0,
        "yanchor": "bottom",
        "xpad": 0,
        "ypad": 4,
        "outlinewidth": 0,
        "nticks": 5,
        "tickfont": {"size": 11, "color": theme.muted},
    }


def _bar_title(figure: go.Figure, theme: colours.Theme, text: str) -> None:
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 0, "yref": "paper", "yanchor": "top", "yshift": -20}
    figure.add_annotation(text=text, showarrow=False, font={"size": 12, "color": theme.muted}, **place)


def _corner(figure: go.Figure, theme: colours.Theme, text: str) -> None:
    place = {"x": 0, "xref": "paper", "xanchor": "right", "y": 1, "yref": "paper", "yanchor": "bottom"}
    look = {"font": {"size": 11, "color": theme.muted}, "align": "right", "xshift": -5, "yshift": 2}
    figure.add_annotation(text=text, showarrow=False, **place, **look)


def _sentence(text: str, theme: colours.Theme) -> go.Figure:
    figure = go.Figure(layout=layout(theme, _LEAST_WIDTH, 60))
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    figure.update_xaxes(visible=False).update_yaxes(visible=False)
    figure.add_annotation(text=text, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False)
    return figure


def layout(theme: colours.Theme, width: int | None, height: int) -> dict[str, object]:
    """The layout that all figures on a page have in common. Sizes are in px; without a width the figure takes that of
    its place."""
    clear = "rgba(0,0,0,0)"
    return {
        "template": "none",
        "width": width,
        "height": height,
        "autosize": False,
        "paper_bgcolor": clear,
        "plot_bgcolor": clear,
        "font": {"family": _FONT, "color": theme.text, "size": 13},
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {"bgcolor": theme.text, "font": {"color": theme.page, "family": _FONT}},
        "showlegend": False,
    }


def _escape(text: str) -> str:
    """The text as Plotly draws it literally: no markup, and no formula between dollar signs."""
    return html.escape(text, quote=False).replace("$", "&#36;")


def _text_width(text: str, size: int) -> int:
    """About how many pixels the text takes at most: the browser's font isn't known."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    broad = sum(c in "mwMW@%" for c in text)
    return math.ceil(size * (0.6 * (len(text) - wide - broad) + 0.95 * broad + 1.05 * wide))
