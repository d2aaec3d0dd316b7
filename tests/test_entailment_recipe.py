"""Training on a few dozen pairs: it learns, and the bundle opens again as what was trained."""

import json
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch

from attnviz import bundles
from attnviz.errors import BundleError, InputError
from attnviz.tasks.entailment import changes, vectors
from attnviz.tasks.entailment import recipe as recipes
from attnviz.tasks.entailment.about import LABELS
from attnviz.tasks.entailment.corpus import split_words
from attnviz.tasks.entailment.model import VARIANTS, Size
from attnviz.tasks.entailment.reader import load
from attnviz.tasks.entailment.recipe import Entailment, Recipe, prepare, train_variant
from attnviz.training.loop import Plan, train
from attnviz.training.runs import Settings
from tests.small_bundles import contents

PLAN = Plan(steps=60, learning_rate=2e-2, warmup=4, dev_every=20, average=2, probes=4)
NO_CHANGES = {name: times for name, times in recipes.SOURCES.items() if not name.startswith(changes.SOURCE)}
RECIPE = Recipe(Size(vector=12, hidden=16, score=8), PLAN, NO_CHANGES, pairs=12, dropout=0.0)

WHO = {"man": "person", "woman": "person", "dog": "animal", "horse": "animal"}
DOES = {"runs": "moves", "sings": "is loud", "eats": "has food"}
NOT = {"runs": "sleeps", "sings": "is silent", "eats": "has nothing"}
KNOWN = sorted({w for text in [*WHO, *WHO.values(), *DOES, *DOES.values(), *NOT.values()] for w in text.split()})
KNOWN += ["a", "the", ".", "in", "town", "park", "big", "large"]


def rows() -> list[tuple[str, str, str]]:
    """Premise, hypothesis, label."""
    triples = []
    for who, does, where in product(WHO, DOES, ("park", "town")):
        premise = f"A {who} {does} in the {where} ."
        triples.append((premise, f"The {WHO[who]} {DOES[does]} .", "entailment"))
        triples.append((premise, f"The {WHO[who]} {NOT[does]} .", "contradiction"))
        triples.append((premise, f"The {who} is big .", "neutral"))
    return [triples[i] for i in np.random.default_rng(0).permutation(len(triples))]


def write(path: Path, pairs: list[tuple[str, str, str]], **more: list[str]) -> None:
    lines = ["\t".join(["id", "premise", "hypothesis", "label", *more])]
    for i, pair in enumerate(pairs):
        lines.append("\t".join([f"{path.stem}-{i}", *pair, *(values[i] for values in more.values())]))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def small_vectors(folder: Path) -> Path:
    """Vectors of KNOWN in `folder`, and where they lie."""
    chance = np.random.default_rng(5)
    codes = chance.integers(-127, 128, (len(KNOWN), RECIPE.size.vector)).astype(np.int8)
    scale = np.full(RECIPE.size.vector, 0.02, dtype=np.float32)
    folder.mkdir(parents=True, exist_ok=True)
    words = np.frombuffer("\n".join(KNOWN).encode(), dtype=np.uint8)
    np.savez(folder / "small.npz", words=words, vectors=codes, scale=scale)
    vectors.convert(folder / "small.npz", folder / "entailment")
    return vectors.bundled(folder)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    pairs = rows()
    write(folder / "snli_train.tsv", pairs[:48], source=["cat+dev"] * 48)
    write(folder / "snli_dev.tsv", pairs[48:])
    write(folder / "aux_train.tsv", pairs[:6], source=["mnli"] * 4 + ["unheard_of"] * 2)
    write(folder / "sick.tsv", pairs[:5], split=["train", "train", "train", "dev", "test"])
    (folder / "lexical_relations.tsv").write_text("word1\tword2\trelation\tsource\nbig\tlarge\tsynonym\tx\n")
    return folder


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `pretrained/`, with vectors alone."""
    folder = tmp_path_factory.mktemp("pretrained")
    small_vectors(folder)
    return folder


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, pretrained: Path) -> None:
    monkeypatch.setattr(recipes, "Recipe", lambda: RECIPE)
    monkeypatch.setattr(changes, "MOST", dict.fromkeys(changes.PARTS, 30))
    monkeypatch.setattr(bundles, "PRETRAINED", pretrained)


@pytest.fixture(scope="module")
def common(data: Path, pretrained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("common")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "MOST", dict.fromkeys(changes.PARTS, 30))
        prepare(data, folder, RECIPE, vectors.load(vectors.bundled(pretrained)))
    return folder


def test_an_epoch_shows_each_corpus_as_often_as_the_recipe_says(common: Path) -> None:
    sources = {"snli": 1.0, "mnli": 2.5, "sick": 1.0, "lexical": 3.0}
    task = Entailment("none", common, replace(RECIPE, sources=sources))
    assert task.pairs_of() == {"snli": 48, "mnli": 10, "sick": 3, "lexical": 3}
    counts = np.zeros(4)
    names = [str(name) for name in task.train.arrays["names"]]
    for epoch in range(40):
        drawn = np.concatenate(task.batches(epoch))
        counted = np.bincount(task.train.arrays["source"][drawn], minlength=len(names))
        assert counted[names.index("unheard_of")] == 0
        counts += counted[[names.index(name) for name in sources]]
    np.testing.assert_allclose(counts / 40, [48, 10, 3, 3], atol=0.5)


def test_single_changes_of_its_own_captions_are_packed_too(common: Path) -> None:
    sources = dict.fromkeys(recipes.SOURCES.keys() - NO_CHANGES.keys(), 1.0)
    shown = Entailment("none", common, replace(RECIPE, sources=sources)).pairs_of()
    made = changes.single_changes("train", [premise.split() for premise, *_ in rows()[:48]])
    assert shown == Counter(pair.source for pair in made)
    assert {"changed_role", "changed_modifier"} <= shown.keys()


def test_the_batches_of_an_epoch_are_the_same_when_asked_again_and_of_like_length(common: Path) -> None:
    task = Entailment("none", common, RECIPE)
    first, again, other = ([batch.tolist() for batch in task.batches(epoch)] for epoch in (3, 3, 4))
    assert first == again and first != other
    assert all(len(batch) <= RECIPE.pairs for batch in first)
    lengths = task.train.lengths["hypothesis"]
    within = [np.ptp(lengths[batch]) for batch in first]
    assert np.mean(within) < np.ptp(lengths) / 2


def test_labels_weigh_alike_however_many_pairs_each_has(common: Path) -> None:
    task = Entailment("none", common, replace(RECIPE, sources={"snli": 1.0, "mnli": 1.0}))
    drawn = np.isin(task.train.arrays["source"], [0, list(task.train.arrays["names"]).index("mnli")])
    counts = np.bincount(task.train.arrays["label"][drawn], minlength=3)
    assert len(set(counts.tolist())) > 1
    np.testing.assert_allclose(task.weights.numpy() * counts, np.full(3, counts.sum() / 3), rtol=1e-6)
    plain = Entailment("none", common, replace(RECIPE, balanced=False))
    assert plain.weights.tolist() == [1.0, 1.0, 1.0]


def test_long_pairs_are_not_trained_on(common: Path) -> None:
    task = Entailment("none", common, replace(RECIPE, longest=4, sources={"snli": 1.0, "lexical": 2.0}))
    assert task.pairs_of() == {"lexical": 2}
    assert len(np.concatenate(task.batches(0))) == 2


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_loss_is_that_of_the_labels(common: Path, variant: str) -> None:
    task = Entailment(variant, common, replace(RECIPE, smoothing=0.1))
    batch = task.batches(0)[0]
    task.model.eval()
    loss, plain, count = task.loss(batch)
    by_hand = smooth = 0.0
    for i in batch:
        log_probs = task.model(*task._texts(task.train, np.array([i]))).log_probs[0].tolist()
        label = int(task.train.arrays["label"][i])
        by_hand -= log_probs[label]
        weights = task.weights.tolist()
        smooth -= 0.9 * weights[label] * log_probs[label] + 0.1 / 3 * sum(
            w * p for w, p in zip(weights, log_probs, strict=True)
        )
    assert count == len(batch)
    assert plain.item() == pytest.approx(by_hand, rel=1e-4)
    assert loss.item() == pytest.approx(smooth, rel=1e-4)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_learns(common: Path, tmp_path: Path, variant: str) -> None:
    task = Entailment(variant, common, RECIPE)
    figures = train(task, PLAN, tmp_path)
    assert figures["dev"] < 0.3
    wrong = 0
    for i in range(len(task.dev_set)):
        log_probs = task.model.eval()(*task._texts(task.dev_set, np.array([i]))).log_probs
        wrong += int(log_probs.argmax()) != task.dev_set.arrays["label"][i]
    assert figures["dev"] == pytest.approx(wrong / len(task.dev_set))
    with torch.inference_mode():
        maps = task.probe()
    assert len(maps) == (0 if variant == "none" else len(recipes.PROBES))
    if variant not in ("none", "attention"):
        premise, hypothesis = map(split_words, recipes.PROBES[0])
        assert maps[0].shape == (len(hypothesis), len(premise) + 1)


def test_a_trained_variant_is_a_bundle_and_a_second_seed_lies_beside_it(data: Path, tmp_path: Path) -> None:
    root = tmp_path / "bundles"
    settings = Settings(tmp_path / "runs", steps=20, precision="float32")
    figures = train_variant("match", data, root, settings)
    before = contents(root), contents(settings.runs)
    second = train_variant("match", data, root, replace(settings, seed=2))
    for folder, kept in zip((root, settings.runs), before, strict=True):
        now = contents(folder)
        assert {name: now[name] for name in kept} == kept
        assert all(name.startswith("entailment/match.seed2/") for name in now.keys() - kept.keys())
    assert sorted(path.name for path in (root / "entailment").iterdir()) == [
        "match",
        "match.seed2",
        vectors.CARD,
        vectors.NAME,
    ]
    config = json.loads((root / "entailment/match/config.json").read_text())
    assert config["vectors_sha256"] == bundles.sha256(root / "entailment" / vectors.NAME)
    assert config["recipe"]["sources"] == RECIPE.sources
    assert config["recipe"]["pairs_of"] == {"snli": 48, "sick": 3}
    assert (config["seed"], config["steps"], config["dev"]) == (1, 20, figures)
    assert set(config["data_sha256"]) >= {"snli_train.tsv", "aux_train.tsv", "sick.tsv", vectors.NAME}
    card = (root / "entailment/match/card.md").read_text()
    assert "not comparable" in card.replace("\n", " ") and "NULL" in card
    first, other = (load(name, root) for name in ("match", "match.seed2"))
    pair = ("A man runs in the park .", "The person moves .")
    assert first.read(pair).variant == "match" and other.read(pair).variant == "match.seed2"
    assert first.read(pair).output.logprobs != other.read(pair).output.logprobs
    assert bundles.names("entailment", root) == ["match"]
    assert {figures["averaged"], second["averaged"]} <= {1, 2}
    saved = dict(np.load(root / "entailment/match/probes.npz"))
    assert {name.split("/")[0] for name in saved} == {str(i) for i in range(len(recipes.PROBES))}


def test_the_bundle_reads_as_the_trained_model_does(data: Path, tmp_path: Path) -> None:
    train_variant("word_by_word", data, tmp_path, Settings(tmp_path / "runs", steps=20, precision="float32"))
    reader = load("word_by_word", tmp_path)
    common = tmp_path / "runs/entailment"
    task = Entailment("word_by_word", common, RECIPE)
    task.model.load_state_dict(torch.load(common / "word_by_word/best.pt", weights_only=True))
    task.model.eval()
    for i, (premise, hypothesis, _) in enumerate(rows()[48:54]):
        wanted = task.model(*task._texts(task.dev_set, np.array([i]))).log_probs[0]
        output = reader.read((premise, hypothesis)).output
        assert output.labels == LABELS
        np.testing.assert_allclose(output.logprobs, wanted.detach().numpy(), atol=0.02)  # float16


def test_other_vectors_beside_a_bundle_are_refused(data: Path, tmp_path: Path) -> None:
    train_variant("none", data, tmp_path, Settings(tmp_path / "runs", steps=20, precision="float32"))
    path = tmp_path / "entailment" / vectors.NAME
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    vectors.load.cache_clear()
    with pytest.raises(BundleError, match="not those that the variant was trained with"):
        load("none", tmp_path)


def test_the_whole_of_snli_is_trained_on_as_it_is_published(data: Path, tmp_path: Path) -> None:
    for split, pairs in (("train", rows()[:48]), ("dev", rows()[48:])):
        lines = [
            json.dumps({"gold_label": label, "sentence1": premise, "sentence2": hypothesis, "pairID": str(i)})
            for i, (premise, hypothesis, label) in enumerate(pairs)
        ]
        (tmp_path / f"snli_1.0_{split}.jsonl").write_text("\n".join(lines))
    train_variant("none", tmp_path, tmp_path / "root", Settings(tmp_path / "runs", steps=20, precision="float32"))
    published, prepared = (tmp_path / "runs/entailment", tmp_path / "same")
    (tmp_path / "plain").mkdir()
    for split, pairs in (("train", rows()[:48]), ("dev", rows()[48:])):
        write(tmp_path / "plain" / f"snli_{split}.tsv", pairs)
    prepare(tmp_path / "plain", prepared, RECIPE, vectors.load(vectors.bundled(bundles.PRETRAINED)))
    for name in ("train.npz", "dev.npz"):
        first, other = (dict(np.load(folder / name)) for folder in (published, prepared))
        assert first.keys() == other.keys()
        for key in first:
            np.testing.assert_array_equal(first[key], other[key])


def test_data_without_snli_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no snli_train"):
        train_variant("none", tmp_path, tmp_path / "root", Settings(tmp_path / "runs"))
