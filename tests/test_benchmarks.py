"""The benchmark command: that its figures are what they say, not how large they are."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from attnviz.tasks.translation.recipe import Recipe
from attnviz.training.loop import has_bfloat16
from benchmarks import before, translation
from benchmarks.gestures import Listener
from benchmarks.rows import Row, Settings, SkippedError, as_json, table
from benchmarks.start import library
from tests.small import SIZE, small_root


def test_a_row_tells_its_median_least_and_most() -> None:
    lines = table([Row("read", "ms", (30.0, 1000.0, 20.0)), Row("memory", "MB", (5.0,))]).splitlines()
    assert lines[0].split() == ["median", "least", "most", "runs", "unit"]
    assert lines[1].split() == ["read", "30", "20", "1,000", "3", "ms"]
    assert lines[2].split() == ["memory", "5", "5", "5", "1", "MB"]


def test_figures_of_cpu_time_stand_beside_the_yardsticks_of_their_run_and_what_was_before() -> None:
    rows = [
        Row("floor", "ms", (2.0,), cpu=True, yardstick="floor"),
        Row("read", "ms", (30.0, 20.0, 10.0), cpu=True),
        Row("wait", "s", (3.0,)),
    ]
    head, *lines = table(rows, {"read": 40.0, "wait": 2.0}, "main").splitlines()
    assert head.split()[5:] == ["/", "floor", "/", "main"]
    assert [line.split()[6:] for line in lines] == [["1"], ["10", "0.5"], ["1.5"]]
    assert head.index("/ main") + len("/ main") == len(lines[2]), "numbers stand under their title"


def test_a_step_is_measured_with_its_products_and_their_floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "SQUARE", 64)
    floor, products, whole = translation.step(Settings(small_root(tmp_path, ["additive"]), "additive", 2))
    assert (floor.yardstick, products.yardstick, whole.yardstick) == ("floor", "", "")
    assert all(row.cpu and row.unit == "ms" and len(row.values) == 2 for row in (floor, products, whole))
    assert 0 < floor.median < whole.median


def test_the_same_figures_at_another_commit_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository whose benchmarks know one figure of two."""
    package = tmp_path / "benchmarks"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(
        "import json, pathlib, sys\n"
        "FIGURES = {'reading': None}\n"
        "if __name__ == '__main__':\n"
        "    only, json_file = (sys.argv[sys.argv.index(name) + 1] for name in ('--only', '--json'))\n"
        "    pathlib.Path(json_file).write_text(json.dumps({'figures': {only: {'median': len(sys.argv)}}}))\n"
    )
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.setattr(before, "REPOSITORY", tmp_path)
    assert before.medians("HEAD", ["step", "reading"], ["--runs", "1"]) == {"reading": 7}
    listed = subprocess.check_output(["git", "worktree", "list"], cwd=tmp_path, text=True)
    assert len(listed.splitlines()) == 1, "nothing is left behind"
    with pytest.raises(SkippedError, match="failed"):
        before.medians("no-such-commit", ["reading"], [])


def test_json_names_the_machine_and_every_run() -> None:
    found = json.loads(json.dumps(as_json([Row("read", "ms", (3.0, 1.0, 2.0))])))
    assert found["figures"] == {"read": {"median": 2.0, "unit": "ms", "values": [3.0, 1.0, 2.0]}}
    assert found["machine"]["cores"] >= 1


def test_a_fresh_process_reads_and_draws(tmp_path: Path) -> None:
    rows = {row.unit: row for row in library(Settings(small_root(tmp_path, ["additive"]), "additive", 1))}
    assert rows["s"].values[0] > 0.1
    assert 50 < rows["MB"].values[0] < 5000  # Python with torch, in no other unit


def test_training_is_timed_in_each_precision_that_the_processor_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "Recipe", lambda: Recipe(size=SIZE, batch_tokens=40))
    for has, names in ((False, ["float32"]), (has_bfloat16("cpu"), ["float32", "bfloat16"])):
        monkeypatch.setattr(translation, "has_bfloat16", lambda device, has=has: has)
        rows = list(translation.training(Settings(Path(), "additive", 1)))
        assert [row.name for row in rows] == [f"training, {name}" for name in (names if has else names[:1])]
        assert all(value > 0 for row in rows for value in row.values)


def test_a_reading_is_timed_beside_its_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translation, "_marian", lambda given, written: lambda: time.sleep(0.01))
    rows = list(translation.reading(Settings(small_root(tmp_path, ["additive"]), "additive", 2)))
    wall, cpu, peer, ratio = rows
    assert [row.unit for row in rows] == ["ms", "ms", "ms", "times"]
    assert (len(wall.values), len(peer.values), len(ratio.values)) == (6, 2, 2)
    assert min(wall.values) > 0 and min(cpu.values) > 0


def test_a_corpus_is_timed(tmp_path: Path) -> None:
    (row,) = translation.corpus(Settings(small_root(tmp_path, ["additive"]), "additive", 2))
    assert row.unit == "sentences/s" and len(row.values) == 2 and min(row.values) > 1


@pytest.mark.parametrize("arguments", [("--only", "speed"), ("--root", "nowhere")])
def test_bad_usage_has_exit_code_2(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    found = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (2, "")
    assert "Traceback" not in found.stderr


def test_runs_of_a_page_and_of_its_parts_are_told_apart() -> None:
    heard = Listener()
    begun, finished = ForwardMsg(), ForwardMsg()
    begun.new_session.SetInParent()
    for status in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY):
        finished.script_finished = status
        heard.hear(begun.SerializeToString())
        heard.hear(finished.SerializeToString())
    heard.hear("a text is no message of the server")
    assert (heard.runs, heard.fragments) == (1, 1)
    assert heard.sent == pytest.approx(2 * (begun.ByteSize() + finished.ByteSize()) / 1000)
    heard.forget()
    assert (heard.runs, heard.fragments, heard.seconds, heard.sent) == (0, 0, 0, 0)
