"""The decoder of all variants: its equations, its step protocol, padding, and training against stepping."""

import math
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from attnviz.nn.beam import replay
from attnviz.nn.decoder import State, Step
from attnviz.nn.mechanisms import MECHANISMS
from attnviz.nn.scores import Additive
from attnviz.tasks.translation.model import BEGIN, END, PAD, TranslationModel
from tests.small import ATTENTIVE, Vector, affine, dot, sigmoid, small_model, softmax

VOCABULARY = 11
SOURCE = torch.tensor([[4, 5, 6, 7, 8, END], [9, 4, END, PAD, PAD, PAD], [5, END, PAD, PAD, PAD, PAD]])
TARGET = torch.tensor([[BEGIN, 4, 5, 6, END], [BEGIN, 7, END, PAD, PAD], [BEGIN, END, PAD, PAD, PAD]])


def model_of(variant: str) -> TranslationModel:
    return small_model(variant, VOCABULARY).double()


def run(model: TranslationModel, source: Tensor, words_before: Tensor) -> list[Step]:
    state = model.decoder.begin(model.encode(source))
    steps = []
    for token in words_before.unbind(1):
        steps.append(model.decoder.step(token, state))
        state = steps[-1].state
    return steps


@torch.inference_mode()
def test_energies_are_those_of_the_paper_and_become_the_weights() -> None:
    """Bahdanau 2015, by plain loops: e_ij = v . tanh(W s_i + U h_j), alpha_i = softmax(e_i), c_i = sum alpha_ij h_j."""
    model = model_of("additive")
    decoder, memory = model.decoder, model.encode(SOURCE[:1])
    assert decoder.mechanism is not None and isinstance(decoder.mechanism.score, Additive)
    score, keys = decoder.mechanism.score, memory.keys[0].tolist()
    trace = replay(decoder, memory, (4, 5, END), begin=BEGIN, inside=decoder.inside)
    assert trace.weights is not None and {name: len(rows) for name, rows in trace.extras.items()} == {
        "energies": 3,
        "queries": 3,
        "contexts": 3,
    }
    projected = [affine(score.key, key) for key in keys]
    for step, weights in enumerate(trace.weights.tolist()):
        asked = affine(score.query, trace.extras["queries"][step].tolist())
        energies = [
            dot(score.energy.weight[0].tolist(), [math.tanh(a + b) for a, b in zip(asked, key, strict=True)])
            for key in projected
        ]
        assert trace.extras["energies"][step].tolist() == pytest.approx(energies, abs=1e-5)
        assert weights == pytest.approx(softmax(energies), abs=1e-5)
        context = [dot(weights, [key[i] for key in keys]) for i in range(len(keys[0]))]
        assert trace.extras["contexts"][step].tolist() == pytest.approx(context, abs=1e-5)


@torch.inference_mode()
def test_energies_come_on_demand_alone_and_without_attention_there_are_none() -> None:
    model, without = model_of("additive"), model_of("none")
    assert replay(model.decoder, model.encode(SOURCE[:1]), (4, END), begin=BEGIN).extras == {}
    with pytest.raises(ValueError, match="no energies"):
        replay(without.decoder, without.encode(SOURCE[:1]), (4, END), begin=BEGIN, inside=without.decoder.inside)


@pytest.mark.parametrize("variant", MECHANISMS)
def test_two_steps_are_the_papers_equations(variant: str) -> None:
    """Luong 2015, eq. 5 with input feeding, on the weights that the mechanism chose; for `none` Cho 2014's c."""
    model = model_of(variant)
    decoder = model.decoder
    memory = model.encode(SOURCE[:1])
    embedding, keys, summary = model.embedding.weight.tolist(), memory.keys[0].tolist(), memory.summary[0].tolist()

    hidden: Vector = [math.tanh(value) for value in affine(decoder.start, summary)]
    cell, readout = [0.0] * len(hidden), [0.0] * len(embedding[0])
    for token, step in zip((BEGIN, 4), run(model, SOURCE[:1], torch.tensor([[BEGIN, 4]])), strict=True):
        inputs = affine(decoder.input_gates, embedding[token])
        recurrent = affine(decoder.recurrent_gates, [*readout, *hidden])
        gates = [a + b for a, b in zip(inputs, recurrent, strict=True)]
        size = len(hidden)
        let_in, keep, new, let_out = (gates[i * size : (i + 1) * size] for i in range(4))
        cell = [sigmoid(k) * c + sigmoid(i) * math.tanh(n) for k, c, i, n in zip(keep, cell, let_in, new, strict=True)]
        hidden = [sigmoid(o) * math.tanh(c) for o, c in zip(let_out, cell, strict=True)]
        context = summary
        if step.weights is not None:
            weights = step.weights[0].tolist()
            context = [dot(weights, [key[i] for key in keys]) for i in range(len(keys[0]))]
        from_context = affine(decoder.readout_values, context)
        readout = [math.tanh(a + b) for a, b in zip(affine(decoder.readout_state, hidden), from_context, strict=True)]
        logits = [dot(row, readout) + b for row, b in zip(embedding, decoder.output_bias.tolist(), strict=True)]
        expected = [math.log(p) for p in softmax(logits)]
        assert step.log_probs[0].tolist() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("variant", MECHANISMS)
def test_extra_padding_changes_nothing_over_two_steps(variant: str) -> None:
    model = model_of(variant)
    wider = F.pad(SOURCE, (0, 4), value=PAD)
    for narrow, wide in zip(run(model, SOURCE, TARGET[:, :2]), run(model, wider, TARGET[:, :2]), strict=True):
        torch.testing.assert_close(wide.log_probs, narrow.log_probs)
        if narrow.weights is not None:
            assert wide.weights is not None
            torch.testing.assert_close(wide.weights[:, :6], narrow.weights)
            assert (wide.weights[wider == PAD] == 0).all()


@pytest.mark.parametrize("variant", MECHANISMS)
def test_a_sentence_reads_the_same_alone_and_in_a_batch(variant: str) -> None:
    model = model_of(variant)
    together = run(model, SOURCE, TARGET[:, :2])
    for row, length in enumerate((SOURCE != PAD).sum(dim=1).tolist()):
        apart = run(model, SOURCE[row : row + 1, :length], TARGET[row : row + 1, :2])
        for step, alone in zip(together, apart, strict=True):
            torch.testing.assert_close(alone.log_probs[0], step.log_probs[row])
            if alone.weights is not None:
                assert step.weights is not None
                torch.testing.assert_close(alone.weights[0], step.weights[row, :length])


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_given_weights_are_used_and_shown(variant: str) -> None:
    model = model_of(variant)
    memory = model.encode(SOURCE[:1])
    state = model.decoder.begin(memory)
    token = torch.tensor([BEGIN])
    own = model.decoder.step(token, state)
    assert own.weights is not None
    readouts = []
    for key in range(6):
        given = F.one_hot(torch.tensor([key]), 6).double()
        step = model.decoder.step(token, state, weights=given)
        assert step.weights is not None
        assert torch.equal(step.weights, given)
        assert torch.equal(step.state.past.previous, given)
        # r = tanh(W [s; h_key]): the context is that key alone
        expected = torch.tanh(
            model.decoder.readout_state(step.state.hidden) + model.decoder.readout_values(memory.keys[:, key])
        )
        torch.testing.assert_close(step.state.readout, expected)
        readouts.append(step.state.readout)
        assert (step.log_probs - own.log_probs).abs().max() > 1e-3
    assert (torch.cat(readouts).std(dim=0) > 1e-3).any()
    again = model.decoder.step(token, state, weights=own.weights)
    assert torch.equal(again.log_probs, own.log_probs)


def test_given_weights_hold_for_their_step_alone() -> None:
    model = model_of("additive")
    state = model.decoder.begin(model.encode(SOURCE[:1]))
    given = F.one_hot(torch.tensor([2]), 6).double()
    first = model.decoder.step(torch.tensor([BEGIN]), state, weights=given)
    second = model.decoder.step(torch.tensor([4]), first.state)
    assert second.weights is not None and not torch.equal(second.weights, given)
    torch.testing.assert_close(second.state.past.total, given + second.weights)
    torch.testing.assert_close(second.state.past.previous, second.weights)


def test_without_attention_no_map_is_shown_even_if_weights_are_given() -> None:
    model = model_of("none")
    state = model.decoder.begin(model.encode(SOURCE[:1]))
    plain = model.decoder.step(torch.tensor([BEGIN]), state)
    given = model.decoder.step(torch.tensor([BEGIN]), state, weights=torch.full((1, 6), 1 / 6).double())
    assert plain.weights is None and given.weights is None
    assert torch.equal(plain.log_probs, given.log_probs)


@pytest.mark.parametrize("variant", MECHANISMS)
def test_teaching_all_steps_gives_the_logits_of_the_steps(variant: str) -> None:
    model = model_of(variant)
    steps = run(model, SOURCE, TARGET[:, :-1])
    taught = model.decoder.logits(model.decoder.teach(model.encode(SOURCE), TARGET[:, :-1]))
    stepped = torch.stack([model.decoder.logits(step.state.readout) for step in steps], dim=1)
    torch.testing.assert_close(taught, stepped, atol=1e-10, rtol=0)
    log_probs = torch.stack([step.log_probs for step in steps], dim=1)
    torch.testing.assert_close(taught.log_softmax(-1), log_probs.double(), atol=1e-5, rtol=0)


def gradients(model: TranslationModel, loss: Callable[[], Tensor]) -> dict[str, Tensor]:
    model.zero_grad()
    loss().backward()
    return {name: value.grad.clone() for name, value in model.named_parameters() if value.grad is not None}


@pytest.mark.parametrize("variant", MECHANISMS)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_training_loss_and_its_gradients_are_those_of_stepping(variant: str, smoothing: float) -> None:
    model = model_of(variant)

    def stepped(smoothing: float = smoothing) -> Tensor:
        states: list[State] = [step.state for step in run(model, SOURCE, TARGET[:, :-1])]
        logits = torch.stack([model.decoder.logits(state.readout) for state in states], dim=1)
        return F.cross_entropy(
            logits.flatten(0, 1), TARGET[:, 1:].flatten(), ignore_index=PAD, reduction="sum", label_smoothing=smoothing
        )

    smooth, plain, count = model.loss(SOURCE, TARGET, smoothing)
    assert count == 7
    torch.testing.assert_close(smooth, stepped(), atol=1e-6, rtol=1e-7)
    torch.testing.assert_close(plain, stepped(0.0), atol=1e-6, rtol=1e-7)
    ours, expected = gradients(model, lambda: model.loss(SOURCE, TARGET, smoothing)[0]), gradients(model, stepped)
    assert ours.keys() == expected.keys() == dict(model.named_parameters()).keys()
    for name in ours:
        torch.testing.assert_close(ours[name], expected[name], atol=1e-6, rtol=1e-6, msg=name)


def test_states_can_be_chosen_and_repeated() -> None:
    model = model_of("additive")
    state = run(model, SOURCE, TARGET[:, :1])[0].state
    rows = torch.tensor([2, 0, 2])
    chosen = model.decoder.step(torch.tensor([4, 5, 6]), state.select(rows))
    for place, row in enumerate(rows.tolist()):
        alone = model.decoder.step(torch.tensor([4 + place]), state.select(torch.tensor([row])))
        torch.testing.assert_close(chosen.log_probs[place], alone.log_probs[0])
