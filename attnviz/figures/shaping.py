"""How a map took shape while a variant learned: what is drawn of each moment, on screen and as a moving picture."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from attnviz.analysis import shape
from attnviz.attention import AttentionMap, Weights
from attnviz.axes import Frames, Grid
from attnviz.figures import colours, kinds, maps, words
from attnviz.figures.ink import pillow_font

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

    from attnviz.tasks.base import Shaping

Format = Literal["gif", "apng"]

PACE, LAST = 500, 2500  # ms for each moment, and for the last one
_STRENGTH = 0.75  # of the orange over a photo
_MARGIN, _SIZE, _SMALL, _LEADING = 12, 14, 11, 1.45  # px
_CELLS = (560, 420)  # px that the cells may take, across and down
_LARGEST, _LEAST, _LABELLED = 32, 2, 14  # px of a cell; of one that has room for a label
_TILE, _TILES = 150, 4  # px of a photo's longer side, and how many stand side by side
_LONGEST = 14  # characters of a label


@dataclass(frozen=True)
class Moments:
    """The maps of a fixed input as they are drawn.

    steps: of the training. maps: one for each step, with at most 300 keys. pool: how many neighbouring keys each column
    sums. tops: for each row, the weight at which the colour is strongest: 1 for words, else the largest of all moments.
    """

    steps: Sequence[int]
    maps: Sequence[AttentionMap]
    pool: int
    tops: Weights

    @property
    def first(self) -> AttentionMap:
        return self.maps[0]

    @property
    def resting(self) -> bool:
        """Whether the rest is worth a column at any moment."""
        return any(map(maps.has_rest, self.maps))


def moments(shaping: "Shaping") -> Moments:
    """What is drawn of a map that takes shape."""
    pooled = [kinds.pool(one) for one in shaping.maps]
    drawn = [one for one, _ in pooled]
    rows = np.stack([one.weights.max(axis=1, initial=0.0) for one in drawn]).max(axis=0)
    keys = drawn[0].keys
    if isinstance(keys, Frames):
        rows = np.full_like(rows, rows.max(initial=0.0))
    elif not isinstance(keys, Grid):
        rows = np.ones_like(rows)
    return Moments(shaping.steps, drawn, pooled[0][1], rows)


def told(moments: Moments, number: int) -> str:
    """What the map of that moment is like, in a sentence."""
    one, last = moments.maps[number], moments.maps[-1]
    figures = shape.glance(one.weights, one.rest, (), has_rest=False)
    seen = f"{figures.effective if figures else 0.0:.1f}"
    noun = f"{kinds.noun(one)}{'' if seen == '1.0' else 's'}"
    kind = kinds.KINDS[one.keys.kind]
    looks = f"On average, a row {kind.verb} {seen} {noun}"
    if isinstance(one.keys, Grid):
        return f"{looks}."
    settled = int((one.weights.argmax(axis=1) == last.weights.argmax(axis=1)).sum())
    return f"{looks}; {settled} of {len(one.queries)} rows {kind.look} most {kind.where} they do at the end."


def scale_told(moments: Moments) -> str:
    """What the strongest colour stands for."""
    keys = moments.first.keys
    if isinstance(keys, Grid):
        return "Strongest orange: each word's largest weight of all moments."
    if isinstance(keys, Frames):
        return f"Strongest colour: weight {float(moments.tops.max(initial=0.0)):.2f}, the largest of all moments."
    return "Strongest colour: weight 1."


# A moving picture


def save(shaping: "Shaping", figures: Sequence[str], format: Format, *, caption: str) -> bytes:
    """The map at one moment after another, each with its step; the same input gives the same bytes. figures: what is
    told beside the step of each moment."""
    from PIL import Image

    drawn = moments(shaping)
    frames = [_frame(shaping, drawn, number, figures[number], caption) for number in range(len(drawn.steps))]
    pace = [*[PACE] * (len(frames) - 1), LAST]
    buffer = io.BytesIO()
    if format == "gif":
        frames = [frame.quantize(256, dither=Image.Dither.NONE) for frame in frames]
        frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=pace, loop=0, optimize=False)
    else:
        frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:], duration=pace, loop=0)
    return buffer.getvalue()


def _frame(shaping: "Shaping", moments: Moments, number: int, figure: str, caption: str) -> "Image.Image":
    """The picture of a moment: the step, the map, and the caption."""
    from PIL import Image, ImageDraw

    picture = _photos(shaping, moments, number) if shaping.probe.photo else _cells(moments, number)
    width = max(picture.width, 360) + 2 * _MARGIN
    below = list(_lines(caption, width - 2 * _MARGIN))
    head, foot = round(1.8 * _SIZE), round(_LEADING * _SMALL * len(below))
    frame = Image.new("RGB", (width, picture.height + head + foot + 3 * _MARGIN), colours.LIGHT.page)
    pen = ImageDraw.Draw(frame)
    step, end = moments.steps[number], moments.steps[-1]
    line = f"Step {step:,} of {end:,}" + (f" · {figure}" if figure else "")
    _write(pen, (_MARGIN, _MARGIN), line, _SIZE, colours.LIGHT.text)
    done = (width - 2 * _MARGIN) * number / max(1, len(moments.steps) - 1)
    bar = _MARGIN + head - 6
    pen.rectangle((_MARGIN, bar, width - _MARGIN, bar + 2), fill=colours.LIGHT.grid)
    pen.rectangle((_MARGIN, bar, _MARGIN + done, bar + 2), fill=colours.LIGHT.weights[-6])
    frame.paste(picture, (_MARGIN, _MARGIN + head))
    for place, text in enumerate(below):
        at = (_MARGIN, 2 * _MARGIN + head + picture.height + round(place * _LEADING * _SMALL))
        _write(pen, at, text, _SMALL, colours.LIGHT.muted)
    return frame


def _cells(moments: Moments, number: int) -> "Image.Image":
    """A heatmap, with the labels of rows and columns where there is room for them."""
    from PIL import Image, ImageDraw

    one, theme = moments.maps[number], colours.LIGHT
    weights = np.c_[one.weights, one.rest] if moments.resting else one.weights
    rows, columns = weights.shape
    side = min(_LARGEST, max(_LEAST, min(_CELLS[0] // max(columns, 1), _CELLS[1] // max(rows, 1))))
    labelled = side >= _LABELLED
    queries = [words.cut(name, _LONGEST) for name in words.names(one.queries)] if labelled else []
    keys = [words.cut(name, _LONGEST) for name in words.names(one.keys)] if labelled else []
    keys += [maps.REST_LABEL] if labelled and moments.resting else []
    if isinstance(one.keys, Frames):
        keys = []
    left, high = _room(queries), _room(keys)
    low = round(1.6 * _SMALL) if isinstance(one.keys, Frames) else 0
    picture = Image.new("RGB", (left + columns * side, high + rows * side + low), theme.page)
    shares = np.clip(weights / np.where(moments.tops > 0, moments.tops, 1)[:, None], 0, 1)
    ramp = np.array([colours.rgb(stop) for stop in theme.weights])
    pixels = np.stack(
        [np.interp(shares, np.linspace(0, 1, len(ramp)), ramp[:, channel]) for channel in range(3)], axis=-1
    )
    cells = Image.fromarray(pixels.round().astype(np.uint8))
    picture.paste(cells.resize((columns * side, rows * side), Image.Resampling.NEAREST), (left, high))
    pen = ImageDraw.Draw(picture)
    for row, text in enumerate(queries):
        room = left - 6 - pillow_font(_SMALL, text).getlength(text)
        _write(pen, (round(room), high + row * side + (side - _SMALL) // 2 - 1), text, _SMALL, theme.text)
    for column, text in enumerate(keys):
        strip = Image.new("RGB", (high, round(1.4 * _SMALL)), theme.page)
        _write(ImageDraw.Draw(strip), (0, 0), text, _SMALL, theme.text)
        turned = strip.rotate(90, expand=True)
        picture.paste(turned, (left + column * side + max(0, (side - turned.width) // 2), 0))
    if isinstance(one.keys, Frames):
        end = one.keys.start + one.keys.step * one.keys.count
        for text, share in (("0 s", 0.0), (f"{end:.1f} s", 1.0)):
            x = left + share * (columns * side - pillow_font(_SMALL, text).getlength(text))
            _write(pen, (round(x), high + rows * side + 3), text, _SMALL, theme.muted)
    return picture


def _room(labels: Sequence[str]) -> int:
    """How many px labels take that stand beside the cells, with a gap; 0 where there are none."""
    return round(max(pillow_font(_SMALL, label).getlength(label) for label in labels)) + 6 if labels else 0


def _photos(shaping: "Shaping", moments: Moments, number: int) -> "Image.Image":
    """The photo once for each word, orange where that word looks."""
    from PIL import Image, ImageDraw

    from attnviz.figures.photo import pixels_of, tinted

    one, photo = moments.maps[number], shaping.probe.photo
    assert photo is not None and isinstance(one.keys, Grid)
    pixels = pixels_of(photo.content, _TILE)
    height, width = pixels.shape[:2]
    across, line = min(_TILES, len(one.queries)), round(1.8 * _SMALL)
    down = -(-len(one.queries) // across)
    sheet = Image.new("RGB", (across * (width + 6) - 6, down * (height + line)), colours.LIGHT.page)
    pen = ImageDraw.Draw(sheet)
    for place, word in enumerate(words.names(one.queries)):
        x, y = (place % across) * (width + 6), (place // across) * (height + line)
        tile = tinted(
            pixels, one.weights[place], one.keys, top=float(moments.tops[place]), strength=_STRENGTH, smooth=True
        )
        sheet.paste(Image.fromarray(tile), (x, y))
        _write(pen, (x, y + height + 2), words.cut(word, _LONGEST), _SMALL, colours.LIGHT.text)
    return sheet


def _lines(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most `width` px."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and pillow_font(_SMALL, longer).getlength(longer) > width:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def _write(pen: "ImageDraw.ImageDraw", at: tuple[int, int], text: str, size: int, colour: str) -> None:
    pen.text(at, text, font=pillow_font(size, text), fill=colour)
