"""Figures against plain loops and against the data's own baselines, and what a file gives when it is scored."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from attnviz.analysis.alignment import Links
from attnviz.errors import InputError
from attnviz.tasks.entailment import card, changes
from attnviz.tasks.entailment.about import LABELS, REVERSE
from attnviz.tasks.entailment.corpus import Pair
from attnviz.tasks.entailment.evidence import evidence
from attnviz.tasks.entailment.gold import (
    AlignedPair,
    Highlights,
    average_precision,
    guess_at_random,
    guess_exact,
    only_here,
    read_gold,
)
from attnviz.tasks.entailment.model import VARIANTS
from attnviz.tasks.entailment.scores import classification, evaluate
from tests.test_entailment_reader import small_reader

# Labels


def answers(seed: int, count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    chance = np.random.default_rng(seed)
    raw = chance.normal(size=(count, len(LABELS))) * 2
    return raw - np.log(np.exp(raw).sum(axis=1, keepdims=True)), chance.integers(0, len(LABELS), count)


@given(st.integers(0, 1000), st.integers(1, 60))
def test_figures_of_labels_are_those_of_a_plain_loop(seed: int, count: int) -> None:
    log_probs, gold = answers(seed, count)
    rows = [
        (max(range(3), key=lambda k: row[k]), max(np.exp(row)), right)
        for row, right in zip(log_probs, gold, strict=True)
    ]
    found = classification(log_probs, gold)
    assert found["accuracy"] == pytest.approx(sum(guess == right for guess, _, right in rows) / count)
    f1 = []
    for label in range(3):
        hits = sum(guess == right == label for guess, _, right in rows)
        guessed, there = (sum(row[k] == label for row in rows) for k in (0, 2))
        if guessed + there:
            precision, recall = hits / guessed if guessed else 0.0, hits / there if there else 0.0
            f1.append(2 * precision * recall / (precision + recall) if precision + recall else 0.0)
    assert found["macro_f1"] == pytest.approx(sum(f1) / len(f1))
    error = 0.0
    for low in (k / 15 for k in range(15)):
        inside = [(guess == right, top) for guess, top, right in rows if low < top <= low + 1 / 15]
        if inside:
            error += abs(sum(hit for hit, _ in inside) - sum(top for _, top in inside)) / count
    assert found["ece"] == pytest.approx(error)
    assert found["nll"] == pytest.approx(-sum(log_probs[i, gold[i]] for i in range(count)) / count)
    assert found["confusion"] == [[sum(g == j and r == i for g, _, r in rows) for j in range(3)] for i in range(3)]


def test_figures_of_known_answers() -> None:
    sure = np.log(np.array([[0.8, 0.1, 0.1], [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]))
    found = classification(sure, np.array([0, 1, 1, 2]))
    assert found["confusion"] == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert found["accuracy"] == 0.75
    assert found["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert found["ece"] == pytest.approx(0.05)
    assert classification(np.log([[1.0, 1e-9, 1e-9]]), np.array([0]))["ece"] == pytest.approx(0)


# Highlights


def precision_by_hand(scores: Sequence[float], marked: set[int]) -> float:
    """The mean, over marked words, of the precision at the threshold of their score."""
    total = 0.0
    for i in marked:
        above = [j for j in range(len(scores)) if scores[j] >= scores[i]]
        total += len(marked & set(above)) / len(above)
    return total / len(marked)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=12), st.integers(0, 99))
def test_average_precision_is_that_of_a_plain_loop(values: list[int], seed: int) -> None:
    chance = np.random.default_rng(seed)
    marked = set(chance.choice(len(values), chance.integers(1, len(values) + 1), replace=False).tolist())
    assert average_precision(values, marked) == pytest.approx(precision_by_hand(values, marked))
    distinct = (np.array(values) + chance.permutation(len(values)) / 100).tolist()
    wanted = precision_by_hand(distinct, marked)
    assert average_precision(distinct, marked, np.random.default_rng(seed)) == pytest.approx(wanted)


def test_ties_broken_at_random_are_every_order_alike() -> None:
    chance = np.random.default_rng(0)
    found = [average_precision([1, 1, 0], {0}, chance) for _ in range(4000)]
    assert set(found) == {1.0, 0.5}
    assert np.mean(found) == pytest.approx(0.75, abs=0.02)
    assert average_precision([1, 1, 0], {0}) == 0.5


def test_words_that_the_other_side_lacks() -> None:
    assert only_here(["A", "dog", ",", "n't", "!"], ["a", "cat"]).tolist() == [0, 1, 0, 1, 0]


def test_the_baselines_of_the_highlights_are_those_of_the_data(shared: Path) -> None:
    """As the README of the data states them; there words of one side only come with ties as one threshold."""
    golden = list(read_gold(shared / "data/entailment/esnli_highlights.jsonl.xz"))
    stated = {
        ("dev", "premise"): (2414, 0.126, 0.278, 0.220),
        ("dev", "hypothesis"): (3263, 0.226, 0.421, 0.427),
        ("test", "premise"): (1651, 0.127, 0.281, 0.226),
        ("test", "hypothesis"): (2231, 0.229, 0.417, 0.433),
    }
    for (split, side), (count, uniform, at_random, only) in stated.items():
        own = [
            (one.premise, one.hypothesis, one.premise_marked)
            if side == "premise"
            else (one.hypothesis, one.premise, one.hypothesis_marked)
            for one in golden
            if isinstance(one, Highlights) and one.split == split
        ]
        own = [one for one in own if one[2]]
        chance = np.random.default_rng(0)
        flat = [np.zeros(len(words)) for words, _, _ in own]
        marks = [marked for _, _, marked in own]
        assert len(own) == count
        found = np.mean([average_precision(f, m) for f, m in zip(flat, marks, strict=True)])
        assert found == pytest.approx(uniform, abs=6e-4)
        found = np.mean([average_precision(f, m, chance) for f, m in zip(flat, marks, strict=True)])
        assert found == pytest.approx(at_random, abs=0.012)
        found = np.mean([average_precision(only_here(words, others), m) for words, others, m in own])
        assert found == pytest.approx(only, abs=1e-3)


# Alignments

PAIRS = [
    AlignedPair(
        "1", "c", "test", ("A", "dog", "and", "a", "cat"), ("a", "dog", "runs"), Links(frozenset({(0, 0), (1, 1)}))
    ),
    AlignedPair("2", "c", "test", ("Cats", "sleep"), ("cats", "rest"), Links(frozenset({(0, 0)}), frozenset({(1, 1)}))),
]


def test_guesses_without_a_model() -> None:
    exact, chance = guess_exact(PAIRS), guess_at_random(PAIRS)
    # `a` has two equal words, `rest` none: (1/2 + 1 + 1 + 1/2) of 4 linked words
    assert exact.pointing == pytest.approx(3 / 4)
    # links: a-A, a-a, dog-dog, cats-Cats; 3 of them sure, of 3 sure ones
    assert exact.f1 == pytest.approx(2 * 3 / (4 + 3))
    assert exact.aer == pytest.approx(1 - (3 + 3) / (4 + 3))
    assert chance.pointing == pytest.approx((1 / 5 + 1 / 5 + 1 / 2 + 1 / 2) / 4)
    assert chance.aer == pytest.approx(1 - ((2 + 2) / 5 + (1 + 2) / 2) / (5 + 3))


def test_the_baselines_of_the_alignments_are_those_of_the_data(shared: Path) -> None:
    stated = {
        ("msr-rte2", "dev"): (800, 0.736, 0.039, 0.773),
        ("msr-rte2", "test"): (600, 0.766, 0.038, 0.787),
        ("edinburgh++", "test"): (141, 0.672, 0.049, 0.685),
        ("ists-images", "train"): (750, 0.294, 0.320, 0.674),
        ("ists-images", "test"): (175, 0.312, 0.271, 0.628),
        ("ists-headlines", "test"): (225, 0.408, 0.307, 0.742),
        ("multimwa-wiki", "test"): (1052, 0.757, 0.033, 0.808),
    }
    sets = defaultdict(list)
    for one in read_gold(shared / "data/entailment/alignments.jsonl.xz"):
        assert isinstance(one, AlignedPair)
        if one.corpus.startswith("ists"):
            one = replace(one, links=Links(one.links.all))
        sets[one.corpus, one.split].append(one)
    for name, (count, f1, at_random, exact) in stated.items():
        guess, chance = guess_exact(sets[name]), guess_at_random(sets[name])
        assert len(sets[name]) == count
        found = (round(guess.f1, 3), round(chance.pointing, 3), round(guess.pointing, 3))
        assert found == (f1, at_random, exact)


# Files

ROWS = [
    ("A dog runs .", "A cat runs .", "contradiction", "cad_original", "dev"),
    ("Dogs , cattle .", "Cattle", "entailment", "cad_revised_premise", "test"),
    ("Dogs , cats", "running cats", "neutral", "cad_revised_premise", "test"),
]


def pairs_file(path: Path) -> Path:
    lines = [
        "id\tpremise\thypothesis\tlabel\tsource\tsplit",
        *("\t".join([str(i), *row]) for i, row in enumerate(ROWS)),
    ]
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def highlights_file(path: Path) -> Path:
    row: dict[str, Any] = {"id": "1", "split": "dev", "label": "contradiction", "annotator": 1}
    row |= {"premise": ["A", "dog", "runs"], "hypothesis": ["A", "cat-like", "dog"], "premise_hl": [1]}
    rows = [row | {"hypothesis_hl": [1, 2]}, row | {"premise_hl": [], "hypothesis_hl": [0]}]
    path.write_text("".join(f"{json.dumps(one)}\n" for one in rows))
    return path


def alignments_file(path: Path) -> Path:
    rows = [
        {
            "id": pair.id,
            "corpus": corpus,
            "split": pair.split,
            "premise": pair.premise,
            "hypothesis": pair.hypothesis,
            "sure": sorted(pair.links.sure) if corpus == "c" else [],
            "poss": sorted(pair.links.possible if corpus == "c" else pair.links.all),
        }
        for corpus in ("c", "chunks")
        for pair in PAIRS
    ]
    path.write_text("".join(f"{json.dumps(one)}\n" for one in rows))
    return path


def test_pairs_are_scored_as_a_whole_and_by_source(tmp_path: Path) -> None:
    reader = small_reader(tmp_path, "match", {"snli": 1.0, "cad_revised": 0.0})
    n, scores = evaluate(reader, pairs_file(tmp_path / "challenge_dev.tsv"))
    right = [reader.read((premise, hypothesis)).output.text == label for premise, hypothesis, label, *_ in ROWS]
    assert (n, scores["accuracy"]) == (3, pytest.approx(sum(right) / 3, abs=1e-4))
    assert (
        scores["by_source"]["cad_original"] | {"n": 1, "accuracy": float(right[0]), "in_training": True}
        == (scores["by_source"]["cad_original"])
    )
    other = scores["by_source"]["cad_revised_premise"]
    assert (other["n"], other["accuracy"], other["in_training"]) == (2, sum(right[1:]) / 2, False)
    assert scores["in_training"] is False
    assert evaluate(reader, tmp_path / "challenge_dev.tsv", limit=1)[1]["accuracy"] == float(right[0])
    assert evaluate(reader, tmp_path / "challenge_dev.tsv", part="test")[0] == 2
    json.dumps(scores, allow_nan=False)


def test_what_the_hypothesis_alone_tells_is_learned_from_the_train_part_beside_the_file(tmp_path: Path) -> None:
    """In what it learns from, `Cattle` is entailed and `running cats` is neutral, whatever the premise; the first
    hypothesis it has never seen, so that it gets the commonest label, neutral."""
    reader = small_reader(tmp_path, "none", {"snli": 1.0})
    path = pairs_file(tmp_path / "challenge_dev.tsv")
    assert "hypothesis_alone" not in evaluate(reader, path)[1]
    lines = ["id\tpremise\thypothesis\tlabel"]
    for i in range(60):
        lines += [f"{i}a\tx\tCattle\tentailment", f"{i}b\tx\trunning cats\tneutral", f"{i}c\ty\tRunning cats\tneutral"]
    (tmp_path / "snli_train.tsv").write_text("\n".join(lines) + "\n")
    scores = evaluate(reader, path)[1]
    assert scores["hypothesis_alone"] == pytest.approx(2 / 3, abs=1e-4)
    assert scores["by_source"]["cad_revised_premise"]["hypothesis_alone"] == 1.0
    assert scores["by_source"]["cad_original"]["hypothesis_alone"] == 0.0


def test_two_variants_are_compared_on_the_same_drawings_of_the_pairs(tmp_path: Path) -> None:
    reader, other = small_reader(tmp_path, "match"), small_reader(tmp_path, "none")
    path = pairs_file(tmp_path / "challenge_dev.tsv")
    found = evaluate(reader, path, against=other)[1]["against"]
    assert found["variant"] == "none" and found["samples"] == 1000
    assert found["accuracy"] == evaluate(other, path)[1]["accuracy"]
    assert evaluate(reader, path, against=reader)[1]["against"]["share_of_wins"] == 0.5, "a tie is half a win"
    with pytest.raises(InputError, match="compared by accuracy"):
        evaluate(reader, highlights_file(tmp_path / "highlights.jsonl"), against=other)


def test_single_changes_are_scored_by_kind_beside_what_their_hypotheses_tell(tmp_path: Path) -> None:
    """The linear model learns from the train part of the file alone; here, that `cats` are contradicted."""
    rows = [("x", "dogs", "entailment"), ("x", "cats", "contradiction")] * 60
    pairs = [
        Pair(f"{part}{i}", (premise,), (hypothesis,), label, source, part)
        for part, source, some in (
            ("train", "changed_number", rows),
            ("test", "changed_number", [("Two", "cats", "contradiction")] * 3),
            ("test", "changed_role", [("Two", "cats", "neutral"), ("x", "dogs", "entailment")]),
        )
        for i, (premise, hypothesis, label) in enumerate(some)
    ]
    changes.write(pairs, tmp_path / "single_changes.tsv")
    reader = small_reader(tmp_path, "match", {"snli": 1.0, "changed_role": 1.0})
    n, scores = evaluate(reader, tmp_path / "single_changes.tsv", part="test")
    assert (n, scores["hypothesis_alone"]) == (5, 0.8)
    number, role = scores["by_source"]["changed_number"], scores["by_source"]["changed_role"]
    assert (number["n"], number["hypothesis_alone"], number["in_training"]) == (3, 1.0, False)
    assert (role["n"], role["hypothesis_alone"], role["in_training"]) == (2, 0.5, True)
    said = evidence("match", {"evaluate": {"split": "single_changes:test", "n": n, "scores": scores}}).told
    assert said == (
        f"Where both texts differ in one thing alone, {scores['accuracy']:.0%} of 5 labels are right; the hypothesis "
        f"alone tells 80%, and chance a third. It is weakest on {said[0].split('weakest on ')[1]}",
    )
    assert f"numbers ({number['accuracy']:.0%})" in said[0]
    kept = {"c": {"split": "single_changes:test", "n": n, "scores": scores}}
    table = next(block for block in card._scores(kept) if "numbers" in block)
    assert f"| numbers | 3 | {number['accuracy']:.3f} | 1.000 | 0.333 |" in table
    assert "changed_" not in table


@pytest.mark.parametrize(
    ("name", "sources", "trained"),
    [
        ("snli_test.tsv", {"snli": 1.0}, True),
        ("sick.tsv", {"snli": 1.0, "sick": 0.5}, True),
        ("sick.tsv", {"snli": 1.0}, False),
        ("mnli_dev.tsv", {"snli": 1.0, "mnli": 0.0}, False),
        ("cad_test.tsv", {"snli": 1.0, "cad_revised": 1.0}, True),
        ("cad_test.tsv", {"snli": 1.0}, False),
        ("other.tsv", {"snli": 1.0}, False),
    ],
)
def test_it_is_said_whether_such_pairs_were_trained_on(
    tmp_path: Path, name: str, sources: dict[str, float], trained: bool
) -> None:
    (tmp_path / name).write_text("id\tpremise\thypothesis\tlabel\n1\tA dog .\tA cat .\tneutral\n")
    assert evaluate(small_reader(tmp_path, "none", sources), tmp_path / name)[1]["in_training"] is trained


@pytest.mark.parametrize("variant", VARIANTS)
def test_maps_are_scored_against_highlights_where_there_are_maps(tmp_path: Path, variant: str) -> None:
    reader = small_reader(tmp_path, variant)
    n, scores = evaluate(reader, highlights_file(tmp_path / "highlights.jsonl"))
    premise, hypothesis = scores["dev"]["premise"], scores["dev"]["hypothesis"]
    assert (n, premise["n"], hypothesis["n"]) == (2, 1, 2)
    assert premise["uniform"] == pytest.approx(1 / 3, abs=1e-4)
    assert hypothesis["uniform"] == pytest.approx((2 / 3 + 1 / 3) / 2, abs=1e-4)
    # `cat-like` comes first, then `A` and `dog` in either order: a mean of 11/12 and of 5/12
    assert hypothesis["only_here"] == pytest.approx((11 / 12 + 5 / 12) / 2, abs=1 / 12 + 1e-4)
    reading = reader.read((["A", "dog", "runs"], ["A", "cat-like", "dog"]))
    if found := reading.map():
        assert premise["auprc"] == pytest.approx(precision_by_hand(found.weights.sum(axis=0).tolist(), {1}), abs=1e-4)
    else:
        assert premise["auprc"] is None and "no map" in premise["reason"]
    if found := reading.map(REVERSE):
        wanted = [precision_by_hand(found.weights.sum(axis=0).tolist(), marked) for marked in ({1, 2}, {0})]
        assert hypothesis["auprc"] == pytest.approx(np.mean(wanted), abs=1e-4)
    else:
        assert hypothesis["auprc"] is None and hypothesis["reason"]
    json.dumps(scores, allow_nan=False)


@pytest.mark.parametrize("variant", VARIANTS)
def test_maps_are_scored_against_links_where_each_word_looks(tmp_path: Path, variant: str) -> None:
    reader = small_reader(tmp_path, variant)
    n, scores = evaluate(reader, alignments_file(tmp_path / "alignments.jsonl"))
    assert n == 4 and set(scores) == {"c.test", "chunks.test"}
    assert scores["c.test"]["exact"]["pointing"] == scores["chunks.test"]["exact"]["pointing"] == 0.75
    if variant in ("none", "attention"):
        assert scores["c.test"]["pointing"] is None and scores["c.test"]["reason"]
        return
    hits = 0
    for pair in PAIRS:
        found = reader.read((pair.premise, pair.hypothesis)).maps[0]
        for h in {h for _, h in pair.links.all}:
            best = int(found.weights[h].argmax())
            hits += (best, h) in pair.links.all and found.weights[h, best] >= found.rest[h]
    assert scores["c.test"]["pointing"] == scores["chunks.test"]["pointing"] == hits / 4
    json.dumps(scores, allow_nan=False)


def test_snli_as_published_is_scored_as_pairs(tmp_path: Path) -> None:
    rows = [
        {"gold_label": label, "sentence1": "A dog.", "sentence2": "A cat.", "pairID": "1"} for label in ("neutral", "-")
    ]
    (tmp_path / "snli_1.0_test.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    n, scores = evaluate(small_reader(tmp_path, "none", {"snli": 1.0}), tmp_path / "snli_1.0_test.jsonl")
    assert n == 1 and scores["in_training"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "can't be scored"),
        ("a.tsv.xz", b"not xz", "is damaged"),
        ("a.tsv", b"\xff\xfe\n", "is damaged"),
        ("a.tsv", b"id\tpremise\thypothesis\tlabel\n", "holds nothing"),
        ("a.jsonl", b"{}\n", "Line 1 of a.jsonl is no gold"),
        (
            "a.jsonl",
            b'{"id": 1, "split": "dev", "label": "x", "premise": ["a"], "hypothesis": ["b"], "premise_hl": [1], '
            b'"hypothesis_hl": []}',
            "Line 1 of a.jsonl is no gold",
        ),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        evaluate(small_reader(tmp_path, "none"), tmp_path / name)


def test_the_card_shows_what_was_kept(tmp_path: Path) -> None:
    reader = small_reader(tmp_path, "match", {"snli": 1.0})
    files = {
        "challenge_dev": pairs_file(tmp_path / "challenge_dev.tsv"),
        "esnli_highlights": highlights_file(tmp_path / "highlights.jsonl"),
        "alignments": alignments_file(tmp_path / "alignments.jsonl"),
    }
    kept = {name: evaluate(reader, path) for name, path in files.items()}
    found = {
        f"evaluate {name}": {"task": "entailment", "variant": "match", "split": name, "n": n, "scores": scores}
        for name, (n, scores) in kept.items()
    }
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "weights.safetensors").write_bytes(b"x" * 1000)
    recipe = {
        "longest": 60,
        "pairs": 128,
        "pairs_of": {"snli": 97385},
        "balanced": True,
        "smoothing": 0.05,
        "dropout": 0.2,
    }
    config = {
        "variant": "match",
        "mechanism": "match",
        "size": {},
        "recipe": recipe,
        "steps": 6000,
        "hours": 0.3,
        "seed": 1,
    }
    config |= {"precision": "float32", "machine": "m", "dev": {"dev": 0.2, "averaged": 4}}
    (folder / "config.json").write_text(json.dumps(config))
    card.write_card(folder)
    assert "None kept yet" in (folder / "card.md").read_text()
    (folder / "scores.json").write_text(json.dumps(found))
    card.write_card(folder)
    text = (folder / "card.md").read_text()
    accuracy, pointing = kept["challenge_dev"][1]["accuracy"], kept["alignments"][1]["c.test"]["pointing"]
    assert f"| challenge_dev | 3 | {accuracy:.3f} | - |" in text and "| cad_original | 1 |" in text
    assert "comes from the hypothesis alone. It" in " ".join(text.split())
    assert f"| c.test | 2 | {pointing:.3f} |" in text and "| dev, premise | 1 |" in text
    assert "all-MiniLM-L6-v2, which was itself fine-tuned" in text and "snli 97,385" in text
    blind = {"split": "snli_test", "n": 9824, "scores": kept["challenge_dev"][1] | {"hypothesis_alone": 0.6304}}
    (folder / "scores.json").write_text(json.dumps(found | {"evaluate snli_test": blind}))
    card.write_card(folder)
    text = " ".join((folder / "card.md").read_text().split())
    assert "hypothesis alone (a linear model of its words that sees nothing else has 63.0% of snli_test right)." in text
    (folder / "scores.json").write_text(json.dumps(found))
    other = tmp_path / "bundle.seed2"
    other.mkdir()
    (other / "scores.json").write_text(json.dumps(found))
    card.write_card(folder)
    said = f"another seed (`bundle.seed2`), it has this accuracy: challenge_dev {accuracy:.3f}."
    assert said in (folder / "card.md").read_text()
