"""attnviz: see what an attention model looks at, and learn how far to believe it.

`load` gives a trained variant of a task, whose `read` turns an input into a Reading: its `output.text` is what the
model made of it, and `map().weights` is where it looked. `python -m attnviz --help` names the tasks.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from attnviz.attention import AttentionMap
from attnviz.errors import BundleError, InputError
from attnviz.reading import Pieces, Reading

if TYPE_CHECKING:
    from attnviz.tasks.base import Reader

__all__ = ["AttentionMap", "BundleError", "InputError", "Pieces", "Reading", "load"]


def load(task: str, variant: str, *, root: Path | None = None, device: str = "cpu") -> "Reader":
    """Load a trained variant, ready to read. torch is imported here, not before.

    root: the folder of bundles; by default the one that comes with attnviz. Once a variant has been loaded, torch uses
    one thread in the whole process, which is the fastest for reading; `torch.set_num_threads` changes it. Raises
    InputError for a task that doesn't exist, and BundleError for a variant that can't be loaded.
    """
    from attnviz import service

    return service.load(task, variant, root=root, device=device)
