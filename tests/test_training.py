"""Training on a few dozen sentences: it learns, and interruptions and processes are exact."""

import csv
import json
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.distributed as dist
from tokenizers import Tokenizer
from torch import Tensor

from attnviz import bundles, service
from attnviz.errors import InputError
from attnviz.tasks.subwords import decode, join_words
from attnviz.tasks.translation import constructions
from attnviz.tasks.translation import recipe as recipes
from attnviz.tasks.translation.model import BEGIN, END, Size
from attnviz.tasks.translation.reader import load
from attnviz.tasks.translation.recipe import Recipe, Translation, prepare, train_variant
from attnviz.training.loop import Batch, Machine, Plan, faster_precision, has_bfloat16, train
from attnviz.training.runs import Settings
from tests.small_bundles import contents

CORPORA = {"tatoeba": 1.0, "multi30k": 2.0, "europarl": 0.5}
DEV = {"multi30k": 6, "tatoeba": 4}
PLAN = Plan(steps=24, learning_rate=8e-3, warmup=4, dev_every=6, average=3, probes=4)
RECIPE = Recipe(
    Size(200, embedding=12, hidden=16, score=8), PLAN, batch_tokens=200, longest=30, dropout=0.1, in_bytes=False
)

WHO = {"Le chat": "The cat", "Ma mère": "My mother", "L'enfant": "The child", "Mon frère": "My brother"}
DOES = {"mange": "eats", "voit": "sees", "n'aime pas": "doesn't like", "a donné": "gave"}
WHAT = {
    "la pomme": "the apple",
    "le livre rouge": "the red book",
    "l'arbre": "the tree",
    "un petit chien": "a small dog",
}


def small_corpora(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "CORPORA", CORPORA)
    monkeypatch.setattr(recipes, "DEV", DEV)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_corpora(monkeypatch)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpora's files."""
    folder = tmp_path_factory.mktemp("data")
    pairs = [
        (f"{who[0]} {does[0]} {what[0]}.", f"{who[1]} {does[1]} {what[1]}.")
        for who, does, what in product(WHO.items(), DOES.items(), WHAT.items())
    ]
    pairs = [pairs[i] for i in np.random.default_rng(0).permutation(len(pairs))]
    long = (" ".join([pairs[0][0]] * 20), " ".join([pairs[0][1]] * 20))
    parts = {
        "train_tatoeba": pairs[:30],
        "train_multi30k": pairs[30:44],
        "train_europarl": [*pairs[44:54], long],
        "dev_multi30k": pairs[54:60],
        "dev_tatoeba": pairs[60:],
    }
    for name, part in parts.items():
        lines = [f"{name}.{i}\t{french}\t{english}\n" for i, (french, english) in enumerate(part)]
        (folder / f"{name}.tsv").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def common(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packed corpora and the tokenizer."""
    folder = tmp_path_factory.mktemp("packed")
    with pytest.MonkeyPatch.context() as monkeypatch:
        small_corpora(monkeypatch)
        prepare(data, folder, RECIPE)
    return folder


def checkpoint(path: Path) -> Any:
    return torch.load(path, weights_only=False)


def same(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> bool:
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


# The whole way, once


def test_a_variant_is_trained_from_files_to_a_bundle_that_reads(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = replace(RECIPE, plan=replace(PLAN, steps=60, dev_every=10))
    monkeypatch.setattr(recipes, "Recipe", lambda: longer)
    runs, root = tmp_path / "runs", tmp_path / "pretrained"
    figures = train_variant("additive", data, root, Settings(runs, precision="float32"))

    folder = root / "translation" / "additive"
    log = list(csv.DictReader((folder / "log.csv").read_text().splitlines()))
    assert [int(row["step"]) for row in log] == [10, 20, 30, 40, 50, 60]
    losses = [float(row["loss"]) for row in log]
    assert losses == sorted(losses, reverse=True) and losses[-1] < 0.7 * losses[0]
    assert float(log[-1]["dev"]) < 0.7 * float(log[0]["dev"])
    assert figures["dev"] <= min(float(row["dev"]) for row in log[-3:])
    assert figures["dev"] == pytest.approx((figures["dev_multi30k"] + figures["dev_tatoeba"]) / 2)

    config = json.loads((folder / "config.json").read_text())
    assert (config["variant"], config["mechanism"], config["steps"], config["seed"]) == ("additive", "additive", 60, 1)
    assert config["size"] == asdict(RECIPE.size)
    assert config["recipe"]["corpora"] == CORPORA and config["recipe"]["plan"]["steps"] == 60
    assert config["data_sha256"] == {
        path.name: bundles.sha256(path) for path in sorted(data.glob("train_*"), key=lambda path: path.name)
    }
    assert config["dev"] == figures
    assert np.load(folder / "probes.npz").files
    assert (folder / "card.md").read_text().strip()

    reader = load("additive", root)
    # log-probability a token: better than at the first look
    assert reader.read("Le chat voit l'arbre.", target="The cat sees the tree.").score > -float(log[0]["dev"])
    assert reader.read("Le chat voit l'arbre.").map() is not None
    assert reader.digest == config["weights_sha256"]


def test_a_second_seed_lies_beside_the_first_and_leaves_it_as_it_was(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipes, "Recipe", lambda: RECIPE)
    runs, root = tmp_path / "runs", tmp_path / "pretrained"
    train_variant("general", data, root, Settings(runs, precision="float32"))
    bundle, run, shared = (
        root / "translation/general",
        runs / "translation/general",
        root / "translation/tokenizer.json",
    )
    before = contents(bundle), contents(run), shared.read_bytes()
    train_variant("general", data, root, Settings(runs, precision="float32", seed=2))
    assert before == (contents(bundle), contents(run), shared.read_bytes())
    other = root / "translation/general.seed2"
    assert contents(other).keys() == before[0].keys()
    assert contents(other)["weights.safetensors"] != before[0]["weights.safetensors"]
    config = json.loads((other / "config.json").read_text())
    assert [config[name] for name in ("variant", "mechanism", "seed")] == ["general.seed2", "general", 2]
    assert (runs / "translation/general.seed2/best.pt").exists()
    assert service.variants("translation", root) == ["general"]
    assert load("general.seed2", root).read("Le chat voit l'arbre.", beam=1).variant == "general.seed2"
    train_variant("general", data, root, Settings(tmp_path / "again", precision="float32", seed=RECIPE.plan.seed))
    assert contents(bundle)["weights.safetensors"] == before[0]["weights.safetensors"], "its own seed is no second one"


def test_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"train_tatoeba\.tsv\.xz: name the folder of the translation corpora"):
        train_variant("none", tmp_path, tmp_path / "pretrained", Settings(tmp_path / "runs"))


# What the loop is given: batches and losses


def test_an_epoch_shows_each_corpus_as_often_as_its_weight_says(common: Path) -> None:
    task = Translation("none", common, RECIPE)
    seen = np.zeros(len(task.train))
    for epoch in range(40):
        for batch in task.batches(epoch):
            np.add.at(seen, batch, 1)
    corpus, names = task.train.arrays["corpus"], task.train.arrays["names"].tolist()
    assert names == list(CORPORA)
    assert set(seen[corpus == 0]) == {40}
    assert set(seen[corpus == 1]) == {80}
    long = np.argmax(task.train.lengths["fr"])
    assert seen[long] == 0 and corpus[long] == 2  # more than `longest` subwords
    assert seen[corpus == 2].sum() / 10 == pytest.approx(20, abs=4)


def test_with_bpe_dropout_each_epoch_reads_all_sentences_cut_in_one_of_several_ways(data: Path, tmp_path: Path) -> None:
    recipe = replace(RECIPE, bpe_dropout=0.3, cuts=2)
    prepare(data, tmp_path, recipe)
    task = Translation("none", tmp_path, recipe)
    half = len(task.train) // 2
    cut = [[task.train.row("fr", at + i).tolist() for i in range(half)] for at in (0, half)]
    assert cut[0] != cut[1]
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    for one, other in zip(*cut, strict=True):
        texts = [join_words(decode([str(tokenizer.id_to_token(i)) for i in ids])[0]) for ids in (one, other)]
        assert texts[0] == texts[1]
    for epoch, part in ((0, 0), (1, 1), (2, 0)):
        seen = np.concatenate(task.batches(epoch))
        assert {int(i) // half for i in seen} == {part}
    prepare(data, tmp_path / "again", recipe)
    again = np.load(tmp_path / "again" / "train.npz")
    assert all(np.array_equal(again[name], values) for name, values in np.load(tmp_path / "train.npz").items())
    assert len(Translation("none", tmp_path, recipe).dev_set) == sum(DEV.values())


def test_our_own_pairs_are_trained_on_beside_the_corpora(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipes, "CORPORA", {**CORPORA, constructions.NAME: 1.0})
    prepare(data, tmp_path, RECIPE)
    task = Translation("none", tmp_path, RECIPE)
    names = task.train.arrays["names"].tolist()
    assert (task.train.arrays["corpus"] == names.index(constructions.NAME)).sum() == len(constructions.pairs())


def test_batches_hold_sentences_of_like_length_and_repeat_for_the_same_epoch(common: Path) -> None:
    task = Translation("none", common, RECIPE)
    first, again, second = task.batches(0), Translation("none", common, RECIPE).batches(0), task.batches(1)
    assert [batch.tolist() for batch in first] == [batch.tolist() for batch in again]
    assert [batch.tolist() for batch in first] != [batch.tolist() for batch in second]
    lengths = task.train.lengths["en"] + 1
    assert len(first) >= 3
    for batch in first:
        assert lengths[batch].max() * len(batch) <= RECIPE.batch_tokens
    # in order of length, batches don't overlap
    spans = sorted((lengths[batch].min(), lengths[batch].max()) for batch in first)
    assert all(high <= next_low for (_, high), (next_low, _) in pairwise(spans))


def test_a_batchs_loss_is_the_sum_of_its_sentences(common: Path) -> None:
    task = Translation("additive", common, replace(RECIPE, dropout=0.0))
    batch = np.array([0, 5, 31, 50])
    smooth, plain, count = task.loss(batch)
    apart = [task.loss(batch[i : i + 1]) for i in range(4)]
    assert smooth.item() == pytest.approx(sum(part.item() for part, _, _ in apart), rel=1e-5)
    assert plain.item() == pytest.approx(sum(part.item() for _, part, _ in apart), rel=1e-5)
    assert count == sum(part for _, _, part in apart) == sum(task.train.lengths["en"][batch] + 1)


def test_dev_figures_are_negative_log_likelihood_a_token(common: Path) -> None:
    task = Translation("general", common, RECIPE)
    task.model.eval()
    with torch.inference_mode():
        figures = task.dev()
        for number, name in enumerate(DEV):
            total, tokens = 0.0, 0
            for i in np.flatnonzero(task.dev_set.arrays["corpus"] == number):
                french, english = task.dev_set.row("fr", i).tolist(), task.dev_set.row("en", i).tolist()
                state = task.model.decoder.begin(task.model.encode(torch.tensor([[*french, END]])))
                before = BEGIN
                for token in (*english, END):
                    step = task.model.decoder.step(torch.tensor([before]), state)
                    state, before = step.state, token
                    total, tokens = total - step.log_probs[0, token].item(), tokens + 1
            assert figures[f"dev_{name}"] == pytest.approx(total / tokens, rel=1e-5)
    assert next(iter(figures)) == "dev"
    assert figures["dev"] == pytest.approx(sum(figures[f"dev_{name}"] for name in DEV) / 2)


# The plan


def test_the_learning_rate_rises_stays_and_falls() -> None:
    plan = Plan(steps=100, learning_rate=2.0, warmup=10, decay_from=0.4)
    expected = {0: 0.2, 4: 1.0, 9: 2.0, 10: 2.0, 39: 2.0, 40: 2.0, 55: 1.5, 70: 1.0, 85: 0.5, 99: 2 / 60}
    assert {step: plan.rate(step) for step in expected} == pytest.approx(expected)


def test_warming_up_ends_where_falling_begins_to_be_lower() -> None:
    plan = Plan(steps=10, learning_rate=1.0, warmup=20, decay_from=0.0)
    rates = [plan.rate(step) for step in range(10)]
    assert rates == pytest.approx([min((step + 1) / 20, (10 - step) / 10) for step in range(10)])


def test_probes_are_denser_early() -> None:
    assert Plan(steps=1000, probes=4).probe_steps() == {0, 1, 10, 100, 1000}
    moments = sorted(Plan(steps=6000).probe_steps())
    assert (moments[0], moments[-1]) == (0, 6000) and 15 <= len(moments) <= 21
    gaps = np.diff(moments[1:])
    assert (np.diff(gaps) >= -1).all()


def test_each_step_is_taken_at_the_rate_of_the_plan(common: Path, tmp_path: Path) -> None:
    train(Translation("none", common, RECIPE), PLAN, tmp_path)
    log = checkpoint(tmp_path / "last.pt")["progress"]["log"]
    assert [row["rate"] for row in log] == [PLAN.rate(step - 1) for step in (6, 12, 18, 24)]


# What a run keeps


@pytest.fixture(scope="module")
def whole(common: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted run of `additive`."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as monkeypatch:
        small_corpora(monkeypatch)
        train(Translation("additive", common, RECIPE), PLAN, folder)
    return folder


def test_probes_are_kept_at_the_stated_moments(common: Path, whole: Path) -> None:
    task = Translation("additive", common, RECIPE)
    kept = np.load(whole / "probes.npz")
    moments = PLAN.probe_steps()
    assert set(kept.files) == {f"{i}/{step}" for i in range(len(recipes.PROBES)) for step in moments}
    for i, (french, english) in enumerate(task.probes):
        for step in moments:
            weights = kept[f"{i}/{step}"]
            assert weights.shape == (len(english), len(french) + 1) and weights.dtype == np.float16
            np.testing.assert_allclose(weights.sum(axis=1, dtype=np.float64), 1, atol=0.01)
    # the last ones are those of the last weights, the first ones those before any step
    for step, weights in ((0, None), (24, checkpoint(whole / "last.pt")["model"])):
        if weights is not None:
            task.model.load_state_dict(weights)
        task.model.eval()
        with torch.inference_mode():
            for i, expected in enumerate(task.probe()):
                np.testing.assert_allclose(kept[f"{i}/{step}"], expected, atol=2e-3)
    assert not np.array_equal(kept["0/0"], kept["0/24"])


def test_without_attention_no_probe_is_kept(common: Path, tmp_path: Path) -> None:
    train(Translation("none", common, RECIPE), replace(PLAN, steps=6), tmp_path)
    assert np.load(tmp_path / "probes.npz").files == []


def test_the_best_average_of_the_last_checkpoints_is_kept(common: Path, tmp_path: Path) -> None:
    task = Translation("additive", common, RECIPE)
    figures = train(task, PLAN, tmp_path)
    paths = sorted((tmp_path / "points").iterdir())
    assert [path.name for path in paths] == ["0000012.pt", "0000018.pt", "0000024.pt"]
    points = [checkpoint(path) for path in paths]
    assert same(points[-1], checkpoint(tmp_path / "last.pt")["model"])
    best = checkpoint(tmp_path / "best.pt")
    last = points[-int(figures["averaged"]) :]
    for name, value in best.items():
        torch.testing.assert_close(value, sum(point[name] for point in last) / len(last))
    assert same(dict(task.model.state_dict()), best)
    task.model.eval()
    with torch.inference_mode():
        assert task.dev()["dev"] == pytest.approx(figures["dev"])
        for count in (1, 2, 3):
            mean = {name: torch.stack([point[name] for point in points[-count:]]).mean(0) for name in best}
            task.model.load_state_dict(mean)
            assert task.dev()["dev"] >= figures["dev"] - 1e-6


# Interruptions


class InterruptionError(Exception):
    pass


class Interrupting(Translation):
    """A task whose machine stops at a certain step."""

    stop_before = 0

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor, int]:
        self.stop_before -= 1
        if self.stop_before < 0:
            raise InterruptionError
        return super().loss(batch)


def run_until(variant: str, common: Path, folder: Path, steps: int, **options: Any) -> None:
    """Train as any process would, and be stopped in the step after so many."""
    task = Interrupting(variant, common, RECIPE)
    task.stop_before = steps
    with pytest.raises(InterruptionError):
        train(task, PLAN, folder, **options)


def assert_same_run(ours: Path, theirs: Path) -> None:
    a, b = checkpoint(ours / "last.pt"), checkpoint(theirs / "last.pt")
    assert same(a["model"], b["model"])
    for mine, other in zip(a["optimiser"]["state"].values(), b["optimiser"]["state"].values(), strict=True):
        assert same(mine, other)
    assert torch.equal(a["random"], b["random"])
    measured = ("seconds", "tokens_per_second")
    logs = [
        [{key: value for key, value in row.items() if key not in measured} for row in run["progress"]["log"]]
        for run in (a, b)
    ]
    assert logs[0] == logs[1]
    for name in ("step", "epoch", "place", "tokens"):
        assert a["progress"][name] == b["progress"][name]
    probes = [np.load(folder / "probes.npz") for folder in (ours, theirs)]
    assert set(probes[0].files) == set(probes[1].files)
    assert all(np.array_equal(probes[0][name], probes[1][name]) for name in probes[0].files)
    assert same(checkpoint(ours / "best.pt"), checkpoint(theirs / "best.pt"))


@pytest.mark.parametrize("steps", [3, 6, 7, 13, 23])
def test_an_interrupted_run_goes_on_to_exactly_the_same_weights(
    common: Path, whole: Path, tmp_path: Path, steps: int
) -> None:
    assert len(Translation("additive", common, RECIPE).batches(0)) < 12  # the run spans several epochs
    run_until("additive", common, tmp_path, steps)
    torch.manual_seed(999)  # another process, another random state
    train(Translation("additive", common, RECIPE), PLAN, tmp_path, resume=True)
    assert_same_run(tmp_path, whole)


def test_many_interruptions_change_nothing_either(common: Path, whole: Path, tmp_path: Path) -> None:
    for number, steps in enumerate((8, 8, 5, 9)):
        with suppress(InterruptionError):
            task = Interrupting("additive", common, RECIPE)
            task.stop_before = steps
            train(task, PLAN, tmp_path, resume=number > 0)
    train(Translation("additive", common, RECIPE), PLAN, tmp_path, resume=True)
    assert_same_run(tmp_path, whole)


def test_a_finished_run_that_is_resumed_stays_as_it_is(common: Path, tmp_path: Path) -> None:
    first = train(Translation("additive", common, RECIPE), PLAN, tmp_path)
    before = checkpoint(tmp_path / "best.pt")
    assert train(Translation("additive", common, RECIPE), PLAN, tmp_path, resume=True) == first
    assert same(checkpoint(tmp_path / "best.pt"), before)


def test_an_interruption_while_writing_leaves_the_earlier_checkpoint(
    common: Path, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, calls = torch.save, iter(range(100))

    def fail_later(value: Any, path: Path) -> None:
        if next(calls) < 2:
            save(value, path)
        else:
            path.write_bytes(b"half of a checkp")
            raise InterruptionError

    monkeypatch.setattr(torch, "save", fail_later)
    with pytest.raises(InterruptionError):
        train(Translation("additive", common, RECIPE), PLAN, tmp_path)
    monkeypatch.setattr(torch, "save", save)
    assert checkpoint(tmp_path / "last.pt")["progress"]["step"] < 24
    train(Translation("additive", common, RECIPE), PLAN, tmp_path, resume=True)
    assert_same_run(tmp_path, whole)


def test_an_existing_run_is_not_written_over(common: Path, whole: Path) -> None:
    before = (whole / "last.pt").read_bytes()
    with pytest.raises(InputError, match="already holds a run: go on with --resume"):
        train(Translation("additive", common, RECIPE), PLAN, whole)
    assert (whole / "last.pt").read_bytes() == before


def test_one_seed_gives_one_result_and_another_seed_another(common: Path, whole: Path, tmp_path: Path) -> None:
    train(Translation("additive", common, RECIPE), PLAN, tmp_path / "again")
    assert_same_run(tmp_path / "again", whole)
    plan = replace(PLAN, seed=2)
    train(Translation("additive", common, replace(RECIPE, plan=plan)), plan, tmp_path / "other")
    assert not same(checkpoint(tmp_path / "other" / "best.pt"), checkpoint(whole / "best.pt"))


# Precision and processes


def test_trying_precisions_leaves_the_model_alone(common: Path) -> None:
    task = Translation("additive", common, RECIPE)
    before = {name: value.clone() for name, value in task.model.state_dict().items()}
    assert faster_precision(task, "cpu") in (("float32", "bfloat16") if has_bfloat16("cpu") else ("float32",))
    assert same(dict(task.model.state_dict()), before)
    assert all(value.grad is None for value in task.model.parameters())


@pytest.mark.parametrize("variant", ["none", "additive", "local"])
def test_bfloat16_learns_as_float32_does(common: Path, tmp_path: Path, variant: str) -> None:
    steady = replace(RECIPE, dropout=0.0)
    plan = replace(PLAN, steps=12)
    if not has_bfloat16("cpu"):
        with pytest.raises(InputError, match="This processor can't train in bfloat16"):
            train(Translation(variant, common, steady), plan, tmp_path, precision="bfloat16")
        return
    figures = {
        precision: train(Translation(variant, common, steady), plan, tmp_path / precision, precision=precision)["dev"]
        for precision in ("float32", "bfloat16")
    }
    assert figures["bfloat16"] == pytest.approx(figures["float32"], rel=0.05)
    weights = checkpoint(tmp_path / "bfloat16" / "best.pt")
    assert {value.dtype for value in weights.values()} == {torch.float32}


class Even(Translation):
    """Batches that two processes can halve."""

    def batches(self, epoch: int) -> Sequence[Batch]:
        return [batch for batch in super().batches(epoch) if len(batch) > 1]


STILL = replace(RECIPE, dropout=0.0)
SHORT = replace(PLAN, steps=4, dev_every=2, learning_rate=1e-3)


def gradients(common: Path, share: bool) -> tuple[dict[str, Tensor], int]:
    """Of one batch, added up over the processes that there are."""
    task, machine = Even("local", common, STILL), Machine("cpu", "float32")
    batches = task.batches(0)
    batch = machine.share(batches)[0] if share else batches[0]
    loss, _, count = task.loss(batch)
    torch.autograd.backward(loss)
    total = machine.add_up(task.model, count)
    return {name: value.grad for name, value in task.model.named_parameters() if value.grad is not None}, total


def process(rank: int, port: int, common: Path, folder: Path) -> None:
    """One of two processes, as `accelerate launch` starts them."""
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2"}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    recipes.CORPORA, recipes.DEV = CORPORA, DEV
    summed, total = gradients(common, share=True)
    torch.save((summed, total), folder / f"gradients{rank}.pt")
    train(Even("additive", common, STILL), SHORT, folder / "run")
    dist.destroy_process_group()


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_two_processes_learn_what_one_learns(
    common: Path, tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A test of a page may have left its script as the main module, which new processes would run.
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)
    torch.multiprocessing.spawn(process, (port, common, tmp_path), nprocs=2)
    expected, total = gradients(common, share=False)
    for rank in range(2):
        summed, counted = checkpoint(tmp_path / f"gradients{rank}.pt")
        assert counted == total
        assert summed.keys() == expected.keys()
        for name, value in summed.items():
            torch.testing.assert_close(value, expected[name], atol=1e-5, rtol=1e-4, msg=name)
    train(Even("additive", common, STILL), SHORT, tmp_path / "alone")
    ours, theirs = (checkpoint(tmp_path / name / "last.pt") for name in ("run", "alone"))
    assert ours["progress"]["tokens"] == theirs["progress"]["tokens"]
    for name, value in ours["model"].items():
        torch.testing.assert_close(value, theirs["model"][name], atol=1e-4, rtol=1e-3, msg=name)
