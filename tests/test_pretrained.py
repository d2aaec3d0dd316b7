"""What is committed under `pretrained`: every bundle is whole, small enough, and reads."""

import csv
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from attnviz import bundles, service
from attnviz.analysis.wording import sentence_case
from attnviz.errors import BundleError
from attnviz.tasks.base import source_of
from attnviz.tasks.branch import Branch, branch_of
from attnviz.web.text import escape

# A second seed lies beside its variant; what has no maps along its training is shared by variants, as the CNN is.
BUNDLES = sorted(path.parent for path in bundles.PRETRAINED.glob("*/*/probes.npz"))


def config(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / bundles.CONFIG).read_text()))


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_bundle_is_whole_and_reads(folder: Path) -> None:
    task, name = folder.parent.name, folder.name
    assert (folder / bundles.WEIGHTS).stat().st_size <= 16e6
    assert {path.name for path in folder.iterdir()} == {
        bundles.CONFIG,
        bundles.WEIGHTS,
        bundles.SCORES,
        "log.csv",
        "probes.npz",
        "card.md",
    }
    assert bundles.scores(task, name)
    last = list(csv.DictReader((folder / "log.csv").read_text().splitlines()))[-1]
    assert int(last["step"]) == config(folder)["steps"]
    with np.load(folder / "probes.npz") as probes:
        moments = {key.split("/")[1] for key in probes}
        assert len({key.split("/")[0] for key in probes}) == 6 or not moments
    reading = service.read(task, name, source_of(service.TASKS[task].examples[0].inputs))
    assert reading.output.text and reading.provenance.digest == config(folder)["weights_sha256"]
    sums = [one.weights.sum(axis=1) + one.rest for one in reading.maps]
    about = service.TASKS[task].variant(name)
    assert about is not None
    assert bool(sums) == about.attentive == bool(moments)
    assert all(one.max() <= 1 + 1e-5 and (about.sums or one.min() >= 1 - 1e-5) for one in sums)


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_card_is_what_its_writer_writes_from_config_and_scores(folder: Path, tmp_path: Path) -> None:
    task = tmp_path / folder.parent.name
    for path in folder.parent.glob("*/log.csv"):  # a card tells of second seeds and of what its variant branched off
        (task / path.parent.name).mkdir(parents=True)
        for name in (bundles.CONFIG, bundles.SCORES, bundles.WEIGHTS, "log.csv"):
            (task / path.parent.name / name).symlink_to(path.parent / name)
    import_module(f"attnviz.tasks.{task.name}.card").write_card(task / folder.name)
    assert (task / folder.name / "card.md").read_text() == (folder / "card.md").read_text()


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_card_calls_its_variant_as_the_pages_do(folder: Path) -> None:
    title, _, text = (folder / "card.md").read_text().partition("\n")
    assert title.endswith(f", {service.TASKS[folder.parent.name].called(folder.name)}")
    assert "_by_" not in re.sub("`[^`]*`", "", text), "the code's name is for commands"


@pytest.mark.parametrize("task", list(service.TASKS))
def test_the_variants_of_a_task_share_recipe_and_data(task: str) -> None:
    folders = [folder for folder in BUNDLES if folder.parent.name == task]
    assert service.TASKS[task].default in {folder.name for folder in folders}
    for shared in ("size", "steps", "precision", "data_sha256", "tokenizer_sha256", "vectors_sha256", "cnn_sha256"):
        assert len({json.dumps(config(folder).get(shared), sort_keys=True) for folder in folders}) == 1, shared


@pytest.mark.parametrize("folder", BUNDLES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_card_says_where_its_variant_began_and_how_good_the_other_one_was_there(folder: Path) -> None:
    text, parent = " ".join((folder / "card.md").read_text().split()), config(folder).get("branched_from")
    assert ("branched off" in text) == ("Up to the branch, `log.csv` holds the rows" in text) == (parent is not None)
    assert "differ in attention alone" not in text
    if parent is None:
        return
    half = config(folder)["steps"] // 2
    rows = list(csv.DictReader((folder / "log.csv").read_text().splitlines()))
    before = [row for row in rows if int(row["step"]) <= half]
    step, figure = int(before[-1]["step"]), float(before[-1]["dev"])
    assert f"branched off `{parent}`" in text and f"step {step:,}, `{parent}` had {figure:.3f}" in text
    beside = folder.parent / parent
    parents = list(csv.DictReader((beside / "log.csv").read_text().splitlines())) if beside.exists() else []
    same = parents[: len(before)] == before
    assert (f"holds the rows of `{parent}`. " in text) == same
    assert (f" and {config(beside)['dev']['dev']:.3f} at the end" in text) == same if parents else "not kept" in text


@pytest.mark.parametrize("task", list(service.TASKS))
def test_the_page_says_which_variants_went_on_from_another_one(task: str) -> None:
    script = "from attnviz import service\nfrom attnviz.web.inputs.variants import explain\n"
    script = f"{script}explain(service.TASKS[{task!r}], service.variants({task!r}))"
    page = AppTest.from_string(script, default_timeout=120).run()
    assert not page.exception
    about, texts = service.TASKS[task], [one.value for one in page.markdown]
    for name in service.variants(task):
        parent = json.loads((bundles.PRETRAINED / task / name / bundles.CONFIG).read_text()).get("branched_from")
        (told,) = (one for one in texts if one.startswith(f"**{escape(sentence_case(about.called(name)))}**"))
        assert ("It went on from" in told) == (parent is not None)
        assert parent is None or f"It went on from “{escape(about.called(parent))}” at step" in told


def test_all_bundles_together_are_small_enough() -> None:
    assert sum(path.stat().st_size for path in bundles.PRETRAINED.rglob("*.safetensors")) <= 280e6


@pytest.mark.parametrize("damage", ["config", "log"])
def test_a_damaged_bundle_that_branched_off_is_told_in_a_sentence(tmp_path: Path, damage: str) -> None:
    task = next(iter(service.TASKS))
    folder = tmp_path / task / "one"
    folder.mkdir(parents=True)
    kept = {"weights_sha256": "", "branched_from": "other", "steps": 100, "dev": {"dev": 1.0}}
    (folder / bundles.CONFIG).write_text(json.dumps(kept | ({"dev": {}} if damage == "config" else {})))
    (folder / "log.csv").write_text("step,dev\n50,3.0\n" if damage == "config" else "step,dev\nfifty,3.0\n")
    with pytest.raises(BundleError, match="do not fit"):
        service.branch(task, "one", tmp_path)


def test_nothing_is_said_of_a_branch_whose_log_begins_later(tmp_path: Path) -> None:
    (tmp_path / bundles.CONFIG).write_text(json.dumps({"branched_from": "additive", "steps": 100, "dev": {"dev": 1.0}}))
    (tmp_path / "log.csv").write_text("step,dev\n51,2.0\n")
    assert branch_of(tmp_path) is None
    (tmp_path / "log.csv").write_text("step,dev\n50,3.0\n51,2.0\n")
    assert branch_of(tmp_path) == Branch("additive", 50, 100, 3.0, 1.0, None, "lost")
