"""attnviz: see what an attention model looks at, and learn how far to believe it.

import attnviz

reading = attnviz.load("translation", "additive").read("Le chat dort.")
reading.output.text, reading.map().weights
"""

from pathlib import Path
from typing import TYPE_CHECKING

from attnviz.errors import BundleError, InputError
from attnviz.reading import AttentionMap, Pieces, Reading

if TYPE_CHECKING:
    from attnviz.tasks.base import Reader

__all__ = ["AttentionMap", "BundleError", "InputError", "Pieces", "Reading", "load"]


def load(task: str, variant: str, *, root: Path | None = None, device: str = "cpu") -> "Reader":
    """A trained variant, ready to read. torch is imported here, not before.

    `root`: where bundles lie, by default those that come with attnviz. From the first one loaded on, torch uses one
    thread in the whole process, which is the fastest for reading: `torch.set_num_threads` changes it. Raises InputError
    for a task that doesn't exist, BundleError for a variant that can't be loaded.
    """
    from attnviz import service

    return service.load(task, variant, root=root, device=device)
