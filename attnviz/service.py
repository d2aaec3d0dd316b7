"""What the page, the terminal and the library share: the catalogue, models loaded once, bounded inference.

torch is imported on first use, so that a page can be drawn before.
"""

import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from attnviz.errors import InputError
from attnviz.reading import Reading

if TYPE_CHECKING:
    from attnviz.nn.beam import OnStep
    from attnviz.tasks.base import Reader

# The tasks, in the order in which they are shown, each with the variant that is shown first. Each is a folder under
# `tasks/`.
TASKS = {"translation": "additive", "captions": "soft", "entailment": "word_by_word"}
MOST_MODELS = 16

_loading = threading.Lock()
_inference = threading.BoundedSemaphore(os.cpu_count() or 1)


def variants(task: str, root: Path | None = None) -> list[str]:
    """The trained variants of a task. Raises InputError for a task that doesn't exist."""
    from attnviz import bundles

    return bundles.variants(known(task), root or bundles.PRETRAINED)


def devices() -> list[str]:
    """What inference can run on here, the best first: "cuda" where there is a GPU, "cpu" always."""
    import torch

    return ["cuda", "cpu"] if torch.cuda.is_available() else ["cpu"]


def digest(task: str, variant: str, root: Path | None = None) -> str:
    """The digest of a variant's weights, by which what was read with them may be kept. Raises BundleError."""
    from attnviz import bundles

    return bundles.digest(known(task), variant, root or bundles.PRETRAINED)


def load(task: str, variant: str, *, root: Path | None = None, device: str = "cpu") -> "Reader":
    """A trained variant, loaded once for everybody. Raises InputError and BundleError."""
    from attnviz import bundles

    root = root or bundles.PRETRAINED
    found = bundles.digest(known(task), variant, root)
    with _loading:
        return _load(task, variant, root, device, found)


def read(
    task: str,
    variant: str,
    source: Any,
    *,
    target: Any = None,
    beam: int = 5,
    length_penalty: float | None = None,
    device: str = "cpu",
    root: Path | None = None,
    on_step: "OnStep | None" = None,
) -> Reading:
    """One Reading. As many run at once as there are cores; the others wait. length_penalty: None for the task's own.

    on_step: see `tasks/base.py`. Raises InputError and BundleError.
    """
    reader = load(task, variant, root=root, device=device)
    with _inference:
        options = {} if length_penalty is None else {"length_penalty": length_penalty}
        return reader.read(source, target=target, beam=beam, on_step=on_step, **options)


def classify(
    task: str, variant: str, sources: Sequence[Any], *, device: str = "cpu", root: Path | None = None
) -> list[list[float]]:
    """Log-probabilities (sources, labels) of many inputs of a task that classifies, without maps.

    Raises InputError, if one of them can't be read, and BundleError.
    """
    reader: Any = load(task, variant, root=root, device=device)
    with _inference:
        found: list[list[float]] = reader.classify(sources).tolist()
    return found


def known(task: str) -> str:
    """The task itself. Raises InputError for one that doesn't exist."""
    if task not in TASKS:
        raise InputError(f"There is no task {task!r}: choose one of {', '.join(TASKS)}.")
    return task


@lru_cache(maxsize=MOST_MODELS)
def _load(task: str, variant: str, root: Path, device: str, digest: str) -> "Reader":
    _one_thread_each()
    return cast("Reader", import_module(f"attnviz.tasks.{task}.reader").load(variant, root, device))


@lru_cache(maxsize=1)
def _one_thread_each() -> None:
    """A step's products have a beam's few rows: one core does them faster than two that wait for each other."""
    import torch

    torch.set_num_threads(1)
