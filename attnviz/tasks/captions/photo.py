"""A file that a person gives, as a photo: checked before it is decoded, upright, in its own shape, without metadata."""

import io
import threading
import warnings
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attnviz.errors import InputError
from attnviz.reading import LONGEST_SIDE, Photo

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_BYTES = 20_000_000
MOST_PIXELS = 50_000_000
LEAST_SIDE = 16
WHAT_TO_DO = "Choose a photo as JPEG, PNG, WebP or GIF."

# Python's filters of warnings belong to the whole process; and one large photo in memory is enough.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Opened:
    """A photo as it is shown, its pixels (height, width, 3) uint8 RGB, and what was done to it, as sentences."""

    photo: Photo
    pixels: NDArray[np.uint8]
    notes: tuple[str, ...]


def open_photo(content: bytes) -> Opened:
    """Raises InputError where the file is no photo that can be read."""
    from PIL import Image

    if not content:
        raise InputError(f"This file is empty. {WHAT_TO_DO}")
    if len(content) > MOST_BYTES:
        raise InputError(f"This file has more than {MOST_BYTES // 1_000_000} MB: make the photo smaller.")
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata and of many pixels, which are counted below
        image: Image.Image
        try:
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            too_many = image.width * image.height > MOST_PIXELS
        except Image.DecompressionBombError:
            too_many = True
        except Exception as problem:  # of a file that is none, Pillow's parsers raise whatever they stumble over
            raise InputError(f"This file is no photo that can be opened here. {WHAT_TO_DO}") from problem
        if too_many:
            raise InputError(f"This photo has more than {MOST_PIXELS // 1_000_000} million pixels: make it smaller.")
        if min(image.size) < LEAST_SIDE:
            size = f"{image.width} x {image.height}"
            raise InputError(f"This photo has {size} pixels: choose one with at least {LEAST_SIDE} each way.")
        try:
            notes = _notes(image)
            image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))  # a large JPEG needn't be decoded whole
            image.load()
            _turn_upright(image)
            shown = _rgb(image)
        except Exception as problem:
            raise InputError(f"This photo is damaged: only part of it can be read. {WHAT_TO_DO}") from problem
        shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        pixels = np.array(shown)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=90)  # from pixels alone: comments stay behind too
    return Opened(Photo(buffer.getvalue(), *shown.size), pixels, notes)


def _notes(image: Any) -> tuple[str, ...]:
    """A second picture in a JPEG is another view of the same, which phones put there."""
    moves = image.format not in ("JPEG", "MPO") and getattr(image, "is_animated", False)
    return ("This picture moves: only its first frame is read.",) if moves else ()


def _turn_upright(image: Any) -> None:
    """As its metadata say; where these are damaged, it stays as it is."""
    from PIL import ImageOps

    with suppress(Exception):
        ImageOps.exif_transpose(image, in_place=True)


def _rgb(image: Any) -> Any:
    """Any kind of pixels as RGB: 16 bits are brought to 8, what is transparent lies on white. A large picture is made
    smaller first, so that no step needs much memory."""
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":
        step = max(1, max(image.size) // (2 * LONGEST_SIDE))
        values = np.asarray(image)[::step, ::step].astype(np.float32)
        top = 65535 if values.max(initial=0) > 255 else 255
        image = Image.fromarray((255 * values / top).clip(0, 255).astype(np.uint8))
    image.thumbnail((2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image)
        image = white
    return image.convert("RGB")
