"""An input between a task's own reading of it and what all readers that write do with it."""

from dataclasses import dataclass
from typing import Any

from attnviz.axes import Axis
from attnviz.reading import Source


@dataclass(frozen=True)
class Prepared:
    """An input that is ready to be read.

    row: the input as `_encode` takes it. source: the input as the Reading shows it. keys: the finest axis of the input.
    notes: sentences about what of it is not read, or read in another way. name: the name of its file.
    """

    row: Any
    source: Source
    keys: Axis
    notes: tuple[str, ...] = ()
    name: str = ""
