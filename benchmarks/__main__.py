"""Runs the benchmarks as `python -m benchmarks`.

Medians over several runs are shown as a table and, with --json, written to a file. README.md says how to read them.

Close everything else first: on a machine that is busy, only ratios of CPU time within one run say anything.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from attnviz import service
from attnviz.bundles import PRETRAINED
from attnviz.errors import BundleError
from benchmarks import before, gestures, readings, sounds, start, translation
from benchmarks.rows import Row, Settings, SkippedError, as_json, machine, table

FIGURES = {
    "library": start.library,
    "step": translation.step,
    "reading": translation.reading,
    "corpus": translation.corpus,
    "captions": readings.captions,
    "entailment": readings.entailment,
    "speech": sounds.sounds,
    "training": translation.training,
    "page": start.page,
    "home": start.home,
    "gestures": gestures.gestures,
}


def main(
    root: Annotated[Path, typer.Option(help="The folder of bundles (the page always takes its own).")] = PRETRAINED,
    variant: Annotated[str, typer.Option(help="The trained variant for translation.")] = "additive",
    runs: Annotated[int, typer.Option(min=1, help="How often each thing is measured.")] = 5,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do one run without the browser, to see whether it works.")
    ] = False,
    only: Annotated[str, typer.Option(help=f"One or several of {', '.join(FIGURES)}, with commas between.")] = ",".join(
        FIGURES
    ),
    compare: Annotated[
        str, typer.Option(metavar="REF", help="Measure this commit first, and show each figure as so many times its.")
    ] = "",
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there.")] = None,
) -> None:
    """Measure how fast attnviz is and how much memory it takes."""
    chosen = only.split(",")
    if unknown := set(chosen) - set(FIGURES):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: choose from {', '.join(FIGURES)}.")
    try:
        service.load("translation", variant, root=root)
    except BundleError as problem:
        raise typer.BadParameter(str(problem)) from problem
    settings = Settings(root, variant, 1 if quick else runs)
    print(", ".join(f"{name} {value}" for name, value in machine().items()), file=sys.stderr)
    earlier: dict[str, float] = {}
    if compare:
        print(f"{compare} …", file=sys.stderr)
        try:
            options = ["--variant", variant, "--runs", str(runs), *(["--quick"] if quick else [])]
            earlier = before.medians(compare, chosen, options)
        except SkippedError as reason:
            raise typer.BadParameter(f"{compare}: {reason}") from reason
    rows: list[Row] = []
    for name in chosen:
        if quick and name in ("page", "home", "gestures"):
            continue
        print(f"{name} …", file=sys.stderr)
        try:
            rows += FIGURES[name](settings)
        except SkippedError as reason:
            print(f"{name} left out: {reason}", file=sys.stderr)
    if rows:
        print(table(rows, earlier, compare))
    if json_file is not None:
        json_file.write_text(json.dumps(as_json(rows), indent=1) + "\n")


if __name__ == "__main__":
    typer.run(main)
