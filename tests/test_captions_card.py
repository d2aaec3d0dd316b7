"""The model card of captions says what its config and its scores say, and nothing else."""

import json
import shutil
from pathlib import Path

import pytest

from attnviz import bundles
from attnviz.tasks.captions.about import TASK
from attnviz.tasks.captions.card import write_card
from attnviz.tasks.captions.model import VARIANTS
from tests.small_captions import POINTING, SMALL, small_root

SCORES = {
    **{f"bleu-{n}": 70.0 - 10 * n + 0.25 for n in range(1, 5)},
    "without_brevity_penalty": {f"bleu-{n}": 71.0 - 10 * n + 0.25 for n in range(1, 5)},
    "cider": 54.37,
    "rouge-l": 46.81,
    "distinct": 0.876,
    "coverage": 3.25,
    "as_uploaded": {"bleu-4": 27.41, "cider": 50.52},
    "objects": {"n": 1234, "named": 0.4321},
    "against": {
        "variant": "none",
        "samples": 1000,
        "bleu-4": {"value": 28.7, "share_of_wins": 0.983},
        "cider": {"value": 51.2, "share_of_wins": 0.991},
    },
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_root(tmp_path_factory.mktemp("root"))


def card(folder: Path) -> str:
    write_card(folder)
    return (folder / "card.md").read_text()


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_card_is_whole(root: Path, variant: str) -> None:
    text = card(root / "captions" / variant)
    assert text.startswith(f"# Image captions, {TASK.called(variant)}\n")
    assert "{" not in text and "}" not in text
    for part in ("What for", "What it can't do", "Data and licence", "Training", "Scores"):
        assert part in text
    assert ("Where the map misleads" in text) == (variant != "none") == ("No map" not in text)
    text = " ".join(text.split())
    assert "knows people, dogs and sport best" in text
    assert "for research" in text and "none of them is part of this repository" in text


def test_what_is_special_about_a_variant_is_told(root: Path) -> None:
    assert "strongest cell is taken" in " ".join(card(root / "captions" / "hard").split())
    assert "sentinel" in card(root / "captions" / "adaptive")
    assert "there is nowhere to look" in " ".join(card(root / "captions" / "none").split())
    assert "doubly stochastic term (eq. 14" in " ".join(card(root / "captions" / "soft").split())


def test_every_figure_comes_from_the_scores(root: Path) -> None:
    folder = root / "captions" / "soft"
    (regions,) = (result["scores"]["regions"] for result in bundles.scores("captions", "soft", root).values())
    result = {"task": "captions", "variant": "soft", "split": "captions.test", "n": 1000, "scores": {**SCORES}}
    bundles.keep_score(folder, "another command", result)
    text = card(folder)
    for told in ("| captions.test | 1,000 | 60.2 | 50.2 | 40.2 | 30.2 | 54.4 | 46.8 | 88% | 3.2 |", "98.3%", "99.1%"):
        assert told in text
    flowing = " ".join(text.split())
    for told in ("an upload is, have BLEU-4 27.4 and CIDEr-D 50.5", "1,234 objects", "name 43.2%"):
        assert told in flowing
    assert (
        f"| captions.test, all | {regions['n']} | {POINTING['pointing']:.3f} | 0.581 | 0.604 | 0.591 | 0.548 |" in text
    )
    assert "| specificity | above 0 |" in text and "| 0.022 | 0.987 |" in text and "1,000 drawings" in text
    assert f"{SMALL['pointing']:.3f} | - | - | - | 0.309 | 0.101 |" in text
    assert "| captions.test, people | 5 | 0.612 |" in text


def test_a_card_says_which_photos_it_learned_from(root: Path) -> None:
    text = " ".join(card(root / "captions" / "soft").split())
    assert "from ordinary scenes of COCO (Lin et al. 2014" in text and "which an epoch shows 3 times" in text
    assert "stored, or in one of 2 copies that were compressed" in text


def test_a_figure_that_the_scores_lack_has_no_column(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "soft"
    shutil.copytree(root / "captions" / "soft", folder)
    (folder / "scores.json").unlink()
    regions = {"n": 9, "pointing": 0.6, "pointing_centre": 0.5, "small": {"n": 2, "pointing": 0.4}}
    result = {"task": "captions", "variant": "soft", "split": "captions.old", "n": 3, "scores": {"regions": regions}}
    bundles.keep_score(folder, "a command", result)
    text = card(folder)
    assert "| split, phrases | n | own map | centre |\n" in text and "specificity" not in text


def test_without_scores_it_says_how_to_get_some(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "soft"
    folder.mkdir()
    for name in ("config.json", "weights.safetensors"):
        (folder / name).write_bytes((root / "captions" / "soft" / name).read_bytes())
    assert "None kept yet" in card(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "branched_from": "none", "dev": {"averaged": 3}}))
    text = card(folder)
    assert "branched off `none`" in text and "mean of the last 3 checkpoints" in text
