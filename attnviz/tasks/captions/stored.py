"""Photos as the corpora store them, and copies of them as other cameras and programs would have left them.

All photos that variants learn from are squashed to 224 x 224 px and stored as WebP, and the CNN sees the difference to
a photo in full detail: for eight photos of 640 px, the mean cosine between the features of a cell and those of the same
photo as it would be stored was .75 at 224 px and .53 at 448 px; squashed, but not stored as WebP, .74 and .69. So a
photo that somebody uploads goes the same way before it is read. Copies as below had .88 to .93.
"""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE = 224
QUALITY, METHOD = 52, 6  # of the corpora's WebP files

LEAST_SIDE = 128  # of a copy, before it is enlarged again
LEAST_QUALITY, MOST_QUALITY = 40, 95
MOST_BLUR = 0.7  # standard deviation, in px
MOST_NOISE = 4.0  # standard deviation, of 255

Pixels = NDArray[np.uint8]


def as_stored(photo: Pixels) -> Pixels:
    """A photo (height, width, 3) of any shape as the corpora hold theirs: (SIDE, SIDE, 3)."""
    from PIL import Image

    squashed = Image.fromarray(photo).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return _saved(squashed, "WEBP", quality=QUALITY, method=METHOD)


def versions(photo: Pixels, number: int, count: int) -> list[Pixels]:
    """A photo of a corpus as it is stored, and further copies of it, `count` in all. number: the photo's own, which
    decides what the copies went through."""
    return [photo, *(varied(photo, np.random.default_rng((number, copy))) for copy in range(1, count))]


def varied(photo: Pixels, chance: np.random.Generator) -> Pixels:
    """A copy of a stored photo that was made smaller and larger again, blurred, given noise, and saved as JPEG or WebP,
    each a little and by chance. It is as large as the photo."""
    from PIL import Image, ImageFilter

    side = int(chance.integers(LEAST_SIDE, SIDE, endpoint=True))
    image = Image.fromarray(photo).resize((side, side), Image.Resampling.LANCZOS)
    image = image.resize((photo.shape[1], photo.shape[0]), Image.Resampling.BICUBIC)
    image = image.filter(ImageFilter.GaussianBlur(chance.uniform(0, MOST_BLUR)))
    noisy = np.asarray(image) + chance.normal(0, chance.uniform(0, MOST_NOISE), photo.shape)
    image = Image.fromarray(noisy.round().clip(0, 255).astype(np.uint8))
    quality = int(chance.integers(LEAST_QUALITY, MOST_QUALITY, endpoint=True))
    return _saved(image, "JPEG" if chance.random() < 0.5 else "WEBP", quality=quality)


def _saved(image: Any, format: str, **settings: int) -> Pixels:
    """What is left of an image when it has been saved and opened again."""
    from PIL import Image

    buffer = io.BytesIO()
    image.save(buffer, format, **settings)
    return np.asarray(Image.open(buffer).convert("RGB"))
