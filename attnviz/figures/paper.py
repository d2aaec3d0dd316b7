"""The same heatmaps for paper: one or several panels, a shared colour bar and a caption, as PNG, SVG or PDF.

Everything is placed in inches from the measured width of its text, so cells are square and no label is cut.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from attnviz.figures import ink, maps, words
from attnviz.figures.axes import USUAL, AxisNames
from attnviz.figures.colours import LIGHT
from attnviz.reading import AttentionMap

# Inches.
_CELL = (0.12, 0.32)
_USUAL_SIDE = 4.5
_REST_GAP, _REST_WIDTH = 0.35, 0.65  # in cells
_MARGIN = 0.12
_GAP = 0.35
_WIDEST = 15.0  # panels that take more stand one below another
_NARROWEST = 3.6
_BAR_LENGTH, _BAR_HEIGHT, _BAR_ROOM = 1.8, 0.07, 0.62
_TILT = math.radians(60)
_LONGEST_LABEL = 40

_COLOURS = {
    signed: LinearSegmentedColormap.from_list("attnviz", LIGHT.differences if signed else LIGHT.weights, N=1025)
    for signed in (False, True)
}


@dataclass(frozen=True)
class Panel:
    """One map of a figure. `map` is None for a variant without attention: the panel says so in its place.

    `difference`: the map is alpha_a - alpha_b and takes the diverging scale. `stretch`: the colours end at the map's
    own largest value instead of 1. `axes` are named beside the cells where they are not output and input. `note`: a
    line below the title.
    """

    map: AttentionMap | None
    title: str
    difference: bool = False
    stretch: bool = False
    axes: AxisNames = USUAL
    note: str = ""


def figure(panels: Sequence[Panel], *, caption: str | None) -> Figure:
    """The panels side by side, or one below another where that is wider than 15 inches, and the caption below them.

    Panels on one scale share one colour bar; where they are stretched apart, each has its own.
    """
    with ink.drawing():
        blocks = [_Block(panel) for panel in panels]
        beside = sum(block.width for block in blocks) + _GAP * (len(blocks) - 1) <= _WIDEST
        if beside:
            _align(blocks)
            inner = sum(block.width for block in blocks) + _GAP * (len(blocks) - 1)
            height = max(block.height for block in blocks)
        else:
            inner = max(block.width for block in blocks)
            height = sum(block.height for block in blocks) + _GAP * (len(blocks) - 1)
        inner = max(inner, _NARROWEST)
        lines = ink.wrap(caption, ink.SMALL, inner) if caption else []
        below = len(lines) * ink.SMALL * ink.LEADING / 72 + (0.1 if lines else 0)
        # Hundredths of an inch are whole pixels at 300 dpi: pixel positions are exact.
        width, height = (math.ceil(100 * (side + 2 * _MARGIN)) / 100 for side in (inner, height + below))
        drawn = Figure(figsize=(width, height), facecolor="white")
        x = y = _MARGIN
        shared = len({block.scale for block in blocks if block.scale}) <= 1
        for block in blocks:
            first = block is next((b for b in blocks if b.scale), None)
            block.draw(drawn, x, y, bar=first or not shared)
            x, y = (x + block.width + _GAP, y) if beside else (x, y + block.height + _GAP)
        ink.write(drawn, _MARGIN, height - _MARGIN - below + 0.1, "\n".join(lines), ink.SMALL, LIGHT.muted)
        return drawn


def cell_pixels(figure: Figure) -> list[NDArray[np.intp]]:
    """Where the centre of each cell lies in the PNG that `ink.save` writes: per panel (queries, keys, 2), pixels x from
    the left and y from the top. A panel without a map gives (0, 0, 2); the column of the rest isn't among the cells."""
    return [_centres(axes, figure) for axes in figure.axes if axes.get_label() in ("map", "no map")]


class _Block:
    """A panel with the room that it takes, in inches: title, labels, cells and colour bar, from the top down."""

    def __init__(self, panel: Panel) -> None:
        self.title, self.note = words.shown(panel.title), words.shown(panel.note)
        self.corner = "" if panel.axes == USUAL else f"{panel.axes.keys} →\n{panel.axes.queries} ↓"
        self.signed = panel.difference
        self.map: AttentionMap | None = None
        self.left = self.right = self.above = 0.0
        self.scale: maps.Scale | None = None
        if panel.map is None or not panel.map.weights.size:
            missing = "there are no words" if panel.map else _no_map(panel)
            self.sentence = "\n".join(ink.wrap(missing, ink.SENTENCE, 2.2))
            self.cells = (2.2, 0.5)
        else:
            self.map, pool = words.pool(panel.map)
            self._measure(self.map)
            self.scale = maps.scale_of(self.map, stretch=panel.stretch, difference=panel.difference)
            self.bar = "; ".join(filter(None, (self.scale.label, words.pooled_note(pool))))
            self.right = max(self.right, ink.measure(self.bar, ink.SMALL) - self.cells[0])
        self.top = (ink.TITLE * 1.7 * bool(self.title) + ink.SMALL * 1.7 * bool(self.note)) / 72
        head = max(ink.measure(self.title, ink.TITLE), ink.measure(self.note, ink.SMALL))
        self.right = max(self.right, head - self.left - self.cells[0])

    def _measure(self, attention: AttentionMap) -> None:
        rows, columns = attention.weights.shape
        self.queries = [words.cut(label, _LONGEST_LABEL) for label in words.names(attention.queries)]
        self.keys = [words.cut(label, _LONGEST_LABEL) for label in words.names(attention.keys)]
        self.rest = maps.has_rest(attention)
        self.end = columns - 0.5 + (_REST_GAP + _REST_WIDTH if self.rest else 0)
        cell = min(max(_USUAL_SIDE / max(rows, columns), _CELL[0]), _CELL[1])
        self.font = min(8.5, cell * 72 * 0.75)
        self.cells = (cell * (self.end + 0.5), cell * rows)
        self.left = max(ink.measure(label, self.font) for label in (*self.queries, *self.corner.split("\n"))) + 0.08
        widths = [ink.measure(label, self.font) for label in self.keys]
        self.above = max(widths) * math.sin(_TILT) + self.font / 72
        if self.corner:
            self.above = max(self.above, 2 * ink.SMALL * ink.LEADING / 72)
        reach = max((i + 0.5) * cell + w * math.cos(_TILT) + self.font / 72 for i, w in enumerate(widths))
        self.right = max(0.0, reach - self.cells[0])

    @property
    def width(self) -> float:
        return self.left + self.cells[0] + self.right

    @property
    def height(self) -> float:
        return self.top + self.above + self.cells[1] + (_BAR_ROOM if self.scale else 0)

    def draw(self, figure: Figure, x: float, y: float, *, bar: bool) -> None:
        """Draw with the upper left corner x, y inches from the figure's."""
        width, height = figure.get_size_inches()
        ink.write(figure, x, y, self.title, ink.TITLE, LIGHT.text)
        ink.write(figure, x, y + ink.TITLE * 1.7 / 72, self.note, ink.SMALL, LIGHT.muted)
        x, y = x + self.left, y + self.top + self.above
        box = (x / width, 1 - (y + self.cells[1]) / height, self.cells[0] / width, self.cells[1] / height)
        axes = figure.add_axes(box, label="no map" if self.map is None else "map")
        axes.spines[:].set_visible(False)
        if self.map is None or self.scale is None:
            axes.set_xticks([])
            axes.set_yticks([])
            ink.write(figure, x, y, self.sentence, ink.SENTENCE, LIGHT.muted)
            return
        self._draw_cells(axes, self.map, self.scale)
        ink.write(figure, x - self.left, y - 2 * ink.SMALL * ink.LEADING / 72, self.corner, ink.SMALL, LIGHT.muted)
        if bar:
            bottom = y + self.cells[1] + 0.15
            ink.write(figure, x, bottom, self.bar, ink.SMALL, LIGHT.muted)
            bottom += 0.15 + _BAR_HEIGHT
            place = (x / width, 1 - bottom / height, _BAR_LENGTH / width, _BAR_HEIGHT / height)
            drawn = figure.colorbar(self._colours(self.scale), cax=figure.add_axes(place), orientation="horizontal")
            drawn.outline.set_visible(False)
            drawn.ax.tick_params(length=0, pad=2, labelsize=ink.SMALL, labelcolor=LIGHT.muted)
            drawn.ax.locator_params(nbins=4)

    def _draw_cells(self, axes: Axes, attention: AttentionMap, scale: maps.Scale) -> None:
        rows, columns = attention.weights.shape
        colours = self._colours(scale)
        look: dict[str, Any] = {"cmap": colours.cmap, "norm": colours.norm, "edgecolors": "white", "linewidth": 0.4}
        edges = np.arange(rows + 1) - 0.5
        axes.pcolormesh(np.arange(columns + 1) - 0.5, edges, attention.weights, **look)
        ticks, labels = list(range(columns)), list(self.keys)
        if self.rest:
            axes.pcolormesh([self.end - _REST_WIDTH, self.end], edges, attention.rest[:, None], **look)
            ticks, labels = [*ticks, self.end - _REST_WIDTH / 2], [*labels, maps.REST_LABEL]
        axes.set_xlim(-0.5, self.end)
        axes.set_ylim(rows - 0.5, -0.5)
        axes.xaxis.tick_top()
        axes.tick_params(length=0, pad=3, labelsize=self.font, labelcolor=LIGHT.text)
        axes.set_xticks(ticks, labels, rotation=math.degrees(_TILT), rotation_mode="anchor", ha="left", va="center")
        axes.set_yticks(list(range(rows)), self.queries)
        if self.rest:
            axes.get_xticklabels()[-1].set_color(LIGHT.muted)

    def _colours(self, scale: maps.Scale) -> ScalarMappable:
        return ScalarMappable(Normalize(scale.low, scale.high), _COLOURS[self.signed])


def _no_map(panel: Panel) -> str:
    if panel.note:  # what it says stands there: it doesn't write
        return "This variant has no attention: there is no map"
    return f"{words.shown(panel.title)} writes without attention: there is no map"


def _align(blocks: Sequence[_Block]) -> None:
    """Let the cells of panels that stand side by side begin at one height."""
    top, above = max(block.top for block in blocks), max(block.above for block in blocks)
    for block in blocks:
        block.top, block.above = top, above


def _centres(axes: Axes, figure: Figure) -> NDArray[np.intp]:
    if axes.get_label() == "no map":
        return np.zeros((0, 0, 2), np.intp)
    mesh = axes.collections[0].get_array()
    assert mesh is not None
    rows, columns = mesh.shape
    width, height = (round(side * ink.DPI) for side in figure.get_size_inches())
    box, end = axes.get_position(), axes.get_xlim()[1]
    x = (box.x0 + (np.arange(columns) + 0.5) * box.width / (end + 0.5)) * width
    y = (1 - box.y1 + (np.arange(rows) + 0.5) * box.height / rows) * height
    return np.stack(np.meshgrid(x, y), axis=-1).astype(np.intp)
