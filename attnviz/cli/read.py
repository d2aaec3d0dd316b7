"""The command that reads one input."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from attnviz import files, service
from attnviz.attention import ATTENTION, SUBWORDS
from attnviz.cli import options, parts
from attnviz.cli.options import TEXT
from attnviz.errors import InputError
from attnviz.export import save
from attnviz.export.command import PROGRAM
from attnviz.export.tree import to_text
from attnviz.figures import kinds


def _examples() -> Iterator[str]:
    """Commands: one for each task, and one for each thing that can be added."""
    inputs = {name: " ".join(map(_typed, task.examples[0].inputs)) for name, task in service.TASKS.items()}
    for name in service.TASKS:
        yield f"{PROGRAM} read {name} {inputs[name]}"
    name, task = next(iter(service.TASKS.items()))
    yield f"{PROGRAM} read {name} {inputs[name]} --variant {task.variants[-1].name}"
    yield f"{PROGRAM} read {name} {inputs[name]} --png map.png --json reading.json"
    yield f"{PROGRAM} read {name} {inputs[name]} --html reading.html"
    yield f"{PROGRAM} read {name} {inputs[name]} --tree"
    yield from (f"{PROGRAM} read {name} - < text.txt" for name, task in service.TASKS.items() if task.inputs == TEXT)


def _typed(text: str) -> str:
    """An input as a person types it: the name of a file, or a text in quotes."""
    return Path(text).name if Path(text).is_absolute() else f'"{text}"'


_TAKES = options.by_task({name: task.takes for name, task in service.TASKS.items()})
HELP = f"""Read one input and print the output text.

The output text is printed, nothing else. A text is read as it is, never split into sentences. A recording that is too
long to be read whole is cut in its pauses: each part is a line, and a reading of its own in the JSON; each has a
picture, with its number in the name, and files with times hold all parts. Notes go to standard error. --tree prints a
line for each branch of the beam search: its first step, its pieces, the score of the last one, and what became of it.

{options.examples(*_examples())}
"""


def read(
    task: options.Task,
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help=f"{_TAKES} For a task with one text, - reads it from standard input.",
            show_default=False,
        ),
    ],
    variant: options.Variant = None,
    beam: options.Beam = 5,
    length_penalty: options.Penalty = None,
    focus: options.Focus = "",
    length: options.Length = "",
    target: Annotated[
        str | None, typer.Option(help="An output that the model has to take in place of its own.", show_default=False)
    ] = None,
    json_file: Annotated[
        str | None,
        typer.Option(
            "--json", metavar="FILE", help="Write the whole reading to a file; - prints it in place of the text."
        ),
    ] = None,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the map as a picture of 300 dpi.")] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the map as an SVG (editable).")] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the map as a PDF.")] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page with the map to explore; it works without a connection."),
    ] = None,
    textgrid: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write when each sound was heard as a TextGrid, which Praat opens."),
    ] = None,
    segments: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write when each sound was heard as a table (CSV).")
    ] = None,
    subwords: Annotated[bool, typer.Option("--subwords", help="Draw the map over subwords instead of words.")] = False,
    tree: Annotated[
        bool,
        typer.Option(
            "--tree", help="Print what the search held and dropped, as an indented tree, in place of the text."
        ),
    ] = False,
    root: options.Root = None,
    device: options.Device = "auto",
) -> None:
    """Read one input and print the output text."""
    service.known(task)
    source = options.checked_source(task, inputs)
    variant = options.checked_variant(task, variant, root)
    written = {"png": png, "svg": svg, "pdf": pdf, "html": html, "textgrid": textgrid, "segments": segments}
    of_task = kinds.of_input(service.TASKS[task].inputs).formats
    for format in (format for format, path in written.items() if path is not None):
        options.checked_formats(format, of_task)
    if tree and target is not None:
        raise InputError("A given output is not searched for: leave out --target or --tree.")
    search: dict[str, Any] = {"beam": beam, "length_penalty": length_penalty, "focus": focus, "length": length}
    search |= {"device": options.checked_device(device), "root": root}
    trees = [to_text(one) for one in parts.trees(task, variant, source, **search)] if tree else []
    readings = parts.read(task, variant, source, target=target, **search)
    for note in dict.fromkeys(note for reading in readings for note in reading.provenance.notes):
        print(note, file=sys.stderr)
    if target is not None:
        (reading,) = readings
        print(f"log-probability {reading.output.logprob:.3f}, score {reading.score:.3f}", file=sys.stderr)
    for format, path in written.items():
        if path is not None:
            for each, content in parts.saved(readings, format, SUBWORDS if subwords else ATTENTION, path):
                files.write(each, content)
    if json_file == "-":
        print(save(readings, "json").decode())
        return
    if json_file is not None:
        files.write(Path(json_file), save(readings, "json"))
    for text in trees or [reading.output.text for reading in readings]:
        print(text)
