"""What a person chose for a figure."""

from collections.abc import Mapping
from dataclasses import dataclass

from attnviz.attention import ATTENTION


@dataclass(frozen=True)
class Paper:
    """What a picture is made for: the room that it has, in inches, and whether a whole caption is written below it or
    only what the picture can't be understood without. largest_cell: the side of a heatmap's cell, in inches.

    Type has the same size on every paper. So on a small one it is large beside the maps.
    """

    width: float
    height: float
    caption: bool
    largest_cell: float = 0.32


PAPERS: Mapping[str, Paper] = {
    "page": Paper(7.5, 10.5, True),  # what A4 and US Letter hold between narrow margins
    "slide": Paper(6.2, 3.5, False),  # enlarged to a slide's 13.3 inches, type of 8.5 points has 18
    "column": Paper(3.4, 9.5, False, 0.6),  # one of two columns, which a map fills
}


@dataclass(frozen=True)
class Drawing:
    """How readings are drawn.

    map_name: which of their maps. stretch: the colours of a heatmap end at the largest weight instead of 1. difference:
    the first reading's map less the second's. strongest: how many keys of each row of a heatmap are shown, 0 for all;
    all of a difference is shown. smooth, strength, common, end: how weights are drawn over a photo, see `photo.Look`.
    word: the place of the only output word that is drawn over a photo; all of them are drawn where it is None.
    """

    map_name: str = ATTENTION
    stretch: bool = False
    difference: bool = False
    smooth: bool = True
    strength: float = 0.6
    common: bool = False
    end: float = 0.0
    word: int | None = None
    paper: Paper = PAPERS["page"]
    strongest: int = 0
