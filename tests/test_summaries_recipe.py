"""The recipe of summaries: from files to a bundle, on a tiny corpus."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from attnviz.errors import InputError
from attnviz.tasks.summaries.model import VARIANTS
from attnviz.tasks.summaries.reader import load
from attnviz.tasks.summaries.recipe import Recipe, Summaries, prepare, train_variant
from attnviz.training.loop import Plan
from attnviz.training.runs import Settings
from tests.small_summaries import PAIRS, SIZE, small_corpus

RECIPE = Recipe(size=SIZE, plan=Plan(steps=6, warmup=2, dev_every=3, probes=3), batch_tokens=60, covered=1)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_corpus(tmp_path_factory.mktemp("data"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_is_trained_resumed_and_read(data: Path, tmp_path: Path, variant: str) -> None:
    settings = Settings(tmp_path / "runs", precision="float32")
    figures = train_variant(variant, data, tmp_path / "root", settings, RECIPE)
    assert np.isfinite(figures["dev"])
    again = train_variant(variant, data, tmp_path / "root", replace(settings, resume=True), RECIPE)
    assert again == figures
    config = json.loads((tmp_path / "root" / "summaries" / variant / "config.json").read_text())
    assert config["recipe"]["corpora"] == {"guardian": 2.0, "newsmix": 1.0}
    reading = load(variant, tmp_path / "root").read(PAIRS[0][0])
    assert reading.variant == variant


def test_headlines_in_title_case_are_not_learned_from(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path, RECIPE)
    task = Summaries("additive", tmp_path, RECIPE)
    assert len(task.train) == 2 * len(PAIRS)


def test_an_epoch_shows_one_corpus_twice_and_coverage_counts_late(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path, RECIPE)
    task = Summaries("pointer", tmp_path, RECIPE)
    shown = np.concatenate(task.batches(0))
    assert task.coverage == 0
    assert (np.bincount(shown) == [2] * len(PAIRS) + [1] * len(PAIRS)).all()
    task.batches(1)
    assert task.coverage == RECIPE.coverage


def test_a_folder_without_the_corpora_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no guardian\.train\.tsv"):
        train_variant("pointer", tmp_path, tmp_path, Settings(tmp_path / "runs"), RECIPE)
