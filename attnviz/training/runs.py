"""A variant's training run from the corpora to the bundle: what is the same for every task.

runs/<task>/                  the packed corpora, which all variants share, and the precision that was chosen for all
runs/<task>/<variant>/        checkpoints, log and probes, see `loop`
runs/<task>/<variant>.seed2/  the same for another seed than the recipe's own; its bundle has this name too
"""

import csv
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from attnviz import bundles
from attnviz.errors import InputError
from attnviz.training.loop import Plan, Trainable, Weights, faster_precision, leader_first, train


@dataclass(frozen=True)
class Settings:
    """What a person chooses for a run; the recipe decides where a setting is None.

    precision: "float32" or "bfloat16"; if it is None, the faster one is chosen once for all variants of `runs`.
    """

    runs: Path
    steps: int | None = None
    seed: int | None = None
    device: str = "cpu"
    precision: str | None = None
    resume: bool = False

    def plan(self, own: Plan) -> Plan:
        """The recipe's plan with the chosen settings. A short run too looks at dev halfway."""
        steps = self.steps or own.steps
        return replace(own, steps=steps, seed=self.seed or own.seed, dev_every=min(own.dev_every, max(1, steps // 2)))


@dataclass(frozen=True)
class Course:
    """What a task says of the training of its variants.

    plan: the recipe's own. files: the training data, which are known by their digests. prepare: packs them into
    `runs/<task>`, which is given. trainable: a variant on what was packed there. finish: writes beside the bundle what
    all variants share, and returns the bundle's weights and the task's own facts for its config; it is given the
    variant, `runs/<task>`, the run's folder and the bundle's. write_card: writes the card of a bundle's folder.
    """

    task: str
    plan: Plan
    files: Sequence[Path]
    prepare: Callable[[Path], None]
    trainable: Callable[[str, Path], Trainable]
    finish: Callable[[str, Path, Path, Path], tuple[Weights, dict[str, Any]]]
    write_card: Callable[[Path], None]


def train_variant(course: Course, variant: str, root: Path, settings: Settings) -> dict[str, Any]:
    """Train a variant and write its bundle under `root`; return its dev figures.

    For any seed other than the recipe's own, run and bundle lie beside the first ones as `<variant>.seed2`. A process
    that another one leads writes nothing and returns nothing. Raises InputError where `runs` holds other data, or an
    unfinished run that is not to be resumed.
    """
    plan = settings.plan(course.plan)
    seed = "" if plan.seed == course.plan.seed else f".seed{plan.seed}"
    name, common = f"{variant}{seed}", settings.runs / course.task
    facts = _run(course, variant, name, plan, settings)
    if not facts:
        return {}
    bundle = root / course.task / name
    bundle.mkdir(parents=True, exist_ok=True)
    weights, own = course.finish(variant, common, common / name, bundle)
    _keep(common / name, bundle, weights, {"task": course.task, "variant": name, "mechanism": variant, **own, **facts})
    course.write_card(bundle)
    return dict(facts["dev"])


def best(run_folder: Path) -> Weights:
    """The weights of a finished run that were best on dev."""
    weights: Weights = torch.load(run_folder / "best.pt", weights_only=True)
    return weights


def _run(course: Course, variant: str, name: str, plan: Plan, settings: Settings) -> dict[str, Any]:
    """Train to the plan's end, and return what the bundle's config says about the run.

    The corpora are packed, and the precision is chosen, once for all variants. Of several processes only the first one
    returns anything; the others return an empty dict.
    """
    common = settings.runs / course.task
    chosen, known = common / "precision.txt", common / "data.json"
    with leader_first(settings.device) as leads:
        if leads:
            digests = {path.name: bundles.sha256(path) for path in course.files}
            if not known.exists():
                common.mkdir(parents=True, exist_ok=True)
                course.prepare(common)
                known.write_text(json.dumps(digests, indent=1), encoding="utf-8")
            elif json.loads(known.read_text(encoding="utf-8")) != digests:
                raise InputError(f"{common} holds other data than these: choose another folder with --runs.")
            if settings.precision is None and not chosen.exists():
                faster = faster_precision(course.trainable(variant, common), settings.device)
                chosen.write_text(faster, encoding="utf-8")
    precision = settings.precision or chosen.read_text(encoding="utf-8")
    print(f"{name}: {precision} on {settings.device}, checkpoints in {common / name}", file=sys.stderr)
    figures = train(
        course.trainable(variant, common),
        plan,
        common / name,
        resume=settings.resume,
        device=settings.device,
        precision=precision,
    )
    if not figures:
        return {}
    log = list(csv.DictReader((common / name / "log.csv").read_text(encoding="utf-8").splitlines()))
    return {
        "seed": plan.seed,
        "steps": int(log[-1]["step"]),
        "target_tokens": int(log[-1]["tokens"]),
        "hours": round(float(log[-1]["seconds"]) / 3600, 2),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores"
        + (f", {torch.cuda.get_device_name()}" if settings.device == "cuda" else ""),
        "torch": torch.__version__,
        "precision": precision,
        "dev": figures,
        "data_sha256": json.loads(known.read_text(encoding="utf-8")),
    }


def _keep(run_folder: Path, bundle: Path, weights: Weights, config: dict[str, Any]) -> None:
    """Write a finished run's bundle: weights, config, learning curve and probes."""
    bundles.write(bundle, weights, config)
    shutil.copyfile(run_folder / "log.csv", bundle / "log.csv")
    shutil.copyfile(run_folder / "probes.npz", bundle / "probes.npz")
