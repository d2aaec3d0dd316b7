"""The command that scores a variant."""

import json
import shlex
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from attnviz import files, service
from attnviz.cli import options
from attnviz.errors import InputError
from attnviz.export.command import PROGRAM

_FIRST = next(iter(service.TASKS.values()))
_SCORES = options.by_task({name: task.scores for name, task in service.TASKS.items()}, between="\n\n")
HELP = f"""Score a variant on a file of a corpus.

Give --split with --data, or --file. One JSON object is printed; progress goes to standard error.

{_SCORES}

All files may be packed (.xz).

{
    options.examples(
        *(
            f"{PROGRAM} evaluate {name} --variant {task.default} --data corpora --split {task.split}"
            for name, task in service.TASKS.items()
        ),
        f"{PROGRAM} evaluate {_FIRST.name} --data corpora --split {_FIRST.split} --limit 50 --against none",
    )
}
"""


def evaluate(
    context: typer.Context,
    task: options.Task,
    variant: options.Variant = None,
    data: Annotated[Path | None, typer.Option(help="The folder of the corpora.", show_default=False)] = None,
    split: Annotated[
        str | None,
        typer.Option(
            help="The name of a file of --data, without its ending. NAME:PART takes the rows whose split is PART.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Score this file in place of --split.", show_default=False)] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Score only the first N inputs.", show_default=False)] = None,
    beam: options.Beam = 5,
    length_penalty: options.Penalty = None,
    against: Annotated[
        str | None, typer.Option(metavar="VARIANT", help="Compare with this variant by paired bootstrap.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Write the result into the bundle's scores.json and card.")
    ] = False,
    root: options.Root = None,
    device: options.Device = "auto",
) -> None:
    """Score a variant on a file of a corpus and print its figures."""
    about = service.TASKS[service.known(task)]
    path, part = files.scored(data, split, file)
    variant = options.checked_variant(task, variant, root)
    names = [variant] if against is None else [variant, options.checked_variant(task, against, root)]
    readers = [service.load(task, name, root=root, device=options.checked_device(device)) for name in names]
    n, scores = import_module(f"attnviz.tasks.{task}.scores").evaluate(
        readers[0],
        path,
        part=part,
        limit=limit,
        beam=beam,
        length_penalty=about.length_penalty if length_penalty is None else length_penalty,
        against=readers[1] if against else None,
        progress=True,
    )
    result = {"task": task, "variant": variant, "split": split or files.stem(path), "n": n, "scores": scores}
    print(json.dumps(result, indent=1, ensure_ascii=False))
    if keep:
        _keep(task, variant, root, _command(context, variant), result)


def _keep(task: str, variant: str, root: Path | None, command: str, result: dict[str, Any]) -> None:
    """Keep the result in the bundle, and write its card anew."""
    from attnviz import bundles

    folder = (root or bundles.PRETRAINED) / task / variant
    try:
        bundles.keep_score(folder, command, result)
        import_module(f"attnviz.tasks.{task}.card").write_card(folder)
    except OSError as problem:
        raise InputError(f"{folder} can't be written to ({problem.strerror}): leave out --keep.") from problem


def _command(context: typer.Context, variant: str) -> str:
    """The command as it could be typed again, with what differs from the defaults; not where the bundles lie."""
    words = [*PROGRAM.split(), str(context.info_name), str(context.params["task"]), "--variant", variant]
    for option in context.command.params:
        value = context.params.get(str(option.name))
        if option.name not in ("task", "variant", "keep", "root") and value is not None and value != option.default:
            words += [option.opts[0], str(value)]
    return shlex.join(words)
