"""Beam search and forced replay: against every output there is, against plain loops, and by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from attnviz.nn import beam as beam_module
from attnviz.nn.beam import Trace, normalised, replay, search
from attnviz.nn.decoder import Decoder, State, Step
from attnviz.nn.mechanisms import MECHANISMS, Memory
from attnviz.tasks.translation.model import BEGIN, END, PAD, UNKNOWN, TranslationModel
from tests.small import ATTENTIVE, small_model

NEVER = (PAD, UNKNOWN, BEGIN)
WORDS = (4, 5, 6)
VOCABULARY = 7
LONGEST = 3
SOURCE = torch.tensor([[4, 5, 6, 4, END], [6, 5, END, PAD, PAD], [5, END, PAD, PAD, PAD]])
PENALTIES = [0.0, 0.6, 1.0]


@pytest.fixture(autouse=True)
def _inference() -> Iterator[None]:
    with torch.inference_mode():
        yield


def model_of(variant: str, seed: int = 0) -> TranslationModel:
    return small_model(variant, VOCABULARY, seed)


def find(
    model: TranslationModel, source: Tensor, beam: int, penalty: float = 1.0, longest: int = LONGEST
) -> list[list[Trace]]:
    return search(
        model.decoder,
        model.encode(source),
        begin=BEGIN,
        end=END,
        never=NEVER,
        beam=beam,
        length_penalty=penalty,
        max_tokens=[longest] * len(source),
    )


def loglikelihood(model: TranslationModel, source: Tensor, tokens: tuple[int, ...]) -> float:
    state, before, total = model.decoder.begin(model.encode(source)), BEGIN, 0.0
    for token in tokens:
        step = model.decoder.step(torch.tensor([before]), state)
        total, state, before = total + step.log_probs[0, token].item(), step.state, token
    return total


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("variant", MECHANISMS)
def test_at_full_width_it_is_exhaustive_search(variant: str, penalty: float) -> None:
    model, source = model_of(variant), SOURCE[:1]
    everything = [(*words, END) for count in range(LONGEST) for words in product(WORDS, repeat=count)]
    scores = {tokens: loglikelihood(model, source, tokens) / len(tokens) ** penalty for tokens in everything}
    outputs = find(model, source, len(everything), penalty)[0]
    assert [trace.tokens for trace in outputs] == sorted(everything, key=lambda tokens: -scores[tokens])
    assert [trace.score for trace in outputs] == pytest.approx([scores[trace.tokens] for trace in outputs], abs=1e-5)


@pytest.mark.parametrize("variant", MECHANISMS)
@pytest.mark.parametrize("beam", [1, 2, 4])
@pytest.mark.parametrize("together", [3, 64])
def test_every_hypothesis_is_its_forced_replay(
    variant: str, beam: int, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beam_module, "TOGETHER", together)
    model = model_of(variant)
    for row, outputs in enumerate(find(model, SOURCE, beam, 0.6, longest=8)):
        assert 1 <= len(outputs) <= beam
        assert len({trace.tokens for trace in outputs}) == len(outputs)
        for trace in outputs:
            forced = replay(
                model.decoder, model.encode(SOURCE[row : row + 1]), trace.tokens, begin=BEGIN, length_penalty=0.6
            )
            assert trace.tokens == forced.tokens and trace.tokens[-1] == END and END not in trace.tokens[:-1]
            assert trace.logprobs == pytest.approx(forced.logprobs, abs=1e-5)
            assert trace.score == pytest.approx(forced.score, abs=1e-5)
            if variant == "none":
                assert trace.weights is None and forced.weights is None
            else:
                assert trace.weights is not None and forced.weights is not None
                assert trace.weights.shape == (len(trace.tokens), SOURCE.shape[1])
                np.testing.assert_allclose(trace.weights, forced.weights, atol=1e-5)


@pytest.mark.parametrize("variant", MECHANISMS)
@pytest.mark.parametrize("seed", range(3))
def test_a_beam_of_one_takes_the_likeliest_word_at_each_step(variant: str, seed: int) -> None:
    model, source = model_of(variant, seed), SOURCE[:1]
    state, tokens = model.decoder.begin(model.encode(source)), [BEGIN]
    while tokens[-1] != END and len(tokens) < 10:
        step = model.decoder.step(torch.tensor(tokens[-1:]), state)
        state = step.state
        tokens.append(max((*WORDS, END), key=lambda token: step.log_probs[0, token].item()))
    if tokens[-1] != END:
        tokens.append(END)
    outputs = find(model, source, 1, longest=10)[0]
    assert [trace.tokens for trace in outputs] == [tuple(tokens[1:])]


@pytest.mark.parametrize("variant", MECHANISMS)
def test_sentences_together_are_read_as_one_by_one(variant: str) -> None:
    model = model_of(variant)
    for row, outputs in enumerate(find(model, SOURCE, 3, longest=8)):
        alone = find(model, SOURCE[row : row + 1], 3, longest=8)[0]
        assert [trace.tokens for trace in outputs] == [trace.tokens for trace in alone]
        for ours, theirs in zip(outputs, alone, strict=True):
            assert ours.score == pytest.approx(theirs.score, abs=1e-5)
            if ours.weights is not None:
                np.testing.assert_allclose(ours.weights, theirs.weights, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(MECHANISMS)),
    st.lists(st.tuples(st.lists(st.sampled_from(WORDS), max_size=9), st.integers(1, 12)), min_size=1, max_size=6),
    st.integers(1, 3),
)
def test_an_output_depends_on_nothing_that_is_searched_beside_it(
    variant: str, inputs: list[tuple[list[int], int]], beam: int
) -> None:
    """Each input has its own length, and its own limit to how long its outputs may become."""
    model = model_of(variant)

    def searched(*inputs: tuple[list[int], int]) -> list[list[Trace]]:
        source = pad_sequence([torch.tensor([*words, END]) for words, _ in inputs], batch_first=True, padding_value=PAD)
        options: dict[str, Any] = {"begin": BEGIN, "end": END, "never": NEVER, "beam": beam}
        with torch.inference_mode():
            memory = model.encode(source)
            return search(model.decoder, memory, **options, max_tokens=[limit for _, limit in inputs])

    for one, together in zip(inputs, searched(*inputs), strict=True):
        (alone,) = searched(one)
        assert [trace.tokens for trace in together] == [trace.tokens for trace in alone]
        assert [trace.score for trace in together] == pytest.approx([trace.score for trace in alone], abs=1e-4)
        assert all(len(trace.tokens) <= one[1] for trace in together)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_outputs_come_best_first_with_scores_normalised_as_stated(penalty: float) -> None:
    for seed in range(4):
        for outputs in find(model_of("additive", seed), SOURCE, 5, penalty, longest=8):
            assert all(a.score >= b.score for a, b in pairwise(outputs))
            for trace in outputs:
                assert trace.score == pytest.approx(sum(trace.logprobs) / len(trace.tokens) ** penalty)


def test_length_normalisation_by_hand() -> None:
    assert normalised(-6.0, 4, 0.0) == -6.0
    assert normalised(-6.0, 4, 1.0) == -1.5
    assert normalised(-6.0, 4, 0.5) == -3.0


@pytest.mark.parametrize("beam", [1, 5, 40])
def test_tokens_never_to_be_written_are_not(beam: int) -> None:
    model = model_of("general")
    with torch.no_grad():
        model.decoder.output_bias[list(NEVER)] = 20.0  # what the model would most like to write
    for outputs in find(model, SOURCE, beam, longest=6):
        assert outputs
        for trace in outputs:
            assert not set(trace.tokens) & set(NEVER)
            assert all(np.isfinite(trace.logprobs))


def test_tokens_never_to_be_written_are_no_alternatives_of_a_forced_output() -> None:
    model = model_of("general")
    with torch.no_grad():
        model.decoder.output_bias[list(NEVER)] = 20.0
    memory = model.encode(SOURCE[:1])
    free = replay(model.decoder, memory, (4, UNKNOWN, END), begin=BEGIN)
    kept = replay(model.decoder, memory, (4, UNKNOWN, END), begin=BEGIN, never=NEVER)
    assert kept.logprobs == free.logprobs
    for everything, allowed in zip(free.alternatives, kept.alternatives, strict=True):
        assert set(NEVER) <= dict(everything).keys()
        assert dict(allowed).keys() == {*WORDS, END}


@pytest.mark.parametrize("longest", [1, 2, 5])
def test_an_output_that_does_not_end_is_ended(longest: int) -> None:
    model = model_of("general")
    with torch.no_grad():
        model.decoder.output_bias[END] = -20.0
    for outputs in find(model, SOURCE, 2, longest=longest):
        assert outputs
        assert all(len(trace.tokens) == longest and trace.tokens[-1] == END for trace in outputs)


def test_every_step_is_told_before_it_is_taken_and_can_end_the_search() -> None:
    model, calls = model_of("additive"), []
    memory = model.encode(SOURCE[:1])

    def on_step(done: int, most: int) -> None:
        calls.append((done, most))

    tokens = {"begin": BEGIN, "end": END}
    outputs = search(model.decoder, memory, **tokens, beam=2, max_tokens=[8], on_step=on_step)[0]
    assert calls == [(i, 8) for i in range(len(calls))]
    assert max(len(trace.tokens) for trace in outputs) <= len(calls) <= 8
    calls.clear()
    replay(model.decoder, memory, (4, 5, END), begin=BEGIN, on_step=on_step)
    assert calls == [(0, 3), (1, 3), (2, 3)]

    def stop(done: int, most: int) -> None:
        raise InterruptedError

    for stopped in (
        lambda: search(model.decoder, memory, **tokens, max_tokens=[8], on_step=stop),
        lambda: replay(model.decoder, memory, (4, END), begin=BEGIN, on_step=stop),
    ):
        with pytest.raises(InterruptedError):
            stopped()


@pytest.mark.parametrize("longest", [3, 8])
def test_alternatives_are_the_likeliest_words_at_each_place_best_first(longest: int) -> None:
    model, source = model_of("additive"), SOURCE[:1]
    for trace in find(model, source, 3, longest=longest)[0]:
        state, before = model.decoder.begin(model.encode(source)), BEGIN
        for place, (token, places) in enumerate(zip(trace.tokens, trace.alternatives, strict=True)):
            step = model.decoder.step(torch.tensor([before]), state)
            state, before = step.state, token
            chances = {word: step.log_probs[0, word].item() for word in (*WORDS, END)}
            # at the last place nothing but the end may be written
            likeliest = sorted(chances, key=lambda word: -chances[word]) if place < longest - 1 else [END]
            assert [word for word, _ in places] == likeliest
            assert [value for _, value in places] == pytest.approx([chances[word] for word in likeliest], abs=1e-5)
            assert dict(places)[token] == trace.logprobs[place]


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_a_replay_with_its_own_weights_repeats_itself(variant: str) -> None:
    model, source = model_of(variant), SOURCE[:1]
    tokens = (4, 6, 5, END)
    own = replay(model.decoder, model.encode(source), tokens, begin=BEGIN)
    assert own.weights is not None
    again = replay(model.decoder, model.encode(source), tokens, begin=BEGIN, weights=torch.from_numpy(own.weights))
    np.testing.assert_array_equal(again.weights, own.weights)
    assert (again.logprobs, again.score) == (own.logprobs, own.score)


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_where_a_replay_is_given_no_weights_the_mechanism_chooses_them(variant: str) -> None:
    model, memory = model_of(variant), model_of(variant).encode(SOURCE[:1])
    tokens, given = (4, 6, 5, END), F.one_hot(torch.tensor([4, 0]), 5).float()
    traced = replay(model.decoder, memory, tokens, begin=BEGIN, weights=given)
    assert traced.weights is not None and traced.weights.shape == (4, 5)
    np.testing.assert_array_equal(traced.weights[:2], given.numpy())
    state = model.decoder.begin(memory)
    for place, before in enumerate((BEGIN, *tokens[:-1])):
        step = model.decoder.step(
            torch.tensor([before]), state, weights=given[place : place + 1] if place < 2 else None
        )
        state = step.state
        np.testing.assert_array_equal(traced.weights[place], step.weights[0].numpy())
        assert traced.logprobs[place] == step.log_probs[0, tokens[place]].item()


class Noting:
    """A decoder whose steps have an extra: two numbers, which tell the words of a row from any other row's."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder

    def begin(self, memory: Memory) -> State:
        return self.decoder.begin(memory)

    def step(self, token: Tensor, state: State, *, weights: Tensor | None = None) -> Step:
        step = self.decoder.step(token, state, weights=weights)
        return replace(step, extras={"hidden": step.state.hidden[:, :2]})


def test_the_extras_of_every_step_are_kept_as_they_were_on_the_way_to_each_output() -> None:
    decoder, memory = Noting(model_of("additive").decoder), model_of("additive").encode(SOURCE)
    for row, traces in enumerate(
        search(decoder, memory, begin=BEGIN, end=END, never=NEVER, beam=3, max_tokens=[5] * 3)
    ):
        seen = set()
        for trace in traces:
            state = decoder.begin(memory.select(slice(row, row + 1)))
            rows = []
            for before in (BEGIN, *trace.tokens[:-1]):
                step = decoder.step(torch.tensor([before]), state)
                state = step.state
                rows.append(step.extras["hidden"][0].numpy())
            assert list(trace.extras) == ["hidden"] and trace.extras["hidden"].dtype == np.float32
            np.testing.assert_allclose(trace.extras["hidden"], np.stack(rows), atol=1e-6)
            again = replay(decoder, memory.select(slice(row, row + 1)), trace.tokens, begin=BEGIN)
            np.testing.assert_allclose(again.extras["hidden"], np.stack(rows), atol=1e-6)
            seen.add(trace.extras["hidden"].round(4).tobytes())
        assert len(seen) > 1, "outputs differ, and so do their extras"


def test_without_extras_none_are_kept() -> None:
    model = model_of("general")
    assert all(trace.extras == {} for traces in find(model, SOURCE, 2) for trace in traces)
    assert replay(model.decoder, model.encode(SOURCE[:1]), (4, END), begin=BEGIN).extras == {}


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_a_replay_uses_and_shows_the_weights_that_it_is_given(variant: str) -> None:
    model, source = model_of(variant), SOURCE[:1]
    tokens = (4, 6, END)
    given = F.one_hot(torch.tensor([4, 0, 2]), 5).float()
    own = replay(model.decoder, model.encode(source), tokens, begin=BEGIN)
    forced = replay(model.decoder, model.encode(source), tokens, begin=BEGIN, weights=given)
    np.testing.assert_array_equal(forced.weights, given.numpy())
    state, expected = model.decoder.begin(model.encode(source)), []
    for place, (before, token) in enumerate(pairwise((BEGIN, *tokens))):
        step = model.decoder.step(torch.tensor([before]), state, weights=given[place : place + 1])
        state = step.state
        expected.append(step.log_probs[0, token].item())
    assert forced.logprobs == pytest.approx(expected)
    assert abs(forced.score - own.score) > 1e-3


# A decoder whose probabilities are written down, to see by hand what a search does.

A, B, STOP, START = 0, 1, 2, 3
TABLE = {
    (): {A: 0.5, B: 0.4, STOP: 0.1},
    (A,): {A: 0.3, B: 0.3, STOP: 0.4},
    (B,): {A: 0.05, B: 0.05, STOP: 0.9},
}
ENDING = {A: 0.05, B: 0.05, STOP: 0.9}


@dataclass(frozen=True)
class Written:
    """Looks to the search as a State does: the words of each row."""

    rows: tuple[tuple[int, ...], ...]

    def select(self, rows: Tensor) -> "Written":
        return Written(tuple(self.rows[i] for i in rows.tolist()))

    reorder = select


class Table:
    def begin(self, memory: Memory) -> State:
        return Written(((),) * len(memory.mask))  # type: ignore[return-value]

    def step(self, token: Tensor, state: State, *, weights: Tensor | None = None) -> Step:
        assert isinstance(state, Written)
        rows = tuple(
            (*words, word) if word != START else words for words, word in zip(state.rows, token.tolist(), strict=True)
        )
        chances = [[TABLE.get(words, ENDING).get(word, 1e-9) for word in range(4)] for words in rows]
        return Step(torch.tensor(chances).log(), None, Written(rows))  # type: ignore[arg-type]


def table(beam: int, penalty: float) -> list[tuple[int, ...]]:
    memory = Memory(torch.zeros(1, 1, 1), torch.ones(1, 1, dtype=torch.bool), torch.zeros(1, 1))
    outputs = search(Table(), memory, begin=START, end=STOP, beam=beam, length_penalty=penalty, max_tokens=[3])
    return [trace.tokens for trace in outputs[0]]


def test_greedy_walks_into_the_trap_that_a_beam_of_two_avoids() -> None:
    assert table(1, 0.0) == [(A, STOP)]  # 0.5 x 0.4 = 0.20
    assert table(2, 0.0)[0] == (B, STOP)  # 0.4 x 0.9 = 0.36


def test_the_length_penalty_decides_between_short_and_long() -> None:
    wide = 13
    plain, mean = table(wide, 0.0), table(wide, 1.0)
    # sums: B 0.36, A 0.20, A A and A B 0.135, nothing 0.10
    assert plain[:2] == [(B, STOP), (A, STOP)]
    assert plain.index((STOP,)) == 4
    # means: ln 0.36 / 2 = -0.51, ln 0.135 / 3 = -0.67, ln 0.20 / 2 = -0.80, ln 0.10 / 1 = -2.30
    assert mean[0] == (B, STOP) and set(mean[1:3]) == {(A, A, STOP), (A, B, STOP)} and mean[3] == (A, STOP)
    assert mean.index((STOP,)) > 4
