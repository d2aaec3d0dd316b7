"""How a variant learned, as its bundle keeps it: how large it is, how long it took, its learning curve, and the maps of
fixed inputs along the way."""

import csv
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np

from attnviz.attention import Weights
from attnviz.bundles import CONFIG, PRETRAINED, WEIGHTS
from attnviz.errors import BundleError

LOG, PROBES = "log.csv", "probes.npz"


@dataclass(frozen=True)
class Training:
    """What a training took. parameters: how many numbers were learned. megabytes: of the weights' file. steps: of the
    optimiser. branched_from: the variant that it went on from; None where it began from scratch."""

    parameters: int
    megabytes: float
    steps: int
    hours: float
    seed: int
    branched_from: str | None
    machine: str


@dataclass(frozen=True)
class Curve:
    """How good a variant was while it learned: at each of `steps`, its `dev`, less being better. Up to the step
    `branch`, which is 0 where it learned from scratch, the figures are those of the variant that it went on from."""

    steps: tuple[int, ...]
    dev: tuple[float, ...]
    branch: int = 0

    @property
    def own(self) -> tuple[tuple[int, float], ...]:
        """The steps and figures of the variant itself, after the branch."""
        return tuple((step, dev) for step, dev in zip(self.steps, self.dev, strict=True) if step > self.branch)

    def at(self, step: int) -> float | None:
        """The figure at a step, on a straight line between those that were measured; None before the first of them."""
        if not self.steps or not self.steps[0] <= step <= self.steps[-1]:
            return None
        return float(np.interp(step, self.steps, self.dev))


def training(task: str, variant: str, root: Path = PRETRAINED) -> Training:
    """What the training of a variant took. Raises BundleError."""
    from safetensors import SafetensorError, safe_open

    folder = root / task / variant
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        with safe_open(folder / WEIGHTS, framework="numpy") as weights:
            parameters = sum(prod(weights.get_slice(name).get_shape()) for name in weights.keys())  # noqa: SIM118
        return Training(
            parameters=parameters,
            megabytes=(folder / WEIGHTS).stat().st_size / 1e6,
            steps=int(config["steps"]),
            hours=float(config["hours"]),
            seed=int(config["seed"]),
            branched_from=config.get("branched_from"),
            machine=str(config["machine"]),
        )
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as problem:
        raise _damaged(task, variant, f"{CONFIG} or {WEIGHTS}") from problem


def curve(task: str, variant: str, root: Path = PRETRAINED) -> Curve:
    """The learning curve of a variant, empty where none was kept. Raises BundleError."""
    folder = root / task / variant
    if not (folder / LOG).exists():
        return Curve((), ())
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        rows = list(csv.DictReader((folder / LOG).read_text(encoding="utf-8").splitlines()))
        steps = tuple(int(row["step"]) for row in rows)
        shared = [step for step in steps if step <= config["steps"] // 2] if config.get("branched_from") else []
        return Curve(steps, tuple(float(row["dev"]) for row in rows), shared[-1] if shared else 0)
    except (OSError, KeyError, TypeError, ValueError) as problem:
        raise _damaged(task, variant, LOG) from problem


def probes(task: str, variant: str, root: Path = PRETRAINED) -> list[Mapping[int, Weights]]:
    """The maps of fixed inputs along the training of a variant: for each input, by the step, the first one first, as
    the model had them. It is empty where none were kept, as for a variant without attention. Raises BundleError."""
    path = root / task / variant / PROBES
    if not path.exists():
        return []
    kept: dict[int, dict[int, Weights]] = {}
    try:
        with np.load(path, allow_pickle=False) as file:
            for name in file.files:
                number, _, step = name.partition("/")
                kept.setdefault(int(number), {})[int(step)] = np.asarray(file[name], dtype=np.float32)
    except (OSError, ValueError, zipfile.BadZipFile) as problem:
        raise _damaged(task, variant, PROBES) from problem
    return [dict(sorted(kept[number].items())) for number in sorted(kept)]


def seeds(task: str, variant: str, root: Path = PRETRAINED) -> Sequence[str]:
    """The names of the bundles that repeat a variant with another seed: `additive.seed2`."""
    return sorted(path.parent.name for path in (root / task).glob(f"{variant}.seed*/{CONFIG}"))


def _damaged(task: str, variant: str, file: str) -> BundleError:
    return BundleError(f"{file} of {task}/{variant} can't be read: check it out of the repository again.")
