"""Contact sheets for paper: a photo, and beside it the photo once for every word, orange where the model looked.

The photos become smaller until the sheet fits its paper.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from attnviz.attention import AttentionMap
from attnviz.figures import ink, maps, words
from attnviz.figures.colours import LIGHT
from attnviz.figures.drawing import PAPERS, Paper
from attnviz.figures.photo import Look, drawn, pixels_of, scale, weight
from attnviz.media import Photo
from attnviz.reading import Pieces

# Inches.
_TILES = (1.35, 1.2, 1.05, 0.9, 0.8, 0.7, 0.6)  # the longer side of a tile among several, the best first
_LARGE = (4.5, 4.0, 3.5, 3.0, 2.5, 2.0, 1.6)  # of a single word's
_NARROWEST = 3.6
_GAP, _BELOW, _MARGIN = 0.1, 0.52, 0.12
_LONGEST_WORD = 40  # characters
_DETAIL = 200  # px of a photo in an inch: more would make the file too large


@dataclass(frozen=True)
class PhotoPanel:
    """A photo with the words of one output. `map` is None for a variant without attention: the panel says so. The photo
    as it is stands in the first panel only, since all panels are of the same one.

    word: the place of the only word that is drawn; all of them are drawn where it is None.
    """

    photo: Photo
    output: Pieces
    map: AttentionMap | None
    title: str
    word: int | None = None


def figure(panels: Sequence[PhotoPanel], look: Look, *, caption: str | None, paper: Paper = PAPERS["page"]) -> Figure:
    """The panels one below another, and the caption below them: its first line in small type, further ones in fine
    print. A sheet of so many words that they don't fit the paper is longer."""
    with ink.drawing():
        sides = _TILES if all(panel.word is None for panel in panels) else _LARGE
        for side in sides:
            sheet = _Sheet(panels, look, side, caption or "", paper)
            if sheet.height <= paper.height and sheet.width <= paper.width:
                break
        page = Figure(figsize=(sheet.width, sheet.height), facecolor="white")
        y = _MARGIN
        for block in sheet.blocks:
            block.draw(page, _MARGIN, y, look)
            y += block.height
        ink.write_paragraphs(page, _MARGIN, y, sheet.text, LIGHT.muted)
        return page


def tiles(figure: Figure) -> list[tuple[int, int, int, int]]:
    """Where each tinted photo lies in the PNG that `ink.save` writes: left, top, right and bottom in pixels, word by
    word, panel by panel."""
    width, height = (round(side * ink.DPI) for side in figure.get_size_inches())
    boxes = [axes.get_position() for axes in figure.axes if axes.get_label() == "word"]
    return [
        (round(b.x0 * width), round((1 - b.y1) * height), round(b.x1 * width), round((1 - b.y0) * height))
        for b in boxes
    ]


class _Sheet:
    """Blocks over the text below them, in inches."""

    def __init__(self, panels: Sequence[PhotoPanel], look: Look, side: float, caption: str, paper: Paper) -> None:
        widest = paper.width - 2 * _MARGIN
        self.blocks = [_Block(panel, look, side, widest, first=not place) for place, panel in enumerate(panels)]
        inner = max(min(_NARROWEST, widest), *(block.width for block in self.blocks))
        # What all maps have in common is said once, below them.
        told = [block.told for block in self.blocks if block.panel.map is not None]
        common = [sentence for sentence in (told[0] if told else []) if all(sentence in one for one in told)]
        for block in self.blocks:
            block.fold([sentence for sentence in block.told if sentence not in common], inner)
        self.text = ink.paragraphs(caption, inner, before=[" ".join(common)])
        height = sum(block.height for block in self.blocks) + ink.room(self.text)
        self.width, self.height = (ink.whole(side + 2 * _MARGIN) for side in (inner, height))


class _Block:
    """A panel with the room that it takes, in inches: title, caption, tiles and what is told of it, from the top down.

    side: the longer side of a tile. told: the sentences that say how its map is drawn.
    """

    def __init__(self, panel: PhotoPanel, look: Look, side: float, widest: float, *, first: bool) -> None:
        self.panel = panel
        photo = panel.photo
        self.tiles: list[int | None] = [None] if first else []  # None is the photo as it is; words go by their places
        if panel.map is not None and panel.word is not None:
            self.tiles = [panel.word]
        elif panel.map is not None:
            self.tiles += range(len(panel.output.labels))
        self.tile = (side * min(1, photo.width / photo.height), side * min(1, photo.height / photo.width))
        count = len(self.tiles)
        self.columns = max(1, min(count, int((widest + _GAP + 1e-6) / (self.tile[0] + _GAP))))
        self.rows = -(-count // self.columns)
        self.told = [f"{maps.NO_MAP}."]
        if panel.map is not None:
            probability = ["p: the model's probability of the word."] if panel.output.logprobs else []
            self.told = [*scale(panel.map, look, panel.word), *probability]

    @property
    def width(self) -> float:
        return self.columns * (self.tile[0] + _GAP) - _GAP

    def fold(self, told: Sequence[str], width: float) -> None:
        """Break the lines of text to a width. told: the sentences that are written below the tiles."""
        self.title = ink.wrap(words.shown(self.panel.title), ink.TITLE, width)
        self.text = ink.wrap(words.shown(self.panel.output.text), ink.SENTENCE, width)
        self.legend = ink.wrap(" ".join(told), ink.SMALL, width)

    @property
    def height(self) -> float:
        head = _room(self.title, ink.TITLE) + _room(self.text, ink.SENTENCE)
        return head + self.rows * (self.tile[1] + _BELOW) + _room(self.legend, ink.SMALL) + _GAP

    def draw(self, figure: Figure, x: float, y: float, look: Look) -> None:
        """Draw with the upper left corner x and y inches from that of the figure."""
        for lines, size, colour in (
            (self.title, ink.TITLE, LIGHT.text),
            (self.text, ink.SENTENCE, LIGHT.text),
        ):
            ink.write(figure, x, y, "\n".join(lines), size, colour)
            y += _room(lines, size)
        pixels = pixels_of(self.panel.photo.content, math.ceil(max(self.tile) * _DETAIL))
        for i, place in enumerate(self.tiles):
            row, column = divmod(i, self.columns)
            left, above = x + column * (self.tile[0] + _GAP), y + row * (self.tile[1] + _BELOW)
            shown = pixels
            if place is not None and self.panel.map is not None:
                shown = drawn(pixels, self.panel.map, place, look)
            width, height = figure.get_size_inches()
            box = (left / width, 1 - (above + self.tile[1]) / height, self.tile[0] / width, self.tile[1] / height)
            axes = figure.add_axes(box, label="photo" if place is None else "word")
            axes.imshow(shown, aspect="auto", interpolation="none")
            axes.set_axis_off()
            name, *numbers = self._labels(place, look)
            size = ink.SENTENCE * min(1, self.tile[0] / max(ink.measure(name, ink.SENTENCE), 1e-6))  # no word is cut
            ink.write(figure, left, above + self.tile[1] + 0.15, name, size, LIGHT.text, at="baseline")
            for line, told in enumerate(numbers):
                down = above + self.tile[1] + 0.28 + 0.12 * line
                ink.write(figure, left, down, told, ink.SMALL, LIGHT.muted, at="baseline")
        y += self.rows * (self.tile[1] + _BELOW)
        ink.write(figure, x, y, "\n".join(self.legend), ink.SMALL, LIGHT.muted)

    def _labels(self, place: int | None, look: Look) -> tuple[str, ...]:
        """The lines below a tile: the word; how sure the model was of it, and its weight on the rest; the weight at
        which its orange is strongest, where every word has its own."""
        if place is None:
            return ("",)
        output, attention = self.panel.output, self.panel.map
        below = [f"p {math.exp(min(output.logprobs[place], 0)):.2f}"] if output.logprobs else []
        if attention is not None and maps.has_rest(attention):
            below.append(f"{maps.REST_LABEL} {attention.rest[place]:.2f}")
        own = [f"max {weight(attention.weights[place].max())}"] if attention is not None and not look.common else []
        return words.cut(words.shown(output.labels[place]), _LONGEST_WORD), "  ".join(below), *own


def _room(lines: Sequence[str], size: float) -> float:
    """The height in inches of lines of text, with some air below them."""
    return len(lines) * size * ink.LEADING / 72 + (0.05 if lines else 0)
