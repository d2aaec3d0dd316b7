"""The command that trains a variant."""

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import typer

from attnviz import service
from attnviz.cli import options
from attnviz.errors import InputError
from attnviz.export.command import PROGRAM

_TASK = next(iter(service.TASKS.values()))
_ALL = [f"train {name} --variant {task.default} --data corpora" for name, task in service.TASKS.items()]
_DATA = options.by_task({name: task.data for name, task in service.TASKS.items()})
HELP = f"""Train a variant and write its bundle.

Its figures on the dev sets are printed as one JSON object.

An interrupted training goes on with --resume as if nothing had happened. On several GPUs or machines, put
`accelerate launch -m attnviz` in place of `{PROGRAM}`.

{
    options.examples(
        *(f"{PROGRAM} {command}" for command in _ALL),
        f"{PROGRAM} train {_TASK.name} --variant none --data corpora --seed 2",
        f"accelerate launch -m attnviz {_ALL[0]}",
    )
}
"""


def train(
    task: options.Task,
    data: Annotated[
        Path,
        typer.Option(help=f"The folder of the task's corpora. {_DATA}", show_default=False),
    ],
    variant: Annotated[
        str | None, typer.Option(help=f"The variant to train. By default it is {options.DEFAULTS}.", show_default=False)
    ] = None,
    runs: Annotated[Path, typer.Option(help="The folder of checkpoints.")] = Path("runs"),
    root: Annotated[Path, typer.Option(help="The folder that the bundle is written to.")] = Path("runs/bundles"),
    steps: Annotated[
        int | None,
        typer.Option(min=1, help="How many steps to train; by default as many as the recipe has.", show_default=False),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=1, help="The seed of the training; by default the recipe's.", show_default=False),
    ] = None,
    device: options.Device = "auto",
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"], typer.Option(help="auto times both and uses the faster one.")
    ] = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
) -> None:
    """Train a variant, write its bundle and print its figures on the dev sets."""
    from attnviz.training.runs import Settings

    about = service.TASKS[service.known(task)]
    variant, names = variant or about.default, [variant.name for variant in about.variants]
    if variant not in names:
        raise InputError(f"There is no variant {variant!r} of {task}: choose one of {', '.join(names)}.")
    _use_all_cores()
    settings = Settings(
        runs,
        steps=steps,
        seed=seed,
        device=options.checked_device(device),
        precision=None if precision == "auto" else precision,
        resume=resume,
    )
    figures = import_module(f"attnviz.tasks.{task}.recipe").train_variant(variant, data, root, settings)
    if figures:
        print(json.dumps({"task": task, "variant": variant, "dev": figures}, indent=1))


def _use_all_cores() -> None:
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1))
