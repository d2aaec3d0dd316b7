"""A reading's first map as a small picture for the screen (SVG), with nothing to click: what it is, at a glance.

All of them have one shape, so that they stand level beside each other. The letters' widths are those of a wide font,
because the browser's own isn't known.
"""

import base64
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape

import numpy as np

from attnviz.analysis import copying
from attnviz.attention import AttentionMap, Weights
from attnviz.axes import Frames, Grid
from attnviz.figures import kinds, maps, photo, sound, words
from attnviz.figures.browser.photo import first_word
from attnviz.figures.colours import Theme, rgb
from attnviz.media import Photo, Sound
from attnviz.reading import Reading

WIDTH, HEIGHT = 340, 232  # units, which are px where there is room for them

_FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"
_LETTER = 0.62  # of a letter's height: its width, about
_SIZE, _LEAST_SIZE = 12.0, 8.5  # of letters
_TILT = math.radians(50)  # of the labels of columns
_BEGIN = 0.6  # of a column, where its label begins
_LARGEST_CELL, _BROADEST = 30.0, 1.5  # of a cell: its side, and how much broader than high it may be
_LONGEST_LABEL = 14  # characters
_BOX = 3.0  # from a word to the box around it
_PHOTO_PX = 2 * HEIGHT  # of a photo's longer side: sharp on dense screens, too
_STRENGTH = 0.75  # of the orange over a photo
_WAVE, _AXIS, _SIDE = 36.0, 16.0, 26.0  # the waveform, the time below, and the labels beside a map over a sound


def picture(reading: Reading, theme: Theme) -> str:
    """The first map of the reading, which has one, as an SVG."""
    attention = reading.map()
    assert attention is not None
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{_FONT}">',
            *kinds.KINDS[attention.keys.kind].small(reading, attention, theme),
            "</svg>",
        )
    )


def over_words(reading: Reading, attention: AttentionMap, theme: Theme) -> Iterator[str]:
    """A heatmap: what was written from the top down, in a dashed box where it was copied, and what was read from left
    to right. The scale is that from 0 to 1.

    The labels of narrow columns are smaller. Where columns are narrower than letters that can be read are high, those
    have a label that are looked at most.
    """
    rows = [words.cut(name, _LONGEST_LABEL) for name in words.names(attention.queries)]
    columns = [words.cut(name, _LONGEST_LABEL) for name in words.names(attention.keys)]
    weights = attention.weights
    if maps.has_rest(attention):
        columns, weights = [*columns, maps.REST_LABEL], np.c_[weights, attention.rest]
    left = _longest(rows, _SIZE) + _BOX + 6
    small = min(_SIZE, max(0.85 * (WIDTH - left) / max(len(columns), 1), _LEAST_SIZE))  # letters of columns' labels
    top = _longest(columns, small) * math.sin(_TILT) + 10
    # A tilted label reaches to the right of its column, and all of it has to lie within the picture.
    reach = [_length(label, small) * math.cos(_TILT) for label in columns]
    room = ((WIDTH - left - long) / (column + _BEGIN) for column, long in enumerate(reach))
    across = min(_LARGEST_CELL, (WIDTH - left) / max(len(columns), 1), *room)
    down = min((HEIGHT - top) / max(len(rows), 1), _LARGEST_CELL)
    if across >= _SIZE:
        across, down = min(across, _BROADEST * down), min(across, down)
    # in the middle of the picture
    ends = ((column + _BEGIN) * across + long for column, long in enumerate(reach))
    left += max(0.0, (WIDTH - left - max(across * len(columns), *ends, 0)) / 2)
    top += max(0.0, (HEIGHT - top - down * len(rows)) / 2)
    size = min(_SIZE, max(down, _LEAST_SIZE))
    for column in _apart(weights.max(axis=0, initial=0.0), across, small):
        x, y = left + (column + _BEGIN) * across, top - 5
        turned = f'transform="translate({x:.1f} {y:.1f}) rotate(-{math.degrees(_TILT):.0f})"'
        yield _text(columns[column], small, theme.text, turned)
    copied = copying.copied(reading) or ()
    for row in _apart(weights.max(axis=1, initial=0.0), down, size):
        middle = top + (row + 0.5) * down
        place = f'x="{left - 5:.1f}" y="{middle + 0.35 * size:.1f}" text-anchor="end"'
        yield _text(rows[row], size, theme.text, place)
        if attention.queries.groups[row] in copied:
            wide, high = 0.9 * _length(rows[row], size) + 2 * _BOX, min(1.4 * size, down - 1)
            box = f'x="{left - 5 + _BOX - wide:.1f}" y="{middle - high / 2:.1f}" width="{wide:.1f}" height="{high:.1f}"'
            yield f'<rect {box} rx="2" fill="none" stroke="{theme.muted}" stroke-dasharray="2 2"/>'
    gap = 1.0 if min(across, down) > 5 else 0.0
    for row, values in enumerate(weights):
        for column, weight in enumerate(values):
            x, y = left + column * across, top + row * down
            box = f'x="{x:.1f}" y="{y:.1f}" width="{across - gap:.1f}" height="{down - gap:.1f}"'
            yield f'<rect {box} fill="{_colour(float(weight), theme)}"/>'


def over_photo(reading: Reading, attention: AttentionMap, theme: Theme) -> Iterator[str]:
    """The photo, orange where the first word looked that names a thing, and all words beside it."""
    from PIL import Image

    (shown,) = reading.source
    assert isinstance(shown, Photo) and isinstance(attention.keys, Grid)
    word = first_word(reading.output)
    pixels = photo.pixels_of(shown.content, _PHOTO_PX)
    if word >= 0:
        pixels = photo.drawn(pixels, attention, word, photo.Look(strength=_STRENGTH))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=85)
    scale = min(HEIGHT / shown.height, 0.68 * WIDTH / shown.width)
    width, height = scale * shown.width, scale * shown.height
    box = f'x="0" y="{(HEIGHT - height) / 2:.1f}" width="{width:.1f}" height="{height:.1f}"'
    yield _image(buffer.getvalue(), "jpeg", box)
    left, size = width + 14, 15.0
    lines = _wrapped(words.names(attention.queries), size, WIDTH - left)
    y = (HEIGHT - 1.5 * size * len(lines)) / 2 + size
    for line in lines:
        spans = (
            _span(label, theme.outline if place == word else theme.text, bold=place == word) for place, label in line
        )
        yield f'<text x="{left:.1f}" y="{y:.1f}" font-size="{size}">{" ".join(spans)}</text>'
        y += 1.5 * size


def over_sound(reading: Reading, attention: AttentionMap, theme: Theme) -> Iterator[str]:
    """The waveform, and below it on the same time axis a map: what was written from the top down. Colours end at the
    map's largest weight."""
    (heard,) = reading.source
    assert isinstance(heard, Sound) and isinstance(attention.keys, Frames)
    width, high = WIDTH - _SIDE, HEIGHT - _WAVE - _AXIS - 6
    yield _wave(heard, theme, width)
    rows = words.names(attention.queries)
    down = min(high / max(len(rows), 1), _LARGEST_CELL)
    size = min(_SIZE, max(down, _LEAST_SIZE))
    for row in _apart(attention.weights.max(axis=1, initial=0.0), down, size):
        y = _WAVE + 6 + (row + 0.5) * down + 0.35 * size
        yield _text(rows[row], size, theme.text, f'x="{_SIDE - 5:.1f}" y="{y:.1f}" text-anchor="end"')
    frames = attention.keys
    unit = width / heard.seconds
    box = f'x="{_SIDE + frames.start * unit:.1f}" y="{_WAVE + 6}" width="{len(frames) * frames.step * unit:.1f}"'
    box += f' height="{down * len(rows):.1f}" preserveAspectRatio="none" style="image-rendering: pixelated"'
    yield _image(_pixels(attention.weights, theme), "png", box)
    y = _WAVE + 6 + down * len(rows) + _AXIS - 4
    yield _text("0 s", 10.0, theme.muted, f'x="{_SIDE}" y="{y:.1f}"')
    yield _text(f"{heard.seconds:.1f} s", 10.0, theme.muted, f'x="{WIDTH}" y="{y:.1f}" text-anchor="end"')


def _wave(heard: Sound, theme: Theme, width: float) -> str:
    peaks = sound.peaks(sound.samples_of(heard), round(width / 2))
    middle, tall = _WAVE / 2, _WAVE / 2 / (float(np.abs(peaks).max(initial=0.0)) or 1.0)
    lines = (
        f"M{_SIDE + 2 * column + 1} {middle - tall * high:.1f}V{middle - tall * low + 0.5:.1f}"
        for column, (low, high) in enumerate(peaks)
    )
    return f'<path d="{"".join(lines)}" stroke="{theme.muted}" stroke-width="1"/>'


def _pixels(weights: Weights, theme: Theme) -> bytes:
    """One pixel for each weight, as a PNG."""
    from PIL import Image

    top = float(weights.max(initial=0.0)) or 1.0
    stops = np.array([rgb(stop) for stop in theme.weights], dtype=np.uint8)
    picked = stops[(np.clip(weights / top, 0, 1) * (len(stops) - 1)).round().astype(int)]
    buffer = io.BytesIO()
    Image.fromarray(picked).save(buffer, "PNG")
    return buffer.getvalue()


def _colour(weight: float, theme: Theme) -> str:
    return theme.weights[round(min(max(weight, 0.0), 1.0) * (len(theme.weights) - 1))]


def _apart(sizes: Weights, step: float, least: float) -> list[int]:
    """The places that have a label: all of them, if these have room; else those of the largest sizes, as many as stand
    `least` apart."""
    chosen: list[int] = []
    for place in np.argsort(-sizes, kind="stable").tolist():
        if all(abs(place - other) * step >= least - 0.01 for other in chosen):
            chosen.append(place)
    return sorted(chosen)


def _wrapped(labels: Sequence[str], size: float, width: float) -> list[list[tuple[int, str]]]:
    """The labels with their places, in lines of at most this width."""
    lines: list[list[tuple[int, str]]] = [[]]
    for place, label in enumerate(labels):
        if lines[-1] and _length(" ".join([*(other for _, other in lines[-1]), label]), size) > width:
            lines.append([])
        lines[-1].append((place, label))
    return lines


def _longest(labels: Iterable[str], size: float) -> float:
    return max((_length(label, size) for label in labels), default=0.0)


def _length(text: str, size: float) -> float:
    return _LETTER * size * len(text)


def _text(text: str, size: float, colour: str, place: str) -> str:
    return f'<text font-size="{size:.1f}" fill="{colour}" {place}>{escape(text)}</text>'


def _span(text: str, colour: str, *, bold: bool) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<tspan fill="{colour}"{weight}>{escape(text)}</tspan>'


def _image(content: bytes, format: str, box: str) -> str:
    return f'<image {box} href="data:image/{format};base64,{base64.b64encode(content).decode("ascii")}"/>'
