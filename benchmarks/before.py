"""The same figures at another commit, measured in the same run."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.rows import SkippedError
from benchmarks.start import REPOSITORY


def medians(commit: str, figures: Sequence[str], arguments: Sequence[str]) -> dict[str, float]:
    """The medians at a commit by the name of the figure, as that commit's own benchmarks measure them.

    figures: their names for `--only`; those that the commit doesn't know are left out. arguments: other options. Raises
    SkippedError where the commit can't be checked out or its benchmarks don't run.
    """
    with TemporaryDirectory() as folder:
        tree, file = Path(folder) / "tree", Path(folder) / "figures.json"
        _run(["git", "worktree", "add", "--detach", str(tree), commit], REPOSITORY)
        try:
            known = "import json; from benchmarks.__main__ import FIGURES; print(json.dumps(list(FIGURES)))"
            there = json.loads(_run([sys.executable, "-c", known], tree))
            only = ",".join(name for name in figures if name in there)
            _run([sys.executable, "-m", "benchmarks", "--only", only, "--json", str(file), *arguments], tree)
            measured = json.loads(file.read_text(encoding="utf-8"))["figures"]
        finally:
            _run(["git", "worktree", "remove", "--force", str(tree)], REPOSITORY)
    return {name: figure["median"] for name, figure in measured.items()}


def _run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it told no reason"])[-1]
        raise SkippedError(f"`{' '.join(command[:3])} …` failed: {last}")
    return done.stdout
