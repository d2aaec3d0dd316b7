"""The arguments and options that several commands have in common, and the checks of what was given for them."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from attnviz import files, service
from attnviz.errors import InputError
from attnviz.tasks.base import LARGEST_BEAM, LARGEST_PENALTY, source_of

TEXT = ("text",)  # the inputs of a task that reads a single text

DEFAULTS = ", ".join(f"{task.default} for {name}" for name, task in service.TASKS.items())
PENALTIES = " and ".join(
    f"{task.length_penalty:g} for {name}" for name, task in service.TASKS.items() if task.length_penalty is not None
)

Task = Annotated[str, typer.Argument(help=f"One of: {', '.join(service.TASKS)}.", show_default=False)]
Variant = Annotated[
    str | None, typer.Option(help=f"The trained variant to use. By default it is {DEFAULTS}.", show_default=False)
]
Beam = Annotated[int, typer.Option(min=1, max=LARGEST_BEAM, help="How many hypotheses are kept at each step.")]
Penalty = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        max=LARGEST_PENALTY,
        help="0 ranks hypotheses by the sum of their log-probabilities, 1 by the mean. By default it is "
        f"{PENALTIES}; the other tasks don't use it.",
        show_default=False,
    ),
]
Focus = Annotated[
    str,
    typer.Option(
        metavar="NAMES",
        help="What changes the mechanism's own focus in this reading, where a task offers it, such as window; several "
        "have commas between.",
        show_default=False,
    ),
]
Length = Annotated[
    str,
    typer.Option(
        metavar="LENGTH",
        help="How long the output has to be, where a task offers it: '8 words' for exactly so many, '75 bytes' for no "
        "more.",
        show_default=False,
    ),
]
Root = Annotated[
    Path | None,
    typer.Option(help="The folder of bundles. By default it is the one that comes with attnviz.", show_default=False),
]
DeviceName = Literal["auto", "cpu", "cuda"]
Device = Annotated[DeviceName, typer.Option(help="auto takes a GPU where there is one.")]


def examples(*commands: str) -> str:
    """The last paragraph of a command's help: commands that can be copied, one on each line."""
    return "\n".join(["\b", "Examples:", *(f"  {command}" for command in commands)])


def by_task(texts: Mapping[str, str], between: str = " ") -> str:
    """One sentence for each task: "For A: …. For B: …."."""
    return between.join(f"For {name}: {text}." for name, text in texts.items())


def checked_variant(task: str, variant: str | None, root: Path | None) -> str:
    """The variant that was asked for, or the task's default. A second seed (`additive.seed2`) may be asked for, though
    it isn't offered. Raises InputError where it isn't there."""
    there = service.variants(task, root)
    if not there:
        raise InputError(f"There is no trained variant of {task} here: train one, or name its folder with --root.")
    variant = variant or service.TASKS[task].default
    if variant not in there and variant.split(".")[0] not in there:
        raise InputError(f"There is no variant {variant!r} of {task}: choose one of {', '.join(there)}.")
    return variant


def checked_source(task: str, inputs: Sequence[str]) -> Any:
    """What the task's reader reads; the text of standard input for "-". Raises InputError unless there are as many
    inputs as the task takes."""
    names = service.TASKS[task].inputs
    if len(inputs) != len(names):
        wanted = " and ".join(f"one {name}" for name in names)
        raise InputError(f"{task} takes {wanted}, not {len(inputs)} arguments: put each in quotes.")
    if names == TEXT and inputs[0] == "-":
        return files.decoded(sys.stdin.buffer.read(), "Standard input")
    return source_of(inputs)


def source_of_line(task: str, line: str) -> Any:
    """What the task's reader reads, of a line of a file: the line, or the texts between its tabs. The reader refuses a
    line with too few or too many."""
    return line if len(service.TASKS[task].inputs) == 1 else tuple(line.split("\t"))


def checked_device(chosen: DeviceName) -> str:
    """The device that was asked for; for "auto" the best that there is. Raises InputError where it isn't there."""
    there = service.devices()
    if chosen == "auto":
        return there[0]
    if chosen not in there:
        raise InputError("There is no GPU that torch can use here: choose --device cpu.")
    return chosen


def checked_formats(text: str, offered: Iterable[str]) -> list[str]:
    """The formats of a list with commas between. Raises InputError for one that isn't offered."""
    offered = list(offered)
    formats = list(dict.fromkeys(part.strip() for part in text.split(",")))
    for format in formats:
        if format not in offered:
            raise InputError(f"There is no format {format!r} here: choose from {', '.join(offered)}.")
    return formats
