"""The models of Rush, Chopra and Weston 2015 against their equations, in plain loops."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attnviz.nn.mechanisms import MECHANISMS, Memory, Recipe
from attnviz.nn.window import BagOfWords, Convolutions, Neighbours, WindowDecoder
from tests.small import affine, dot, softmax

VOCABULARY, SIZE, HIDDEN, WINDOW = 9, 4, 6, 3
WORDS_BEFORE = torch.tensor([[2, 4, 5, 6, 7], [2, 7, 7, 8, 4]])
LENGTHS = [5, 2]
MASK = torch.arange(5) < torch.tensor(LENGTHS)[:, None]


def small(attentive: bool) -> tuple[WindowDecoder, Memory]:
    torch.manual_seed(0)
    general = MECHANISMS["general"]
    assert isinstance(general, Recipe)
    mechanism = general.build(WINDOW * SIZE, SIZE, 1) if attentive else None
    decoder = WindowDecoder(nn.Embedding(VOCABULARY, SIZE), mechanism, HIDDEN, SIZE, WINDOW, 0.0).double()
    keys = inputs()
    summary = keys[:, 0]
    return decoder, Memory(keys, MASK, summary) if mechanism is None else mechanism.prepare(keys, MASK, summary)


def inputs(seed: int = 1) -> Tensor:
    return torch.randn(2, 5, SIZE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("attentive", [True, False])
def test_each_step_knows_its_last_words_and_what_it_reads(attentive: bool) -> None:
    """Section 3.1 of the paper, with p ~ exp(x P y) of the attention-based encoder."""
    decoder, memory = small(attentive)
    embedding, state = decoder.embedding.weight.tolist(), decoder.begin(memory)
    for place, token in enumerate(WORDS_BEFORE.unbind(1)):
        step = decoder.step(token, state)
        state = step.state
        for row, length in enumerate(LENGTHS):
            written = [embedding[t] for t in WORDS_BEFORE[row, : place + 1].tolist()]
            last = [[0.0] * SIZE] * (WINDOW - len(written)) + written[-WINDOW:]
            query = [value for word in last for value in word]
            keys, read = memory.keys[row, :length].tolist(), memory.summary[row].tolist()
            if decoder.mechanism is not None:
                weights = softmax([dot(query, affine(decoder.mechanism.score.key, key)) for key in keys])
                assert step.weights is not None
                assert step.weights[row, :length].tolist() == pytest.approx(weights, abs=1e-9)
                assert not step.weights[row, length:].any()
                read = [dot(weights, [key[i] for key in keys]) for i in range(SIZE)]
            hidden = affine(decoder.readout_hidden, [math.tanh(h) for h in affine(decoder.hidden, query)])
            readout = [a + b for a, b in zip(hidden, affine(decoder.readout_values, read), strict=True)]
            logits = [dot(word, readout) + b for word, b in zip(embedding, decoder.output_bias.tolist(), strict=True)]
            assert step.log_probs[row].exp().tolist() == pytest.approx(softmax(logits), abs=1e-7)


@pytest.mark.parametrize("attentive", [True, False])
def test_training_takes_the_same_steps_at_once(attentive: bool) -> None:
    decoder, memory = small(attentive)
    state, readouts = decoder.begin(memory), decoder.teach(memory, WORDS_BEFORE)
    logits = F.linear(readouts, decoder.embedding.weight, decoder.output_bias)
    for place, token in enumerate(WORDS_BEFORE.unbind(1)):
        step = decoder.step(token, state)
        state = step.state
        torch.testing.assert_close(
            torch.log_softmax(logits[:, place], dim=1), step.log_probs.double(), atol=1e-6, rtol=0
        )


def test_given_weights_are_read_in_place_of_the_mechanisms() -> None:
    decoder, memory = small(attentive=True)
    weights = torch.zeros(2, 5, dtype=torch.float64)
    weights[:, 1] = 1
    step = decoder.step(torch.tensor([2, 2]), decoder.begin(memory), weights=weights)
    own = decoder.step(torch.tensor([2, 2]), decoder.begin(memory))
    assert step.weights is weights and not torch.allclose(step.log_probs, own.log_probs)


def test_a_bag_of_words_is_their_mean_in_any_order() -> None:
    values = inputs()
    keys, summary = BagOfWords()(values, MASK)
    assert keys is values
    for row, length in enumerate(LENGTHS):
        torch.testing.assert_close(summary[row], values[row, :length].mean(dim=0))
    turned = values.clone()
    turned[0] = values[0].flip(0)
    torch.testing.assert_close(BagOfWords()(turned, MASK)[1], summary)


def test_neighbours_are_read_together() -> None:
    values = inputs()
    means, _ = Neighbours()(values, MASK)
    for row, length in enumerate(LENGTHS):
        for j in range(length):
            around = [values[row, i] for i in range(j - 2, j + 3) if 0 <= i < length]
            torch.testing.assert_close(means[row, j], torch.stack(around).mean(dim=0))


def convolved(encoder: Convolutions, words: list[list[float]]) -> list[float]:
    """enc2 in plain loops."""
    for place, layer in enumerate(encoder.layers):
        assert isinstance(layer, nn.Conv1d) and layer.bias is not None
        kernel, bias, after = layer.weight.tolist(), layer.bias.tolist(), []
        for j in range(len(words)):
            around = [words[i] if 0 <= i < len(words) else [0.0] * SIZE for i in range(j - 2, j + 3)]
            after.append(
                [
                    sum(dot(row, [word[c] for word in around]) for c, row in enumerate(out)) + b
                    for out, b in zip(kernel, bias, strict=True)
                ]
            )
        words = after
        if place < len(encoder.layers) - 1:
            pairs = [words[i : i + 2] for i in range(0, len(words), 2)]
            words = [[math.tanh(max(column)) for column in zip(*pair, strict=True)] for pair in pairs]
    return [max(column) for column in zip(*words, strict=True)]


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_convolutions_keep_the_strongest_answer_of_each_feature(layers: int) -> None:
    torch.manual_seed(0)
    encoder, values = Convolutions(SIZE, layers).double(), inputs()
    _, summary = encoder(values, MASK)
    for row, length in enumerate(LENGTHS):
        assert summary[row].tolist() == pytest.approx(convolved(encoder, values[row, :length].tolist()))


@pytest.mark.parametrize("encoder", [BagOfWords(), Neighbours(), Convolutions(SIZE, 3)], ids=["bow", "abs", "conv"])
def test_padding_changes_nothing(encoder: nn.Module) -> None:
    values = inputs()
    keys, summary = encoder.double()(values, MASK)
    filled = F.pad(values.masked_fill(~MASK[:, :, None], 9.0), (0, 0, 0, 3), value=7.0)
    wider = F.pad(MASK, (0, 3))
    more_keys, same = encoder(filled, wider)
    torch.testing.assert_close(same, summary)
    torch.testing.assert_close(more_keys[:, :5][MASK], keys[MASK])
