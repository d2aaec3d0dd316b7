"""Moving pictures: a photo that is tinted for one word after another, over the output in which that word is set off."""

import io
from collections.abc import Iterator
from typing import Any, Literal

from PIL import Image, ImageDraw

from attnviz.attention import AttentionMap
from attnviz.figures import words
from attnviz.figures.colours import LIGHT
from attnviz.figures.ink import pillow_font
from attnviz.figures.photo import TINT, Look, drawn, pixels_of
from attnviz.media import Photo
from attnviz.reading import Pieces

Format = Literal["gif", "webp"]

PACE = 900  # ms for each word
_SIDE, _LEAST_WIDTH, _MARGIN = 420, 320, 12  # px
_SIZE, _SMALL, _LEADING = 18, 11, 1.45


def save(
    photo: Photo, output: Pieces, attention: AttentionMap, look: Look, format: Format, *, caption: str | None
) -> bytes:
    """The photo as it is, then tinted for each word; the picture begins again at its end. The same input gives the same
    bytes."""
    frames = list(_frames(photo, output, attention, look, caption or ""))
    how: dict[str, Any] = {"quality": 80, "method": 4} if format == "webp" else {"optimize": False}
    if format == "gif":
        frames = _reduced(frames, look)
    buffer = io.BytesIO()
    frames[0].save(buffer, format.upper(), save_all=True, append_images=frames[1:], duration=PACE, loop=0, **how)
    return buffer.getvalue()


def _reduced(frames: list[Image.Image], look: Look) -> list[Image.Image]:
    """Reduce the frames to one palette of 256 colours, taken from the photo as it is and wholly tinted."""
    plain = frames[0].resize((frames[0].width // 2, frames[0].height // 2))
    both = Image.new("RGB", (3 * plain.width, plain.height))
    both.paste(plain)
    grey = plain.convert("L").convert("RGB")
    both.paste(Image.blend(grey, Image.new("RGB", plain.size, TINT), look.strength), (plain.width, 0))
    both.paste(grey, (2 * plain.width, 0))
    both.paste(LIGHT.weights[-6], (0, plain.height - _MARGIN, _MARGIN, plain.height))
    colours = both.quantize(256)
    return [frame.quantize(palette=colours, dither=Image.Dither.FLOYDSTEINBERG) for frame in frames]


def _frames(photo: Photo, output: Pieces, attention: AttentionMap, look: Look, caption: str) -> Iterator[Image.Image]:
    pixels = pixels_of(photo.content, _SIDE)
    width = max(pixels.shape[1], _LEAST_WIDTH)
    labels = [words.shown(label) for label in output.labels]
    below, small = _lay_out(labels, _SIZE, width), _lay_out(caption.split(), _SMALL, width)
    lines, small_lines = (1 + max((row for _, row, _ in laid), default=-1) for laid in (below, small))
    height = pixels.shape[0] + round(_LEADING * (_SIZE * lines + _SMALL * small_lines)) + 2 * _MARGIN
    for chosen in (None, *range(len(labels))):
        shown = pixels if chosen is None else drawn(pixels, attention, chosen, look)
        frame = Image.new("RGB", (width, height), LIGHT.page)
        frame.paste(Image.fromarray(shown), ((width - pixels.shape[1]) // 2, 0))
        pen = ImageDraw.Draw(frame)
        y = pixels.shape[0] + _MARGIN
        for i, (word, row, x) in enumerate(below):
            place = (x, y + round(row * _SIZE * _LEADING))
            if i == chosen:
                left, up, right, down = pen.textbbox(place, word, font=pillow_font(_SIZE, word))
                pen.rounded_rectangle((left - 3, up - 3, right + 3, down + 3), 4, fill=LIGHT.weights[-6])
            pen.text(place, word, font=pillow_font(_SIZE, word), fill=LIGHT.page if i == chosen else LIGHT.text)
        y += round(lines * _SIZE * _LEADING) + _MARGIN // 2
        for word, row, x in small:
            pen.text((x, y + round(row * _SMALL * _LEADING)), word, font=pillow_font(_SMALL, word), fill=LIGHT.muted)
        yield frame


def _lay_out(labels: list[str], size: int, width: int) -> list[tuple[str, int, int]]:
    """Each word with the number of its row, and the px from the left at which it begins."""
    laid: list[tuple[str, int, int]] = []
    row, x = 0, float(_MARGIN)
    space = pillow_font(size).getlength(" ")
    for label in labels:
        length = pillow_font(size, label).getlength(label)
        if x > _MARGIN and x + length > width - _MARGIN:
            row, x = row + 1, _MARGIN
        laid.append((label, row, round(x)))
        x += length + space
    return laid
