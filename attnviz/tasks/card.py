"""What every model card has in common (Mitchell et al. 2019): its form, and what is said of every training.

A task's own `card.py` says what only it knows, and which tables of scores it shows.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from attnviz.bundles import CONFIG, SCORES, WEIGHTS
from attnviz.tasks.base import Task
from attnviz.tasks.branch import LOG, Branch, branch_of

Results = Mapping[str, Mapping[str, Any]]  # the content of a bundle's `scores.json`: what each command printed

_WIDTH = 120


def read(folder: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The config and the scores of a bundle. The scores are empty where none were kept."""
    scores = folder / SCORES
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    return config, json.loads(scores.read_text(encoding="utf-8")) if scores.exists() else {}


def write(folder: Path, title: str, sections: Mapping[str, str], scores: Sequence[str]) -> None:
    """Write `card.md`: the title, the sections by heading, and the scores as paragraphs and tables."""
    said = [fill(f"**{heading}.** {text}", _WIDTH, **_WHOLE_WORDS) for heading, text in sections.items()]
    blocks = [f"# {title}", *said, "## Scores", *scores]
    (folder / "card.md").write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


_WHOLE_WORDS: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}


# What the sections say


def size(folder: Path) -> str:
    """How large the weights are, such as "8.3 MB of weights in float16"."""
    return f"{(folder / WEIGHTS).stat().st_size / 1e6:.1f} MB of weights in float16"


def terms(data: str) -> str:
    """Where the data came from, and what the weights may be used for."""
    return (
        f"{data} Sources and terms are in `pretrained/LICENSE.md`. The weights are for research and non-commercial use."
    )


def training(folder: Path, task: Task, *, on: str, dev: str, probes: str | None, also: str = "") -> str:
    """How the variant of a bundle was trained.

    on: what the steps saw. dev: the sets by which the weights were chosen. probes: the inputs whose maps were kept
    along the way; None where there is no map. also: sentences of the task's own.
    """
    config, _ = read(folder)
    recipe, branched = config["recipe"], config.get("branched_from")
    files = ["All settings are in `config.json`", "the learning curve is in `log.csv`"]
    along = "from the branch on" if branched else "along the training"
    files += [f"maps of six {probes} {along} are in `probes.npz`"] if probes else []
    sentences = [
        f"It was trained for {config['steps']:,} steps {on}, in {config['hours']} hours ({config['precision']}; "
        f"{config['machine']}), with seed {config['seed']}.",
        f"It was branched off `{branched}` at half of these steps, which are counted." if branched else "",
        _branch(branch_of(folder), task),
        f"The label smoothing is {recipe['smoothing']}, the dropout {recipe['dropout']}, and the optimiser Adam.",
        also,
        _kept(config["dev"].get("averaged", 1), dev),
        f"{_listed(files)}.",
    ]
    return " ".join(filter(None, sentences))


_ROWS = {
    "bundle": "of `{parent}`",
    "another run": "of the run of `{parent}` that it was branched off; the bundle `{parent}` is another run",
    "lost": "of `{parent}`, whose bundle was not kept",
}


def _branch(branch: Branch | None, task: Task) -> str:
    """Where a variant began, and how far the other one was: so the two differ in more than their attention."""
    if branch is None:
        return ""
    ended = "" if branch.parents is None else f" and {branch.parents:.3f} at the end"
    return (
        "So it differs from the variants that learned from scratch in where it began, not in attention alone. At the "
        f"branch, step {branch.step:,}, `{branch.parent}` had {branch.figure:.3f} ({task.dev}){ended}; this variant "
        f"ended with {branch.final:.3f}. Up to the branch, `{LOG}` holds the rows "
        f"{_ROWS[branch.rows].format(parent=branch.parent)}."
    )


def _kept(averaged: int, dev: str) -> str:
    if averaged == 1:
        return f"The weights are those of the last step: no mean of several checkpoints was better on {dev}."
    return f"The weights are the mean of the last {averaged} checkpoints, the number that was best on {dev}."


def _listed(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])}, and {parts[-1]}" if len(parts) > 2 else " and ".join(parts)


# Scores


def scores(folder: Path, task: str, results: Results, blocks: Iterable[str], *, figure: str, called: str) -> list[str]:
    """The paragraphs and tables below the heading "Scores".

    First comes the main figure of trainings with other seeds, then the task's own `blocks`, then where the figures lie.
    figure: the name of the main figure in the scores. called: its name for a person. If there are no scores, the only
    paragraph says how they are made.
    """
    if not results:
        return [f"None kept yet: `python -m attnviz evaluate {task} --help` says how they are made."]
    last = f"Every figure is in `{SCORES}`, with the command that made it."
    return [*_other_seeds(folder, figure, called), *blocks, last]


def _other_seeds(folder: Path, figure: str, called: str) -> list[str]:
    """The main figure of the bundles that differ in their seed alone: what a difference between variants is worth."""
    said = []
    for path in sorted(folder.parent.glob(f"{folder.name}.seed*/{SCORES}")):
        results = json.loads(path.read_text(encoding="utf-8")).values()
        figures = [f"{r['split']} {r['scores'][figure]:.3g}" for r in results if figure in r["scores"]]
        if figures:
            said.append(
                f"Trained again with another seed (`{path.parent.name}`), it has this {called}: {', '.join(figures)}."
            )
    return [paragraph(sentence) for sentence in said]


def paragraph(text: str) -> str:
    """A paragraph in lines as wide as those of the sections."""
    return fill(text, _WIDTH, **_WHOLE_WORDS)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def number(value: float | None, digits: int = 3) -> str:
    """A figure as it stands in a table; a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"
