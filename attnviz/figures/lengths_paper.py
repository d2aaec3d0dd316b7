"""The lines of `lengths` for paper, drawn by matplotlib."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attnviz.figures import chart, ink
from attnviz.figures.colours import LIGHT
from attnviz.figures.lengths import CHANCE, FEW_TICKS, TICKS, Curve, Panel, colour, label, panels

# Inches.
_WIDTH, _PLOT, _LOWER, _GAP, _MARGIN = 4.5, 2.6, 0.8, 0.12, 0.12
_LEFT, _BELOW = 0.45, 0.5  # for ticks and what is written beside them


def figure(curves: Sequence[Curve], *, caption: str | None) -> Figure:
    """A line for each variant in each panel, and the caption below them."""
    with ink.drawing():
        drawn = panels(curves)
        heights = [_PLOT, *[_LOWER] * (len(drawn) - 1)]
        plots = sum(heights) + _GAP * (len(drawn) - 1)
        lines = ink.wrap(caption, ink.SMALL, _WIDTH - 2 * _MARGIN) if caption else []
        height = 2 * _MARGIN + plots + _BELOW + len(lines) * ink.SMALL * ink.LEADING / 72
        sheet = Figure(figsize=(_WIDTH, height), facecolor="white")
        left, top = _MARGIN + _LEFT, height - _MARGIN
        across = _WIDTH - left - _MARGIN
        for panel, tall in zip(drawn, heights, strict=True):
            axes = sheet.add_axes((left / _WIDTH, (top - tall) / height, across / _WIDTH, tall / height))
            _draw(axes, panel, curves)
            ticks = panel.ticks(TICKS if panel is drawn[0] else FEW_TICKS)
            axes.set_yticks(ticks)
            axes.set_ylim(0, 1.04 * ticks[-1])
            axes.tick_params(labelbottom=panel is drawn[-1])
            top -= tall + _GAP
        sheet.axes[0].legend(fontsize=ink.SMALL, frameon=False)
        sheet.axes[-1].set_xlabel(curves[0].scores.unit, fontsize=ink.SMALL, color=LIGHT.text)
        ink.write(sheet, _MARGIN, _MARGIN + plots + _BELOW, "\n".join(lines), ink.SMALL, LIGHT.muted)
        return sheet


def _draw(axes: Axes, panel: Panel, curves: Sequence[Curve]) -> None:
    for number, values in panel.lines.items():
        axes.plot(
            list(map(label, curves[number].scores.bins)),
            list(values),
            label=curves[number].variant,
            color=colour(curves[number], number, LIGHT),
            marker=chart.MARKERS[number % len(chart.MARKERS)],
            markersize=4,
            linewidth=1.2,
            linestyle="-" if curves[number].attentive else "--",
        )
    if panel.band:
        bins = list(map(label, curves[0].scores.bins))
        axes.fill_between(bins, list(panel.band), color=LIGHT.band, linewidth=0, label=CHANCE)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=2, labelsize=ink.SMALL, labelcolor=LIGHT.text)
    axes.set_ylabel(panel.title, fontsize=ink.SMALL, color=LIGHT.text)
