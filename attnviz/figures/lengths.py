"""What the length of an input does to each variant: a figure of its outputs by the input's length, as Cho et al. 2014
(figure 4) and Bahdanau et al. 2015 (figure 2) drew it. This is for the screen; `lengths_paper` is for paper."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnviz.figures import colours
from attnviz.tasks.base import Bin, ByLength

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 320  # px
_CLEAR = "rgba(0,0,0,0)"
_FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"
_SYMBOLS = ("circle", "square", "diamond", "cross")


@dataclass(frozen=True)
class Curve:
    """A variant's scores by length. attentive: whether it has attention; the line of one without is dashed."""

    variant: str
    attentive: bool
    scores: ByLength


def label(part: Bin) -> str:
    """The lengths of a bin's inputs: "11–20"."""
    return f"{part.least}\N{EN DASH}{part.most}"


def kept(scores: ByLength) -> float:
    """A variant's figure for the longest inputs, divided by its figure for the shortest ones."""
    first, last = scores.bins[0].value, scores.bins[-1].value
    return last / first if first else math.nan


def reached(scores: ByLength, length: int) -> Bin | None:
    """The bin that an input of that length falls into; the last one where it is longer, None where it is shorter than
    all of them."""
    return next((part for part in reversed(scores.bins) if part.least <= length), None)


def screen(curves: Sequence[Curve], *, dark: bool, length: int | None = None) -> "go.Figure":
    """A line for each variant, over the same bins. length: of the input that is read; its bin is marked."""
    import plotly.graph_objects as go

    theme = colours.theme(dark)
    figure = go.Figure()
    for number, curve in enumerate(curves):
        scores = curve.scores
        figure.add_scatter(
            x=list(map(label, scores.bins)),
            y=[part.value for part in scores.bins],
            name=curve.variant,
            mode="lines+markers",
            line={"color": colour(curve, number, theme), "width": 2, "dash": "solid" if curve.attentive else "dash"},
            marker={"symbol": _SYMBOLS[number % len(_SYMBOLS)], "size": 8},
            hoverinfo="text",
            hovertext=[
                f"{curve.variant}, {label(part)} {scores.unit}: {scores.figure} {part.value:.1f} ({part.n:,} inputs)"
                for part in scores.bins
            ],
        )
    first = curves[0].scores
    here = reached(first, length) if length else None
    if here is not None:
        place = first.bins.index(here)
        figure.add_vrect(x0=place - 0.4, x1=place + 0.4, fillcolor=theme.muted, opacity=0.15, line_width=0)
        figure.add_annotation(
            x=place, y=1, yref="paper", yanchor="bottom", text="your input", showarrow=False,
            font={"size": 11, "color": theme.muted},
        )  # fmt: skip
    axis = {"fixedrange": True, "zeroline": False, "ticks": "", "tickfont": {"size": 11}, "title_font": {"size": 12}}
    figure.update_xaxes(title_text=first.unit, showgrid=False, type="category", **axis)
    figure.update_yaxes(title_text=first.figure, rangemode="tozero", gridcolor=theme.grid, **axis)
    figure.update_layout(
        template="none",
        height=HEIGHT,
        autosize=True,
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        font={"family": _FONT, "color": theme.text, "size": 13},
        hovermode="closest",
        dragmode=False,
        hoverlabel={"bgcolor": theme.text, "font": {"color": theme.page, "family": _FONT}},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.1, "yanchor": "bottom"},
        margin={"l": 48, "r": 8, "t": 64, "b": 48},
    )
    return figure


def alt_text(curves: Sequence[Curve]) -> str:
    """The chart in one sentence, for those who don't see it."""
    lines = []
    for curve in curves:
        first, last = curve.scores.bins[0], curve.scores.bins[-1]
        lines.append(f"{curve.variant} {first.value:.1f} at {label(first)} and {last.value:.1f} at {label(last)}")
    scores = curves[0].scores
    return f"Lines of {scores.figure} by the number of {scores.unit}: {'; '.join(lines)}."


def colour(curve: Curve, number: int, theme: colours.Theme) -> str:
    """The colour of the line with that number; the line of a variant without attention is grey."""
    return theme.lines[number % len(theme.lines)] if curve.attentive else theme.muted
