"""What the length of an input does to each variant: a figure of its outputs by the input's length, as Cho et al. 2014
(figure 4) and Bahdanau et al. 2015 (figure 2) drew it. This is for the screen; `lengths_paper` is for paper."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from attnviz.figures import chart, colours
from attnviz.tasks.base import Bin, ByLength

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 320  # px, of the lines alone
LOWER = 140  # px, of each panel below them
CHANCE = "chance"
TICKS, FEW_TICKS = 6, 3  # steps of the axis of the lines alone, and of a panel below
_CHANCE_TOLD = "The grey band is chance: what the references of other sentences of the same length get."
_LOOPS_TOLD = "An output loops if some three words in a row stand in it three times or more."


@dataclass(frozen=True)
class Curve:
    """A variant's scores by length. variant: its name, as a person calls it. attentive: whether it has attention; the
    line of one without is dashed."""

    variant: str
    attentive: bool
    scores: ByLength


@dataclass(frozen=True)
class Panel:
    """Lines over the same bins.

    title: what they show. lines: one value a bin, by the number of their curve. form: of a value in words. told: a
    sentence on what there is to see besides a variant's figures. band: up to where a value may be chance.
    """

    title: str
    lines: Mapping[int, Sequence[float]]
    form: str
    told: str = ""
    band: Sequence[float] = ()

    def ticks(self, most: int) -> list[float]:
        """Round values from 0 to above all lines, with at most `most` steps between them."""
        return chart.ticks((value for line in (*self.lines.values(), self.band) for value in line), most)


def panels(curves: Sequence[Curve]) -> list[Panel]:
    """The variants' figures; below them, where it is known, what share of the first attentive variant's figure one
    without attention reaches, and how many outputs loop."""
    scores = curves[0].scores
    figures = {number: [part.value for part in curve.scores.bins] for number, curve in enumerate(curves)}
    chance = [part.chance for part in scores.bins if part.chance is not None]
    whole = len(chance) == len(scores.bins)
    drawn = [Panel(scores.figure, figures, "{:.1f}", _CHANCE_TOLD if whole else "", chance if whole else ())]
    pair = compared(curves)
    if pair:
        less, more = (curves[number] for number in pair)
        reached = [100 * share for share in shares(less.scores, more.scores)]
        told = f"“% of {more.variant}” is the share of its {scores.figure} that “{less.variant}” reaches."
        drawn.append(Panel(f"% of {more.variant}", {pair[0]: reached}, "{:.0f}%", told))
    loops = {
        number: [100 * part.loops for part in curve.scores.bins if part.loops is not None]
        for number, curve in enumerate(curves)
    }
    if all(len(values) == len(scores.bins) for values in loops.values()):
        drawn.append(Panel("% that loop", loops, "{:.1f}%", _LOOPS_TOLD))
    return drawn


def compared(curves: Sequence[Curve]) -> tuple[int, int] | None:
    """The numbers of the first variant without attention and of the first one with it; None where one is missing, and
    where they were not scored on the same bins."""
    less = next((number for number, curve in enumerate(curves) if not curve.attentive), None)
    more = next((number for number, curve in enumerate(curves) if curve.attentive), None)
    if less is None or more is None:
        return None
    ends = [list(map(label, curves[number].scores.bins)) for number in (less, more)]
    return (less, more) if ends[0] == ends[1] else None


def shares(less: ByLength, more: ByLength) -> list[float]:
    """A variant's figure divided by another one's, bin by bin."""
    return [
        own.value / other.value if other.value else math.nan for own, other in zip(less.bins, more.bins, strict=True)
    ]


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
    """A line for each variant, over the same bins, in as many panels as there are. length: of the input that is read;
    its bin is marked."""
    from plotly.subplots import make_subplots

    theme, first, drawn = colours.theme(dark), curves[0].scores, panels(curves)
    below = LOWER * (len(drawn) - 1)
    heights = [HEIGHT - 112, *[LOWER - 24] * (len(drawn) - 1)]  # without legend, title and gaps
    gap = 24 / (sum(heights) + 24 * (len(drawn) - 1))
    figure = make_subplots(len(drawn), 1, shared_xaxes=True, row_heights=heights, vertical_spacing=gap)
    bins = list(map(label, first.bins))
    for row, panel in enumerate(drawn, 1):
        if panel.band:
            figure.add_scatter(
                x=bins, y=list(panel.band), name=CHANCE, mode="none", fill="tozeroy", fillcolor=theme.band,
                hoverinfo="text", row=row, col=1,
                hovertext=[f"{CHANCE}, {bin}: {panel.form.format(v)}" for bin, v in zip(bins, panel.band, strict=True)],
            )  # fmt: skip
        for number, values in panel.lines.items():
            figure.add_scatter(
                **_line(curves[number], number, theme, panel, values), showlegend=row == 1, row=row, col=1
            )
        ticks = panel.ticks(TICKS if row == 1 else FEW_TICKS)
        figure.update_yaxes(
            title_text=panel.title, range=[0, 1.04 * ticks[-1]], tickvals=ticks, gridcolor=theme.grid, row=row, col=1,
            **chart.AXIS,
        )  # fmt: skip
    figure.update_xaxes(showgrid=False, type="category", **chart.AXIS)
    figure.update_xaxes(title_text=first.unit, row=len(drawn), col=1)
    here = reached(first, length) if length else None
    if here is not None:
        place = first.bins.index(here)
        for row in range(1, len(drawn) + 1):
            figure.add_vrect(
                x0=place - 0.4, x1=place + 0.4, fillcolor=theme.muted, opacity=0.15, line_width=0, row=row, col=1
            )
        figure.add_annotation(
            x=place, y=1, yref="y domain", yanchor="bottom", text="your input", showarrow=False,
            font={"size": 11, "color": theme.muted},
        )  # fmt: skip
    figure.update_layout(**chart.layout(theme, HEIGHT + below))
    return figure


def _line(curve: Curve, number: int, theme: colours.Theme, panel: Panel, values: Sequence[float]) -> dict[str, Any]:
    """A curve's line in a panel, as plotly takes it."""
    scores = curve.scores
    return {
        "x": list(map(label, scores.bins)),
        "y": list(values),
        "name": curve.variant,
        "mode": "lines+markers",
        "line": {"color": colour(curve, number, theme), "width": 2, "dash": "solid" if curve.attentive else "dash"},
        "marker": {"symbol": chart.SYMBOLS[number % len(chart.SYMBOLS)], "size": 8},
        "hoverinfo": "text",
        "hovertext": [
            f"{curve.variant}, {label(part)} {scores.unit}: {panel.title} {panel.form.format(value)} "
            f"({part.n:,} inputs)"
            for part, value in zip(scores.bins, values, strict=True)
        ],
    }


def alt_text(curves: Sequence[Curve]) -> str:
    """The chart in one sentence, for those who don't see it."""
    lines = []
    for curve in curves:
        first, last = curve.scores.bins[0], curve.scores.bins[-1]
        lines.append(f"{curve.variant} {first.value:.1f} at {label(first)} and {last.value:.1f} at {label(last)}")
    scores, pair = curves[0].scores, compared(curves)
    told = f"Lines of {scores.figure} by the number of {scores.unit}: {'; '.join(lines)}."
    if pair:
        less, more = (curves[number] for number in pair)
        reached = shares(less.scores, more.scores)
        told += f" {less.variant} reaches {reached[0]:.0%} of {more.variant} on the shortest inputs"
        told += f" and {reached[-1]:.0%} on the longest."
    return told


def colour(curve: Curve, number: int, theme: colours.Theme) -> str:
    """The colour of the line with that number; the line of a variant without attention is grey."""
    return chart.colour(number, curve.attentive, theme)
