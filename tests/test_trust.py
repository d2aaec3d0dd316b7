"""How far one row of a map can be believed: each figure beside a plain loop or a closed form, and models of which the
answer is known."""

import math
import re
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from attnviz import service
from attnviz.analysis.compare import jsd, kendall, total_variation
from attnviz.attention import Weights
from attnviz.errors import InputError
from attnviz.nn.one_row import OneRow, row_of
from attnviz.reading import Reading
from attnviz.tasks.captions import cnn
from attnviz.tasks.entailment.about import LABELS, REVERSE
from attnviz.tasks.subwords import normalise, split_words
from attnviz.tasks.translation.reader import TranslationReader
from attnviz.trust import examined, faithfulness
from attnviz.trust.examined import Examined, examine
from attnviz.trust.faithfulness import ORDERS, PERCENTS, SHUFFLES, Shuffled, kept
from attnviz.trust.leaving_out import left_out
from attnviz.trust.twin import SAME, Twin, twin
from attnviz.trust.verdict import of_twin, verdict
from tests import small, small_captions, small_entailment, small_speech, small_summaries, test_weights

OTHERS = [("summaries", "pointer"), ("summaries", "abs"), ("speech", "hybrid")]  # decoders of their own, and sounds
VARIANTS, ATTENTIVE = [*test_weights.VARIANTS, *OTHERS], [*test_weights.ATTENTIVE, *OTHERS]
ARTICLE, HEADLINE = small_summaries.PAIRS[0]
SOUND = small_speech.file_of(small_speech.sound(["SIL", "M", "AA", "S", "IY"]))
INPUTS: dict[str, Any] = {**test_weights.INPUTS, "summaries": ARTICLE, "speech": SOUND}
TARGETS = {**test_weights.TARGETS, "summaries": HEADLINE, "speech": "M AA S IY"}

WEIGHTS = [0.4, 0.05, 0.25, 0.1, 0.0, 0.2]
REST = 0.3


def by_hand(answer: Callable[[Tensor], Tensor], weights: list[float], rest: float = 0.0, **options: Any) -> OneRow:
    """The row of a model that is a function of the weights, to the log-probabilities of outcomes."""
    row = np.array([*weights, rest], np.float32)
    usual = {"mask": [True] * len(weights), "written": int(np.argmax(weights)), "device": torch.device("cpu")}
    return row_of(row, answer, **{**usual, **options})


def copying(rows: Tensor) -> Tensor:
    """Each outcome is a key, and as likely as it is looked at."""
    return rows.clamp_min(1e-30).log()


def ignoring(rows: Tensor) -> Tensor:
    """Always the same, wherever it looks."""
    return torch.tensor([0.7, 0.2, 0.1]).log() + 0 * rows.sum(dim=1, keepdim=True)


def mixing(rows: Tensor) -> Tensor:
    """A softmax of a product with fixed numbers."""
    values = torch.randn(rows.shape[1], 5, generator=torch.Generator().manual_seed(3))
    return torch.log_softmax(4 * rows @ values, dim=1)


def changed(row: OneRow, weights: list[float]) -> float:
    """TVD(y(weights), y), with the rest as it is, as a plain loop."""
    other = row.log_probs([[*weights, row.weights[-1]]])[0]
    return sum(abs(math.exp(a) - math.exp(b)) for a, b in zip(other, row.own, strict=True)) / 2


def ignored(weights: list[float], keys: set[int]) -> list[float]:
    """The weights without some keys, renormalised to the sum that all had."""
    left = [0.0 if j in keys else weight for j, weight in enumerate(weights)]
    return [weight * sum(weights) / sum(left) for weight in left] if sum(left) else left


def strongest_first(weights: list[float]) -> list[int]:
    return sorted(range(len(weights)), key=lambda j: -weights[j])


# Figures


def test_shuffling_is_the_median_of_100_permutations_that_leave_the_rest() -> None:
    weights = [0.28, 0.035, 0.175, 0.07, 0.0, 0.14]
    row = by_hand(mixing, weights, rest=REST)
    rows = np.repeat(np.float32(weights)[None], SHUFFLES, axis=0)
    permuted = np.random.default_rng(0).permuted(rows, axis=1)
    found = faithfulness.shuffled(row)
    assert found.change == pytest.approx(median(changed(row, one.tolist()) for one in permuted), abs=1e-5)
    assert (found.peak, found.runs) == (pytest.approx(0.28), 100)
    assert np.unique(np.sort(permuted, axis=1), axis=0).shape == (1, 6), "a permutation keeps the weights"


def test_an_even_row_has_the_sum_of_the_row_itself() -> None:
    row = by_hand(mixing, [0.5, 0.1, 0.1], rest=REST)
    assert faithfulness.evened(row).change == pytest.approx(changed(row, [0.7 / 3] * 3), abs=1e-6)
    assert faithfulness.evened(by_hand(copying, WEIGHTS)).change == pytest.approx(
        sum(abs(weight - 1 / 6) for weight in WEIGHTS) / 2, abs=1e-6
    )


def test_erasure_is_a_loop_over_keys_until_the_likeliest_outcome_changes() -> None:
    row = by_hand(mixing, WEIGHTS)
    chance = np.random.default_rng(0)

    def share(order: list[int]) -> float:
        for count in range(1, len(order)):
            other = row.log_probs([[*ignored(WEIGHTS, set(order[:count])), 0.0]])[0]
            if other.argmax() != row.own.argmax():
                return count / len(order)
        return 1.0

    found = faithfulness.erased(row)
    assert found.strongest_first == share(strongest_first(WEIGHTS))
    slopes = row.gradient(int(row.own.argmax()))[:-1]
    assert found.by_gradient == share(strongest_first([w * s for w, s in zip(WEIGHTS, slopes, strict=True)]))
    assert found.at_random == median(share(chance.permutation(6).tolist()) for _ in range(ORDERS))
    assert found.runs == (2 + ORDERS) * 5


def test_of_many_keys_an_erasure_asks_at_50_moments_at_most() -> None:
    weights, together = np.random.default_rng(1).dirichlet(np.ones(400)).tolist(), list[int]()

    def counted(rows: Tensor) -> Tensor:
        together.append(len(rows))
        return copying(rows)

    found = faithfulness.erased(by_hand(counted, weights))
    assert found.runs == (2 + ORDERS) * 50 and max(together) == 50, "memory is bounded, however long the input is"
    assert found.strongest_first == 1 / 400, "the likeliest outcome is the strongest key"
    assert faithfulness.erased(by_hand(ignoring, weights)).strongest_first == 1


def test_the_gradient_is_a_difference_quotient() -> None:
    row = by_hand(mixing, WEIGHTS)
    for key, slope in enumerate(row.gradient(2)):
        moved = np.repeat(row.weights[None], 2, axis=0)
        moved[:, key] += (0.01, -0.01)
        above, below = row.log_probs(moved)[:, 2]
        assert slope == pytest.approx((above - below) / 0.02, abs=1e-2)


def test_one_ignored_key_of_a_model_that_copies_takes_its_weight_away() -> None:
    found = faithfulness.one_ignored(by_hand(copying, WEIGHTS))
    assert found.strongest == pytest.approx(0.4, abs=1e-6)
    assert found.other == pytest.approx(median([0.05, 0.25, 0.1, 0.0, 0.2]), abs=1e-6)
    assert found.difference == pytest.approx(0.3, abs=1e-6)
    assert found.runs == 6


@pytest.mark.parametrize("keys", [2, 6, 30, 70])
def test_reasons_are_the_fall_of_what_was_written(keys: int) -> None:
    weights = np.random.default_rng(keys).dirichlet(np.ones(keys)).tolist()
    row = by_hand(mixing, weights, written=1)
    order, without, alone = strongest_first(weights), [], []
    for percent in PERCENTS:
        count = next(count for count in range(keys + 1) if 100 * count >= percent * keys)
        for falls, left in ((without, set(order[:count])), (alone, set(order[count:]))):
            other = row.log_probs([[*ignored(weights, left), 0.0]])[0, 1]
            falls.append(math.exp(row.own[1]) - math.exp(other))
    found = faithfulness.reasons(row)
    assert found.comprehensiveness == pytest.approx(sum(without) / 4, abs=1e-5)
    assert found.sufficiency == pytest.approx(sum(alone) / 4, abs=1e-5)
    assert found.runs == 8


def test_what_has_no_weight_left_reads_nothing_and_masked_keys_never_weigh() -> None:
    row = by_hand(mixing, [1.0, 0.0, 0.0], mask=[True, False, True])
    assert kept(row, np.array([[False, True]])).tolist() == [[0, 0, 0, 0]]
    assert kept(row, np.array([[True, True]]), even=True).tolist() == [[0.5, 0, 0.5, 0]]
    assert not twin(row).weights[1] and not twin(row).weights[3]


def test_kendall_counts_pairs() -> None:
    a, b = [1, 2, 2, 4, 5.5], [2, 1, 3, 3, 7]
    pairs = [(i, j) for i in range(5) for j in range(i)]
    signs = [(np.sign(a[i] - a[j]), np.sign(b[i] - b[j])) for i, j in pairs]
    agreeing = sum(x * y for x, y in signs)
    untied = math.sqrt(sum(x != 0 for x, _ in signs) * sum(y != 0 for _, y in signs))
    assert kendall(a, b) == pytest.approx(agreeing / untied)
    assert kendall(a, a) == 1 and kendall(a, [-x for x in a]) == -1
    assert kendall([1, 1, 1], [1, 2, 3]) is None and kendall([1, 2, 3], [0, 0, 0]) is None


def test_leaving_out_ranks_words_by_how_much_the_answer_changes() -> None:
    own, without = np.log([0.5, 0.5]), np.log([[0.5, 0.5], [0.9, 0.1], [0.6, 0.4], [0.3, 0.7]])
    found = left_out(own, without, [0.1, 0.6, 0.2, 0.3])
    assert found.changes == pytest.approx([0, 0.4, 0.1, 0.2]) and found.runs == 4
    assert found.agreement == 1
    assert left_out(own, without, [0.25] * 4).agreement is None


# The twin


def test_the_twin_of_a_model_that_does_not_look_has_nothing_in_common_with_the_row() -> None:
    row = by_hand(ignoring, WEIGHTS, written=0)
    found = twin(row)
    assert found.distance > 0.95 and found.change == pytest.approx(0, abs=1e-6)
    assert faithfulness.shuffled(row).change == pytest.approx(0, abs=1e-6)


def test_a_model_that_copies_has_no_twin() -> None:
    """What it answers is the row, so that no row within 0.05 of it is far away; shuffling changes what is written."""
    row = by_hand(copying, WEIGHTS)
    assert 0 < twin(row).distance <= SAME
    rows = np.random.default_rng(0).permuted(np.repeat(np.float32(WEIGHTS)[None], SHUFFLES, axis=0), axis=1)
    expected = median(sum(abs(one - np.array(WEIGHTS))) / 2 for one in rows)
    assert faithfulness.shuffled(row).change == pytest.approx(expected, abs=1e-6) and expected > 0.3


def test_a_twin_answers_the_same_is_the_same_each_time_and_says_how_far_it_is() -> None:
    row = by_hand(mixing, [0.28, 0.035, 0.175, 0.07, 0.0, 0.14], rest=REST)
    found, again = twin(row), twin(row)
    assert found.weights.tolist() == again.weights.tolist()
    assert found.weights[:-1].sum() == pytest.approx(0.7, abs=1e-5) and found.weights[-1] == row.weights[-1]
    assert found.distance == pytest.approx(float(jsd(found.weights[:-1], row.weights[:-1])) / math.log(2), abs=1e-4)
    assert found.change == pytest.approx(changed(row, found.weights[:-1].tolist()), abs=1e-5) and found.change <= SAME
    assert found.distance > 0.1 and found.runs == 1000


def test_where_nothing_else_gives_the_answer_the_row_is_its_own_twin() -> None:
    def sharp(rows: Tensor) -> Tensor:
        return torch.log_softmax(1e4 * (rows - torch.tensor([*WEIGHTS, 0.0])).abs(), dim=1)

    found = twin(by_hand(sharp, WEIGHTS), steps=5)
    assert found.weights.tolist() == np.float32([*WEIGHTS, 0]).tolist() and found.distance == 0


# Readers


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Any]:
    root = tmp_path_factory.mktemp("bundles")
    for task in (small, small_captions, small_entailment, small_summaries, small_speech):
        task.small_root(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cnn, "load", small_captions.stand_in)
        return {pair: service.load(*pair, root=root) for pair in VARIANTS}


def tables(reading: Reading) -> dict[str, Weights]:
    """The finest maps of a reading by their names, as weights are given: the rest is the last column."""
    maps = [reading.finest(), reading.map(REVERSE)]
    return {one.name: test_weights.table(one) for one in maps if one is not None}


@pytest.mark.parametrize(("task", "variant"), ATTENTIVE)
def test_a_row_answers_what_reading_with_its_weights_gives(readers: dict[Any, Any], task: str, variant: str) -> None:
    reader = readers[task, variant]
    own = reader.read(INPUTS[task], target=TARGETS[task])
    chance = np.random.default_rng(2)
    for name, table in tables(own).items():
        units = [len(units) for units in own.output.units]
        for word in (0, len(table) - 1) if task == "entailment" else (0, 2):
            place = word if task == "entailment" else sum(units[: word + 1]) - 1  # the last piece of the word
            row = reader.row(INPUTS[task], TARGETS[task], place, name=name)
            np.testing.assert_allclose(row.weights, table[place], atol=1e-6)
            rows = np.repeat(row.weights[None], 3, axis=0)
            rows[:, row.keys] = chance.dirichlet(np.ones(len(row.keys)), 3)
            answered = row.log_probs(rows)
            np.testing.assert_allclose(np.exp(answered).sum(axis=1), 1, atol=1e-5)
            for weights, found in zip(rows, answered, strict=True):
                given = table.copy()
                given[place] = weights
                other = reader.read(INPUTS[task], target=TARGETS[task], weights={**tables(own), name: given}).output
                if task == "entailment":
                    np.testing.assert_allclose(found, other.logprobs, atol=1e-5)
                else:
                    expected = other.logprobs[word] - own.output.logprobs[word]
                    assert found[row.written] - row.own[row.written] == pytest.approx(expected, abs=1e-4)


def test_leaving_out_a_word_is_reading_without_it(readers: dict[Any, Any]) -> None:
    reader, target = readers["translation", "additive"], "The black dog sleeps."
    words = split_words(normalise("Le chat noir dort sur la chaise."), "fr")
    found = reader.without_each(words, target, 0)
    own = reader.row(words, target, 0)
    first = len(reader.read(words, target=target).output.units[0])
    assert len(found) == len(words) and first == 1
    for place, log_probs in enumerate(found):
        other = reader.read([*words[:place], *words[place + 1 :]], target=target)
        assert log_probs[own.written] == pytest.approx(other.output.logprobs[0], abs=1e-4)


@pytest.mark.parametrize("variant", ["attention", "match", "two_way"])
def test_leaving_out_a_word_of_a_pair_is_reading_without_it(readers: dict[Any, Any], variant: str) -> None:
    reader, pair = readers["entailment", variant], (["A", "dog", "runs", "."], ["A", "cat", "runs"])
    for side, name in enumerate((None, REVERSE)):
        if side and variant != "two_way":
            continue
        found = reader.without_each(pair, LABELS[0], 0, name=name)
        assert len(found) == len(pair[side])
        for place, log_probs in enumerate(found):
            shorter = [list(text) for text in pair]
            del shorter[side][place]
            other = reader.read(tuple(shorter))
            np.testing.assert_allclose(log_probs, other.output.logprobs, atol=1e-5)


def test_a_photo_and_a_single_word_have_no_words_to_leave_out(readers: dict[Any, Any]) -> None:
    assert readers["captions", "soft"].without_each(INPUTS["captions"], TARGETS["captions"], 0) is None
    assert readers["translation", "additive"].without_each("Chat", "Cat", 0) is None
    assert readers["entailment", "match"].without_each((["cat"], ["cat"]), LABELS[0], 0) is None


# All tests together


def test_an_input_with_too_many_keys_is_not_read_without_each_word(
    readers: dict[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, source = readers["translation", "additive"], small.SENTENCES[0][0]
    reading, asked = reader.read(source), list[int]()
    monkeypatch.setattr(reader, "without_each", lambda *_, **__: asked.append(1))
    for most, times in ((1_000, 1), (10, 0)):
        monkeypatch.setattr(examined, "MOST_KEYS", most)
        assert examine(reader, reading, source, 0).left_out is None
        assert len(asked) == times
        asked.clear()


def blind(reader: TranslationReader) -> TranslationReader:
    """The same reader, whose model does not use what it reads."""
    with torch.no_grad():
        reader.model.decoder.readout_values.weight.zero_()
    return reader


def fresh() -> TranslationReader:
    return TranslationReader(small.small_model("additive"), small.small_tokenizer(), "additive", "0")


def test_a_model_that_does_not_use_what_it_reads_is_found_out() -> None:
    source = small.SENTENCES[0][0]
    for reader, looks in ((fresh(), True), (blind(fresh()), False)):
        reading = reader.read(source, target="The black cat.")
        found = examine(reader, reading, source, 0)
        assert (found.shuffled.change > 0.01) == looks
        assert looks or found.twin.distance > 0.95
        assert looks or found.erased.strongest_first == 1
        assert looks or found.left_out is not None
        assert found.runs == sum(
            one.runs
            for one in (found.shuffled, found.evened, found.erased, found.one_ignored, found.reasons, found.twin)
        ) + (found.left_out.runs if found.left_out else 0)


@pytest.mark.parametrize(("task", "variant"), ATTENTIVE)
def test_every_reader_with_attention_is_examined(readers: dict[Any, Any], task: str, variant: str) -> None:
    reading = readers[task, variant].read(INPUTS[task], target=TARGETS[task])
    told: list[tuple[int, int]] = []
    found = examine(readers[task, variant], reading, INPUTS[task], 0, on_step=lambda *step: told.append(step))
    assert told[0][0] == 0 and told == sorted(told) and {most for _, most in told} == {told[-1][1]}
    assert told[-1][0] < told[-1][1]
    shares = (found.shuffled.change, found.evened.change, found.twin.distance, found.twin.change, found.probability)
    assert all(0 <= share <= 1 for share in shares)
    assert (found.left_out is None) == (task in ("captions", "speech"))
    np.testing.assert_allclose(found.weights, next(iter(tables(reading).values()))[0], atol=1e-6)


def test_whatever_is_raised_in_between_ends_the_tests(readers: dict[Any, Any]) -> None:
    reader, source = readers["translation", "additive"], INPUTS["translation"]

    def stop(done: int, most: int) -> None:
        if done > most / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examine(reader, reader.read(source), source, 0, on_step=stop)


def test_what_cannot_be_tested_is_told_in_a_sentence(readers: dict[Any, Any]) -> None:
    source, target = INPUTS["translation"], TARGETS["translation"]
    reader = readers["translation", "additive"]

    def refused(said: str, act: Callable[[], Any]) -> None:
        with pytest.raises(InputError, match=said):
            act()

    without = readers["translation", "none"]
    refused("no attention, so there is no row", lambda: examine(without, without.read(source), source, 0))
    refused("no attention, so it has no row", lambda: without.row(source, target, 0))
    refused("no such map", lambda: readers["entailment", "none"].row(INPUTS["entailment"], LABELS[0], 0))
    refused("none has number 99", lambda: reader.row(source, target, 99))
    refused("none has number 99", lambda: readers["entailment", "match"].row(INPUTS["entailment"], LABELS[0], 99))
    refused("has no rows that can be replaced", lambda: reader.row(source, target, 0, name="attention"))
    single, looks_once = (["cat"], ["dog"]), readers["entailment", "attention"]
    refused("only one place to look at", lambda: examine(looks_once, looks_once.read(single), single, 0))
    other = reader.read(source, target="The cat.")
    refused("in other pieces", lambda: examine(reader, other, small.SENTENCES[1][0], 0))


def test_total_variation_is_half_the_sum_of_differences() -> None:
    assert total_variation([[0.5, 0.5], [1, 0]], [[0.25, 0.75], [0, 1]]).tolist() == [0.25, 1.0]


# What it comes to


def found_with(change: float, distance: float, *, rest: float = 0.0, unevenness: float = 0.5) -> Examined:
    none: Any = None
    return Examined(
        weights=np.array([1 - rest, 0, rest], np.float32),
        unevenness=unevenness,
        probability=0.5,
        shuffled=Shuffled(change, 0.5, 100),
        evened=none,
        erased=none,
        one_ignored=none,
        reasons=none,
        left_out=none,
        twin=Twin(np.zeros(3, np.float32), distance, 0.01, 1000),
    )


@pytest.mark.parametrize(
    ("change", "how", "distance", "twins"),
    [
        (0.62, "depends", 0.1, "^No very different row was found"),
        (0.2, "depends somewhat", 0.3, "^A rather different row gives the same answer"),
        (0.01, "hardly depends", 0.9, "^A very different row gives the same answer"),
    ],
)
def test_the_verdict_is_built_from_the_figures(change: float, how: str, distance: float, twins: str) -> None:
    found = found_with(change, distance)
    told = f"Shuffling this row's weights changes the answer by {change:.2f} of 1"
    assert verdict(found, "the answer") == f"{told}: the model {how} on where it looked here."
    assert verdict(found, "it", "when it listened").endswith(f": the model {how} on when it listened here.")
    assert re.search(twins, of_twin(found))


def test_the_verdict_says_why_a_small_change_says_little() -> None:
    assert "But 80% of its weight lies on no part of the input" in verdict(found_with(0.01, 1, rest=0.8), "it")
    assert "nearly even" in verdict(found_with(0.01, 1, unevenness=0.01), "it")
    assert "But" not in verdict(found_with(0.9, 0, rest=0.8, unevenness=0.01), "it")
