"""What the page, the terminal and the library share: the catalogue, models loaded once, bounded inference.

torch is imported on first use, so that a page can be drawn before.
"""

import ctypes
import os
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from attnviz.analysis.tree import Tree
from attnviz.attention import Weights
from attnviz.errors import InputError
from attnviz.reading import Reading
from attnviz.tasks.base import Evidence, Inside, OnStep, Parts, Probe, Reader, Row, Shaping, Task
from attnviz.tasks.lesson import Lesson, Tour

if TYPE_CHECKING:
    from attnviz.tasks.branch import Branch
    from attnviz.trust.examined import Examined

# The catalogue, in the order in which the tasks are shown. Each name is that of a folder under `tasks/`, whose
# `about.py` says what the task is.
_NAMES = (
    "translation",
    "captions",
    "entailment",
    "speech",
    "summaries",
)
TASKS: Mapping[str, Task] = {name: import_module(f"attnviz.tasks.{name}.about").TASK for name in _NAMES}

MOST_MODELS = 16
_A_MOMENT = 0.001  # seconds, in which a thread that waits wakes up

_loading = threading.Lock()
_importing = threading.Lock()
_inference = threading.BoundedSemaphore(os.cpu_count() or 1)


def variants(task: str, root: Path | None = None) -> list[str]:
    """The trained variants of a task, in the order in which the task names them.

    Folders that are no variant of the task (a second seed, files that several variants share) are left out. Raises
    InputError for a task that doesn't exist.
    """
    from attnviz import bundles

    there = bundles.names(known(task), root or bundles.PRETRAINED)
    return [variant.name for variant in TASKS[task].variants if variant.name in there]


def devices() -> list[str]:
    """What inference can run on here, the best first: "cuda" where there is a GPU, "cpu" always.

    torch is asked only where the machine may have a GPU, because its import takes seconds.
    """
    if not _may_have_gpu():
        return ["cpu"]
    import torch

    return ["cuda", "cpu"] if torch.cuda.is_available() else ["cpu"]


def digest(task: str, variant: str, root: Path | None = None) -> str:
    """The digest of a variant's weights, by which what was read with them may be kept. Raises BundleError."""
    from attnviz import bundles

    return bundles.digest(known(task), variant, root or bundles.PRETRAINED)


def dev(task: str, variant: str, root: Path | None = None) -> float | None:
    """The figure that `Task.dev` names, at the end of a variant's training. Raises InputError and BundleError."""
    from attnviz import bundles

    return bundles.dev(known(task), variant, root or bundles.PRETRAINED)


def evidence(task: str, variant: str, root: Path | None = None) -> Evidence:
    """How far a variant can be believed, from the scores of its bundle.

    It is empty where no scores were kept. Raises InputError for a task that doesn't exist, and BundleError for a
    variant that isn't there or whose scores can't be read.
    """
    return _evidence(task, variant, _scores(task, variant, root))


def branch(task: str, variant: str, root: Path | None = None) -> "Branch | None":
    """Where a variant branched off another one; None where it learned from scratch.

    Raises InputError for a task that doesn't exist, and BundleError for a variant that isn't there or is damaged.
    """
    from attnviz import bundles
    from attnviz.tasks.branch import branch_of

    root = root or bundles.PRETRAINED
    bundles.digest(known(task), variant, root)
    return branch_of(root / task / variant)


def outputs(task: str, variant: str, root: Path | None = None) -> tuple[Row, ...]:
    """How good the outputs of a variant are, from the scores of its bundle. Raises InputError and BundleError."""
    return _outputs(task, _scores(task, variant, root))


def made(task: str, variant: str, root: Path | None = None) -> dict[str, tuple[Evidence, tuple[Row, ...]]]:
    """What the scores of a bundle tell of its maps and of its outputs, for each command that made some of them. Raises
    InputError and BundleError."""
    parts = {command: {command: result} for command, result in _scores(task, variant, root).items()}
    return {command: (_evidence(task, variant, part), _outputs(task, part)) for command, part in parts.items()}


def shapings(task: str, variant: str, root: Path | None = None) -> tuple[Shaping, ...]:
    """How the maps of fixed inputs took shape while a variant learned; none where it has no attention, or where its
    maps are of other inputs than the recipe's of today. Raises InputError and BundleError."""
    from attnviz import bundles, learned

    root = root or bundles.PRETRAINED
    kept = learned.probes(known(task), variant, root)
    if not kept:
        return ()
    probes: Sequence[Probe] = import_module(f"attnviz.tasks.{task}.probes").probes(root)
    found = tuple(
        Shaping(probe, tuple(moments), tuple(map(probe.over, moments.values())))
        for probe, moments in zip(probes, kept, strict=False)
    )
    # The recipe may have got other inputs since this variant learned: then nothing says what its maps are of.
    fits = all(one.weights.shape == (len(one.queries), len(one.keys)) for shaping in found for one in shaping.maps)
    return found if fits else ()


def lessons() -> dict[str, tuple[Task, Lesson]]:
    """All lessons by their names, each with its task, in the order of the catalogue."""
    return {
        lesson.name: (task, lesson)
        for name, task in TASKS.items()
        for lesson in import_module(f"attnviz.tasks.{name}.lessons").LESSONS
    }


def tour() -> tuple[Task, Tour]:
    """The tour for who comes first, with its task: the first one of the catalogue, whose `lessons.py` has it."""
    first = next(iter(TASKS.values()))
    return first, cast(Tour, import_module(f"attnviz.tasks.{first.name}.lessons").TOUR)


def levers() -> dict[str, tuple[str, str]]:
    """Cells whose energy, raised, makes the model of the tour write another word: by the name of an example of its
    task, the subword that is written and the one that is read."""
    first = next(iter(TASKS))
    return cast(dict[str, tuple[str, str]], import_module(f"attnviz.tasks.{first}.lessons").LEVERS)


def import_slow(task: str) -> None:
    """Import the modules that take seconds and that the models of this task need.

    One thread imports them while others wait: transformers puts another module in its own place at the end of its
    import, and who asks for it meanwhile may get the first one, which is empty.
    """
    for module in TASKS[task].slow_imports:
        with _importing:
            import_module(module)


def load(task: str, variant: str, *, root: Path | None = None, device: str = "cpu") -> Reader:
    """Load a trained variant, once for everybody. Raises InputError and BundleError."""
    from attnviz import bundles

    root = root or bundles.PRETRAINED
    digest = bundles.digest(known(task), variant, root)
    import_slow(task)
    with _loading:
        return _load(task, variant, root, device, digest)


def open_file(task: str, content: bytes) -> object:
    """What is in the file that a person gives to a task whose input is a file, without its model. Raises InputError
    where it can't be read."""
    module, _, function = TASKS[task].opens.rpartition(".")
    opened: object = getattr(import_module(f"attnviz.tasks.{task}.{module}"), function)(content)
    return opened


def parts(task: str, variant: str, source: Any, *, device: str = "cpu", root: Path | None = None) -> Parts:
    """The parts of an input that are read one after another; most inputs are read whole. Nobody waits for an inference
    meanwhile. Raises InputError and BundleError."""
    return load(task, variant, root=root, device=device).parts(source)


def read(
    task: str,
    variant: str,
    source: Any,
    *,
    target: Any = None,
    weights: Mapping[str, Weights] | None = None,
    beam: int = 5,
    length_penalty: float | None = None,
    focus: str = "",
    length: str = "",
    device: str = "cpu",
    root: Path | None = None,
    on_step: OnStep | None = None,
) -> Reading:
    """Read an input with a variant. As many readings run at once as there are cores; the others wait.

    length_penalty: None takes the task's own. length: how long the output has to be, such as "8 words", of a task that
    has `lengths`. The other options are those of `Reader.read` in `tasks/base.py`. Raises InputError and BundleError.
    """
    reader = load(task, variant, root=root, device=device)
    if length and not TASKS[task].lengths:
        raise InputError(f"{task} has no length that can be chosen: leave it out.")
    given: dict[str, Any] = {"weights": weights, "length_penalty": length_penalty, "length": length or None}
    options = {name: value for name, value in given.items() if value is not None}
    with _inference:
        return reader.read(source, target=target, beam=beam, focus=focus, on_step=on_step, **options)


def tree(
    task: str,
    variant: str,
    source: Any,
    *,
    beam: int = 5,
    length_penalty: float | None = None,
    focus: str = "",
    length: str = "",
    device: str = "cpu",
    root: Path | None = None,
    on_step: OnStep | None = None,
) -> Tree:
    """The search by which a variant of a task that writes finds its outputs for an input: what it held at each step,
    and what it dropped. The options are those of `read`. Raises InputError, also for a task that writes nothing, and
    BundleError."""
    if TASKS[known(task)].length_penalty is None:
        raise InputError(f"{task} writes nothing, so it searches for nothing: choose another task.")
    reader: Any = load(task, variant, root=root, device=device)
    with _inference:
        found: Tree = reader.tree(
            source, beam=beam, length_penalty=length_penalty, focus=focus, length=length, on_step=on_step
        )
    return found


def inside(
    task: str,
    variant: str,
    source: Any,
    target: str,
    *,
    weights: Mapping[str, Weights] | None = None,
    root: Path | None = None,
) -> Inside:
    """What a variant of a task that reads and writes texts computes on its way to a given output.

    weights: see `Reader.read`. Raises InputError, also for a variant without energies, and BundleError.
    """
    reader: Any = load(task, variant, root=root)
    with _inference:
        return cast(Inside, reader.inside(source, target, weights))


def examine(
    reading: Reading,
    source: Any,
    place: int,
    *,
    name: str,
    device: str = "cpu",
    root: Path | None = None,
    on_step: OnStep | None = None,
) -> "Examined":
    """All tests of how far a row of a reading's map can be believed, by the variant that made the reading.

    The arguments are those of `examine` in `trust/examined.py`. They take longer than readings do, so between two steps
    others have their turn. Raises InputError and BundleError.
    """
    from attnviz.trust import examined

    def step(done: int, most: int) -> None:
        if on_step:
            on_step(done, most)
        _give_way()

    reader: Any = load(reading.task, reading.variant, root=root, device=device)
    with _inference:
        return examined.examine(reader, reading, source, place, name=name, on_step=step)


def classify(
    task: str, variant: str, sources: Sequence[Any], *, device: str = "cpu", root: Path | None = None
) -> list[list[float]]:
    """Log-probabilities (sources, labels) of many inputs of a task that classifies, without maps.

    Raises InputError if an input can't be read, and BundleError.
    """
    reader: Any = load(task, variant, root=root, device=device)
    with _inference:
        logprobs: list[list[float]] = reader.classify(sources).tolist()
    return logprobs


def _give_way() -> None:
    """Let those who wait for an inference go first. The caller is within one, and goes on with it afterwards."""
    _inference.release()
    try:
        time.sleep(_A_MOMENT)
    finally:
        _inference.acquire()


def known(task: str) -> str:
    """The task itself. Raises InputError for one that doesn't exist."""
    if task not in TASKS:
        raise InputError(f"There is no task {task!r}: choose one of {', '.join(TASKS)}.")
    return task


def _scores(task: str, variant: str, root: Path | None) -> dict[str, Any]:
    """The scores of a bundle that is there, by the command that made them."""
    from attnviz import bundles

    root = root or bundles.PRETRAINED
    bundles.digest(known(task), variant, root)
    return bundles.scores(task, variant, root)


def _evidence(task: str, variant: str, scores: Mapping[str, Any]) -> Evidence:
    return cast(Evidence, import_module(f"attnviz.tasks.{task}.evidence").evidence(variant, scores))


def _outputs(task: str, scores: Mapping[str, Any]) -> tuple[Row, ...]:
    return cast(tuple[Row, ...], import_module(f"attnviz.tasks.{task}.evidence").outputs(scores))


@lru_cache(maxsize=MOST_MODELS)
def _load(task: str, variant: str, root: Path, device: str, digest: str) -> Reader:
    _one_thread_each()
    return cast(Reader, import_module(f"attnviz.tasks.{task}.reader").load(variant, root, device))


@lru_cache(maxsize=1)
def _may_have_gpu() -> bool:
    """Whether there is the driver of a GPU: that of AMD, as Linux shows it, or NVIDIA's library."""
    if Path("/dev/kfd").exists():
        return True
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True


@lru_cache(maxsize=1)
def _one_thread_each() -> None:
    """Give torch one thread. A step multiplies matrices of only a few rows, which one core does faster than two that
    wait for each other."""
    import torch

    torch.set_num_threads(1)
