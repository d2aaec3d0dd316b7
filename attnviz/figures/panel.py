"""One map of a figure for paper: how much room it takes, and how it is drawn there.

Everything is placed in inches from the measured width of its text, so cells are square and no label is cut.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.image import PcolorImage
from numpy.typing import NDArray

from attnviz.attention import AttentionMap, Weights
from attnviz.figures import colour_bar, ink, kinds, maps, words
from attnviz.figures.colours import LIGHT

# Inches.
LEAST_CELL = 0.12
_REST_GAP, _REST_WIDTH = 0.35, 0.65  # in cells
_TILT = math.radians(60)
_LONGEST_LABEL, LONGEST_TITLE = 40, 100
_LEAST_FONT, LARGEST_FONT = 4.0, 8.5  # points; where labels would be smaller, only some are written


@dataclass(frozen=True)
class Panel:
    """One map of a figure. `map` is None for a variant without attention: a line below the maps says so.

    difference: the map is alpha_a - alpha_b and takes the diverging scale. stretch: the colours end at the map's own
    largest value instead of 1. note: a line below the title. unread: the words (groups of the keys) that the model
    could not read; their labels are muted and say so. strongest: how many keys of each row are shown, 0 for all. The
    axes are named in the corner.
    """

    map: AttentionMap | None
    title: str
    difference: bool = False
    stretch: bool = False
    note: str = ""
    unread: Collection[int] = ()
    strongest: int = 0


class Block:
    """A panel with the room that it takes, in inches: title, labels, cells and colour bar, from the top down.

    usual: the longer side of the cells together, where the side of each is within `limits`. together: how many rows are
    averaged to one. most: how many rows may have a label. The page says whether the panel has a colour bar, `bar`, and
    what room is kept for it, `below`.
    """

    def __init__(self, panel: Panel, usual: float, limits: tuple[float, float], together: int, most: int) -> None:
        self.title, self.note = (words.cut(words.shown(text), LONGEST_TITLE) for text in (panel.title, panel.note))
        self.corner: tuple[str, ...] = ()
        self.signed = panel.difference
        self.map: AttentionMap | None = None
        self.left = self.right = self.above = self.below = 0.0
        self.bar = False
        self.scale: maps.Scale | None = None
        self.shown: NDArray[np.bool_] | None = None
        if panel.map is None or not panel.map.weights.size:
            missing = "There are no words" if panel.map else maps.NO_MAP
            self.sentence = "\n".join(ink.wrap(missing, ink.SENTENCE, 2.2))
            self.cells = (2.2, 0.5)
        else:
            pooled, pool = kinds.pool(panel.map)
            self.map = words.pool_rows(pooled, together)
            self.corner = maps.corner(panel.map)
            unread = {i for i, group in enumerate(pooled.keys.groups) if group in panel.unread and pool == 1}
            self._measure(self.map, usual, limits, most, unread)
            self.scale = maps.scale_of(self.map, stretch=panel.stretch, difference=panel.difference)
            self.bar_text = "; ".join(filter(None, (self.scale.label, kinds.pooled_note(panel.map, columns=pool))))
            kept = maps.strongest(self.map, panel.strongest) if panel.strongest else None
            self.shown = None if kept is None else kept.cells
            hidden = "" if kept is None else kept.told
            self.note = "; ".join(
                filter(None, (self.note, hidden, kinds.pooled_note(panel.map, rows=together), self._thinned))
            )
            bar = max(ink.measure(self.bar_text, ink.SMALL), colour_bar.LENGTH)
            self.right = max(self.right, bar - self.cells[0])
        self.top = (ink.TITLE * 1.7 * bool(self.title) + ink.SMALL * 1.7 * bool(self.note)) / 72
        head = max(ink.measure(self.title, ink.TITLE), ink.measure(self.note, ink.SMALL))
        self.right = max(self.right, head - self.left - self.cells[0])

    def _measure(
        self, attention: AttentionMap, usual: float, limits: tuple[float, float], most: int, unread: Collection[int]
    ) -> None:
        least, largest = limits
        rows, columns = attention.weights.shape
        self.rest = maps.has_rest(attention)
        self.end = columns - 0.5 + (_REST_GAP + _REST_WIDTH if self.rest else 0)
        cell = min(max(usual / max(rows, columns), least), largest)
        self.small = cell < LEAST_CELL
        self.cells = (cell * (self.end + 0.5), cell * rows)
        self._label(attention, cell, most, unread)
        widest = max(ink.measure(text, self.font) for text in self.queries.values())
        self.left = 0.08 + max((widest, *(ink.measure(text, ink.SMALL) for text in self.corner)))
        widths = {i: ink.measure(label, self.font) for i, label in self.keys.items()}
        self.above = max(widths.values()) * math.sin(_TILT) + self.font / 72
        self.above = max(self.above, 2 * ink.SMALL * ink.LEADING / 72)
        reach = max((i + 0.5) * cell + w * math.cos(_TILT) + self.font / 72 for i, w in widths.items())
        self.right = max(0.0, reach - self.cells[0])

    def _label(self, attention: AttentionMap, cell: float, most: int, unread: Collection[int]) -> None:
        """Choose which rows and columns get a label, and the labels' size: all if they can be read, else as many as
        can."""
        rows, columns = attention.weights.shape
        size = cell * 72 * 0.75  # points, where every one has its label
        every = math.ceil(_LEAST_FONT / size)
        self.font = min(LARGEST_FONT, size * every)
        self.every = (max(every, math.ceil(rows / max(1, most))), every)
        # The rest, right of the last column, has a label too.
        last = max(1, columns - (every - 1) * self.rest)
        self.queries, self.keys = (
            {i: words.cut(words.shown(labels[i]), _LONGEST_LABEL) for i in places}
            for labels, places in (
                (attention.queries.labels, range(0, rows, self.every[0])),
                (attention.keys.labels, range(0, last, every)),
            )
        )
        self.unread = {i for i in self.keys if i in unread}
        for i in self.unread:
            self.keys[i] += words.NOT_READ

    @property
    def _thinned(self) -> str:
        """The sentence about rows and columns without labels; nothing where all have one."""
        rows, columns = self.every
        if rows == columns:
            return f"one in {rows} rows and columns is labelled" if rows > 1 else ""
        thinned = [f"one in {n} {noun}" for n, noun in ((rows, "rows"), (columns, "columns")) if n > 1]
        return f"{' and '.join(thinned)} is labelled"

    @property
    def width(self) -> float:
        return self.left + self.cells[0] + self.right

    @property
    def height(self) -> float:
        return self.top + self.above + self.cells[1] + self.below

    def draw(self, figure: Figure, x: float, y: float) -> None:
        """Draw with the upper left corner x and y inches from that of the figure."""
        width, height = figure.get_size_inches()
        ink.write(figure, x, y, self.title, ink.TITLE, LIGHT.text)
        ink.write(figure, x, y + ink.TITLE * 1.7 / 72 * bool(self.title), self.note, ink.SMALL, LIGHT.muted)
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
        ink.write(
            figure, x - self.left, y - 2 * ink.SMALL * ink.LEADING / 72, "\n".join(self.corner), ink.SMALL, LIGHT.muted
        )
        if self.bar:
            colour_bar.draw(figure, x, y + self.cells[1] + 0.15, self.bar_text, self._colours(self.scale))

    def _draw_cells(self, axes: Axes, attention: AttentionMap, scale: maps.Scale) -> None:
        rows, columns = attention.weights.shape
        colours = self._colours(scale)
        weights = attention.weights
        if self.shown is not None:
            weights = np.ma.masked_where(~self.shown, weights)  # such a cell is not drawn
        self._fill(axes, np.arange(columns + 1) - 0.5, weights, colours)
        ticks, labels = list(map(float, self.keys)), list(self.keys.values())
        if self.rest:
            self._fill(axes, np.array([self.end - _REST_WIDTH, self.end]), attention.rest[:, None], colours)
            ticks, labels = [*ticks, self.end - _REST_WIDTH / 2], [*labels, maps.REST_LABEL]
        axes.set_xlim(-0.5, self.end)
        axes.set_ylim(rows - 0.5, -0.5)
        axes.xaxis.tick_top()
        axes.tick_params(length=0, pad=3, labelsize=self.font, labelcolor=LIGHT.text)
        axes.set_xticks(ticks, labels, rotation=math.degrees(_TILT), rotation_mode="anchor", ha="left", va="center")
        axes.set_yticks(list(self.queries), list(self.queries.values()))
        drawn = axes.get_xticklabels()
        for label in (*drawn, *axes.get_yticklabels()):
            label.set_fontfamily(ink.fonts(label.get_text()))
        for place in (*(list(self.keys).index(i) for i in self.unread), *((-1,) if self.rest else ())):
            drawn[place].set_color(LIGHT.muted)

    def _fill(self, axes: Axes, across: NDArray[np.float64], weights: Weights, colours: ScalarMappable) -> None:
        """Draw cells between these column edges. Small cells become one image (in SVG and PDF too), since they are many
        and have no room for lines between them."""
        down = np.arange(len(weights) + 1) - 0.5
        if self.small:
            image = PcolorImage(axes, across, down, weights)
            image.set(cmap=colours.cmap, norm=colours.norm)
            axes.add_image(image)
        else:
            look: dict[str, Any] = {"cmap": colours.cmap, "norm": colours.norm}
            axes.pcolormesh(across, down, weights, edgecolors="white", linewidth=0.4, **look)

    def _colours(self, scale: maps.Scale) -> ScalarMappable:
        return colour_bar.colours(scale, difference=self.signed)
