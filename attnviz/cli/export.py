"""The command that reads many inputs and saves each reading."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from attnviz import files, service
from attnviz.attention import ATTENTION, SUBWORDS
from attnviz.cli import options, parts
from attnviz.errors import InputError
from attnviz.export import FORMATS
from attnviz.export.command import PROGRAM
from attnviz.export.names import filename
from attnviz.figures import kinds

_FIRST = next(iter(service.TASKS))
HELP = f"""Read the lines of a file and save each reading.

Each line is one input: a text, or the path of a file, or, for a task with several texts, these with tabs between. Empty
lines are skipped. A recording that is too long to be read whole is read in parts, as `read --help` says. File names
begin with the line's number. If a line can't be read, that is reported, the rest are read all the same, and the exit
code is 1.
Under `accelerate launch -m attnviz export …` the lines are shared among the processes.

{options.examples(f"{PROGRAM} export {_FIRST} sentences.txt --out maps --format json,png")}
"""


def export(
    task: options.Task,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file with one input on each line.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", help="The folder that the files are written to.", show_default=False)
    ],
    variant: options.Variant = None,
    formats: Annotated[
        str, typer.Option("--format", help=f"One or several of {', '.join(FORMATS)}, with commas between.")
    ] = "json",
    beam: options.Beam = 5,
    length_penalty: options.Penalty = None,
    focus: options.Focus = "",
    subwords: Annotated[
        bool, typer.Option("--subwords", help="Write pictures and CSV over subwords instead of words.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
    root: options.Root = None,
    device: options.Device = "auto",
) -> None:
    """Read the lines of a file and save each reading."""
    inputs = service.TASKS[service.known(task)].inputs
    wanted = options.checked_formats(formats, kinds.of_input(inputs).formats)
    lines = files.lines(file)
    variant = options.checked_variant(task, variant, root)
    rank, count = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    on = options.checked_device(device)
    on = f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if on == "cuda" else on
    map_name = SUBWORDS if subwords else ATTENTION
    from tqdm import tqdm

    failed = False
    for number, line in tqdm(lines[rank::count], unit="input", disable=rank > 0):
        try:
            source = options.source_of_line(task, line)
            readings = parts.read(
                task, variant, source, beam=beam, length_penalty=length_penalty, focus=focus, device=on, root=root
            )
            paths = {format: out / f"{number:06d}-{filename(readings, map_name, format)}" for format in wanted}
            found = [file for format, path in paths.items() for file in parts.saved(readings, format, map_name, path)]
        except InputError as problem:
            failed = True
            tqdm.write(f"Line {number}: {problem}", file=sys.stderr)
            continue
        for path, content in found:
            files.write(path, content, overwrite=force)
    if failed:
        raise typer.Exit(1)
