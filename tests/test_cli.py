"""A person at the terminal."""

import json
import lzma
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import attnviz
from attnviz import service
from attnviz.cli import app
from attnviz.export.command import command
from attnviz.export.html import readings_of
from attnviz.reading import Reading
from attnviz.tasks.speech.parts import open_parts
from tests import small_entailment, small_speech
from tests.small import SENTENCES, small_root

TEXT = SENTENCES[0][0]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_root(tmp_path_factory.mktemp("bundles"), ["additive", "general", "none"])


@pytest.fixture(scope="module")
def expected(root: Path) -> Reading:
    return attnviz.load("translation", "additive", root=root).read(TEXT)


def call(*arguments: Any, text: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], input=text)


def one_sentence(result: Result) -> str:
    """What was said of bad usage: exit code 2, nothing on standard output, one line on standard error."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


def test_starting_is_quick() -> None:
    slow = ("torch", "tokenizers", "matplotlib", "plotly", "streamlit", "transformers", "sacrebleu")
    code = f"import sys, attnviz.cli; print([name for name in {slow} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("command", ["read", "batch", "train", "evaluate", "export"])
def test_help_shows_examples_that_name_the_command(command: str) -> None:
    result = call(command, "--help")
    assert result.exit_code == 0
    assert f"attnviz {command} translation" in result.stdout
    if command not in ("batch", "export"):
        assert all(f"attnviz {command} {task}" in result.stdout for task in service.TASKS)


def test_help_says_of_every_task_what_it_takes_and_what_it_is_scored_by() -> None:
    texts = {command: " ".join(call(command, "--help").stdout.split()) for command in ("read", "train", "evaluate")}
    for task in service.TASKS.values():
        assert task.takes in texts["read"]
        assert task.data in texts["train"]
        assert task.scores in texts["evaluate"] and task.split in texts["evaluate"]
        assert f"{task.default} for {task.name}" in texts["read"]
        if task.length_penalty is not None:
            assert f"{task.length_penalty:g} for {task.name}" in texts["read"]


def test_an_example_of_the_help_runs(root: Path) -> None:
    lines = [line.strip() for line in call("read", "--help").stdout.splitlines()]
    command = next(line for line in lines if line.startswith("python -m attnviz read translation"))
    result = call(*shlex.split(command)[3:], "--root", root)
    assert result.exit_code == 0 and result.stdout.strip()


def test_the_module_runs(root: Path, expected: Reading) -> None:
    command = [sys.executable, "-m", "attnviz", "read", "translation", TEXT, "--root", str(root)]
    assert subprocess.check_output(command, text=True) == expected.output.text + "\n"


def test_read_prints_the_text_alone(root: Path, expected: Reading) -> None:
    result = call("read", "translation", TEXT, "--root", root)
    assert (result.exit_code, result.stdout, result.stderr) == (0, expected.output.text + "\n", "")


def test_read_takes_standard_input(root: Path, expected: Reading) -> None:
    result = call("read", "translation", "-", "--root", root, text=TEXT + "\n")
    assert result.stdout == expected.output.text + "\n"


def test_json_on_standard_output_is_the_reading(root: Path, expected: Reading) -> None:
    reading = Reading.loads(call("read", "translation", TEXT, "--root", root, "--json", "-").stdout)
    assert reading.maps == expected.maps
    assert reading.output == expected.output


def test_settings_reach_the_reading(root: Path) -> None:
    options = ("--variant", "general", "--beam", 2, "--length-penalty", 0.5, "--device", "cpu")
    reading = Reading.loads(call("read", "translation", TEXT, "--root", root, *options, "--json", "-").stdout)
    assert reading.variant == "general"
    assert len(reading.hypotheses) <= 2
    assert reading.provenance.settings["beam"] == 2
    assert reading.provenance.settings["length_penalty"] == 0.5


def test_files_are_written_beside_the_text(root: Path, tmp_path: Path, expected: Reading) -> None:
    names = {kind: tmp_path / "new folder" / f"cat.{kind}" for kind in ("json", "png", "svg", "pdf", "html")}
    options = [part for kind, path in names.items() for part in (f"--{kind}", path)]
    result = call("read", "translation", TEXT, "--root", root, *options)
    assert (result.exit_code, result.stdout) == (0, expected.output.text + "\n")
    assert Reading.loads(names["json"].read_bytes()).maps == expected.maps
    assert names["png"].read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in names["svg"].read_bytes()
    assert names["pdf"].read_bytes().startswith(b"%PDF")
    assert Reading.loads(readings_of(names["html"].read_bytes())) == Reading.loads(names["json"].read_bytes())


@pytest.mark.parametrize(
    "options",
    [(), ("--beam", 3, "--length-penalty", 0.4, "--variant", "general"), ("--target", "A dog isn't “here”.")],
)
@pytest.mark.parametrize("text", [TEXT, '- C\'est « "$HOME" » ; rm x'])
def test_a_reading_says_which_command_makes_it_again(
    root: Path, tmp_path: Path, text: str, options: tuple[object, ...]
) -> None:
    dashed = ["--"] if text.startswith("-") else []
    first = call("read", "translation", "--root", root, *options, "--json", "-", *dashed, text)
    reading = Reading.loads(first.stdout)
    program, *words = shlex.split(command(reading).removeprefix("python -m "))
    assert program == "attnviz"
    words[words.index("map.png")] = str(tmp_path / "map.png")
    again = Reading.loads(call(words[0], "--root", root, "--json", "-", *words[1:]).stdout)
    same = replace(again, provenance=replace(again.provenance, seconds=reading.provenance.seconds))
    assert same == reading
    assert (tmp_path / "map.png").exists()


def test_a_target_is_forced_and_its_log_probability_told(root: Path) -> None:
    target = "A dog."
    result = call("read", "translation", TEXT, "--root", root, "--target", target, "--json", "-")
    reading = Reading.loads(result.stdout)
    assert reading.output.labels == ("A", "dog", ".")
    assert reading.map().weights.shape[0] == 3
    assert f"log-probability {reading.output.logprob:.3f}" in result.stderr
    assert call("read", "translation", TEXT, "--root", root, "--target", target).stdout == target + "\n"


def test_the_tree_of_the_search_is_printed_branch_by_branch(root: Path, expected: Reading) -> None:
    result = call("read", "translation", TEXT, "--root", root, "--variant", "additive", "--tree")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    found = {line.rsplit(", ", 1)[1]: line for line in lines if ", output " in line}
    for rank, output in enumerate(expected.hypotheses, 1):
        score = f"{output.score:.2f}".replace("-", "−")
        assert f"({score}, " in found[f"output {rank})"]
    best = lines[: lines.index(found["output 1)"]) + 1]
    pieces = " ".join(line.split(": ", 1)[1].rsplit("  (", 1)[0] for line in best)
    units = [("·" if place else "") + unit for units in expected.output.units for place, unit in enumerate(units)]
    assert pieces == " ".join([*units, "(end)"])


def test_notes_go_to_standard_error(root: Path) -> None:
    result = call("read", "translation", "one two three four five six seven eight nine ten", "--root", root)
    assert result.exit_code == 0
    assert "This text looks like English." in result.stderr
    assert "French" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((), "Missing command", id="nothing"),
        pytest.param(("write",), "write", id="no such command"),
        pytest.param(("read",), "Missing argument", id="no task"),
        pytest.param(("read", "poetry", TEXT), "translation", id="no such task names those there are"),
        pytest.param(("read", "translation", TEXT, "--beam", "0"), "--beam", id="a beam of none"),
        pytest.param(("read", "translation", TEXT, "--beam", "x"), "--beam", id="a beam that is no number"),
        pytest.param(("read", "translation", TEXT, "--beam", "1000"), "--beam", id="a beam without bounds"),
        pytest.param(
            ("read", "translation", TEXT, "--length-penalty", "1e9"), "--length-penalty", id="a penalty without bounds"
        ),
        pytest.param(
            ("read", "translation", TEXT, "--length-penalty", "nan"), "--length-penalty", id="a penalty of no number"
        ),
        pytest.param(("read", "translation", TEXT, "--colour"), "--colour", id="no such option"),
        pytest.param(("read", "translation", TEXT, "--focus", "spiral"), "no focus", id="no such focus"),
        pytest.param(("read", "translation", "Le", "chat"), "quotes", id="text without quotes"),
        pytest.param(("read", "translation", ""), "nothing to read", id="empty text"),
        pytest.param(("read", "translation", TEXT, "--target", "?!"), "no word", id="a target of symbols"),
        pytest.param(
            ("read", "translation", TEXT, "--target", "A cat.", "--tree"), "not searched", id="the tree of a target"
        ),
        pytest.param(("read", "translation", TEXT, "--variant", "spiral"), "additive, general, none", id="variant"),
        pytest.param(("read", "translation", TEXT, "--png", "/"), "can't be written", id="a folder as file"),
        pytest.param(("read", "translation", TEXT, "--textgrid", "x"), "no format 'textgrid'", id="times of a text"),
        pytest.param(("evaluate", "translation"), "--split", id="nothing to score"),
        pytest.param(("evaluate", "translation", "--file", "none.tsv"), "none.tsv", id="no such file"),
        pytest.param(("evaluate", "translation", "--data", ".", "--split", "x"), "x.tsv.xz", id="no such split"),
        pytest.param(("export", "translation", "none.txt", "--out", "x"), "none.txt", id="no inputs"),
        pytest.param(("export", "translation", __file__, "--out", "x", "--format", "gif"), "png", id="no such format"),
    ],
)
def test_bad_usage_is_one_sentence(root: Path, arguments: tuple[str, ...], said: str) -> None:
    where = ("--root", root) if len(arguments) > 2 else ()
    assert said in one_sentence(call(*arguments, *where))


def test_standard_input_must_be_text(root: Path) -> None:
    assert "UTF-8" in one_sentence(call("read", "translation", "-", "--root", root, text=b"\xff\xfe"))


def test_a_damaged_bundle_is_one_sentence(tmp_path: Path) -> None:
    weights = small_root(tmp_path, ["additive"]) / "translation" / "additive" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert "damaged" in one_sentence(call("read", "translation", TEXT, "--root", tmp_path))


def test_no_bundles_at_all(tmp_path: Path) -> None:
    assert "no trained variant" in one_sentence(call("read", "translation", TEXT, "--root", tmp_path))


def test_train_wants_its_data_and_a_mechanism(tmp_path: Path) -> None:
    where = ("--data", tmp_path, "--runs", tmp_path / "runs", "--root", tmp_path / "bundles")
    assert "--data" in one_sentence(call("train", "translation", *where))
    assert "additive" in one_sentence(call("train", "translation", "--variant", "spiral", *where))


def test_each_task_has_variants_of_its_own(tmp_path: Path) -> None:
    where = ("--data", tmp_path, "--runs", tmp_path / "runs", "--root", tmp_path / "bundles")
    assert "soft, hard, adaptive" in one_sentence(call("train", "captions", "--variant", "additive", *where))
    assert "word_by_word" in one_sentence(call("train", "entailment", "--variant", "soft", *where))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("entailment", "A dog runs."), "one premise and one hypothesis, not 1"),
        (("captions", "a.jpg", "b.jpg"), "one photo, not 2"),
        (("translation", "un", "deux"), "one text, not 2"),
    ],
)
def test_a_task_says_what_it_reads(arguments: tuple[str, ...], said: str) -> None:
    assert said in one_sentence(call("read", *arguments))


def test_a_pair_is_two_texts(tmp_path: Path) -> None:
    root = small_entailment.small_root(tmp_path, ["word_by_word"])
    result = call("read", "entailment", "A dog runs.", "A cat runs.", "--root", root, "--json", "-")
    reading = Reading.loads(result.stdout)
    assert [one.text for one in reading.texts] == ["A dog runs.", "A cat runs."]
    assert reading.variant == "word_by_word"
    assert call("read", "entailment", "A dog.", "A cat.", "--root", root).stdout.strip() in (
        "entailment",
        "neutral",
        "contradiction",
    )


def test_a_pair_is_a_line_of_a_file_with_a_tab(tmp_path: Path) -> None:
    root = small_entailment.small_root(tmp_path, ["word_by_word"])
    (tmp_path / "pairs.txt").write_bytes(b"A dog runs.\tA cat runs.\r\nA dog runs.\r\n\r\nA cat.\tA dog.\r\n")
    result = call("export", "entailment", tmp_path / "pairs.txt", "--out", tmp_path / "out", "--root", root)
    assert (
        result.exit_code == 1
        and "Line 2: Entailment is between two texts: give a premise and a hypothesis." in result.stderr
    )
    found = [Reading.loads(path.read_text()) for path in sorted((tmp_path / "out").iterdir())]
    assert [tuple(one.text for one in reading.texts) for reading in found] == [
        ("A dog runs.", "A cat runs."),
        ("A cat.", "A dog."),
    ]


def test_a_split_may_be_a_value_of_the_split_column(tmp_path: Path) -> None:
    root = small_entailment.small_root(tmp_path, ["none"])
    rows = ["1\tA dog runs.\tA dog runs.\tentailment\t5\ttrain", "2\tA cat.\tA dog.\tcontradiction\t1\ttest"]
    head = "id\tpremise\thypothesis\tlabel\trelatedness\tsplit\n"
    (tmp_path / "sick.tsv").write_text(head + "\n".join(rows) + "\n")
    where = ("--variant", "none", "--root", root, "--data", tmp_path)
    scored = json.loads(call("evaluate", "entailment", *where, "--split", "sick:test").stdout)
    assert (scored["split"], scored["n"]) == ("sick:test", 1)
    assert json.loads(call("evaluate", "entailment", *where, "--split", "sick").stdout)["n"] == 2
    scores = json.loads(call("evaluate", "entailment", *where, "--split", "sick", "--against", "none").stdout)["scores"]
    assert (scores["against"]["accuracy"], scores["against"]["share_of_wins"]) == (scores["accuracy"], 0.5)


def test_corpora_without_a_split_column_have_no_parts(root: Path, corpus: Path) -> None:
    where = ("--root", root, "--data", corpus)
    assert "split column" in one_sentence(call("evaluate", "translation", *where, "--split", "test_made:test"))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    with lzma.open(tmp_path / "test_made.tsv.xz", "wt", encoding="utf-8") as file:
        file.writelines(f"{i}\t{french}\t{english}\n" for i, (french, english) in enumerate(SENTENCES))
    return tmp_path


def test_evaluate_prints_one_object(root: Path, corpus: Path) -> None:
    result = call("evaluate", "translation", "--root", root, "--data", corpus, "--split", "test_made")
    scored = json.loads(result.stdout)
    assert result.exit_code == 0
    assert {key: scored[key] for key in ("task", "variant", "split", "n")} == {
        "task": "translation",
        "variant": "additive",
        "split": "test_made",
        "n": len(SENTENCES),
    }
    assert 0 <= scored["scores"]["bleu"] <= 100
    assert 0 <= scored["scores"]["chrf"] <= 100
    assert "case:mixed" in scored["scores"]["bleu_signature"]
    assert "10/10" in result.stderr


def test_evaluate_a_file_in_part(root: Path, corpus: Path) -> None:
    file = corpus / "test_made.tsv.xz"
    scored = json.loads(call("evaluate", "translation", "--root", root, "--file", file, "--limit", 3).stdout)
    assert (scored["n"], scored["split"]) == (3, "test_made")


def test_evaluate_keeps_its_figures_by_command(corpus: Path, tmp_path: Path) -> None:
    root = small_root(tmp_path / "bundles", ["additive"])
    where = ("--root", root, "--data", corpus, "--split", "test_made")
    result = call("evaluate", "translation", *where, "--limit", 2, "--keep")
    kept = json.loads((root / "translation" / "additive" / "scores.json").read_text())
    command = f"python -m attnviz evaluate translation --variant additive --data {corpus} --split test_made --limit 2"
    assert kept == {command: json.loads(result.stdout)}


def test_a_variant_against_itself_never_wins_more_often(root: Path, corpus: Path) -> None:
    where = ("--root", root, "--data", corpus, "--split", "test_made")
    against = json.loads(call("evaluate", "translation", *where, "--against", "additive").stdout)["scores"]["against"]
    assert against["variant"] == "additive"
    assert (against["share_of_wins"], against["samples"]) == (0.5, 1000)


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.txt"
    path.write_text(f"{SENTENCES[0][0]}\n\n?!\n{SENTENCES[1][0]}\n", encoding="utf-8")
    return path


def test_a_batch_has_a_line_for_each_line(root: Path, lines: Path) -> None:
    result = call("batch", "translation", lines, "--root", root)
    reader = attnviz.load("translation", "additive", root=root)
    outputs = [reader.read(french).output.text for french, _ in SENTENCES[:2]]
    assert result.stdout == f"{outputs[0]}\n\n\n{outputs[1]}\n"
    assert result.exit_code == 1
    assert "Line 3: There is no word in the French text" in result.stderr or "Line 3:" in result.stderr
    assert call("batch", "translation", "-", "--root", root, text=lines.read_text()).stdout == result.stdout


def test_export_saves_every_line_that_can_be_read(root: Path, lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("export", "translation", lines, "--root", root, "--out", out, "--format", "json,csv,html")
    assert result.exit_code == 1
    assert "Line 3:" in result.stderr
    files = sorted(path.name for path in out.iterdir())
    assert [(name[:6], name.rsplit(".")[-1]) for name in files] == [
        ("000001", "csv"),
        ("000001", "html"),
        ("000001", "json"),
        ("000004", "csv"),
        ("000004", "html"),
        ("000004", "json"),
    ]
    reading = Reading.loads((out / files[5]).read_bytes())
    assert Reading.loads(readings_of((out / files[4]).read_bytes())) == reading
    assert reading.source[0].text == SENTENCES[1][0]
    np.testing.assert_array_equal(
        reading.map().weights, attnviz.load("translation", "additive", root=root).read(SENTENCES[1][0]).map().weights
    )


def test_export_overwrites_only_when_told(root: Path, lines: Path, tmp_path: Path) -> None:
    lines.write_text(TEXT)
    where = ("export", "translation", lines, "--root", root, "--out", tmp_path / "out")
    assert call(*where).exit_code == 0
    refused = call(*where)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert call(*where, "--force").exit_code == 0


def test_processes_share_the_lines(root: Path, lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines.write_text("\n".join(french for french, _ in SENTENCES))
    monkeypatch.setenv("WORLD_SIZE", "3")
    for rank, numbers in (("0", [1, 4, 7, 10]), ("1", [2, 5, 8]), ("2", [3, 6, 9])):
        monkeypatch.setenv("RANK", rank)
        out = tmp_path / rank
        assert call("export", "translation", lines, "--root", root, "--out", out).exit_code == 0
        assert sorted(int(path.name[:6]) for path in out.iterdir()) == numbers


# A recording that is too long to be read whole.


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A long recording of two channels, and a folder with a variant that reads it."""
    folder = tmp_path_factory.mktemp("spoken")
    once = small_speech.sound("SIL AA M IY S SIL".split())
    path = folder / "long.wav"
    path.write_bytes(small_speech.file_of(np.tile(once, 40)[:, None].repeat(2, axis=1), "WAV"))
    return path, small_speech.small_root(folder, ["hybrid"])


def test_a_long_recording_is_read_in_parts_as_on_the_page(spoken: tuple[Path, Path], tmp_path: Path) -> None:
    path, root = spoken
    names = {format: tmp_path / f"x.{format}" for format in ("json", "png", "textgrid", "segments")}
    result = call("read", "speech", path, "--root", root, *(part for f, at in names.items() for part in (f"--{f}", at)))
    assert result.exit_code == 0 and result.stderr.count("2 channels") == 1 and "part" in result.stderr
    parts = open_parts(path.read_bytes()).parts
    expected = [attnviz.load("speech", "hybrid", root=root).read(part) for part in parts]
    assert len(parts) > 1 and result.stdout.splitlines() == [reading.output.text for reading in expected]
    kept = [Reading.from_json(data) for data in json.loads(names["json"].read_bytes())]
    assert [reading.source for reading in kept] == [(part,) for part in parts]
    assert [reading.maps for reading in kept] == [reading.maps for reading in expected]
    assert all(reading.given.name == "long.wav" and not reading.hypotheses for reading in kept)
    assert sorted(file.name for file in tmp_path.glob("*.png")) == [f"x-{n:02}.png" for n in range(1, len(parts) + 1)]
    assert b"xmax = 31.2\n" in names["textgrid"].read_bytes() and b"size = 1\n" in names["textgrid"].read_bytes()
    assert len(names["segments"].read_bytes().splitlines()) == 1 + len(result.stdout.split())


def test_a_long_recording_is_exported_in_parts(spoken: tuple[Path, Path], tmp_path: Path) -> None:
    path, root = spoken
    (tmp_path / "list.txt").write_text(f"{path}\n")
    where = ("export", "speech", tmp_path / "list.txt", "--root", root, "--out", tmp_path / "out")
    assert call(*where, "--format", "json,csv").exit_code == 0
    count = len(open_parts(path.read_bytes()).parts)
    assert len(list((tmp_path / "out").glob("*.json"))) == 1 and len(list((tmp_path / "out").glob("*.csv"))) == count


def test_a_target_is_for_a_recording_that_is_read_whole(spoken: tuple[Path, Path], tmp_path: Path) -> None:
    path, root = spoken
    result = call("read", "speech", path, "--root", root, "--target", "see me", "--json", "-")
    assert Reading.loads(result.stdout).output.text == "S IY M IY"
    longer = tmp_path / "longer.flac"
    longer.write_bytes(small_speech.file_of(np.tile(small_speech.sound(["AA", "S"]), 300)))
    assert "60 seconds" in one_sentence(call("read", "speech", longer, "--root", root, "--target", "see me"))
