"""An input that may be too long to be read whole: its parts are read one after another, and saved together or apart."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from attnviz import service
from attnviz.analysis.tree import Tree
from attnviz.export import save
from attnviz.figures import kinds
from attnviz.reading import Reading
from attnviz.tasks.base import Parts

TOGETHER = (*kinds.TIMES, "json")  # formats of which one file holds all parts


def read(
    task: str, variant: str, source: Any, *, target: str | None = None, device: str, root: Path | None, **options: Any
) -> list[Reading]:
    """The readings of an input's parts, in order; most inputs are read whole, and have one.

    Of several parts the best output alone is kept, because all that were found would take gigabytes. With a target the
    input is read whole, because nobody knows which of its parts each piece of the target is of. Progress goes to
    standard error. The other options are those of `service.read`, which also says what is raised.
    """
    from tqdm import tqdm

    where: dict[str, Any] = {"device": device, "root": root}
    parts = Parts((source,)) if target is not None else service.parts(task, variant, source, **where)
    several = len(parts.sources) > 1
    readings = []
    for part in tqdm(parts.sources, unit="part", disable=not several, leave=False):
        reading = service.read(task, variant, part, target=target, **where, **options)
        reading = reading.named(parts.name or reading.given.name, parts.notes)
        readings.append(replace(reading, hypotheses=()) if several else reading)
    return readings


def trees(task: str, variant: str, source: Any, *, device: str, root: Path | None, **options: Any) -> list[Tree]:
    """What the search for the output of each part held and dropped; see `read`, and `service.tree`."""
    where: dict[str, Any] = {"device": device, "root": root}
    return [
        service.tree(task, variant, part, **where, **options)
        for part in service.parts(task, variant, source, **where).sources
    ]


def saved(readings: Sequence[Reading], format: str, map_name: str, path: Path) -> Iterator[tuple[Path, bytes]]:
    """The files of a format with their paths: `path` itself, or, where each part has a file, the part's number before
    the dot of its name, as in `map-01.png`."""
    if len(readings) == 1 or format in TOGETHER:
        yield path, save(readings, format, map_name=map_name)
        return
    for number, reading in enumerate(readings, 1):
        numbered = path.parent / f"{path.stem}-{number:02}{path.suffix}"
        yield numbered, save([reading], format, map_name=map_name)
