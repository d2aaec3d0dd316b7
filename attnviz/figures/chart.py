"""What all charts of lines have in common, on screen and on paper."""

import math
from collections.abc import Iterable
from typing import Any

from attnviz.figures.colours import Theme

SYMBOLS = ("circle", "square", "diamond", "cross")  # of lines on screen
MARKERS = ("o", "s", "D", "P")  # the same on paper
AXIS: dict[str, Any] = {
    "fixedrange": True,
    "zeroline": False,
    "ticks": "",
    "tickfont": {"size": 11},
    "title_font": {"size": 12},
}
_FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"
_CLEAR = "rgba(0,0,0,0)"
_AROUND = 112  # px of legend, title and margins, without the plot


def colour(number: int, attentive: bool, theme: Theme) -> str:
    """The colour of the line with that number; the line of a variant without attention is grey."""
    return theme.lines[number % len(theme.lines)] if attentive else theme.muted


def layout(theme: Theme, height: int) -> dict[str, Any]:
    """The looks of a chart of that height, in px, as plotly takes them."""
    return {
        "template": "none",
        "height": height,
        "autosize": True,
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
        "font": {"family": _FONT, "color": theme.text, "size": 13},
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {"bgcolor": theme.text, "font": {"color": theme.page, "family": _FONT}},
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1 + 24 / (height - _AROUND), "yanchor": "bottom"},
        "margin": {"l": 48, "r": 8, "t": 64, "b": 48},
    }


def ticks(values: Iterable[float], most: int) -> list[float]:
    """Round values from 0 to above all of `values`, with at most `most` steps between them."""
    largest = max((value for value in values if math.isfinite(value)), default=0.0) or 1.0
    power = 10.0 ** math.floor(math.log10(largest / most))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * most >= largest * (1 - 1e-9))
    return [step * i for i in range(math.ceil(largest / step - 1e-9) + 1)]
