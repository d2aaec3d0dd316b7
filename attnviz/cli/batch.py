"""The command that prints what a model makes of each line of a file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from attnviz import files, many, service
from attnviz.cli import options
from attnviz.export.command import PROGRAM

_FIRST = next(iter(service.TASKS))
HELP = f"""Print the output for each line of a file, without maps.

Each line is one input, as `export --help` says. Each line of the file gives one line: the output, or an empty line for
an empty one. If a line can't be read, its output is empty, that is reported, and the exit code is 1. All cores read at
once, each in a process of its own.

{
    options.examples(
        f"{PROGRAM} batch {_FIRST} french.txt > english.txt",
        f"{PROGRAM} batch {_FIRST} - --variant none < french.txt",
    )
}
"""


def batch(
    task: options.Task,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A file with one input on each line; - reads standard input.", show_default=False
        ),
    ],
    variant: options.Variant = None,
    beam: options.Beam = 5,
    length_penalty: options.Penalty = None,
    processes: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes read. By default each core has one.", show_default=False),
    ] = None,
    root: options.Root = None,
    device: options.Device = "auto",
) -> None:
    """Print the output for each line of a file, without maps."""
    from tqdm import tqdm

    service.known(task)
    variant = options.checked_variant(task, variant, root)
    numbered = files.lines(file)
    read = many.answers(
        task,
        variant,
        (options.source_of_line(task, line) for _, line in numbered),
        processes=processes,
        beam=beam,
        length_penalty=length_penalty,
        device=options.checked_device(device),
        root=root,
    )
    printed, failed = 0, False
    for (number, _), answer in zip(numbered, tqdm(read, total=len(numbered), unit="input"), strict=True):
        print("\n" * (number - printed - 1) + answer.text)
        printed = number
        if answer.problem:
            failed = True
            tqdm.write(f"Line {number}: {answer.problem}", file=sys.stderr)
    if failed:
        raise typer.Exit(1)
