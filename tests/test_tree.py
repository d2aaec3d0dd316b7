"""The tree of a beam search: against a plain loop over every continuation, against forced replays, and by its
invariants."""

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.utils.rnn import pad_sequence

from attnviz import service
from attnviz.analysis import tree as tree_module
from attnviz.analysis.tree import Level, Node, Spelled, Tree, grow
from attnviz.errors import InputError
from attnviz.export.tree import COLUMNS, to_csv, to_text
from attnviz.figures.browser.tree import label, rows, summary, told
from attnviz.nn.beam import Trace, normalised, replay, search
from attnviz.nn.mechanisms import MECHANISMS
from attnviz.tasks.translation.model import BEGIN, END, PAD, UNKNOWN, TranslationModel
from attnviz.tasks.translation.reader import TranslationReader
from tests.small import SENTENCES, small_model, small_reader

NEVER = (PAD, UNKNOWN, BEGIN)
WORDS = (4, 5, 6)
VOCABULARY = 7
LONGEST = 7
PENALTY = 0.6
SOURCE = torch.tensor([[4, 5, 6, 4, END]])


@pytest.fixture(autouse=True)
def _inference() -> Iterator[None]:
    with torch.inference_mode():
        yield


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> TranslationReader:
    return small_reader(tmp_path_factory.mktemp("bundle"), "additive")


def spelled(tokens: Sequence[int]) -> Spelled:
    return Spelled(" ".join(map(str, tokens)), str(tokens[-1]) if tokens else "")


def searched(
    model: TranslationModel, beam: int, longest: int = LONGEST, penalty: float = PENALTY
) -> tuple[list[Trace], list[Level], Tree]:
    kept: list[Level] = []
    memory, options = model.encode(SOURCE), {"begin": BEGIN, "end": END, "never": NEVER, "beam": beam}
    (traces,) = search(
        model.decoder,
        memory,
        **options,  # type: ignore[arg-type]
        length_penalty=penalty,
        max_tokens=[longest],
        on_level=lambda _, one: kept.append(one),
    )
    return traces, kept, grow(kept, spelled, partial(normalised, length_penalty=penalty))


def path(tree: Tree, node: Node) -> list[Node]:
    """The nodes from the first step to this one."""
    return [*(path(tree, tree.nodes[node.parent]) if node.parent is not None else []), node]


def tokens_of(tree: Tree, node: Node) -> tuple[int, ...]:
    return tuple(END if one.ends else int(one.piece) for one in path(tree, node))


def loglikelihoods(model: TranslationModel, tokens: Sequence[int]) -> dict[int, float]:
    """Of each token that may follow these, the log-probability of them all."""
    state, before, total = model.decoder.begin(model.encode(SOURCE)), BEGIN, 0.0
    for token in tokens:
        step = model.decoder.step(torch.tensor([before]), state)
        total, state, before = total + step.log_probs[0, token].item(), step.state, token
    last = model.decoder.step(torch.tensor([before]), state).log_probs[0]
    return {token: total + last[token].item() for token in (*WORDS, END)}


@pytest.mark.parametrize("variant", MECHANISMS)
@pytest.mark.parametrize("beam", [1, 2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_held_at_each_step_are_the_best_of_all_continuations(variant: str, beam: int, seed: int) -> None:
    """A plain loop that keeps the `beam` best continuations that go on, and finishes those that end among the best."""
    model = small_model(variant, VOCABULARY, seed)
    _, _, tree = searched(model, beam)
    held: list[tuple[int, ...]] = [()]
    finished: list[tuple[int, ...]] = []
    for step in range(LONGEST):
        every = {(*tokens, word): total for tokens in held for word, total in loglikelihoods(model, tokens).items()}
        if step == LONGEST - 1:
            every = {tokens: total for tokens, total in every.items() if tokens[-1] == END}
        order = sorted(every, key=lambda tokens: -every[tokens])
        ended = [tokens for tokens in order[:beam] if tokens[-1] == END][: beam - len(finished)]
        finished += ended
        held = [tokens for tokens in order if tokens[-1] != END][:beam] if len(finished) < beam else []
        here = [node for node in tree.nodes if node.step == step]
        assert [tokens_of(tree, node) for node in here if not node.ends] == held
        assert [tokens_of(tree, node) for node in here if node.ends] == ended
        for node in here:
            assert node.total == pytest.approx(every[tokens_of(tree, node)], abs=1e-4)
        if not held:
            break
    assert tree.steps == step + 1
    assert tree.outputs == len(finished)


@pytest.mark.parametrize("variant", MECHANISMS)
@pytest.mark.parametrize("beam", [1, 3, 5])
def test_its_ends_are_the_outputs_of_the_search_in_their_order_and_with_their_scores(variant: str, beam: int) -> None:
    traces, _, tree = searched(small_model(variant, VOCABULARY), beam)
    ends = sorted((node for node in tree.nodes if node.ends), key=lambda node: node.rank)
    assert [node.rank for node in ends] == list(range(1, len(traces) + 1))
    assert [tokens_of(tree, node) for node in ends] == [trace.tokens for trace in traces]
    assert [node.score for node in ends] == [trace.score for trace in traces]
    assert [tuple(one.logprob for one in path(tree, node)) for node in ends] == [trace.logprobs for trace in traces]
    best = [node for node in tree.nodes if node.rank == 1]
    assert [node.step for node in best] == list(range(len(traces[0].tokens)))


def test_sums_are_those_of_a_forced_replay() -> None:
    model = small_model("general", VOCABULARY)
    _, _, tree = searched(model, 3)
    for node in tree.nodes:
        tokens = tokens_of(tree, node)
        forced = replay(model.decoder, model.encode(SOURCE), tokens, begin=BEGIN, length_penalty=PENALTY)
        assert node.total == pytest.approx(sum(forced.logprobs), abs=1e-4)
        assert node.score == pytest.approx(forced.score, abs=1e-4)
        assert node.text == " ".join(map(str, tokens if not node.ends else tokens[:-1]))


@given(
    st.sampled_from(sorted(MECHANISMS)),
    st.integers(0, 20),
    st.integers(1, 6),
    st.integers(1, 9),
    st.sampled_from([0.0, 1.0]),
)
def test_what_holds_of_every_tree(variant: str, seed: int, beam: int, longest: int, penalty: float) -> None:
    with torch.inference_mode():
        traces, kept, tree = searched(small_model(variant, VOCABULARY, seed), beam, longest, penalty)
    children: dict[int, list[Node]] = {place: [] for place in range(len(tree.nodes))}
    for place, node in enumerate(tree.nodes):
        assert (node.parent is None) == (node.step == 0)
        if node.parent is not None:
            parent = tree.nodes[node.parent]
            assert node.parent < place and parent.step == node.step - 1 and not parent.ends
            children[node.parent].append(node)
        assert -math.inf < node.logprob <= 0 and node.total <= 0
    for step in range(tree.steps):
        here = [node for node in tree.nodes if node.step == step]
        held, ended = ([node for node in here if node.ends == ends] for ends in (False, True))
        assert len(held) == tree.held[step] <= beam and len(ended) <= beam
        assert all(a.total >= b.total - 1e-4 for a, b in pairwise(held))
    assert len({(node.parent, node.piece) for node in tree.nodes}) == len(tree.nodes)
    for node, after in zip(tree.nodes, children.values(), strict=True):
        assert node.rank == min((child.rank for child in after if child.rank), default=node.rank if node.ends else 0)
        assert node.until == max([node.step, *(child.until for child in after)])
        assert node.dropped == (not node.ends and not node.left and all(child.dropped for child in after))
        assert node.rank or node.dropped or node.left
        if node.left and not after:
            assert node.step == tree.steps - 2 and tree.outputs == beam
    assert tree.outputs == len(traces) and tree.held[-1] == 0 and tree.steps == len(kept)
    ends = [node for node, after in zip(tree.nodes, children.values(), strict=True) if not after]
    assert tree.dropped == sum(node.dropped for node in ends)


@given(st.sampled_from(sorted(MECHANISMS)), st.integers(0, 20), st.integers(1, 6))
def test_no_two_branches_cross_and_the_best_output_is_the_top_line(variant: str, seed: int, beam: int) -> None:
    with torch.inference_mode():
        _, _, tree = searched(small_model(variant, VOCABULARY, seed), beam)
    placed = list(zip(tree.nodes, rows(tree), strict=True))
    for step in range(tree.steps):
        here = sorted(((row, node) for node, row in placed if node.step == step), key=lambda pair: pair[0])
        assert [row for row, _ in here] == list(range(len(here)))
        above = [placed[node.parent][1] for _, node in here if node.parent is not None]
        assert above == sorted(above)
        assert here[0][1].rank == 1 or step >= sum(node.rank == 1 for node in tree.nodes)


@pytest.mark.parametrize("variant", ["additive", "dot", "none"])
def test_a_sentence_says_of_a_dropped_node_how_many_beginnings_were_better(variant: str) -> None:
    numbers = {"one": 1, "two": 2, "three": 3}
    sentences = 0
    for model in (small_model(variant, VOCABULARY, seed) for seed in range(6)):
        _, _, tree = searched(model, 3)
        for node in tree.nodes:
            said = told(tree, node)
            assert said.startswith(f"At step {node.step + 1} ") and f"score −{-node.score:.2f}" in said
            counted = re.search(r"it was dropped, since (\w+) other beginnings? scored better at the next step", said)
            leaf = node.until == node.step and node.dropped
            assert (counted is not None) == leaf
            if counted:
                after = loglikelihoods(model, tokens_of(tree, node))
                best = max(total for token, total in after.items() if token != END)
                held = [one for one in tree.nodes if one.step == node.step + 1 and not one.ends]
                assert sum(one.total > best for one in held) == len(held) == numbers[counted[1]]
                sentences += 1
    assert sentences > 3


def test_a_table_and_a_text_tell_the_whole_tree() -> None:
    _, _, tree = searched(small_model("additive", VOCABULARY), 3)
    table = list(csv.DictReader(io.StringIO(to_csv(tree).decode("utf-8-sig"))))
    assert tuple(table[0]) == COLUMNS and len(table) == len(tree.nodes)
    for row, node in zip(table, tree.nodes, strict=True):
        parent = None if node.parent is None else tree.nodes[node.parent]
        before = 0.0 if parent is None else float(table[int(row["parent"]) - 1]["sum"])
        assert int(row["step"]) == node.step + 1
        assert before + float(row["log-probability"]) == pytest.approx(float(row["sum"]))
        assert math.log(float(row["probability"])) == pytest.approx(float(row["log-probability"]))
        assert (row["kept or dropped"] == "dropped") == node.dropped
    pieces = [piece for line in to_text(tree).splitlines() for piece in line.split(": ")[1].split("  (")[0].split()]
    assert sorted(pieces) == sorted(map(label, tree.nodes))


def test_a_task_that_writes_nothing_is_not_searched() -> None:
    with pytest.raises(InputError, match=r"^entailment writes nothing, so it searches for nothing: choose another"):
        service.tree("entailment", "match", ("A dog runs.", "A cat runs."))


def test_inputs_that_are_searched_together_keep_what_they_would_keep_alone() -> None:
    model = small_model("additive", VOCABULARY)
    rows = [[4, 5, 6, 4, END], [6, 5, END], [5, END], [6, 6, 6, END]]
    options: dict[str, Any] = {"begin": BEGIN, "end": END, "never": NEVER, "beam": 2}

    def kept(*rows: Sequence[int]) -> list[list[Level]]:
        source = pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=PAD)
        found: list[list[Level]] = [[] for _ in rows]
        limits = [2 * len(row) for row in rows]
        search(
            model.decoder,
            model.encode(source),
            **options,
            max_tokens=limits,
            on_level=lambda row, one: found[row].append(one),
        )
        return found

    def tokens(steps: Sequence[Level]) -> list[object]:
        return [[[(one.parent, one.token) for one in part] for part in (step.held, step.ended)] for step in steps]

    for row, together in zip(rows, kept(*rows), strict=True):
        (alone,) = kept(row)
        assert tokens(together) == tokens(alone)


def test_a_long_search_is_shown_up_to_its_hundredth_step(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_model("additive", VOCABULARY)
    _, kept, whole = searched(model, 3)
    told_of_whole = summary(whole)
    monkeypatch.setattr(tree_module, "MOST_STEPS", 2)
    tree = grow(kept, spelled, partial(normalised, length_penalty=PENALTY))
    assert tree.nodes == tuple(node for node in whole.nodes if node.step < 2)
    assert (tree.steps, tree.shown, tree.dropped) == (whole.steps, 2, whole.dropped)
    assert summary(tree) == f"{told_of_whole} Only the first 2 steps are shown."


@pytest.mark.parametrize("source", [french for french, _ in SENTENCES[:4]])
@pytest.mark.parametrize("options", [{}, {"beam": 1}, {"beam": 3, "length_penalty": 0.0}], ids=str)
def test_a_reader_tells_what_it_read(reader: TranslationReader, source: str, options: dict[str, Any]) -> None:
    """The tree agrees with the n best of a reading to the last digit."""
    reading, tree = reader.read(source, **options), reader.tree(source, **options)
    ends = sorted((node for node in tree.nodes if node.ends), key=lambda node: node.rank)
    assert [node.score for node in ends] == [output.score for output in reading.hypotheses]
    assert [node.text for node in ends] == [output.output.text for output in reading.hypotheses]
    assert [node.total for node in ends] == [output.output.logprob for output in reading.hypotheses]
    best = [node for node in tree.nodes if node.rank == 1 and not node.ends]
    words: list[list[str]] = []
    for node in best:
        if node.within:
            words[-1].append(node.piece)
        else:
            words.append([node.piece])
    assert tuple(map(tuple, words)) == reading.output.units
