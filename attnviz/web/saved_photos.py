"""Whether a saved reading of a photo can be shown: its photo is one, and its words and maps belong together."""

import io

from attnviz.reading import ATTENTION, AttentionMap, Grid, Photo, Pieces, Reading
from attnviz.tasks.captions.about import DISTRIBUTION

_MOST_WORDS = 100  # of a caption: readers write and take fewer, and each is a photo on the page and on paper


def fits(reading: Reading) -> bool:
    if len(reading.source) != 1 or not isinstance(reading.source[0], Photo):
        return False
    photo = reading.source[0]
    written = [(reading.output, reading.maps), *((h.output, h.maps) for h in reading.hypotheses)]
    return _is_jpeg(photo) and all(_belongs(photo, output, maps) for output, maps in written)


def _is_jpeg(photo: Photo) -> bool:
    """Whether it can be decoded and has the size that it is said to have, which is looked at first."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(photo.content), formats=["JPEG"]) as image:
            if image.size != (photo.width, photo.height):
                return False
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True


def _belongs(photo: Photo, output: Pieces, maps: tuple[AttentionMap, ...]) -> bool:
    names = [one.name for one in maps]
    return (
        names in ([], [ATTENTION], [ATTENTION, DISTRIBUTION])
        and len(output.labels) <= _MOST_WORDS
        and all(one.queries.labels == output.labels for one in maps)
        and all(isinstance(one.keys, Grid) for one in maps)
        and all((one.keys.width, one.keys.height) == (photo.width, photo.height) for one in maps)  # type: ignore[union-attr]
        and len(output.units) == len(output.labels)
        and len(output.logprobs) in (0, len(output.labels))
        and len(output.alternatives) in (0, len(output.labels))
        and all(group in range(len(output.labels)) for one in maps for group in one.queries.groups)
    )
