"""How long the first reading of a fresh process takes for captions and for entailment, how long those after it take,
and how much memory they need."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from attnviz import service
from attnviz.tasks.captions.about import PHOTOS
from benchmarks.rows import Row, Settings, SkippedError
from benchmarks.start import PER_MEGABYTE, REPOSITORY

PHOTO = str(PHOTOS / "cat.jpg")
PAIR = ["A wedding party is taking pictures.", "Someone got married."]

READ_AGAIN = """
import json, resource, sys, time
from pathlib import Path
task, variant, root, source, times = json.loads(sys.argv[1])
started = time.perf_counter()
import attnviz
reader = attnviz.load(task, variant, root=Path(root))
source = tuple(source) if isinstance(source, list) else source
reader.read(source)
first, later = time.perf_counter() - started, []
for _ in range(times):
    wall, cpu = time.perf_counter(), time.process_time()
    reader.read(source)
    later.append([1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)])
print(json.dumps([first, later, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def captions(settings: Settings) -> Iterator[Row]:
    """A photo of 451 x 300 px is opened, seen by the CNN and captioned at beam 5."""
    yield from _readings(settings, "captions", PHOTO, "caption a photo")


def entailment(settings: Settings) -> Iterator[Row]:
    """A premise of seven words and a hypothesis of three are read."""
    yield from _readings(settings, "entailment", PAIR, "read a pair")


def _readings(settings: Settings, task: str, source: Any, done: str) -> Iterator[Row]:
    variant = service.TASKS[task].default
    if variant not in service.variants(task, settings.root):
        raise SkippedError(f"there is no bundle {task}/{variant} in {settings.root}")
    arguments = json.dumps([task, variant, str(settings.root), source, 3 * settings.runs])
    command = [sys.executable, "-c", READ_AGAIN, arguments]
    runs = [
        json.loads(subprocess.check_output(command, cwd=REPOSITORY, text=True, stderr=subprocess.DEVNULL))
        for _ in range(settings.runs)
    ]
    yield Row(f"{done}: process start to the first", "s", tuple(first for first, _, _ in runs))
    yield Row(f"{done}: a later one, wall", "ms", tuple(wall for _, later, _ in runs for wall, _ in later))
    yield Row(f"{done}: a later one, CPU", "ms", tuple(cpu for _, later, _ in runs for _, cpu in later), cpu=True)
    yield Row(f"{done}: peak memory", "MB", tuple(most / PER_MEGABYTE for _, _, most in runs))
