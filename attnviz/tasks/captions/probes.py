"""The photos whose maps are kept while a variant learns, so that a page can show how they took shape."""

from collections.abc import Callable
from math import isqrt
from pathlib import Path

from attnviz import bundles
from attnviz.attention import ATTENTION, AttentionMap, Weights
from attnviz.axes import Grid, Words
from attnviz.media import Photo
from attnviz.tasks.base import Probe
from attnviz.tasks.captions.about import PHOTOS, TASK
from attnviz.tasks.captions.photo import open_photo
from attnviz.tasks.captions.recipe import PROBES


def probes(root: Path = bundles.PRETRAINED) -> tuple[Probe, ...]:
    """The recipe's probes, which are the same for all variants. Of `hard`, the distributions were kept."""
    labels = {example.name: example.label for example in TASK.examples}
    return tuple(_probe(name, labels.get(name, name.capitalize()), caption) for name, caption in PROBES.items())


def _probe(name: str, label: str, caption: str) -> Probe:
    photo = open_photo((PHOTOS / f"{name}.jpg").read_bytes()).photo
    return Probe(label, caption, f"The model was made to write “{caption}”.", _over(photo, caption), photo)


def _over(photo: Photo, caption: str) -> Callable[[Weights], AttentionMap]:
    def over(kept: Weights) -> AttentionMap:
        side = isqrt(kept.shape[1])  # a sentinel is one column more than the cells
        cells = side * side
        return AttentionMap(
            name=ATTENTION,
            queries=Words.whole(caption.split()),
            keys=Grid(side, side, photo.width, photo.height),
            weights=kept[:, :cells],
            rest=kept[:, cells:].sum(axis=1),
            query_name="caption",
            key_name="photo",
            rest_name="no place in the photo (the sentinel)",
        )

    return over
