"""Copying: the mixture, coverage and its loss, against See et al. 2017 in plain loops."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attnviz.nn.decoder import Decoder
from attnviz.nn.fused import smoothed_cross_entropy
from attnviz.nn.mechanisms import MECHANISMS, Recipe
from attnviz.nn.pointer import GATE, PointerDecoder, TokenMemory, coverage_loss, pointed
from tests.small import affine, sigmoid

VOCABULARY, SIZE, HIDDEN, KEY = 9, 4, 6, 5
TOKENS = torch.tensor([[4, 5, 4, 6], [7, 8, 0, 0]])
WORDS_BEFORE = torch.tensor([[2, 4, 5], [2, 7, 7]])


def small(seed: int = 0) -> tuple[PointerDecoder, TokenMemory]:
    torch.manual_seed(seed)
    recipe = MECHANISMS["covered"]
    assert isinstance(recipe, Recipe)
    decoder = PointerDecoder(nn.Embedding(VOCABULARY, SIZE), recipe.build(HIDDEN, KEY, 3), HIDDEN, KEY, 0.0).double()
    keys, mask = torch.randn(2, 4, KEY, dtype=torch.float64), TOKENS != 0
    assert decoder.mechanism is not None
    memory = decoder.mechanism.prepare(keys, mask, keys[:, 0])
    return decoder, TokenMemory(**vars(memory), tokens=TOKENS)


def plain_of(decoder: PointerDecoder) -> Decoder:
    """The same decoder without its switch: what it writes itself."""
    same = Decoder(decoder.embedding, decoder.mechanism, HIDDEN, KEY, 0.0).double()
    same.load_state_dict({k: v for k, v in decoder.state_dict().items() if not k.startswith("gate")})
    return same


def test_a_step_mixes_what_it_writes_with_what_it_looks_at() -> None:
    decoder, memory = small()
    state, own_state = decoder.begin(memory), plain_of(decoder).begin(memory)
    for token in WORDS_BEFORE.unbind(1):
        step, own = decoder.step(token, state), plain_of(decoder).step(token, own_state)
        state, own_state = step.state, own.state
        assert step.weights is not None and own.weights is not None
        torch.testing.assert_close(step.weights, own.weights)
        for row in range(2):
            written = sigmoid(affine(decoder.gate, step.state.readout[row].tolist())[0])
            expected = [written * math.exp(value) for value in own.log_probs[row].tolist()]
            for key, weight in zip(TOKENS[row].tolist(), step.weights[row].tolist(), strict=True):
                expected[key] += (1 - written) * weight
            assert step.log_probs[row].exp().tolist() == pytest.approx(expected, abs=1e-7)
            assert sum(expected) == pytest.approx(1)
            assert step.extras[GATE][row].item() == pytest.approx(1 - written)


def test_given_weights_that_do_not_sum_to_one_still_give_probabilities() -> None:
    decoder, memory = small()
    for weights in (torch.full((2, 4), 2.0), torch.zeros(2, 4)):
        step = decoder.step(torch.tensor([2, 2]), decoder.begin(memory), weights=weights.double())
        torch.testing.assert_close(step.log_probs.exp().sum(dim=1), torch.ones(2, dtype=torch.float64))


def test_training_takes_the_steps_that_are_taken_one_by_one() -> None:
    decoder, memory = small()
    taught, state = decoder.teach_pointing(memory, WORDS_BEFORE), decoder.begin(memory)
    for i, token in enumerate(WORDS_BEFORE.unbind(1)):
        step = decoder.step(token, state)
        state = step.state
        assert step.weights is not None
        torch.testing.assert_close(taught.weights[:, i], step.weights)
        torch.testing.assert_close(taught.readouts[:, i], step.state.readout)
        torch.testing.assert_close(1 - taught.gates[:, i], step.extras[GATE])


def test_what_is_pointed_at_and_looked_at_again_is_summed_up() -> None:
    weights = torch.softmax(torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(1)), dim=2)
    answers = torch.tensor([[4, 6, 3], [8, 7, 7]])
    found, again = pointed(weights, TOKENS, answers), coverage_loss(weights)
    for row in range(2):
        covered = [0.0] * 4
        for step in range(3):
            alpha = weights[row, step].tolist()
            same = [a for a, token in zip(alpha, TOKENS[row].tolist(), strict=True) if token == answers[row, step]]
            assert found[row, step].item() == pytest.approx(sum(same))
            assert again[row, step].item() == pytest.approx(sum(map(min, alpha, covered)), abs=1e-6)
            covered = [c + a for c, a in zip(covered, alpha, strict=True)]


def mixture(leaves: tuple[Tensor, ...], targets: Tensor, smoothing: float) -> Tensor:
    """The loss as torch computes it, all logits at once."""
    inputs, weight, bias, gate, other = leaves
    own = F.log_softmax(F.linear(inputs, weight, bias), dim=1)
    mixed = gate * own.gather(1, targets[:, None]).squeeze(1).exp() + (1 - gate) * other
    return ((1 - smoothing) * -mixed.log() - smoothing * own.mean(dim=1)).sum()


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("rows", [3, 128])
def test_the_loss_of_a_mixture_and_its_gradients_are_torchs(smoothing: float, rows: int) -> None:
    torch.manual_seed(0)
    shapes = [(7, 4), (5, 4), (5,)]
    drawn = [torch.randn(shape, dtype=torch.float64) for shape in shapes] + [torch.rand(7).double() for _ in range(2)]
    leaves = tuple(leaf.requires_grad_() for leaf in drawn)
    targets = torch.arange(7) % 5
    smooth, plain = smoothed_cross_entropy(*leaves[:3], targets, smoothing, rows, mixed=(leaves[3], leaves[4]))
    expected = mixture(leaves, targets, smoothing)
    torch.testing.assert_close(smooth, expected)
    torch.testing.assert_close(plain, mixture(leaves, targets, 0.0))
    for ours, theirs in zip(torch.autograd.grad(smooth, leaves), torch.autograd.grad(expected, leaves), strict=True):
        torch.testing.assert_close(ours, theirs)
