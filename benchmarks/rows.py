"""What a benchmark yields, and how it is shown."""

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
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
    """A figure, with what each run gave.

    cpu: whether it is milliseconds of CPU, which other work on the machine changes little. yardstick: what other
    figures of this kind are measured by, where it is one: they are shown as so many times this one.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    cpu: bool = False
    yardstick: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)


def table(rows: Sequence[Row], before: Mapping[str, float] = MappingProxyType({}), commit: str = "") -> str:
    """The rows for a person: each median, and the least and the most of its runs; then how many times the yardsticks of
    this run it is, and the median of the same figure before, by its name, at `commit`."""
    width = max(len(row.name) for row in rows)
    yardsticks = [row for row in rows if row.yardstick]
    titles = [f"/ {name}" for name in (*(row.yardstick for row in yardsticks), *([commit] if before else []))]
    head = f"{'':{width}}  {'median':>9}  {'least':>9}  {'most':>9}  runs  {'unit':15}"
    lines = [(head + "".join(f"  {title:>9}" for title in titles)).rstrip()]
    for row in rows:
        numbers = "  ".join(f"{_short(value):>9}" for value in (row.median, min(row.values), max(row.values)))
        ratios = [row.median / one.median if row.cpu else None for one in yardsticks]
        ratios += [row.median / before[row.name] if row.name in before else None] if before else []
        shown = ("" if ratio is None else _short(ratio) for ratio in ratios)
        columns = "".join(f"  {ratio:>{max(9, len(title))}}" for ratio, title in zip(shown, titles, strict=True))
        lines.append(f"{row.name:{width}}  {numbers}  {len(row.values):>4}  {row.unit:15}{columns}".rstrip())
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
