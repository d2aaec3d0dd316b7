"""How good the variants of a task became while they learned: learning curves, for the screen and for paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnviz.figures import chart, colours

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from matplotlib.figure import Figure

X = "steps of the training"
_HEIGHT = 320  # px
_TICKS = 6
_ROOM = 0.05  # of the range of values, above and below the lines
# Inches, on paper.
_WIDTH, _PLOT, _MARGIN, _LEFT, _BELOW = 4.5, 2.6, 0.12, 0.45, 0.5


@dataclass(frozen=True)
class Line:
    """A variant's learning curve. variant: its name, as a person calls it. attentive: whether it has attention; the
    line of one without is dashed. points: steps and figures; of one that went on from another variant, those after."""

    variant: str
    attentive: bool
    points: Sequence[tuple[int, float]]


def screen(lines: Sequence[Line], figure: str, *, dark: bool) -> "go.Figure":
    """A line for each variant over the steps of the training. figure: what its values are."""
    import plotly.graph_objects as go

    theme = colours.theme(dark)
    drawn = go.Figure()
    for number, line in enumerate(lines):
        drawn.add_scatter(
            x=[step for step, _ in line.points],
            y=[value for _, value in line.points],
            name=line.variant,
            mode="lines",
            line={
                "color": chart.colour(number, line.attentive, theme),
                "width": 2,
                "dash": "solid" if line.attentive else "dash",
            },
            hoverinfo="text",
            hovertext=[f"{line.variant}, step {step:,}: {value:.3f}" for step, value in line.points],
        )
    drawn.update_xaxes(title_text=X, showgrid=False, rangemode="tozero", **chart.AXIS)
    drawn.update_yaxes(title_text=figure, range=_range(lines), gridcolor=theme.grid, nticks=_TICKS, **chart.AXIS)
    drawn.update_layout(**chart.layout(theme, _HEIGHT))
    return drawn


def paper(lines: Sequence[Line], figure: str, *, caption: str) -> "Figure":
    """The same for paper, with the caption below."""
    from matplotlib.figure import Figure

    from attnviz.figures import ink

    with ink.drawing():
        below = ink.wrap(caption, ink.SMALL, _WIDTH - 2 * _MARGIN)
        height = 2 * _MARGIN + _PLOT + _BELOW + len(below) * ink.SMALL * ink.LEADING / 72
        sheet = Figure(figsize=(_WIDTH, height), facecolor="white")
        left, across = _MARGIN + _LEFT, _WIDTH - 2 * _MARGIN - _LEFT
        place = (left / _WIDTH, (height - _MARGIN - _PLOT) / height, across / _WIDTH, _PLOT / height)
        axes = sheet.add_axes(place)
        for number, line in enumerate(lines):
            axes.plot(
                [step for step, _ in line.points],
                [value for _, value in line.points],
                label=line.variant,
                color=chart.colour(number, line.attentive, colours.LIGHT),
                linewidth=1.2,
                linestyle="-" if line.attentive else "--",
            )
        axes.set_ylim(*_range(lines))
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(length=2, labelsize=ink.SMALL, labelcolor=colours.LIGHT.text)
        axes.set_xlabel(X, fontsize=ink.SMALL, color=colours.LIGHT.text)
        axes.set_ylabel(figure, fontsize=ink.SMALL, color=colours.LIGHT.text)
        axes.legend(fontsize=ink.SMALL, frameon=False)
        ink.write(sheet, _MARGIN, _MARGIN + _PLOT + _BELOW, "\n".join(below), ink.SMALL, colours.LIGHT.muted)
        return sheet


def alt_text(lines: Sequence[Line], figure: str) -> str:
    """The chart in one sentence, for those who don't see it."""
    ends = (f"{line.variant} from {line.points[0][1]:.2f} to {line.points[-1][1]:.2f}" for line in lines if line.points)
    return f"Lines of the {figure} over the {X}: {'; '.join(ends)}."


def _range(lines: Sequence[Line]) -> list[float]:
    """From below the lowest value to above the highest one."""
    values = [value for line in lines for _, value in line.points]
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = _ROOM * (high - low or 1.0)
    return [low - room, high + room]
