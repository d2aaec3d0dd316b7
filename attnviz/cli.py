"""The terminal: read, train, evaluate and export, with the same options for every task.

torch and what else takes long is imported inside the commands. What was wrong is one sentence on standard error, with
exit code 2.
"""

import json
import os
import shlex
import sys
from collections.abc import Sequence
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from attnviz import files, service
from attnviz.errors import BundleError, InputError
from attnviz.export import FORMATS, save
from attnviz.export.names import filename
from attnviz.figures import kinds
from attnviz.reading import ATTENTION, SUBWORDS
from attnviz.tasks.base import LARGEST_BEAM, LARGEST_PENALTY

Device = Literal["auto", "cpu", "cuda"]


class OneSentence(TyperGroup):
    """Whatever goes wrong for a person is told in one sentence, without usage, frames or a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except typer.TyperException as problem:
            _stop(f"{problem.format_message().rstrip('.')} (--help tells more).", 2)
        except (InputError, BundleError) as problem:
            _stop(str(problem), 2)
        except (KeyboardInterrupt, typer.Abort):
            _stop("Stopped.", 130)
        else:
            sys.exit(code or 0)


def _stop(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    sys.exit(code)


app = typer.Typer(
    cls=OneSentence,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=f"""See what an attention model looks at.

TASK is one of: {", ".join(service.TASKS)}. Every command has a --help with examples.""",
)

Task = Annotated[str, typer.Argument(help=f"One of: {', '.join(service.TASKS)}.", show_default=False)]
Variant = Annotated[
    str | None,
    typer.Option(
        help=f"Which trained variant; by default {', '.join(f'{about.default} for {task}' for task, about in service.TASKS.items())}.",
        show_default=False,
    ),
]
Beam = Annotated[int, typer.Option(min=1, max=LARGEST_BEAM, help="How many hypotheses are kept at each step.")]
Penalty = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        max=LARGEST_PENALTY,
        help="0: by sum of log-probabilities; 1: by their mean. By default 1, of captions 0.6.",
        show_default=False,
    ),
]
Root = Annotated[
    Path | None, typer.Option(help="The folder of bundles, if not the ones that come along.", show_default=False)
]
On = Annotated[Device, typer.Option(help="auto: a GPU where there is one.")]


@app.command()
def read(
    task: Task,
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT",
            help="A text (- reads standard input); of captions a photo's file; of entailment two texts.",
            show_default=False,
        ),
    ],
    variant: Variant = None,
    beam: Beam = 5,
    length_penalty: Penalty = None,
    target: Annotated[str | None, typer.Option(help="An output to force, in place of the model's own.")] = None,
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE", help="The whole reading; - prints it instead.")
    ] = None,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="The map as a picture of 300 dpi.")] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="The map as a drawing.")] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="The map as a page.")] = None,
    subwords: Annotated[bool, typer.Option("--subwords", help="Pictures over subwords instead of words.")] = False,
    root: Root = None,
    device: On = "auto",
) -> None:
    """Read one input and print the output text.

    Nothing else is printed. A text is read as it is, never split into sentences. Notes go to standard error.

    \b
    Examples:
      python -m attnviz read translation "Le chat dort."
      python -m attnviz read translation "Le chat dort." --variant general --png cat.png
      python -m attnviz read translation "Le chat dort." --target "The cat sleeps." --json -
      echo "Le chat dort." | python -m attnviz read translation -
      python -m attnviz read captions photo.jpg --variant adaptive --pdf photo.pdf
      python -m attnviz read entailment "Two girls are running." "Someone is moving."
    """
    service.known(task)
    source = _source(task, inputs)
    variant = _variant(task, variant, root)
    reading = service.read(
        task,
        variant,
        source,
        target=target,
        beam=beam,
        length_penalty=length_penalty,
        device=_device(device),
        root=root,
    )
    for note in reading.provenance.settings.get("notes", ()):
        print(note, file=sys.stderr)
    if target is not None:
        print(f"log-probability {reading.output.logprob:.3f}, score {reading.score:.3f}", file=sys.stderr)
    for format, path in (("png", png), ("svg", svg), ("pdf", pdf)):
        if path is not None:
            files.write(path, save([reading], format, map_name=SUBWORDS if subwords else ATTENTION))
    if json_file == "-":
        print(reading.dumps())
        return
    if json_file is not None:
        files.write(Path(json_file), save([reading], "json"))
    print(reading.output.text)


@app.command()
def train(
    task: Task,
    data: Annotated[Path, typer.Option(help="The folder of the task's corpora.", show_default=False)],
    variant: Variant = None,
    runs: Annotated[Path, typer.Option(help="The folder of checkpoints.")] = Path("runs"),
    root: Annotated[Path, typer.Option(help="The folder that the bundle is written to.")] = Path("runs/bundles"),
    steps: Annotated[int | None, typer.Option(min=1, help="How long; by default as the recipe says.")] = None,
    seed: Annotated[int | None, typer.Option(min=1, help="By default as the recipe says.")] = None,
    device: On = "auto",
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"], typer.Option(help="auto: tries both and takes the faster.")
    ] = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    branch: Annotated[
        str | None, typer.Option(metavar="VARIANT", help="Go on from another variant of --runs at half its steps.")
    ] = None,
) -> None:
    """Train a variant and write its bundle.

    Its figures on the dev sets are printed as one JSON object.

    An interrupted training goes on with --resume as if nothing had happened. On several GPUs or machines, put
    `accelerate launch -m attnviz` in place of `python -m attnviz`.

    \b
    Examples:
      python -m attnviz train translation --variant additive --data corpora
      python -m attnviz train translation --variant general --data corpora --branch additive
      python -m attnviz train entailment --variant word_by_word --data snli_1.0
      accelerate launch -m attnviz train translation --variant additive --data corpora
    """
    from attnviz.training.runs import Settings

    service.known(task)
    recipe = import_module(f"attnviz.tasks.{task}.recipe")
    variant, known = variant or service.TASKS[task].default, import_module(f"attnviz.tasks.{task}.model").VARIANTS
    if variant not in known:
        raise InputError(f"There is no variant {variant!r} of {task}: choose one of {', '.join(known)}.")
    _use_all_cores()
    figures = recipe.train_variant(
        variant,
        data,
        root,
        Settings(
            runs,
            steps=steps,
            seed=seed,
            device=_device(device),
            precision=None if precision == "auto" else precision,
            resume=resume,
            branch=branch,
        ),
    )
    if figures:
        print(json.dumps({"task": task, "variant": variant, "dev": figures}, indent=1))


@app.command()
def evaluate(
    context: typer.Context,
    task: Task,
    variant: Variant = None,
    data: Annotated[Path | None, typer.Option(help="The folder of the corpora.", show_default=False)] = None,
    split: Annotated[
        str | None, typer.Option(help="A file of --data, without its ending; sick:test: where its split is test.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Any file of such a form, in place of --split.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    beam: Beam = 5,
    length_penalty: Penalty = None,
    against: Annotated[
        str | None, typer.Option(metavar="VARIANT", help="Compare with this variant by paired bootstrap.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the result in the bundle's scores and card.")] = False,
    root: Root = None,
    device: On = "auto",
) -> None:
    """Score a variant on a file of a corpus.

    One JSON object is printed, progress goes to standard error.

    Of translation, pairs (.tsv) give BLEU and chrF from 0 to 100; of captions, captions.X.jsonl gives BLEU, CIDEr-D and
    ROUGE-L from 0 to 100; of entailment, pairs (.tsv) give accuracy, macro F1 and calibration from 0 to 1. Gold for the
    attention itself (.jsonl) gives its agreement with it, from 0 to 1. All may be packed (.xz).

    \b
    Examples:
      python -m attnviz evaluate translation --variant additive --data corpora --split test_multi30k_2016
      python -m attnviz evaluate translation --variant general --file corpora/align_gold.jsonl.xz --limit 50
      python -m attnviz evaluate translation --data corpora --split test_pud --against none
      python -m attnviz evaluate captions --variant soft --data photos --split captions.test
      python -m attnviz evaluate entailment --variant match --data pairs --split sick:test
    """
    service.known(task)
    if file is not None and split is not None:
        raise InputError("Either --split or --file says what is scored: leave one of them out.")
    if file is not None:
        path, part = file, None
    elif data is not None and split is not None:
        path, part = files.of_split(data, split)
    else:
        raise InputError("Say what to score: --data FOLDER and --split NAME, or --file FILE.")
    if not path.is_file():
        raise InputError(f"There is no file {path}: choose another one.")
    variant = _variant(task, variant, root)
    names = [variant] if against is None else [variant, _variant(task, against, root)]
    readers = [service.load(task, one, root=root, device=_device(device)) for one in names]
    score = import_module(f"attnviz.tasks.{task}.scores").evaluate
    other = readers[1] if against else None
    options = {"part": part, "beam": beam, "length_penalty": length_penalty, "against": other}
    known = signature(score).parameters
    taken = {name: value for name, value in options.items() if name in known and value is not None}
    if part is not None and "part" not in known:
        raise InputError(f"The files of {task} have no split column: leave out {':' + part!r}.")
    if against is not None and "against" not in known:
        raise InputError(f"Two variants of {task} can't be compared here: leave out --against.")
    n, scores = score(readers[0], path, limit=limit, progress=True, **taken)
    stem = path.name.removesuffix(".xz").rsplit(".", 1)[0]
    result = {"task": task, "variant": variant, "split": split or stem, "n": n, "scores": scores}
    print(json.dumps(result, indent=1, ensure_ascii=False))
    if keep:
        from attnviz import bundles

        folder = (root or bundles.PRETRAINED) / task / variant
        try:
            bundles.keep_score(folder, _command(context, variant), result)
            import_module(f"attnviz.tasks.{task}.card").write_card(folder)
        except OSError as problem:
            raise InputError(f"{folder} can't be written to ({problem.strerror}): leave out --keep.") from problem


@app.command()
def export(
    task: Task,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="One input a line.", show_default=False)],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the files go.", show_default=False)],
    variant: Variant = None,
    formats: Annotated[str, typer.Option("--format", help=f"Any of {','.join(FORMATS)}.")] = "json",
    beam: Beam = 5,
    length_penalty: Penalty = None,
    subwords: Annotated[bool, typer.Option("--subwords", help="Pictures and CSV over subwords.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
    root: Root = None,
    device: On = "auto",
) -> None:
    """Read the lines of a file and save each reading.

    Each line is one input: of captions the path of a photo, of entailment both texts with a tab between. Empty ones are
    passed over. File names begin with the line's number. A line that can't be read is reported, the others go on, and
    the exit code is 1. Under `accelerate launch -m attnviz export …` the lines are shared among the processes.

    \b
    Example:
      python -m attnviz export translation sentences.txt --out maps --format json,png
    """
    service.known(task)
    wanted = _formats(formats, kinds.of_input(_inputs(task)).formats)
    lines = files.lines(file)
    variant = _variant(task, variant, root)
    rank, count = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    on = _device(device)
    on = f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if on == "cuda" else on
    map_name = SUBWORDS if subwords else ATTENTION
    from tqdm import tqdm

    failed = 0
    for number, line in tqdm(lines[rank::count], unit="input", disable=rank > 0):
        try:
            source = _source(task, [line] if len(_inputs(task)) == 1 else line.split("\t"))
            reading = service.read(
                task, variant, source, beam=beam, length_penalty=length_penalty, device=on, root=root
            )
            contents = {format: save([reading], format, map_name=map_name) for format in wanted}
        except InputError as problem:
            failed += 1
            tqdm.write(f"Line {number}: {problem}", file=sys.stderr)
            continue
        for format, content in contents.items():
            files.write(out / f"{number:06d}-{filename([reading], map_name, format)}", content, overwrite=force)
    if failed:
        raise typer.Exit(1)


def _variant(task: str, variant: str | None, root: Path | None) -> str:
    """The variant that was asked for, or the task's own. A second seed (`additive.seed2`) may be asked for, though it
    isn't offered."""
    there = service.variants(task, root)
    if not there:
        raise InputError(f"There is no trained variant of {task} here: train one, or name its folder with --root.")
    variant = variant or service.TASKS[task].default
    if variant not in there and variant.split(".")[0] not in there:
        raise InputError(f"There is no variant {variant!r} of {task}: choose one of {', '.join(there)}.")
    return variant


def _inputs(task: str) -> tuple[str, ...]:
    """What the task reads, by name."""
    return tuple(import_module(f"attnviz.tasks.{task}.reader").INPUTS)


def _source(task: str, inputs: Sequence[str]) -> Any:
    names = _inputs(task)
    if len(inputs) != len(names):
        wanted = " and ".join(f"one {name}" for name in names)
        raise InputError(f"{task} takes {wanted}, not {len(inputs)} arguments: put each in quotes.")
    if names == ("text",) and inputs[0] == "-":
        return files.decoded(sys.stdin.buffer.read(), "Standard input")
    return inputs[0] if len(names) == 1 else tuple(inputs)


def _formats(text: str, offered: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(part.strip() for part in text.split(",")))
    for one in wanted:
        if one not in offered:
            raise InputError(f"There is no format {one!r} here: choose from {', '.join(offered)}.")
    return wanted


def _device(chosen: Device) -> str:
    there = service.devices()
    if chosen == "auto":
        return there[0]
    if chosen not in there:
        raise InputError("There is no GPU that torch can use here: choose --device cpu.")
    return chosen


def _use_all_cores() -> None:
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1))


def _command(context: typer.Context, variant: str) -> str:
    """The command as it could be typed again, with what differs from the defaults; not where the bundles lie."""
    words = ["python", "-m", "attnviz", str(context.info_name), str(context.params["task"]), "--variant", variant]
    for option in context.command.params:
        value = context.params.get(str(option.name))
        if option.name not in ("task", "variant", "keep", "root") and value is not None and value != option.default:
            words += [option.opts[0], str(value)]
    return shlex.join(words)
