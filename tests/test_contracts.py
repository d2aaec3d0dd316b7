"""What every task of the catalogue keeps to, whatever it is: one suite for all of them, on the trained variants."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import attnviz
from attnviz import bundles, service
from attnviz.attention import SUBWORDS, AttentionMap
from attnviz.errors import InputError
from attnviz.reading import Reading
from attnviz.tasks.base import Evidence, Example, Task, Variant, source_of

PAGES = Path(attnviz.__file__).parent / "web" / "pages"
EXACT = 1e-4  # what a network's float32 arithmetic may differ by when the same is computed in another way

tasks = pytest.mark.parametrize("task", list(service.TASKS.values()), ids=list(service.TASKS))
trained = pytest.mark.parametrize(
    ("task", "variant"),
    [
        pytest.param(task, variant, id=f"{name}-{variant}")
        for name, task in service.TASKS.items()
        for variant in service.variants(name)
    ],
)
attentive = pytest.mark.parametrize(
    ("task", "variant"),
    [
        pytest.param(task, variant.name, id=f"{name}-{variant.name}")
        for name, task in service.TASKS.items()
        for variant in task.variants
        if variant.attentive and variant.name in service.variants(name)
    ],
)


@cache
def free(task: Task, variant: str, example: Example) -> Reading:
    """What the variant makes of the example by itself."""
    return service.read(task.name, variant, source_of(example.inputs))


def forced(task: Task, variant: str, example: Example, **weights: Any) -> Reading:
    """The same output, forced, with weights where they are given."""
    target = free(task, variant, example).output.text
    return service.load(task.name, variant).read(source_of(example.inputs), target=target, **weights)


@cache
def example_of(task: Task, variant: str) -> Example:
    """The first example whose output, when it is forced, is cut into the tokens that were written.

    A model may write a word with other tokens than those into which the word's text is cut: then both readings are
    right, and differ.
    """
    for example in task.examples:
        if forced(task, variant, example).output.units == free(task, variant, example).output.units:
            return example
    pytest.fail(f"{task.name}/{variant} writes no example with the tokens into which its text is cut")


def same(first: Reading, second: Reading) -> None:
    """Both readings have the same output, log-probabilities and maps."""
    assert first.output.text == second.output.text
    assert first.output.logprobs == pytest.approx(second.output.logprobs, abs=EXACT)
    assert first.output.logprob == pytest.approx(second.output.logprob, abs=EXACT)
    assert [one.name for one in first.maps] == [one.name for one in second.maps]
    for one, other in zip(first.maps, second.maps, strict=True):
        assert one.axes == other.axes
        np.testing.assert_allclose(one.weights, other.weights, atol=EXACT)
        np.testing.assert_allclose(one.rest, other.rest, atol=EXACT)


def finest(reading: Reading) -> AttentionMap:
    """The first map over the units that the model itself reads and writes."""
    units = reading.map(SUBWORDS) or reading.map()
    assert units is not None
    return units


def whole(shown: AttentionMap) -> np.ndarray:
    """The weights of a map with the rest as the last column: float32 (queries, keys + 1)."""
    return np.concatenate([shown.weights, shown.rest[:, None]], axis=1)


# What a task says of itself


@tasks
def test_a_task_writes_or_labels_and_is_in_the_catalogue(task: Task) -> None:
    assert (task.length_penalty is None) == bool(task.labels), "a task either writes or chooses a label"
    assert bool(task.own) == (task.length_penalty is not None), "who writes may be given an output"
    assert task.name == next(name for name, listed in service.TASKS.items() if listed is task)


@tasks
def test_variants_and_examples_are_named_once_and_fit_an_address(task: Task) -> None:
    variants, examples = [[part.name for part in parts] for parts in (task.variants, task.examples)]
    for names in (variants, examples):
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z][a-z0-9_-]*", name) for name in names)
    assert task.default in service.variants(task.name)
    assert set(service.variants(task.name)) <= set(variants)
    assert len({example.label for example in task.examples}) == len(examples)


@tasks
def test_an_example_gives_every_input_and_a_file_says_who_made_it(task: Task) -> None:
    for example in task.examples:
        assert len(example.inputs) == len(task.inputs)
        is_file = [len(given) < 400 and Path(given).is_file() for given in example.inputs]
        assert any(is_file) == bool(example.credit)


# What its variants read


@trained
def test_every_example_is_read_and_survives_the_way_through_json_whole(task: Task, variant: str) -> None:
    about = task.variant(variant)
    assert isinstance(about, Variant)
    for example in task.examples:
        reading = free(task, variant, example)
        assert (reading.task, reading.variant) == (task.name, variant)
        assert reading.output.text and len(reading.output.logprobs) == len(reading.output.labels)
        assert bool(reading.maps) == about.attentive
        assert about.looks_once == (reading.map() is not None and len(reading.maps[0].queries) == 1)
        assert tuple(reading.probabilities) == task.labels
        assert bool(reading.hypotheses) != bool(task.labels)
        assert reading.given.forced is None and reading.given.edits == ()
        assert Reading.loads(reading.dumps()) == reading


@trained
def test_its_own_output_when_forced_is_the_same_reading(task: Task, variant: str) -> None:
    example = example_of(task, variant)
    reading = forced(task, variant, example)
    same(reading, free(task, variant, example))
    assert reading.given.forced == reading.output.text


@trained
def test_its_search_ends_in_the_outputs_of_the_reading(task: Task, variant: str) -> None:
    if task.length_penalty is None:
        with pytest.raises(InputError, match="writes nothing"):
            service.tree(task.name, variant, source_of(task.examples[0].inputs))
        return
    for example in task.examples[:2]:
        tree = service.tree(task.name, variant, source_of(example.inputs))
        ends = sorted((node for node in tree.nodes if node.ends), key=lambda node: node.rank)
        outputs = free(task, variant, example).hypotheses
        assert [node.text for node in ends] == [one.output.text for one in outputs]
        assert [node.score for node in ends] == [one.score for one in outputs]
        assert [node.total for node in ends] == [one.output.logprob for one in outputs]
        best = [node for node in tree.nodes if node.rank == 1 and not node.ends]
        assert [node.piece for node in best] == [unit for units in outputs[0].output.units for unit in units]


@attentive
def test_its_own_weights_given_back_change_nothing(task: Task, variant: str) -> None:
    example = example_of(task, variant)
    own = forced(task, variant, example)
    units = finest(own)
    given = forced(task, variant, example, weights={units.name: whole(units)})
    same(given, own)
    assert given.given.edits == (units.name,)


@trained
def test_a_focus_that_does_not_exist_is_refused(task: Task, variant: str) -> None:
    source = source_of(task.examples[0].inputs)
    with pytest.raises(InputError, match="no focus 'spiral'"):
        service.read(task.name, variant, source, focus="spiral")


@attentive
def test_the_weights_that_are_given_are_used_and_shown(task: Task, variant: str) -> None:
    example = example_of(task, variant)
    own = forced(task, variant, example)
    units = finest(own)
    rows = np.arange(len(units.queries))
    weights = np.zeros((len(rows), len(units.keys) + 1), np.float32)
    weights[rows, rows % len(units.keys)] = 1
    given = forced(task, variant, example, weights={units.name: weights})
    np.testing.assert_array_equal(whole(finest(given)), weights)
    assert given.output.logprob != pytest.approx(own.output.logprob, abs=EXACT), "the network reads what it is given"


# What is kept of how good they are


@trained
def test_evidence_tells_of_every_map_that_was_scored(task: Task, variant: str) -> None:
    scores = bundles.scores(task.name, variant)
    evidence = import_module(f"attnviz.tasks.{task.name}.evidence").evidence(variant, scores)
    assert isinstance(evidence, Evidence)
    about = task.variant(variant)
    assert scores and about is not None
    measured = [row for row in evidence.rows if row.value is not None]
    assert bool(measured) == about.attentive
    assert bool(measured) == bool(evidence.how)
    for row in evidence.rows:
        assert row.figure and row.set and row.n > 0
        assert row.baselines, "a figure stands beside what is got without the model"
        figures = [figure for figure in (row.value, *row.baselines.values()) if figure is not None]
        assert np.isfinite(figures).all()


@trained
def test_a_card_tells_of_every_score_that_is_kept(task: Task, variant: str) -> None:
    card = (bundles.PRETRAINED / task.name / variant / "card.md").read_text(encoding="utf-8")
    assert "## Scores" in card
    for result in bundles.scores(task.name, variant).values():
        sets = {name: figures for name, figures in result["scores"].items() if isinstance(figures, dict)}
        undefined = bool(sets) and all("reason" in figures for figures in sets.values())
        assert undefined or result["split"] in card or any(name in card for name in sets), result["split"]


# Its page


STARTS = {
    "png": b"\x89PNG",
    "svg": b"<?xml",
    "pdf": b"%PDF",
    "html": b"<!doctype html>",
    "csv": b"\xef\xbb\xbf",
    "json": b"{",
    "npz": b"PK",
    "zip": b"PK",
}
TIMES = {"TextGrid": b"File type", "csv": b"\xef\xbb\xbf"}  # of maps over a sound, beside the weights


@tasks
def test_its_page_opens_with_an_example_that_can_be_saved(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: dict[str, tuple[str, Any]] = {}
    real = st.download_button

    def noted(label: str, data: Any, **options: Any) -> bool:
        if "_save_" in options["key"]:
            offered[options["file_name"]] = label, data
        return real(label, data, **options)

    monkeypatch.setattr(st, "download_button", noted)
    page = AppTest.from_file(str(PAGES / f"{task.name}.py"), default_timeout=120).run()
    assert not page.exception
    assert not page.error
    formats = [name.rpartition(".")[2] for name in offered]
    assert sorted(formats) == sorted([*STARTS, *(TIMES if "sound" in task.inputs else ())])
    for format, (label, content) in zip(formats, offered.values(), strict=True):
        called = format if format in TIMES and format not in STARTS else format.upper()
        assert label == "Save picture" if format == "png" else label.startswith(f"{called}: ")
        assert callable(content), "the bytes are made on the click"
        assert content().startswith({**TIMES, **STARTS}[format])
    (saved,) = (content() for name, (_, content) in offered.items() if name.endswith(".json"))
    reading = Reading.loads(saved)
    assert (reading.task, reading.variant) == (task.name, task.default)
