"""How long ten seconds of a recording take to read, and how much memory a recording of ten minutes takes in parts."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from attnviz import bundles
from attnviz.tasks.speech.about import TASK
from benchmarks.rows import Row, Settings, SkippedError
from benchmarks.start import REPOSITORY

SECONDS, MINUTES = 10, 10

READ = """
import json, resource, sys, time
from pathlib import Path
import torch
torch.set_num_threads(1)  # as the app has it
from attnviz.tasks.speech.parts import open_parts
from attnviz.tasks.speech.reader import load
variant, root, file, times = json.loads(sys.argv[1])
reader, content = load(variant, Path(root)), Path(file).read_bytes()
def read():
    recording = open_parts(content)
    return [reader.read(part) for part in recording.parts]
taken = []
for _ in range(times):
    started = time.perf_counter()
    readings = read()
    taken.append(time.perf_counter() - started)
phones = sum(len(reading.output.labels) for reading in readings)
print(json.dumps([taken, phones, len(readings), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
"""


def sounds(settings: Settings) -> Iterator[Row]:
    """Ten seconds are read whole, and ten minutes in parts, all readings kept, with the default variant at beam 5."""
    if TASK.default not in bundles.names(TASK.name, settings.root):
        raise SkippedError(f"there is no bundle {TASK.name}/{TASK.default} in {settings.root}")
    with TemporaryDirectory() as folder:
        short, long = (_recording(Path(folder), seconds) for seconds in (SECONDS, 60 * MINUTES))
        taken, phones, _, _ = _read(settings, short, settings.runs + 1)
        yield Row(f"read {SECONDS} s of a recording ({phones} phones), beam 5: wall", "s", tuple(taken[1:]))
        taken, phones, parts, most = _read(settings, long, 1)
        yield Row(f"read {MINUTES} min in {parts} parts ({phones:,} phones): wall", "s", tuple(taken))
        yield Row(f"read {MINUTES} min in {parts} parts: peak memory", "MB", (most,))


def _read(settings: Settings, file: Path, times: int) -> tuple[list[float], int, int, float]:
    """Seconds of each time, phones, parts, and MB at most, in a process of its own."""
    arguments = json.dumps([TASK.default, str(settings.root), str(file), times])
    command = [sys.executable, "-c", READ, arguments]
    taken, phones, parts, most = json.loads(subprocess.check_output(command, cwd=REPOSITORY, text=True))
    return taken, phones, parts, most / (1024 if sys.platform == "linux" else 1024**2)


def _recording(folder: Path, seconds: int) -> Path:
    """A FLAC file of so many seconds, made of the examples, one after another and again. Raises SkippedError where the
    task has no example yet."""
    import numpy as np
    import soundfile

    if not TASK.examples:
        raise SkippedError("the task has no example whose speech could be read")
    parts = []
    for example in TASK.examples:
        samples, rate = soundfile.read(io.BytesIO(Path(example.inputs[0]).read_bytes()), dtype="float32")
        parts.append(samples)
    spoken = np.resize(np.concatenate(parts), seconds * rate)
    file = folder / f"{seconds}.flac"
    soundfile.write(file, spoken, rate)
    return file
