"""The lines of `lengths` for paper, drawn by matplotlib."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from attnviz.figures import ink
from attnviz.figures.colours import LIGHT
from attnviz.figures.lengths import Curve, colour, label

_MARKERS = ("o", "s", "D", "P")
# Inches.
_WIDTH, _PLOT, _MARGIN = 4.5, 2.6, 0.12
_LEFT, _BELOW = 0.45, 0.5  # for ticks and what is written beside them


def figure(curves: Sequence[Curve], *, caption: str | None) -> Figure:
    """A line for each variant, and the caption below them."""
    with ink.drawing():
        lines = ink.wrap(caption, ink.SMALL, _WIDTH - 2 * _MARGIN) if caption else []
        height = 2 * _MARGIN + _PLOT + _BELOW + len(lines) * ink.SMALL * ink.LEADING / 72
        drawn = Figure(figsize=(_WIDTH, height), facecolor="white")
        left, bottom = _MARGIN + _LEFT, height - _MARGIN - _PLOT
        across = _WIDTH - left - _MARGIN
        axes = drawn.add_axes((left / _WIDTH, bottom / height, across / _WIDTH, _PLOT / height))
        for number, curve in enumerate(curves):
            axes.plot(
                list(map(label, curve.scores.bins)),
                [part.value for part in curve.scores.bins],
                label=curve.variant,
                color=colour(curve, number, LIGHT),
                marker=_MARKERS[number % len(_MARKERS)],
                markersize=4,
                linewidth=1.2,
                linestyle="-" if curve.attentive else "--",
            )
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(length=2, labelsize=ink.SMALL, labelcolor=LIGHT.text)
        axes.set_xlabel(curves[0].scores.unit, fontsize=ink.SMALL, color=LIGHT.text)
        axes.set_ylabel(curves[0].scores.figure, fontsize=ink.SMALL, color=LIGHT.text)
        axes.legend(fontsize=ink.SMALL, frameon=False)
        ink.write(drawn, _MARGIN, _MARGIN + _PLOT + _BELOW, "\n".join(lines), ink.SMALL, LIGHT.muted)
        return drawn
