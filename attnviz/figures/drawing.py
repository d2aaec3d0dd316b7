"""What a person chose for a figure."""

from dataclasses import dataclass

from attnviz.reading import ATTENTION


@dataclass(frozen=True)
class Drawing:
    """How readings are drawn.

    map_name: which of their maps. stretch: the colours of a heatmap end at the largest weight instead of 1. difference:
    the first reading's map less the second's. smooth, strength, common: how weights are drawn over a photo, see
    `photo.Look`. word: the place of the only output word that is drawn over a photo; all of them are drawn where it is
    None.
    """

    map_name: str = ATTENTION
    stretch: bool = False
    difference: bool = False
    smooth: bool = True
    strength: float = 0.6
    common: bool = False
    word: int | None = None
