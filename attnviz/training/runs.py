"""A variant's training run from the corpora to the bundle: what is the same for every task.

runs/<task>/            the packed corpora, which all variants share, and the precision that was chosen for all
runs/<task>/<variant>/  checkpoints, log and probes, see `training`
"""

import csv
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from attnviz import bundles
from attnviz.errors import InputError
from attnviz.training.loop import Plan, Trainable, Weights, faster_precision, leader_first, train


@dataclass(frozen=True)
class Settings:
    """What a person chooses for a run; None: as the recipe says. `branch`: another variant of `runs` to go on from.

    `precision`: "float32" or "bfloat16"; by default the faster one, chosen once for all variants of `runs`.
    """

    runs: Path
    steps: int | None = None
    seed: int | None = None
    device: str = "cpu"
    precision: str | None = None
    resume: bool = False
    branch: str | None = None

    def plan(self, own: Plan) -> Plan:
        """A recipe's own plan, with what was chosen; a short run too stops halfway to be looked at and branched off."""
        steps = self.steps or own.steps
        return replace(own, steps=steps, seed=self.seed or own.seed, dev_every=min(own.dev_every, max(1, steps // 2)))


def run(
    task: str,
    variant: str,
    plan: Plan,
    settings: Settings,
    *,
    files: Iterable[Path],
    prepare: Callable[[], None],
    trainable: Callable[[], Trainable],
) -> dict[str, Any]:
    """Train to the plan's end and return what a bundle's config tells of a run; nothing where another process leads.

    files: the training data, known by their digests. prepare: packs them into `runs/<task>`, called once for all
    variants. Raises InputError where `runs` holds other data, or an unfinished run that isn't to be resumed.
    """
    common = settings.runs / task
    chosen, known = common / "precision.txt", common / "data.json"
    with leader_first(settings.device) as leads:
        if leads:
            digests = {path.name: bundles.sha256(path) for path in files}
            if not known.exists():
                common.mkdir(parents=True, exist_ok=True)
                prepare()
                known.write_text(json.dumps(digests, indent=1), encoding="utf-8")
            elif json.loads(known.read_text(encoding="utf-8")) != digests:
                raise InputError(f"{common} holds other data than these: choose another folder with --runs.")
            if settings.precision is None and not chosen.exists():
                chosen.write_text(faster_precision(trainable(), settings.device), encoding="utf-8")
    precision = settings.precision or chosen.read_text(encoding="utf-8")
    print(f"{variant}: {precision} on {settings.device}, checkpoints in {common / variant}", file=sys.stderr)
    figures = train(
        trainable(),
        plan,
        common / variant,
        resume=settings.resume,
        branch=common / settings.branch / "half.pt" if settings.branch else None,
        device=settings.device,
        precision=precision,
    )
    if not figures:
        return {}
    log = list(csv.DictReader((common / variant / "log.csv").read_text(encoding="utf-8").splitlines()))
    return {
        "seed": plan.seed,
        "steps": int(log[-1]["step"]),
        "target_tokens": int(log[-1]["tokens"]),
        "hours": round(float(log[-1]["seconds"]) / 3600, 2),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores"
        + (f", {torch.cuda.get_device_name()}" if settings.device == "cuda" else ""),
        "torch": torch.__version__,
        "precision": precision,
        "branched_from": settings.branch,
        "dev": figures,
        "data_sha256": json.loads(known.read_text(encoding="utf-8")),
    }


def best(run_folder: Path) -> Weights:
    """The weights of a finished run that were best on dev."""
    found: Weights = torch.load(run_folder / "best.pt", weights_only=True)
    return found


def keep(run_folder: Path, bundle: Path, weights: Weights, config: dict[str, Any]) -> None:
    """Write a finished run's bundle: weights, config, learning curve and probes."""
    bundles.write(bundle, weights, config)
    shutil.copyfile(run_folder / "log.csv", bundle / "log.csv")
    shutil.copyfile(run_folder / "probes.npz", bundle / "probes.npz")
