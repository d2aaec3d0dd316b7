"""The caption model: one step against a plain loop, steps against `draw`, the sentinel, the gate, and the estimator."""

import math
from collections.abc import Iterator

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from attnviz.nn.beam import replay, search
from attnviz.nn.decoder import Step
from attnviz.nn.past import Past
from attnviz.nn.scores import Additive
from attnviz.tasks.captions.model import (
    BEGIN,
    DISTRIBUTION,
    END,
    GATED,
    PAD,
    UNKNOWN,
    VARIANTS,
    CaptionModel,
    Regularisers,
    Size,
    Taught,
    told_of_place,
)
from tests.small import affine, dot, sigmoid, softmax

SIZE = Size(vocabulary=9, features=5, embedding=4, hidden=6, key=4, score=3)
CELLS = 6
ATTENTIVE = [variant for variant in VARIANTS if variant != "none"]
TARGET = torch.tensor([[BEGIN, 4, 5, 6, END], [BEGIN, 7, 8, END, PAD], [BEGIN, 5, END, PAD, PAD]])
PHOTO = torch.tensor([0, 0, 1])


@pytest.fixture(autouse=True)
def _precise() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(3)
    yield
    torch.set_default_dtype(torch.float32)


def model_of(variant: str) -> CaptionModel:
    model = CaptionModel(variant, SIZE)
    with torch.no_grad():
        for weights in model.parameters():
            weights.normal_(std=0.6)
    return model.eval()


def photos(count: int = 2) -> Tensor:
    return torch.rand(count, CELLS, SIZE.features)


def steps(model: CaptionModel, features: Tensor, words: Tensor) -> list[Step]:
    """Step by step, given the words before each: (batch, steps)."""
    state = model.decoder.begin(model.encode(features))
    taken = []
    for token in words.unbind(1):
        step = model.decoder.step(token, state)
        state = step.state
        taken.append(step)
    return taken


@pytest.mark.parametrize("variant", VARIANTS)
def test_two_steps_are_the_papers_formulas(variant: str) -> None:
    model, features = model_of(variant), photos(1)
    decoder, memory = model.decoder, model.encode(features)
    keys, summary = memory.keys[0].tolist(), memory.summary[0].tolist()
    assert summary == pytest.approx([sum(column) / CELLS for column in zip(*keys, strict=True)])
    hidden = [math.tanh(value) for value in affine(decoder.start, summary)]
    cell, readout = [0.0] * SIZE.hidden, [0.0] * SIZE.embedding
    embedding = model.embedding.weight.tolist()
    for token, step in zip((BEGIN, 5), steps(model, features, torch.tensor([[BEGIN, 5]])), strict=True):
        word = embedding[token]
        gates = [
            a + b
            for a, b in zip(
                affine(decoder.input_gates, word), affine(decoder.recurrent_gates, [*readout, *hidden]), strict=True
            )
        ]
        i, f, n, o = (gates[k * SIZE.hidden : (k + 1) * SIZE.hidden] for k in range(4))
        cell = [sigmoid(b) * c + sigmoid(a) * math.tanh(d) for a, b, c, d in zip(i, f, cell, n, strict=True)]
        before, hidden = hidden, [sigmoid(a) * math.tanh(c) for a, c in zip(o, cell, strict=True)]
        candidates = list(keys)
        if variant == "adaptive":  # Lu et al. 2017, eq. 9 and 10
            open_ = [
                sigmoid(a + b)
                for a, b in zip(
                    affine(decoder.sentinel_input, [*word, *readout]),
                    affine(decoder.sentinel_state, before),
                    strict=True,
                )
            ]
            seen = [g * math.tanh(c) for g, c in zip(open_, cell, strict=True)]
            candidates.append(affine(decoder.sentinel_key, seen))
        if variant == "none":
            context = affine(decoder.readout_values, summary)
            assert step.weights is None
        else:
            assert decoder.mechanism is not None and step.weights is not None
            score = decoder.mechanism.score
            query = affine(score.query, hidden)
            energies = [
                dot(
                    score.energy.weight[0].tolist(),
                    [math.tanh(a + b) for a, b in zip(query, affine(score.key, key), strict=True)],
                )
                for key in candidates
            ]
            weights = softmax(energies)
            if variant == "hard":
                weights = [float(weight == max(weights)) for weight in weights]
            assert step.weights[0].tolist() == pytest.approx(weights)
            read = [dot(weights, [key[k] for key in candidates]) for k in range(SIZE.key)]
            context = affine(decoder.readout_values, read)
            if variant in GATED:  # Xu et al. 2015, section 4.2.1
                beta = sigmoid(affine(decoder.gate, hidden)[0])
                context = [beta * value for value in context]
        readout = [math.tanh(a + b) for a, b in zip(affine(decoder.readout_state, hidden), context, strict=True)]
        logits = [dot(row, readout) + b for row, b in zip(embedding, decoder.output_bias.tolist(), strict=True)]
        assert step.log_probs[0].tolist() == pytest.approx([math.log(p) for p in softmax(logits)])


@pytest.mark.parametrize("variant", VARIANTS)
def test_all_steps_at_once_are_the_steps_as_long_as_a_caption_goes_on(variant: str) -> None:
    model, features = model_of(variant), photos()
    lengths = (TARGET[:, 1:] != PAD).sum(dim=1)
    taught = model.decoder.draw(model.encode(features), PHOTO, TARGET[:, :-1], lengths, expected=0.5)
    assert lengths.tolist() == [4, 3, 2]
    for place, step in enumerate(steps(model, features[PHOTO], TARGET[:, :-1])):
        going = lengths > place
        log_probs = F.log_softmax(model.decoder.logits(taught.readouts[:, place]), dim=1)
        torch.testing.assert_close(log_probs[going], step.log_probs[going])
        assert not taught.readouts[~going, place].any()
        if step.weights is not None:
            assert taught.weights is not None
            shown = distribution(step) if variant == "hard" else step.weights
            torch.testing.assert_close(taught.weights[going, place], shown[going])
            assert not taught.weights[~going, place].any()


def distribution(step: Step) -> Tensor:
    """The distribution behind a step of `hard`, whose largest weight is where the cell was read."""
    chosen = step.extras[DISTRIBUTION]
    assert step.weights is not None and torch.equal(chosen.argmax(dim=1), step.weights.argmax(dim=1))
    return chosen


def test_hard_reads_the_expected_context_of_some_captions_while_training_and_drawn_cells_of_the_others() -> None:
    model, features = model_of("hard").train(), photos()
    lengths = (TARGET[:, 1:] != PAD).sum(dim=1)

    def taught(expected: float) -> Taught:
        return model.decoder.draw(model.encode(features), PHOTO, TARGET[:, :-1], lengths, expected)

    mixed = taught(1.0)
    assert mixed.drawn is not None and not mixed.drawn.any()
    model.decoder.variant = "soft"
    torch.testing.assert_close(mixed.readouts, taught(1.0).readouts)
    model.decoder.variant = "hard"
    several = [taught(0.0) for _ in range(20)]
    assert all(draw.drawn is not None and draw.drawn.all() for draw in several)
    first = torch.stack([draw.readouts[0, 0] for draw in several])
    assert 1 < len(first.unique(dim=0)) <= CELLS  # one readout for each cell that was drawn


@pytest.mark.parametrize("variant", VARIANTS)
def test_neither_padding_nor_the_order_of_captions_changes_the_loss(variant: str) -> None:
    model, features = model_of(variant), photos()
    regularisers = Regularisers()
    whole, plain, count = model.loss(features, PHOTO, TARGET, 0.1, regularisers)
    order = torch.tensor([2, 0, 1])
    longer = F.pad(TARGET, (0, 3), value=PAD)
    for photo, target in ((PHOTO[order], TARGET[order]), (PHOTO, longer)):
        again, same, number = model.loss(features, photo, target, 0.1, regularisers)
        torch.testing.assert_close((again, same), (whole, plain))
        assert number == count
    alone = [
        model.loss(features, PHOTO[i : i + 1], TARGET[i : i + 1], 0.1, regularisers)[0] for i in range(len(TARGET))
    ]
    torch.testing.assert_close(torch.stack(alone).sum(), whole)


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_weights_sum_to_one_and_the_sentinels_is_the_last(variant: str) -> None:
    for step in steps(model_of(variant), photos(), torch.tensor([[BEGIN, 4], [BEGIN, 8]])):
        assert step.weights is not None
        assert step.weights.shape == (2, CELLS + (variant == "adaptive"))
        torch.testing.assert_close(step.weights.sum(dim=1), torch.ones(2))
        if variant == "hard":
            assert set(step.weights.flatten().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_given_weights_are_what_is_used_and_shown(variant: str) -> None:
    model = model_of(variant)
    state, token = model.decoder.begin(model.encode(photos(1))), torch.tensor([BEGIN])
    own = model.decoder.step(token, state)
    assert own.weights is not None
    seen = []
    for cell in range(own.weights.shape[1]):
        given = F.one_hot(torch.tensor([cell]), own.weights.shape[1]).to(own.weights.dtype)
        step = model.decoder.step(token, state, weights=given)
        assert step.weights is given
        seen.append(step.log_probs)
    assert torch.stack(seen).std(dim=0).max() > 1e-3
    again = model.decoder.step(token, state, weights=own.weights)
    assert torch.equal(again.log_probs, own.log_probs)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_search_finds_captions_that_a_replay_repeats(variant: str) -> None:
    model = model_of(variant)
    with torch.inference_mode():
        memory = model.encode(photos(1))
        outputs = search(
            model.decoder, memory, begin=BEGIN, end=END, never=(PAD, UNKNOWN, BEGIN), beam=3, max_tokens=[6]
        )[0]
        assert outputs
        for trace in outputs:
            forced = replay(model.decoder, memory, trace.tokens, begin=BEGIN)
            assert forced.score == pytest.approx(trace.score)
            assert (forced.weights is None) == (variant == "none")
            if forced.weights is not None:
                assert forced.weights == pytest.approx(trace.weights)


class Follower(Additive):
    """A score that keeps what it is told of the past."""

    pasts: list[Past]

    def forward(self, query: Tensor, projected: Tensor, past: Past) -> Tensor:
        if projected.shape[1] == CELLS:  # and not the sentinel, which is scored apart
            self.pasts.append(past)
        return super().forward(query, projected, past)


@pytest.mark.parametrize("variant", ATTENTIVE)
@pytest.mark.parametrize("chosen", [False, True])
def test_a_score_is_told_step_by_step_where_the_earlier_steps_read(variant: str, chosen: bool) -> None:
    model, features = model_of(variant), photos()
    score = model.decoder.mechanism.score
    score.__class__, score.pasts = Follower, []
    words = torch.tensor([[BEGIN, 4, 5], [BEGIN, 8, 6]])
    given = torch.rand(3, 2, CELLS + (variant == "adaptive")) if chosen else [None] * 3
    state, read = model.decoder.begin(model.encode(features)), []
    for token, weights in zip(words.unbind(1), given, strict=True):
        step = model.decoder.step(token, state, weights=weights)
        state = step.state
        read.append(step.weights[:, :CELLS])
        assert torch.equal(state.past.previous, read[-1])
        torch.testing.assert_close(state.past.total, sum(read))
    if chosen and variant != "hard":
        assert score.pasts == [], "given weights are not looked for"
        return
    assert len(score.pasts) == 3
    assert not score.pasts[0].previous.any() and not score.pasts[0].total.any()
    for place in (1, 2):
        assert torch.equal(score.pasts[place].previous, read[place - 1])
        torch.testing.assert_close(score.pasts[place].total, sum(read[:place]))


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_in_training_a_score_is_told_the_same_past_of_the_captions_that_go_on(variant: str) -> None:
    model, features = model_of(variant), photos()
    score = model.decoder.mechanism.score
    score.__class__, score.pasts = Follower, []
    lengths = (TARGET[:, 1:] != PAD).sum(dim=1)
    model.decoder.draw(model.encode(features), PHOTO, TARGET[:, :-1], lengths, expected=0.0)
    drawn, score.pasts = score.pasts, []
    steps(model, features[PHOTO], TARGET[:, :-1])
    assert [len(past.total) for past in drawn] == [3, 3, 2, 1]
    for ours, stepped in zip(drawn, score.pasts, strict=True):
        going = len(ours.total)
        torch.testing.assert_close(ours.previous, stepped.previous[:going])
        torch.testing.assert_close(ours.total, stepped.total[:going])


def test_hard_gives_its_distribution_beside_the_cell_whatever_weights_are_given() -> None:
    model = model_of("hard")
    state, token = model.decoder.begin(model.encode(photos())), torch.tensor([BEGIN, BEGIN])
    own = model.decoder.step(token, state)
    given = model.decoder.step(token, state, weights=own.extras[DISTRIBUTION])
    torch.testing.assert_close(own.extras[DISTRIBUTION].sum(dim=1), torch.ones(2))
    assert torch.equal(given.extras[DISTRIBUTION], own.extras[DISTRIBUTION])
    assert torch.equal(given.weights, own.extras[DISTRIBUTION]), "the expected context is read"
    assert (given.log_probs - own.log_probs).abs().max() > 1e-4
    assert model_of("soft").decoder.step(token, state).extras == {}


def test_the_regulariser_asks_that_each_cell_be_seen_once() -> None:
    """lambda sum_i (1 - sum_t alpha_ti)^2 over the words that are there (Xu et al. 2015, eq. 14)."""
    model, features = model_of("soft"), photos()
    without, plain, count = model.loss(features, PHOTO, TARGET, 0.0, Regularisers(doubly_stochastic=0))
    assert without.item() == pytest.approx(plain.item()) and count == 4 + 3 + 2
    total, _, _ = model.loss(features, PHOTO, TARGET, 0.0, Regularisers(doubly_stochastic=0.7))
    extra = 0.0
    for i, row in enumerate(PHOTO):
        words = TARGET[i : i + 1, :-1]
        length = int((TARGET[i, 1:] != PAD).sum())
        maps = [step.weights[0].tolist() for step in steps(model, features[row][None], words[:, :length])]
        extra += sum((1 - sum(row[cell] for row in maps)) ** 2 for cell in range(CELLS))
    assert (total - without).item() == pytest.approx(0.7 * extra)


def test_what_a_word_tells_of_the_place_is_the_mutual_information() -> None:
    weights = torch.rand(2, 3, CELLS)
    weights[1, 2] = 0  # a shorter caption
    for caption, told in zip(weights.tolist(), told_of_place(weights).tolist(), strict=True):
        whole, expected = sum(map(sum, caption)), 0.0
        for row in caption:
            for cell, weight in enumerate(row):
                if weight:
                    word, place = sum(row) / whole, sum(other[cell] for other in caption) / whole
                    expected += weight / whole * math.log(weight / whole / (word * place))
        assert told == pytest.approx(expected)
    same, apart = torch.full((1, 3, CELLS), 1 / CELLS), torch.eye(CELLS)[None, :3]
    assert told_of_place(torch.cat([same, apart])).tolist() == pytest.approx([0, math.log(3)], abs=1e-9)


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_the_contrast_is_taken_off_the_loss_of_each_word(variant: str) -> None:
    """The end is no word, and what lies on the sentinel is on no place."""
    model, features = model_of(variant), photos()
    without = model.loss(features, PHOTO, TARGET, 0.0, Regularisers(expected=0))[0]
    total = model.loss(features, PHOTO, TARGET, 0.0, Regularisers(expected=0, contrast=0.3))[0]
    gain = 0.0
    for i, row in enumerate(PHOTO):
        count = int((TARGET[i] >= 4).sum())
        taken = steps(model, features[row][None], TARGET[i : i + 1, :count])
        maps = torch.cat([step.extras.get(DISTRIBUTION, step.weights)[:, :CELLS] for step in taken])
        gain += count * told_of_place(maps[None]).item()
    assert (without - total).item() == pytest.approx(0.3 * gain)


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_a_row_of_the_map_belongs_to_the_word_that_it_stands_beside(variant: str) -> None:
    """What is looked at in a step changes that step's word, and no word before it."""
    model = model_of(variant)
    memory, tokens = model.encode(photos(1)), [4, 7, 5, END]
    with torch.inference_mode():
        own = replay(model.decoder, memory, tokens, begin=BEGIN)
        assert own.weights is not None and len(own.weights) == len(tokens)
        for row in range(len(tokens)):
            given = torch.from_numpy(own.weights).clone()
            given[row] = F.one_hot(given[row].argmin(), given.shape[1])
            changed = replay(model.decoder, memory, tokens, begin=BEGIN, weights=given)
            apart = [abs(a - b) for a, b in zip(changed.logprobs, own.logprobs, strict=True)]
            assert max(apart[:row], default=0) < 1e-6 and apart[row] > 1e-3


def test_the_estimator_of_hard_attention_follows_the_gradient_of_the_expectation() -> None:
    """The mean over draws of worth * grad log alpha is the gradient of the expected worth, by each cell's own."""
    model, features = model_of("hard").train(), photos(1)
    with torch.no_grad():
        model.decoder.readout_values.weight *= 5  # so that it matters which cell is read
        model.embedding.weight *= 3
    target = torch.tensor([[BEGIN, 4]])  # one word: its cell is all that is drawn
    decoder = model.decoder
    state = decoder.begin(model.encode(features))
    energy = decoder.mechanism.score.energy.weight
    alpha = decoder.step(torch.tensor([BEGIN]), state).extras[DISTRIBUTION][0]
    worth = torch.stack(
        [
            decoder.step(torch.tensor([BEGIN]), state, weights=F.one_hot(torch.tensor([cell]), CELLS).double())
            .log_probs[0, 4]
            .detach()
            for cell in range(CELLS)
        ]
    )
    (exact,) = torch.autograd.grad((alpha * worth).sum(), energy)
    rows = 40_000
    total, _, _ = model.loss(
        features,
        torch.zeros(rows, dtype=torch.long),
        target.expand(rows, -1),
        0.0,
        Regularisers(doubly_stochastic=0, reinforce=1, entropy=0, expected=0),
    )
    (estimate,) = torch.autograd.grad(-total / rows, energy)
    assert exact.abs().max() > 2e-3
    torch.testing.assert_close(estimate, exact, atol=0.1 * exact.abs().max().item(), rtol=0)


def test_the_moving_baseline_follows_what_captions_are_worth_while_training() -> None:
    model, features = model_of("hard"), photos()
    regularisers = Regularisers(expected=0)
    model.loss(features, PHOTO, TARGET, 0.0, regularisers)
    assert model.baseline.item() == 0
    model.train()
    for _ in range(60):
        _, plain, count = model.loss(features, PHOTO, TARGET, 0.0, regularisers)
    assert model.baseline.item() == pytest.approx(-plain.item() / count, rel=0.35)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_few_steps_of_training_make_captions_likelier(variant: str) -> None:
    model, features = CaptionModel(variant, SIZE).train(), photos()
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-2)
    seen = []
    for _ in range(40):
        optimiser.zero_grad()
        total, plain, count = model.loss(features, PHOTO, TARGET, 0.05, Regularisers())
        torch.autograd.backward(total / count)
        optimiser.step()
        seen.append(plain.item() / count)
    assert seen[-1] < 0.6 * seen[0]
