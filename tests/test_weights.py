"""Weights that a person gives in place of a mechanism's own: through every reader's one door, and what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attnviz import service
from attnviz.attention import ATTENTION, SUBWORDS, AttentionMap, Weights
from attnviz.errors import InputError
from attnviz.nn.mechanisms import MECHANISMS
from attnviz.reading import Given, Reading
from attnviz.tasks.captions import cnn
from attnviz.tasks.captions import model as captions
from attnviz.tasks.captions.about import DISTRIBUTION
from attnviz.tasks.entailment import model as entailment
from attnviz.tasks.entailment.about import REVERSE
from tests import small, small_captions, small_entailment

VARIANTS = [
    *(("translation", variant) for variant in MECHANISMS),
    *(("captions", variant) for variant in captions.VARIANTS),
    *(("entailment", variant) for variant in entailment.VARIANTS),
]
ATTENTIVE = [(task, variant) for task, variant in VARIANTS if variant != "none"]
RESTLESS = ("soft", "hard")  # these have no key beside their input
INPUTS: dict[str, Any] = {
    "translation": "Le chat noir dort.",
    "captions": small_captions.picture(),
    "entailment": ("A dog runs to a cat.", "A cat runs, a dog not."),
}
TARGETS = {"translation": "The black dog sleeps.", "captions": "a red box in the dark", "entailment": "neutral"}
FINEST = {"translation": SUBWORDS, "captions": ATTENTION, "entailment": ATTENTION}

Read = Callable[..., Reading]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Reads a task's input with a variant of it."""
    root = tmp_path_factory.mktemp("bundles")
    for task in (small, small_captions, small_entailment):
        task.small_root(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cnn, "load", small_captions.stand_in)
        readers: dict[Any, Any] = {pair: service.load(*pair, root=root) for pair in VARIANTS}

    def reading(task: str, variant: str, **options: Any) -> Reading:
        result = readers[task, variant].read(INPUTS[task], **{"target": TARGETS[task], **options})
        assert isinstance(result, Reading)
        return result

    return reading


def table(shown: AttentionMap) -> Weights:
    """The map as weights are given: the rest is the last column."""
    return np.concatenate([shown.weights, shown.rest[:, None]], axis=1)


def finest(reading: Reading) -> dict[str, Weights]:
    names = {FINEST[reading.task], REVERSE}
    return {shown.name: table(shown) for shown in reading.maps if shown.name in names}


def same(ours: Reading, other: Reading) -> None:
    np.testing.assert_allclose(ours.output.logprobs, other.output.logprobs, atol=1e-5)
    assert ours.score == pytest.approx(other.score, abs=1e-5)
    assert [shown.name for shown in ours.maps] == [shown.name for shown in other.maps]
    for mine, theirs in zip(ours.maps, other.maps, strict=True):
        assert mine.axes == theirs.axes
        np.testing.assert_allclose(table(mine), table(theirs), atol=1e-5)


@pytest.mark.parametrize(("task", "variant"), ATTENTIVE)
def test_the_models_own_weights_given_back_change_nothing(read: Read, task: str, variant: str) -> None:
    own = read(task, variant)
    again = read(task, variant, weights=finest(own))
    same(again, own)
    assert again.given == Given(forced=TARGETS[task], edits=tuple(finest(own))) and own.given.edits == ()
    assert Reading.loads(again.dumps()) == again


@pytest.mark.parametrize(("task", "variant"), ATTENTIVE)
def test_one_hot_rows_are_what_is_used_and_shown(read: Read, task: str, variant: str) -> None:
    own = read(task, variant)
    for name, weights in finest(own).items():
        outcomes = []
        for key in range(weights.shape[1] - 1):
            given = np.zeros_like(weights)
            given[:, key] = 1
            edited = read(task, variant, weights={name: given})
            shown = edited.map(name)
            assert shown is not None and edited.given.edits == (name,)
            np.testing.assert_array_equal(table(shown), given)
            assert edited.output.text == own.output.text
            outcomes.append(edited.output.logprobs)
            if task == "translation":
                words = edited.map()
                assert words is not None and set(np.unique(words.weights)) == {0, 1}
        assert np.ptp(outcomes, axis=0).max() > 1e-3, "it matters which key is read"


@pytest.mark.parametrize(("task", "variant"), ATTENTIVE)
def test_rows_need_not_sum_to_one_and_may_be_0(read: Read, task: str, variant: str) -> None:
    own = read(task, variant)
    for name, weights in finest(own).items():
        for given in (np.zeros_like(weights), weights / 2):
            edited = read(task, variant, weights={name: given})
            shown = edited.map(name)
            assert shown is not None
            np.testing.assert_allclose(table(shown), given, atol=1e-6)
            assert np.abs(np.subtract(edited.output.logprobs, own.output.logprobs)).max() > 1e-5


@pytest.mark.parametrize("kept", [1, 2])
def test_each_row_is_used_at_its_own_query(read: Read, kept: int) -> None:
    """The first words' log-probabilities are those of their own rows, whatever rows come later."""
    for task, variant in (("translation", "additive"), ("captions", "soft")):
        own = read(task, variant)
        name, weights = next(iter(finest(own).items()))
        given = weights.copy()
        given[kept:] = 0
        edited = read(task, variant, weights={name: given})
        subwords = np.cumsum([len(units) for units in own.output.units])
        whole = int((subwords <= kept).sum())
        differences = np.abs(np.subtract(edited.output.logprobs, own.output.logprobs))
        assert (differences[:whole] < 1e-5).all() and differences[whole] > 1e-5


def test_both_maps_of_two_way_are_given_apart_or_together(read: Read) -> None:
    own = finest(read("entailment", "two_way"))
    flat = {name: np.full_like(weights, 0.125) for name, weights in own.items()}
    for weights in flat.values():
        weights[:, -1] = 0
    for names in ((ATTENTION,), (REVERSE,), (REVERSE, ATTENTION)):
        edited = read("entailment", "two_way", weights={name: flat[name] for name in names})
        assert edited.given.edits == names
        for name, weights in finest(edited).items():
            np.testing.assert_allclose(weights, flat[name] if name in names else own[name], atol=1e-6)


def test_a_label_need_not_be_asked_for(read: Read) -> None:
    own = read("entailment", "match", target=None)
    same(read("entailment", "match", target=None, weights=finest(own)), own)


def test_hard_reads_the_expected_context_and_its_distribution_stays_its_own(read: Read) -> None:
    drawn = read("captions", "hard").map(DISTRIBUTION)
    assert drawn is not None
    expected = read("captions", "hard", weights={ATTENTION: table(drawn)})
    shown, again = expected.map(ATTENTION), expected.map(DISTRIBUTION)
    assert shown is not None and again is not None
    np.testing.assert_array_equal(shown.weights, drawn.weights)
    np.testing.assert_allclose(again.weights[0], drawn.weights[0], atol=1e-6)
    np.testing.assert_allclose(again.weights.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(("task", "variant"), ATTENTIVE)
def test_an_empty_mapping_gives_no_weights(read: Read, task: str, variant: str) -> None:
    same(read(task, variant, weights={}), read(task, variant))
    assert read(task, variant, weights={}, target=None).given == Given()


# What is refused


@pytest.mark.parametrize(("task", "variant"), ATTENTIVE)
def test_weights_that_do_not_fit_are_refused_in_a_sentence(read: Read, task: str, variant: str) -> None:
    name = FINEST[task]
    good = finest(read(task, variant))[name]
    rows, columns = good.shape

    def refused(said: str, weights: Any, **options: Any) -> None:
        with pytest.raises(InputError, match=said) as problem:
            read(task, variant, weights=weights, **options)
        assert str(problem.value).endswith(".") and "\n" not in str(problem.value)

    refused(rf"have the shape \({rows}, {columns - 1}\): give {rows} rows", {name: good[:, :-1]})
    refused(f"give {rows} rows, one for each query, and {columns} columns", {name: good[None]})
    refused("have the shape", {name: np.concatenate([good, good])})
    refused("not a table of numbers", {name: [["much"] * columns] * rows})
    refused("not a table of numbers", {name: [[1.0], [1.0, 2.0]]})
    for bad in (-0.1, np.nan, np.inf, 1e300):
        wrong = good.astype(np.float64)
        wrong[0, 0] = bad
        refused("negative or not finite", {name: wrong})
    refused("No weights can be given for the map 'attention/nothing'", {name: good, "attention/nothing": good})
    refused("The weights have no names", good)
    refused("The weights have no names", [good])
    if task == "translation":
        refused("No weights can be given for the map 'attention': give those of attention/subwords", {ATTENTION: good})
    if variant == "hard":
        refused(f"for the map '{DISTRIBUTION}'", {DISTRIBUTION: good})
    if variant != "two_way":
        refused(f"for the map '{REVERSE}'", {REVERSE: good})
    if task != "entailment":
        refused("only for a given output: give the target", {name: good}, target=None)


@pytest.mark.parametrize(("task", "variant"), ATTENTIVE)
def test_the_rest_takes_weight_only_where_there_is_a_key_for_it(read: Read, task: str, variant: str) -> None:
    name = FINEST[task]
    weights = finest(read(task, variant))[name]
    weights[0] = np.eye(weights.shape[1])[-1]
    if variant in RESTLESS:
        with pytest.raises(InputError, match=rf"no key beside its input.*last column of {name} be 0\.$"):
            read(task, variant, weights={name: weights})
        return
    shown = read(task, variant, weights={name: weights}).map(name)
    assert shown is not None and shown.rest[0] == 1 and not shown.weights[0].any()


@pytest.mark.parametrize("task", INPUTS)
def test_without_attention_no_weights_can_be_given(read: Read, task: str) -> None:
    with pytest.raises(InputError, match="has no attention, so no weights can be given"):
        read(task, "none", weights={FINEST[task]: np.zeros((1, 1), dtype=np.float32)})


def test_a_word_that_the_model_reads_in_parts_takes_no_weights(tmp_path: Path) -> None:
    reader = service.load("entailment", "match", root=small_entailment.small_root(tmp_path, ["match"]))
    weights = {ATTENTION: np.full((1, 4), 0.25, dtype=np.float32)}
    with pytest.raises(InputError, match="only for words that the model reads whole"):
        reader.read((["A", "dog's", "cat"], ["cats"]), weights=weights)
    whole = reader.read((["A", "dog", "cat"], ["cats"]), weights=weights).map()
    assert whole is not None and (table(whole) == 0.25).all()
