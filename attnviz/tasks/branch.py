"""Where a variant's training began: from scratch, or from another variant halfway through its own."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from attnviz.bundles import CONFIG
from attnviz.errors import BundleError

LOG = "log.csv"


@dataclass(frozen=True)
class Branch:
    """The other variant that a variant went on from.

    parent: its name. step, steps: the step at which it was left, and how many a whole training has. figure: the
    parent's dev figure at that step. final, parents: the dev figure of the variant, and of the parent, at the end; the
    parent's is None unless its bundle is of that very run. rows: whose rows `log.csv` holds up to the branch: those of
    the parent's bundle ("bundle"), of another run of it ("another run"), or of a run whose bundle was not kept
    ("lost").
    """

    parent: str
    step: int
    steps: int
    figure: float
    final: float
    parents: float | None
    rows: Literal["bundle", "another run", "lost"]


def branch_of(folder: Path) -> Branch | None:
    """Where the variant of a bundle branched off, from its config and its log; None where it learned from scratch, and
    where nothing was logged up to the branch.

    A run can be branched off at the last row that was logged up to half of its steps, see `training.loop`. Raises
    BundleError where config and log do not fit.
    """
    try:
        return _branch_of(folder)
    except (KeyError, TypeError, ValueError) as problem:
        name = f"{folder.parent.name}/{folder.name}"
        raise BundleError(f"Config and log of {name} do not fit: check them out of the repository again.") from problem


def _branch_of(folder: Path) -> Branch | None:
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    parent = config.get("branched_from")
    shared = [row for row in _log(folder) if int(row["step"]) <= config["steps"] // 2]
    if not parent or not shared:
        return None
    beside = _log(folder.parent / parent)
    same = beside[: len(shared)] == shared
    kept = folder.parent / parent / CONFIG
    return Branch(
        parent=parent,
        step=int(shared[-1]["step"]),
        steps=config["steps"],
        figure=float(shared[-1]["dev"]),
        final=config["dev"]["dev"],
        parents=json.loads(kept.read_text(encoding="utf-8"))["dev"]["dev"] if same else None,
        rows="bundle" if same else "another run" if beside else "lost",
    )


def _log(folder: Path) -> list[dict[str, str]]:
    """The rows of a bundle's log, none where there is no bundle."""
    path = folder / LOG
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) if path.exists() else []
