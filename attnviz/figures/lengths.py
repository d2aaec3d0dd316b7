"""What the length of a sentence does to each variant: its BLEU by the number of words, as Cho et al. 2014 (figure 4)
and Bahdanau et al. 2015 (figure 2) drew it; for the screen. For paper: `lengths_paper`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from attnviz.figures import colours
from attnviz.figures.screen import layout

HEIGHT = 320  # px
X, Y = "words of the French sentence", "BLEU"
_SYMBOLS = ("circle", "square", "diamond", "cross")


@dataclass(frozen=True)
class Bin:
    """Sentences of `least` to `most` words: how many, and the BLEU (0 to 100) of their translations together."""

    least: int
    most: int
    n: int
    bleu: float

    @property
    def label(self) -> str:
        return f"{self.least}\N{EN DASH}{self.most}"


@dataclass(frozen=True)
class Curve:
    """A variant's bins, the shortest sentences first."""

    variant: str
    bins: tuple[Bin, ...]

    @property
    def attentive(self) -> bool:
        return self.variant != "none"


def kept(curve: Curve) -> float:
    """The share of its BLEU of the shortest sentences that a variant keeps with the longest ones."""
    first, last = curve.bins[0].bleu, curve.bins[-1].bleu
    return last / first if first else math.nan


def reached(curve: Curve, words: int) -> Bin | None:
    """The bin that a sentence of so many words falls into; the last one where it is longer."""
    return next((one for one in reversed(curve.bins) if one.least <= words), None)


def screen(curves: Sequence[Curve], *, dark: bool, words: int | None = None) -> go.Figure:
    """A line a variant over the same bins. `words`: of the sentence that is read, whose bin is marked."""
    theme = colours.theme(dark)
    figure = go.Figure()
    for number, curve in enumerate(curves):
        figure.add_scatter(
            x=[one.label for one in curve.bins],
            y=[one.bleu for one in curve.bins],
            name=curve.variant,
            mode="lines+markers",
            line={"color": colour(curve, number, theme), "width": 2, "dash": "solid" if curve.attentive else "dash"},
            marker={"symbol": _SYMBOLS[number % len(_SYMBOLS)], "size": 8},
            hoverinfo="text",
            hovertext=[
                f"{curve.variant}, {one.label} words: BLEU {one.bleu:.1f} ({one.n:,} sentences)" for one in curve.bins
            ],
        )
    here = reached(curves[0], words) if words else None
    if here is not None:
        place = curves[0].bins.index(here)
        figure.add_vrect(x0=place - 0.4, x1=place + 0.4, fillcolor=theme.muted, opacity=0.15, line_width=0)
        figure.add_annotation(
            x=place, y=1, yref="paper", yanchor="bottom", text="your sentence", showarrow=False,
            font={"size": 11, "color": theme.muted},
        )  # fmt: skip
    axis = {"fixedrange": True, "zeroline": False, "ticks": "", "tickfont": {"size": 11}, "title_font": {"size": 12}}
    figure.update_xaxes(title_text=X, showgrid=False, type="category", **axis)
    figure.update_yaxes(title_text=Y, rangemode="tozero", gridcolor=theme.grid, **axis)
    figure.update_layout(
        **layout(theme, None, HEIGHT)
        | {
            "autosize": True,
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.1, "yanchor": "bottom"},
            "margin": {"l": 48, "r": 8, "t": 64, "b": 48},
        }
    )
    return figure


def alt_text(curves: Sequence[Curve]) -> str:
    """The chart in one sentence, for those who don't see it."""
    told = (
        f"{curve.variant} {curve.bins[0].bleu:.1f} at {curve.bins[0].label} words and {curve.bins[-1].bleu:.1f} at "
        f"{curve.bins[-1].label}"
        for curve in curves
    )
    return f"Lines of BLEU by length of the sentence: {'; '.join(told)}."


def colour(curve: Curve, number: int, theme: colours.Theme) -> str:
    return theme.lines[number % len(theme.lines)] if curve.attentive else theme.muted
