"""The same heatmaps for paper: one or several panels, a shared colour bar and a caption, as PNG, SVG or PDF.

Everything is placed in inches. Maps become smaller until the figure fits its paper with labels that can be read. Maps
that are too large for it make a larger figure, with smaller cells as far as a picture needs them to stay one that can
be opened. A single map is the subject of `panel`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from attnviz.figures import ink, kinds, words
from attnviz.figures.colours import LIGHT
from attnviz.figures.drawing import PAPERS, Paper
from attnviz.figures.panel import LARGEST_FONT, LEAST_CELL, LONGEST_TITLE, Block, Panel

# Inches.
_SIDES = (4.5, 4.1, 3.7, 3.4, 3.1, 2.8, 2.5, 2.2, 1.9, 1.6, 1.3)  # the longer side of a map on paper, the best first
_LARGER = (1, 1.3, 1.7)  # sheets of the paper's shape: on the paper itself, what is drawn on them becomes smaller
_SIDE_OF_LARGE, _SIDE_OF_SEVERAL = 4.5, 3.2  # where maps don't fit paper: of one or two, and of more
_MARGIN = 0.12
_GAP = 0.35
_WIDEST = 15.0  # panels that fit no paper and take more than this stand in several rows
_NARROWEST, _NARROWEST_WITHOUT_CAPTION = 3.6, 2.6
_BAR_ROOM = 0.62
_READABLE = 7.0  # points
_MOST_LABELS = 600  # for the rows of all panels together: each takes some milliseconds to write

# Limits of a PNG: more pixels take gigabytes, and many programs open no longer side.
_MOST_PIXELS, _LONGEST_SIDE = 40_000_000, 30_000
# The least side of a cell, and how many rows are averaged to one, until the figure fits. Hundredths of an inch are
# whole pixels.
_STEPS = (*((cell / 100, 1) for cell in range(12, 0, -1)), *((0.01, 2**n) for n in range(1, 20)))


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
    title, note = (words.cut(words.shown(text), LONGEST_TITLE) for text in (panel.title, panel.note))
    return f"{title}{f' ({note})' if note else ''}. There is no map."


def _fitting(panels: Sequence[Panel], text: _Text, paper: Paper) -> "_Page":
    """The best page that fits the paper; where none does, the one of the first step at which it can be opened."""
    shapes = [kinds.pool(panel.map)[0].weights.shape for panel in panels if panel.map is not None]
    most = _MOST_LABELS // max(1, len(shapes))
    for larger in _LARGER:
        sheet = replace(paper, width=paper.width * larger, height=paper.height * larger)
        small = all(rows * LEAST_CELL < sheet.height and columns * LEAST_CELL < sheet.width for rows, columns in shapes)
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
                [Block(panel, usual, (cell, paper.largest_cell), together, most) for panel in panels], text, large
            )
            if page.fits:
                return page
    return _Page([Block(panel, usual, (cell, paper.largest_cell), together, most) for panel in panels], text, large)


def _on_paper(panels: Sequence[Panel], text: _Text, sheet: Paper, most: int) -> "_Page | None":
    """The page that fits the sheet in the fewest rows whose labels can be read, with the largest maps that do; with
    smaller labels where those fit only; None where nothing fits."""
    best = None
    for side in _SIDES:
        page = _Page([Block(panel, side, (LEAST_CELL, sheet.largest_cell), 1, most) for panel in panels], text, sheet)
        if best and page.font < _READABLE:
            break
        if page.on(sheet) and (best is None or len(page.rows) < len(best.rows)):
            best = page
        if best and len(best.rows) == 1:
            break
    return best


class _Page:
    """Rows of panels over the text below them, in inches. font: the size of the smallest labels, in points."""

    def __init__(self, blocks: Sequence[Block], text: _Text, paper: Paper) -> None:
        self.rows = _rows(blocks, paper.width - 2 * _MARGIN)
        self.font = min((block.font for block in blocks if block.map is not None), default=LARGEST_FONT)
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


def _rows(blocks: Sequence[Block], widest: float) -> list[Sequence[Block]]:
    """The rows of a page: as few as hold the panels in their order, none wider than `widest`, and as even as they can
    be, 2 + 2 rather than 3 + 1."""
    # The best rows for the first 0, 1, 2 … panels, with what they cost: how many they are, then how uneven.
    best: list[tuple[tuple[int, int], list[Sequence[Block]]]] = [((0, 0), [])]
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


def _width(row: Sequence[Block]) -> float:
    return sum(block.width for block in row) + _GAP * (len(row) - 1)


def _height(row: Sequence[Block]) -> float:
    return max(block.height for block in row)


def _give_bars(rows: Sequence[Sequence[Block]]) -> None:
    """Give every map a colour bar; where all are on one scale, only the first of the last row, so that it parts no
    maps."""
    by_row = [scaled for row in rows if (scaled := [block for block in row if block.scale])]
    scaled = [block for row in by_row for block in row]
    shared = len({block.scale for block in scaled}) == 1
    for block in by_row[-1][:1] if shared else scaled:
        block.bar = True
    for block in scaled:
        block.below = _BAR_ROOM if block.bar else 0.0


def _align(blocks: Sequence[Block]) -> None:
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
