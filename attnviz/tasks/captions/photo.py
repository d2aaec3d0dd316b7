"""Opens a file that a person gives as a photo: it is checked before it is decoded, turned upright, and keeps its shape
but not its metadata."""

import io
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attnviz.errors import InputError
from attnviz.media import LONGEST_SIDE, MOST_SCANS, Photo, scans
from attnviz.tasks.captions.about import TASK

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
MOST_PIXELS = 50_000_000
LEAST_SIDE = 16
MOST_RATIO = 10  # of the longer side to the shorter one
WHAT_TO_DO = "Choose a photo as JPEG, PNG, WebP, AVIF or GIF."
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")  # what such a file names itself

MOST_WORK = 500_000_000  # pixels times scans, which take some five seconds to decode
PATIENCE = 20  # seconds that a photo waits for others

# Each photo that is decoded needs much memory, so no more are decoded at once than there are cores; a visitor whose
# photo takes long doesn't hold up the others.
_decoding = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))


@dataclass(frozen=True)
class Opened:
    """A photo as it is shown. pixels: uint8 RGB (height, width, 3). notes: sentences about what was done to it."""

    photo: Photo
    pixels: NDArray[np.uint8]
    notes: tuple[str, ...]


def open_photo(content: bytes) -> Opened:
    """The photo in a file's content. Raises InputError where the file is no photo that can be read."""
    from PIL import Image

    if not content:
        raise InputError(f"This file is empty. {WHAT_TO_DO}")
    if len(content) > TASK.most_bytes:
        raise InputError(f"This file has more than {TASK.most_bytes // 1_000_000} MB: make the photo smaller.")
    # Pillow warns of odd metadata, and of many pixels, which are counted below. The filter is the whole process's, and
    # stays: to set it and take it back would need a lock that all photos wait for.
    warnings.filterwarnings("ignore", module="PIL")
    with _a_place():
        image: Image.Image
        try:
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            too_many = image.width * image.height > MOST_PIXELS
        except Image.DecompressionBombError:
            too_many = True
        except Exception as problem:  # Pillow's parsers raise many kinds of errors for a file that is no photo
            if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
                raise InputError(
                    "HEIC photos can't be opened here: export the photo as JPEG, or let the phone's camera save in its "
                    "most compatible format."
                ) from problem
            raise InputError(f"This file can't be opened as a photo. {WHAT_TO_DO}") from problem
        if too_many:
            raise InputError(f"This photo has more than {MOST_PIXELS // 1_000_000} million pixels: make it smaller.")
        if min(image.size) < LEAST_SIDE:
            size = f"{image.width} x {image.height}"
            raise InputError(f"This photo has {size} pixels: choose one with at least {LEAST_SIDE} each way.")
        if max(image.size) > MOST_RATIO * min(image.size):
            raise InputError(f"One side of this photo is more than {MOST_RATIO} times the other one: cut it to a part.")
        if image.format in ("JPEG", "MPO"):
            _check_scans(content, image.width * image.height)
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


@contextmanager
def _a_place() -> Iterator[None]:
    """Wait until fewer photos are decoded than may be at once. Raises InputError where that takes too long."""
    if not _decoding.acquire(timeout=PATIENCE):
        raise InputError("Many photos are being opened at this moment: try again in half a minute.")
    try:
        yield
    finally:
        _decoding.release()


def _check_scans(content: bytes, pixels: int) -> None:
    """Raises InputError for a JPEG that is drawn in so many scans that decoding it would take long."""
    count = scans(content)
    if count > MOST_SCANS or count * pixels > MOST_WORK:
        raise InputError(
            f"This JPEG is drawn in {count} scans, which would take too long to open: save it anew as an ordinary "
            "(baseline) JPEG."
        )


def _notes(image: Any) -> tuple[str, ...]:
    """Sentences on which parts of the file are not read. A phone's second picture in a JPEG is only another view, so it
    gets none."""
    moves = image.format not in ("JPEG", "MPO") and getattr(image, "is_animated", False)
    return ("This picture moves: only its first frame is read.",) if moves else ()


def _turn_upright(image: Any) -> None:
    """Turn the photo as its metadata say; if these are damaged, it stays as it is."""
    from PIL import ImageOps

    with suppress(Exception):
        ImageOps.exif_transpose(image, in_place=True)


def _rgb(image: Any) -> Any:
    """The picture as 8-bit RGB. Transparent parts become white.

    A large picture is made smaller first, so that no step needs much memory.
    """
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
