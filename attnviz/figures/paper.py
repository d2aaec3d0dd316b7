"""The same heatmaps for paper: one or several panels, a shared colour bar and a caption, as PNG, SVG or PDF.

Everything is placed in inches from the measured width of its text, so cells are square and no label is cut. Maps become
smaller until the figure fits its paper with labels that can be read. Maps that are too large for it make a larger
figure, with smaller cells as far as a picture needs them to stay one that can be opened.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.image import PcolorImage
from numpy.typing import NDArray

from attnviz.figures import ink, kinds, maps, words
from attnviz.figures.colours import LIGHT
from attnviz.figures.drawing import PAPERS, Paper
from attnviz.reading import AttentionMap, Weights

# Inches.
_LEAST_CELL = 0.12
_SIDES = (4.5, 4.1, 3.7, 3.4, 3.1, 2.8, 2.5, 2.2, 1.9, 1.6, 1.3)  # the longer side of a map on paper, the best first
_LARGER = (1, 1.3, 1.7)  # sheets of the paper's shape: on the paper itself, what is drawn on them becomes smaller
_SIDE_OF_LARGE, _SIDE_OF_SEVERAL = 4.5, 3.2  # where maps don't fit paper: of one or two, and of more
_REST_GAP, _REST_WIDTH = 0.35, 0.65  # in cells
_MARGIN = 0.12
_GAP = 0.35
_WIDEST = 15.0  # panels that fit no paper and take more than this stand in several rows
_NARROWEST, _NARROWEST_WITHOUT_CAPTION = 3.6, 2.6
_BAR_LENGTH, _BAR_HEIGHT, _BAR_ROOM = 1.8, 0.07, 0.62
_TILT = math.radians(60)
_LONGEST_LABEL, _LONGEST_TITLE = 40, 100
_LEAST_FONT, _LARGEST_FONT = 4.0, 8.5  # points; where labels would be smaller, only some are written
_READABLE = 7.0  # points
_MOST_LABELS = 600  # for the rows of all panels together: each takes some milliseconds to write

# Limits of a PNG: more pixels take gigabytes, and many programs open no longer side.
_MOST_PIXELS, _LONGEST_SIDE = 40_000_000, 30_000
# The least side of a cell, and how many rows are averaged to one, until the figure fits. Hundredths of an inch are
# whole pixels.
_STEPS = (*((cell / 100, 1) for cell in range(12, 0, -1)), *((0.01, 2**n) for n in range(1, 20)))

COLOURS = {
    signed: LinearSegmentedColormap.from_list("attnviz", LIGHT.differences if signed else LIGHT.weights, N=1025)
    for signed in (False, True)
}


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


def figure(panels: Sequence[Panel], *, caption: str | None, paper: Paper = PAPERS["page"]) -> Figure:
    """The panels side by side or in several rows, as they fit the paper, and the caption below them.

    caption: its first line is small type, further ones are fine print.

    Panels on one scale share one colour bar; where they are stretched apart, each has its own. As a PNG the figure has
    at most 40 million pixels and 30,000 on a side, as far as smaller cells can make it so; it says where not all are
    labelled.
    """
    with ink.drawing():
        mapped = [panel for panel in panels if panel.map is not None]
        absent = [_without_map(panel) for panel in panels if panel.map is None] if mapped else []
        page = _fitting(mapped or panels, _Text(caption or "", absent), paper)
        drawn = Figure(figsize=(page.width, page.height), facecolor="white")
        y = _MARGIN
        for row in page.rows:
            x = _MARGIN
            for block in row:
                block.draw(drawn, x, y)
                x = x + block.width + _GAP
            y = y + _height(row) + _GAP
        bottom = page.height - _MARGIN - page.below + 0.1
        ink.write_paragraphs(drawn, _MARGIN, bottom, page.text, LIGHT.muted)
        return drawn


def cell_pixels(figure: Figure) -> list[NDArray[np.intp]]:
    """Where the centre of each cell lies in the PNG that `ink.save` writes: per map (queries, keys, 2), pixels x from
    the left and y from the top. The column of the rest isn't among the cells. A figure without any map gives (0, 0, 2)
    for each panel."""
    return [_centres(axes, figure) for axes in figure.axes if axes.get_label() in ("map", "no map")]


@dataclass(frozen=True)
class _Text:
    """What is written below the panels: the caption, and before it the sentences about variants without a map."""

    caption: str
    absent: Sequence[str]


def _without_map(panel: Panel) -> str:
    title, note = (words.cut(words.shown(text), _LONGEST_TITLE) for text in (panel.title, panel.note))
    return f"{title}{f' ({note})' if note else ''}. There is no map."


def _fitting(panels: Sequence[Panel], text: _Text, paper: Paper) -> "_Page":
    """The best page that fits the paper; where none does, the one of the first step at which it can be opened."""
    shapes = [kinds.pool(panel.map)[0].weights.shape for panel in panels if panel.map is not None]
    most = _MOST_LABELS // max(1, len(shapes))
    for larger in _LARGER:
        sheet = replace(paper, width=paper.width * larger, height=paper.height * larger)
        small = all(
            rows * _LEAST_CELL < sheet.height and columns * _LEAST_CELL < sheet.width for rows, columns in shapes
        )
        if small and (page := _on_paper(panels, text, sheet, most)):
            return page
    area = sum(rows * columns for rows, columns in shapes)
    longest = max((rows for rows, _ in shapes), default=0)
    large = replace(paper, width=_WIDEST)
    usual = _SIDE_OF_LARGE if len(panels) <= 2 else _SIDE_OF_SEVERAL
    for cell, together in _STEPS:
        side = cell * ink.DPI
        # Text is measured only where the cells alone fit.
        if area / together * side**2 <= _MOST_PIXELS and longest / together * side <= _LONGEST_SIDE:
            page = _Page(
                [_Block(panel, usual, (cell, paper.largest_cell), together, most) for panel in panels], text, large
            )
            if page.fits:
                return page
    return _Page([_Block(panel, usual, (cell, paper.largest_cell), together, most) for panel in panels], text, large)


def _on_paper(panels: Sequence[Panel], text: _Text, sheet: Paper, most: int) -> "_Page | None":
    """The page that fits the sheet in the fewest rows whose labels can be read, with the largest maps that do; with
    smaller labels where those fit only; None where nothing fits."""
    best = None
    for side in _SIDES:
        page = _Page([_Block(panel, side, (_LEAST_CELL, sheet.largest_cell), 1, most) for panel in panels], text, sheet)
        if best and page.font < _READABLE:
            break
        if page.on(sheet) and (best is None or len(page.rows) < len(best.rows)):
            best = page
        if best and len(best.rows) == 1:
            break
    return best


class _Page:
    """Rows of panels over the text below them, in inches. font: the size of the smallest labels, in points."""

    def __init__(self, blocks: Sequence["_Block"], text: _Text, paper: Paper) -> None:
        self.rows = _rows(blocks, paper.width - 2 * _MARGIN)
        self.font = min((block.font for block in blocks if block.map is not None), default=_LARGEST_FONT)
        _give_bars(self.rows)
        for row in self.rows:
            _align(row)
        narrowest = _NARROWEST if paper.caption else _NARROWEST_WITHOUT_CAPTION
        self._inner = max(min(narrowest, paper.width - 2 * _MARGIN), *(_width(row) for row in self.rows))
        self._maps = sum(_height(row) for row in self.rows) + _GAP * (len(self.rows) - 1)
        self._text = text
        self.width = ink.whole(self._inner + 2 * _MARGIN)

    @cached_property
    def text(self) -> list[tuple[list[str], float]]:
        return ink.paragraphs(self._text.caption, self._inner, before=self._text.absent)

    @property
    def below(self) -> float:
        return ink.room(self.text) + (0.1 if self.text else 0)

    @property
    def height(self) -> float:
        return ink.whole(self._maps + self.below + 2 * _MARGIN)

    def on(self, paper: Paper) -> bool:
        """Whether it fits the paper. Text is broken into lines only where the maps alone do."""
        return self.width <= paper.width and self._maps < paper.height and self.height <= paper.height

    @property
    def fits(self) -> bool:
        across, down = self.width * ink.DPI, self.height * ink.DPI
        return across * down <= _MOST_PIXELS and max(across, down) <= _LONGEST_SIDE


class _Block:
    """A panel with the room that it takes, in inches: title, labels, cells and colour bar, from the top down.

    usual: the longer side of the cells together, where the side of each is within `limits`. together: how many rows are
    averaged to one. most: how many rows may have a label. The page says whether the panel has a colour bar, `bar`, and
    what room is kept for it, `below`.
    """

    def __init__(self, panel: Panel, usual: float, limits: tuple[float, float], together: int, most: int) -> None:
        self.title, self.note = (words.cut(words.shown(text), _LONGEST_TITLE) for text in (panel.title, panel.note))
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
            bar = max(ink.measure(self.bar_text, ink.SMALL), _BAR_LENGTH)
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
        self.small = cell < _LEAST_CELL
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
        self.font = min(_LARGEST_FONT, size * every)
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
            bottom = y + self.cells[1] + 0.15
            ink.write(figure, x, bottom, self.bar_text, ink.SMALL, LIGHT.muted)
            bottom += 0.15 + _BAR_HEIGHT
            place = (x / width, 1 - bottom / height, _BAR_LENGTH / width, _BAR_HEIGHT / height)
            drawn = figure.colorbar(self._colours(self.scale), cax=figure.add_axes(place), orientation="horizontal")
            drawn.outline.set_visible(False)
            drawn.ax.tick_params(length=0, pad=2, labelsize=ink.SMALL, labelcolor=LIGHT.muted)
            drawn.ax.locator_params(nbins=4)

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
        return ScalarMappable(Normalize(scale.low, scale.high), COLOURS[self.signed])


def _rows(blocks: Sequence[_Block], widest: float) -> list[Sequence[_Block]]:
    """The rows of a page: as few as hold the panels in their order, none wider than `widest`, and as even as they can
    be, 2 + 2 rather than 3 + 1."""
    # The best rows for the first 0, 1, 2 … panels, with what they cost: how many they are, then how uneven.
    best: list[tuple[tuple[int, int], list[Sequence[_Block]]]] = [((0, 0), [])]
    for stop in range(1, len(blocks) + 1):
        options = []
        for start in range(stop - 1, -1, -1):
            row = blocks[start:stop]
            if len(row) > 1 and _width(row) > widest:
                break
            (count, uneven), rows = best[start]
            options.append(((count + 1, uneven + len(row) ** 2), [*rows, row]))
        best.append(min(options, key=lambda option: option[0]))
    return best[-1][1]


def _width(row: Sequence[_Block]) -> float:
    return sum(block.width for block in row) + _GAP * (len(row) - 1)


def _height(row: Sequence[_Block]) -> float:
    return max(block.height for block in row)


def _give_bars(rows: Sequence[Sequence[_Block]]) -> None:
    """Give every map a colour bar; where all are on one scale, only the first of the last row, so that it parts no
    maps."""
    by_row = [scaled for row in rows if (scaled := [block for block in row if block.scale])]
    scaled = [block for row in by_row for block in row]
    shared = len({block.scale for block in scaled}) == 1
    for block in by_row[-1][:1] if shared else scaled:
        block.bar = True
    for block in scaled:
        block.below = _BAR_ROOM if block.bar else 0.0


def _align(blocks: Sequence[_Block]) -> None:
    """Let the cells of panels that stand side by side begin at one height."""
    top, above = max(block.top for block in blocks), max(block.above for block in blocks)
    for block in blocks:
        block.top, block.above = top, above


def _centres(axes: Axes, figure: Figure) -> NDArray[np.intp]:
    if axes.get_label() == "no map":
        return np.zeros((0, 0, 2), np.intp)
    cells = [*axes.images, *axes.collections][0].get_array()
    assert cells is not None
    rows, columns = cells.shape
    width, height = (round(side * ink.DPI) for side in figure.get_size_inches())
    box, end = axes.get_position(), axes.get_xlim()[1]
    x = (box.x0 + (np.arange(columns) + 0.5) * box.width / (end + 0.5)) * width
    y = (1 - box.y1 + (np.arange(rows) + 0.5) * box.height / rows) * height
    return np.stack(np.meshgrid(x, y), axis=-1).astype(np.intp)
