"""What a benchmark yields, and how it is shown."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class SkippedError(Exception):
    """This figure can't be measured here; the message says why."""


@dataclass(frozen=True)
class Settings:
    """What is measured. root: the folder of bundles. runs: how often each thing is measured."""

    root: Path
    variant: str
    runs: int


@dataclass(frozen=True)
class Row:
    """A figure, with what each run gave."""

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)


def table(rows: Sequence[Row]) -> str:
    """The rows for a person: each median, and the least and the most of its runs."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'':{width}}  {'median':>9}  {'least':>9}  {'most':>9}  runs  unit"]
    for row in rows:
        numbers = "  ".join(f"{_short(value):>9}" for value in (row.median, min(row.values), max(row.values)))
        lines.append(f"{row.name:{width}}  {numbers}  {len(row.values):>4}  {row.unit}")
    return "\n".join(lines)


def as_json(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "machine": machine(),
        "figures": {row.name: {"median": row.median, "unit": row.unit, "values": list(row.values)} for row in rows},
    }


def machine() -> dict[str, Any]:
    """The machine that the figures hold for. load: how many processes wanted a core in the last minute, this one
    included."""
    import torch

    model = next(
        (line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.processor()
    )
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "load": round(os.getloadavg()[0], 1),
    }


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
