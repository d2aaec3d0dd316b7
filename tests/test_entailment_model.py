"""Each variant against a plain loop of its paper's equations; padding, batches, overrides."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from attnviz.nn.past import Past
from attnviz.tasks.entailment.model import VARIANTS, Answer, EntailmentModel, Size, Text
from tests.small import Vector, affine, dot, sigmoid, softmax

SIZE = Size(vector=4, hidden=5, score=3)
ATTENTIVE = [variant for variant in VARIANTS if variant != "none"]
STEPPING = ["word_by_word", "two_way", "match"]


@pytest.fixture(autouse=True)
def _precise() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(3)
    yield
    torch.set_default_dtype(torch.float32)


def model_of(variant: str) -> EntailmentModel:
    model = EntailmentModel(variant, SIZE)
    with torch.no_grad():
        for weights in model.parameters():
            weights.normal_(std=0.7)
    return model.eval()


def vectors(words: int) -> Tensor:
    return torch.randn(words, SIZE.vector)


# The papers' equations on lists of numbers


def plus(*vectors: Vector) -> Vector:
    return [sum(values) for values in zip(*vectors, strict=True)]


def tanh(vector: Vector) -> Vector:
    return [math.tanh(value) for value in vector]


def lstm_step(gates: Vector, cell: Vector) -> tuple[Vector, Vector]:
    n = len(cell)
    i, f, g, o = (gates[k * n : (k + 1) * n] for k in range(4))
    cell = [sigmoid(f[k]) * cell[k] + sigmoid(i[k]) * math.tanh(g[k]) for k in range(n)]
    return [sigmoid(o[k]) * math.tanh(cell[k]) for k in range(n)], cell


def lstm(module: nn.LSTM, inputs: list[Vector], cell: Vector) -> tuple[list[Vector], Vector]:
    hidden, outputs = [0.0] * len(cell), []
    for x in inputs:
        gates = plus([dot(row, x) for row in module.weight_ih_l0.tolist()])
        gates = plus(gates, [dot(row, hidden) for row in module.weight_hh_l0.tolist()])
        if module.bias:
            gates = plus(gates, module.bias_ih_l0.tolist(), module.bias_hh_l0.tolist())
        hidden, cell = lstm_step(gates, cell)
        outputs.append(hidden)
    return outputs, cell


def added(outputs: list[Vector], inputs: list[Vector]) -> list[Vector]:
    """Each word onto what the LSTM made of it."""
    return [plus(output, word) for output, word in zip(outputs, inputs, strict=True)]


def look(mechanism: Any, query: Vector, keys: list[Vector], given: Vector | None = None) -> tuple[Vector, Vector]:
    """Weights and context."""
    score = mechanism.score
    energies = [affine(score.energy, tanh(plus(affine(score.query, query), affine(score.key, key))))[0] for key in keys]
    weights = given or softmax(energies)
    return weights, [sum(w * key[k] for w, key in zip(weights, keys, strict=True)) for k in range(len(keys[0]))]


def pair(
    model: EntailmentModel, premise: list[Vector], hypothesis: list[Vector], given: dict[int, Vector] | None = None
) -> tuple[Vector, list[Vector]]:
    """The representation of a pair and the rows of its map, where all words are keys."""
    nothing = [0.0] * SIZE.hidden
    first, second = ([affine(model.project, word) for word in text] for text in (premise, hypothesis))
    given = given or {}
    rows: list[Vector] = []
    if model.has_null:
        first = [model.null.tolist(), *first]
    if model.variant == "match":
        keys, _ = lstm(model.premise, first, nothing)
        words, _ = lstm(model.hypothesis, second, nothing)
        keys, words = added(keys, first), added(words, second)
        recurrence: Any = model.recurrence
        hidden, cell = nothing, nothing
        for k, word in enumerate(words):
            weights, context = look(recurrence.mechanism, [*word, *hidden], keys, given.get(k))
            gates = plus(affine(recurrence.input_gates, [*context, *word]), affine(recurrence.recurrent_gates, hidden))
            hidden, cell = lstm_step(gates, cell)
            rows.append(weights)
        return hidden, rows
    keys, ended = lstm(model.premise, first, nothing)
    mark = model.mark.tolist()
    words, _ = lstm(model.hypothesis, [mark, *second], ended)
    keys, words = added(keys, first), added(words, [mark, *second])
    last = affine(model.last, words[-1])
    if model.variant == "none":
        return tanh(last), []
    if model.variant == "attention":
        weights, seen = look(model.mechanism, words[-1], keys, given.get(0))
        rows.append(weights)
    else:
        recurrence, seen = model.recurrence, nothing
        for k, word in enumerate(words[1:]):
            weights, context = look(recurrence.mechanism, [*word, *seen], keys, given.get(k))
            seen = plus(context, tanh(affine(recurrence.before, seen)))
            rows.append(weights)
    return tanh(plus(affine(model.attended, seen), last)), rows


def by_hand(
    model: EntailmentModel,
    premise: Tensor,
    hypothesis: Tensor,
    given: dict[int, Vector] | None = None,
    reverse: dict[int, Vector] | None = None,
) -> tuple[Vector, list[list[Vector]]]:
    vectors, rows = pair(model, premise.tolist(), hypothesis.tolist(), given)
    maps = [rows] if rows else []
    if model.variant == "two_way":
        other, back = pair(model, hypothesis.tolist(), premise.tolist(), reverse)
        vectors, maps = [*vectors, *other], [*maps, back]
    return [math.log(p) for p in softmax(affine(model.label, vectors))], maps


def assert_same(answer: Answer, log_probs: Vector, maps: list[list[Vector]]) -> None:
    torch.testing.assert_close(answer.log_probs[0], torch.tensor(log_probs))
    assert len(answer.maps) == len(maps)
    for map_, wanted in zip(answer.maps, maps, strict=True):
        torch.testing.assert_close(map_[0], torch.tensor(wanted))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_does_what_its_paper_says(variant: str) -> None:
    model, premise, hypothesis = model_of(variant), vectors(6), vectors(4)
    assert_same(model(Text.of([premise]), Text.of([hypothesis])), *by_hand(model, premise, hypothesis))


@pytest.mark.parametrize("variant", VARIANTS)
def test_marks_are_read_and_never_looked_at(variant: str) -> None:
    """The first row has the weights that the words have where marks are keys too, renormalised. Where marks are all
    there is, they are keys."""
    model, premise, hypothesis = model_of(variant), vectors(5), vectors(3)
    answer = model(Text.of([premise], [[1, 4]]), Text.of([hypothesis], [[2]]))
    free = model(Text.of([premise]), Text.of([hypothesis]))
    if variant == "none":
        torch.testing.assert_close(answer.log_probs, free.log_probs)
        return
    hidden = [2, 5]  # NULL comes first
    wanted = [0.0 if j in hidden else weight for j, weight in enumerate(free.maps[0][0, 0].tolist())]
    torch.testing.assert_close(answer.maps[0][0, 0], torch.tensor([weight / sum(wanted) for weight in wanted]))
    assert not answer.maps[0][0][:, hidden].any()
    assert not torch.allclose(answer.log_probs, free.log_probs)
    only, same = (model(Text.of([premise[:2]], marks), Text.of([hypothesis])) for marks in ([[0, 1]], None))
    torch.testing.assert_close(only.log_probs, same.log_probs)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_pair_in_a_batch_is_read_as_alone(variant: str) -> None:
    model = model_of(variant)
    pairs = [(vectors(p), vectors(h)) for p, h in ((5, 2), (1, 7), (8, 1), (3, 3))]
    marks = [[2, 4], [], [7], [0, 1, 2]]
    together = model(Text.of([p for p, _ in pairs], marks), Text.of([h for _, h in pairs]))
    for i, (premise, hypothesis) in enumerate(pairs):
        alone = model(Text.of([premise], [marks[i]]), Text.of([hypothesis]))
        torch.testing.assert_close(together.log_probs[i], alone.log_probs[0])
        for padded, plain in zip(together.maps, alone.maps, strict=True):
            queries, keys = plain[0].shape
            torch.testing.assert_close(padded[i, :queries, :keys], plain[0])
            assert not padded[i, queries:].any() and not padded[i, :, keys:].any()


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_padding_holds_changes_nothing(variant: str) -> None:
    model = model_of(variant)
    rows = [vectors(5), vectors(2)], [vectors(2), vectors(4)]
    clean, dirty = ([Text.of(side) for side in rows] for _ in range(2))
    dirty = [Text(text.vectors.masked_fill(~text.mask[:, :, None], 1e3), text.mask, text.marks) for text in dirty]
    wanted, answer = model(*clean), model(*dirty)
    torch.testing.assert_close(answer.log_probs, wanted.log_probs, rtol=0, atol=0)
    for map_, other in zip(answer.maps, wanted.maps, strict=True):
        torch.testing.assert_close(map_, other, rtol=0, atol=0)


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_the_weights_of_a_word_sum_to_one(variant: str) -> None:
    answer = model_of(variant)(Text.of([vectors(6)]), Text.of([vectors(4)]))
    for map_ in answer.maps:
        torch.testing.assert_close(map_.sum(dim=2), torch.ones(map_.shape[:2]))


@pytest.mark.parametrize("variant", STEPPING)
def test_the_score_begins_as_highest_where_word_and_key_are_alike(variant: str) -> None:
    """Whatever was seen before, and however far another key is from the word."""
    score = EntailmentModel(variant, Size(vector=4, hidden=6, score=8)).recurrence.mechanism.score
    words, others = torch.randn(5, 6), torch.randn(5, 7, 6)
    keys = torch.cat([words[:, None], others], dim=1)
    past = Past.none(torch.ones(5, 8), keys.dtype)
    energies = score(torch.cat([words, torch.randn(5, 6)], dim=1), score.project(keys), past)
    assert (energies[:, :1] > energies[:, 1:]).all()


@pytest.mark.parametrize("variant", STEPPING)
def test_given_weights_are_used_at_their_step_and_shown(variant: str) -> None:
    model, premise, hypothesis = model_of(variant), vectors(3), vectors(4)
    own = [0.7, 0.2, 0.1, 0.0]
    rows = [None, None, torch.tensor([own]), None]
    answer = model(Text.of([premise]), Text.of([hypothesis]), weights=rows)
    assert_same(answer, *by_hand(model, premise, hypothesis, {2: own}))
    free = model(Text.of([premise]), Text.of([hypothesis]))
    assert not torch.allclose(free.log_probs, answer.log_probs)
    torch.testing.assert_close(answer.maps[0][0, 2], torch.tensor(own))
    torch.testing.assert_close(answer.maps[0][0, :2], free.maps[0][0, :2])


def test_given_weights_are_used_for_the_one_row_of_attention() -> None:
    model, premise, hypothesis = model_of("attention"), vectors(3), vectors(4)
    answer = model(Text.of([premise]), Text.of([hypothesis]), weights=[torch.tensor([[0.0, 1.0, 0.0, 0.0]])])
    assert_same(answer, *by_hand(model, premise, hypothesis, {0: [0.0, 1.0, 0.0, 0.0]}))


def test_the_second_map_of_two_way_has_weights_of_its_own_to_give() -> None:
    model, premise, hypothesis = model_of("two_way"), vectors(2), vectors(3)
    answer = model(Text.of([premise]), Text.of([hypothesis]), reverse=[None, torch.tensor([[0.0, 0.0, 1.0, 0.0]])])
    assert_same(answer, *by_hand(model, premise, hypothesis, reverse={1: [0.0, 0.0, 1.0, 0.0]}))


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_weight_learns(variant: str) -> None:
    model = model_of(variant)
    answer = model(Text.of([vectors(4), vectors(3)]), Text.of([vectors(2), vectors(3)]))
    torch.autograd.backward(-answer.log_probs[:, 0].sum())
    assert all(value.grad is not None and value.grad.any() for value in model.parameters())


@pytest.mark.parametrize("variant", VARIANTS)
def test_probabilities_and_weights_are_precise_under_autocast(variant: str) -> None:
    model = model_of(variant).float()
    texts = (Text.of([vectors(5).float(), vectors(3).float()]) for _ in range(2))
    with torch.autocast("cpu", torch.bfloat16):
        answer = model(*texts)
    for values in (answer.log_probs.exp(), *answer.maps):
        assert values.dtype == torch.float32
    torch.testing.assert_close(answer.log_probs.exp().sum(1), torch.ones(2, dtype=torch.float32))
