"""Many inputs of a task, read by as many processes as there are cores: for a corpus, of which no map is wanted.

A process has one thread, as everywhere in attnviz: a step multiplies matrices of only a few rows, which two cores do no
faster than one. So cores are used by reading different inputs.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import Any

from attnviz import service
from attnviz.tasks.base import Answer

CHUNK = 128  # inputs that a process reads at a time; those of like length among them are searched together
AHEAD = 2  # chunks that wait for each process, so that a long file is never in memory whole


def answers(
    task: str,
    variant: str,
    sources: Iterable[Any],
    *,
    processes: int | None = None,
    beam: int = 5,
    length_penalty: float | None = None,
    device: str = "cpu",
    root: Path | None = None,
) -> Iterator[Answer]:
    """What a variant makes of each input, in their order, as `Reader.outputs` says it.

    processes: how many read at once; None takes one for each core, and a single one on a GPU. Few inputs are read here,
    since a process takes seconds to start. Raises InputError for a search that can't be, and BundleError.
    """
    options = (task, variant, {"beam": beam, "length_penalty": length_penalty}, device, root)
    chunks = _chunks(sources)
    begun = list(islice(chunks, 2))
    count = processes or (1 if device != "cpu" else os.cpu_count() or 1)
    if len(begun) < 2 or count == 1:
        for chunk in chain(begun, chunks):
            yield from _outputs(*options, chunk)
        return
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[Sequence[Answer]]] = deque()
        for chunk in chain(begun, chunks):
            waiting.append(pool.submit(_outputs, *options, chunk))
            if len(waiting) >= AHEAD * count:
                yield from waiting.popleft().result()
        for future in waiting:
            yield from future.result()


def _chunks(sources: Iterable[Any]) -> Iterator[list[Any]]:
    """The inputs, CHUNK at a time."""
    sources = iter(sources)
    while chunk := list(islice(sources, CHUNK)):
        yield chunk


def _outputs(
    task: str, variant: str, settings: dict[str, Any], device: str, root: Path | None, sources: list[Any]
) -> Sequence[Answer]:
    """The answers for one chunk; a process loads the variant for its first one."""
    return service.load(task, variant, root=root, device=device).outputs(sources, **settings)
