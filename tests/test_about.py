"""What a task says of itself is complete, and needs neither torch nor Streamlit."""

import subprocess
import sys
from dataclasses import fields
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

from attnviz import service
from attnviz.errors import InputError
from attnviz.tasks.base import Example, Task, Variant, source_of

TASKS = list(service.TASKS.values())
MAY_BE_EMPTY = {
    "attentive",
    "caution",
    "credit",
    "do",
    "focuses",
    "glimpse",
    "labels",
    "length_penalty",
    "lengths",
    "looks_once",
    "most_bytes",
    "opens",
    "own",
    "own_decoder",
    "person",
    "shortens",
    "slow_imports",
    "sums",
}

by_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


def empty(thing: Task | Variant | Example) -> set[str]:
    """The names of the fields that say nothing."""
    return {field.name for field in fields(thing) if not getattr(thing, field.name)} - MAY_BE_EMPTY


@by_task
def test_nothing_is_left_unsaid(task: Task) -> None:
    assert not empty(task)
    assert {variant.name: empty(variant) for variant in task.variants if empty(variant)} == {}
    assert {example.name: empty(example) for example in task.examples if empty(example)} == {}


@by_task
def test_a_task_that_takes_a_file_says_how_it_is_opened_and_how_large_it_may_be(task: Task) -> None:
    takes_files = all(Path(path).is_file() for example in task.examples for path in example.inputs)
    assert bool(task.opens) == bool(task.most_bytes) == takes_files
    if takes_files:
        with pytest.raises(InputError):
            service.open_file(task.name, b"")


@by_task
def test_a_task_is_found_under_its_own_name(task: Task) -> None:
    assert service.TASKS[task.name] is task
    assert import_module(f"attnviz.tasks.{task.name}.about").TASK is task


@by_task
def test_names_are_unique_and_the_default_is_one_of_the_variants(task: Task) -> None:
    for things in (task.variants, task.examples):
        names = [thing.name for thing in things]
        assert len(set(names)) == len(names)
    assert task.variants[0].name == task.default
    attentive = [variant.attentive for variant in task.variants]
    assert attentive == sorted(attentive, reverse=True) and {*attentive} == {True, False}  # those without maps are last


@by_task
def test_an_example_has_what_the_task_takes(task: Task) -> None:
    for example in task.examples:
        assert len(example.inputs) == len(task.inputs)
        for text, kind in zip(example.inputs, task.inputs, strict=True):
            assert (Path(text).is_file() and example.credit) if kind in ("photo", "sound") else text.strip() == text


@by_task
def test_what_the_first_page_shows_is_an_example(task: Task) -> None:
    assert not task.glimpse or task.example(task.glimpse) is not None


@by_task
def test_every_variant_that_it_names_can_be_trained_and_no_other(task: Task) -> None:
    trainable = import_module(f"attnviz.tasks.{task.name}.model").VARIANTS
    assert sorted(variant.name for variant in task.variants) == sorted(trainable)


@by_task
def test_what_is_offered_is_what_is_there_in_the_order_of_the_task(task: Task, tmp_path: Path) -> None:
    assert service.variants(task.name, tmp_path) == []
    last, first = task.variants[-1].name, task.variants[0].name
    for name in (last, first, f"{first}.seed2", "shared_by_several"):
        (tmp_path / task.name / name).mkdir(parents=True)
        (tmp_path / task.name / name / "config.json").write_text("{}")
    assert service.variants(task.name, tmp_path) == [first, last]


@by_task
def test_a_second_seed_is_its_variant_too(task: Task) -> None:
    assert task.variant(f"{task.default}.seed2") is task.variants[0]
    assert task.variant("spiral") is None
    assert task.example(task.examples[-1].name) is task.examples[-1] and task.example("nothing") is None


@by_task
def test_every_task_is_scored_with_the_same_options_and_its_own_length_penalty(task: Task) -> None:
    options = signature(import_module(f"attnviz.tasks.{task.name}.scores").evaluate).parameters
    assert {"part", "limit", "beam", "length_penalty", "against", "progress"} <= set(options)
    assert options["length_penalty"].default == task.length_penalty


def test_a_reader_gets_a_single_input_as_it_is_and_several_together() -> None:
    assert source_of(["text"]) == "text"
    assert source_of(["first", "second"]) == ("first", "second")


def test_the_catalogue_needs_neither_torch_nor_streamlit() -> None:
    code = "import sys, attnviz.service; print([name for name in ('torch', 'streamlit') if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
