"""The model card of translation says what its config and its scores say, and nothing else."""

import shutil
from pathlib import Path

import pytest

from attnviz import bundles, service
from attnviz.tasks.translation.about import TASK
from attnviz.tasks.translation.card import write_card


@pytest.fixture(params=service.variants("translation"))
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A bundle without scores."""
    made = tmp_path / "translation" / request.param
    made.mkdir(parents=True)
    for name in (bundles.CONFIG, bundles.WEIGHTS):
        shutil.copyfile(bundles.PRETRAINED / "translation" / request.param / name, made / name)
    return made


def card(folder: Path) -> str:
    write_card(folder)
    return (folder / "card.md").read_text(encoding="utf-8")


def kept(folder: Path, split: str, **scores: object) -> str:
    bundles.keep_score(folder, split, {"split": split, "n": 1000, "scores": {"bleu": 30.04, "chrf": 50.06, **scores}})
    return card(folder)


def test_it_is_whole_and_speaks_of_a_map_only_where_there_is_one(folder: Path) -> None:
    text = card(folder)
    assert text.startswith(f"# French to English, {TASK.called(folder.name)}\n") and "{" not in text
    for part in ("What it is", "What for", "What it can't do", "Data and licence", "Training", "Scores"):
        assert part in text
    assert ("Where the map misleads" in text) == (folder.name != "none")
    assert ("No map" in text) == (folder.name == "none")
    assert "None kept yet" in text


def test_scores_and_the_comparison_with_another_variant_are_told(folder: Path) -> None:
    assert "| test_a | 1,000 | 30.0 | 50.1 | - |" in kept(folder, "test_a")
    against = {"variant": "none", "bleu": 21.26, "share_of_wins": 0.9985, "samples": 1000}
    text = kept(folder, "test_b", against=against)
    told = "none: 21.3; this one is higher in 99.9% of 1,000 random resamples of the set"
    assert f"| test_b | 1,000 | 30.0 | 50.1 | {told} |" in text


def test_what_length_does_is_told(folder: Path) -> None:
    bins = {label: {"n": 200, "bleu": bleu} for label, bleu in (("4-10", 40.0), ("11-20", 36.0), ("61-80", 27.0))}
    text = kept(folder, "test_bylength", by_length=bins)
    assert "| BLEU | 40.0 | 36.0 | 27.0 |" in text and "At 61-80 words it keeps 68% of its BLEU at 4-10." in text
    assert "| chance | - | - | - |" in text and "| loops | - | - | - |" in text
    bins["61-80"] |= {"chance": 0.892, "loops": 0.915}
    text = kept(folder, "test_bylength", by_length=bins)
    assert "| chance | - | - | 0.9 |" in text and "| loops | - | - | 91.5% |" in text
    against = {"variant": "local", "bleu": 21.26, "share_of_wins": 0.9985, "samples": 1000}
    scores = {"bleu": 30.04, "chrf": 50.06, "by_length": bins, "against": against}
    bundles.keep_score(folder, "another command", {"split": "test_bylength", "n": 1000, "scores": scores})
    assert card(folder).count("By number of French words") == 1, "once, however many variants it was compared with"
    del bins["61-80"]
    assert "keeps" not in kept(folder, "test_bylength", by_length=bins)
