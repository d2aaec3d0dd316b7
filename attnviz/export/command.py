"""The commands that make again what is shown."""

import shlex
from collections.abc import Iterator

from attnviz.attention import ATTENTION, SUBWORDS
from attnviz.reading import Pieces, Reading

PROGRAM = "python -m attnviz"
_MAP = "map.png"
_NOT_TOLD = "device"  # it changes nothing in what is read


def command(reading: Reading, map_name: str = ATTENTION) -> str:
    """The line for a terminal that reads the reading's input with the same variant and settings, and draws its map. A
    photo or a recording goes by the name of its file.

    An output that a person gave, or chose among the n best, is given again.
    """
    inputs = [part.text if isinstance(part, Pieces) else reading.given.name or "FILE" for part in reading.source]
    dashed = ["--"] if any(text.startswith("-") for text in inputs) else []
    words = ["read", reading.task, *_options(reading), *(["--subwords"] if map_name == SUBWORDS else [])]
    return f"{PROGRAM} {shlex.join([*words, '--png', _MAP, *dashed, *inputs])}"


def _options(reading: Reading) -> Iterator[str]:
    yield from ("--variant", reading.variant)
    for name, value in reading.provenance.settings.items():
        if name != _NOT_TOLD:
            yield from (f"--{name.replace('_', '-')}", str(value))
    if reading.given.focus:
        yield from ("--focus", reading.given.focus)
    if reading.given.forced is not None or reading.given.rank > 1:
        yield from ("--target", reading.given.forced or reading.output.text)


def training(task: str, variant: str) -> str:
    """The command that trains a variant, with DIR for the folder of the data."""
    return f"{PROGRAM} train {task} --variant {variant} --data DIR"
