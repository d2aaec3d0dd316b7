"""States, memories and pasts are cut to rows and put in another order over all their fields, whatever these are."""

from dataclasses import dataclass, field, fields
from typing import Any

import pytest
import torch
from torch import Tensor

from attnviz.nn.decoder import State
from attnviz.nn.mechanisms import Memory
from attnviz.nn.past import Past
from attnviz.nn.rows import COMPUTED_ONCE


@dataclass(frozen=True)
class Tagged(Memory):
    """A memory with a field of its own, and a setting that is no tensor."""

    tokens: Tensor | None = None
    focus: str = "plain"


@dataclass(frozen=True)
class Counted(Past):
    """A past that counts."""

    steps: Tensor


@dataclass(frozen=True, kw_only=True)
class Stacked(State):
    """A state with a second one in it, whose memory is computed once as well."""

    below: State
    gate: Tensor
    mean: Tensor = field(metadata=COMPUTED_ONCE)
    absent: Tensor | None = None


def numbers(*shape: int) -> Tensor:
    return torch.rand(4, *shape)


def memory() -> Tagged:
    return Tagged(numbers(3, 2), numbers(3) > 0.5, numbers(2), tokens=numbers(3))


def state() -> State:
    return State(
        memory(), numbers(3, 2), numbers(2), numbers(2), numbers(2), Counted(numbers(3), numbers(3), numbers())
    )


def stacked() -> Stacked:
    plain = {f.name: getattr(state(), f.name) for f in fields(State)}
    return Stacked(**plain, below=state(), gate=numbers(), mean=numbers(2))


def tensors(value: Any, path: str = "") -> dict[str, Tensor]:
    """All tensors in a dataclass, by the way to them."""
    if isinstance(value, Tensor):
        return {path: value}
    if not hasattr(value, "__dataclass_fields__"):
        return {}
    parts = [tensors(getattr(value, f.name), f"{path}.{f.name}") for f in fields(value)]
    return {name: tensor for part in parts for name, tensor in part.items()}


ROWS = torch.tensor([2, 0, 2])


@pytest.mark.parametrize("rows", [ROWS, slice(1, 3)])
def test_select_takes_the_rows_of_every_tensor_and_leaves_the_rest(rows: Tensor | slice) -> None:
    torch.manual_seed(0)
    for whole in (stacked(), memory(), state().past):
        chosen = whole.select(rows)
        assert type(chosen) is type(whole)
        before, after = tensors(whole), tensors(chosen)
        assert before.keys() == after.keys()
        for name, tensor in after.items():
            assert torch.equal(tensor, before[name][rows]), name
    chosen = stacked().select(rows)
    assert chosen.absent is None and isinstance(chosen.memory, Tagged) and chosen.memory.focus == "plain"
    assert chosen.memory.projected is None and isinstance(chosen.below.past, Counted)
    assert {".below.memory.tokens", ".memory.tokens", ".past.steps", ".below.past.steps"} <= tensors(chosen).keys()


def test_a_slice_copies_nothing() -> None:
    whole = stacked()
    for name, tensor in tensors(whole.select(slice(0, 2))).items():
        assert tensor.data_ptr() == tensors(whole)[name].data_ptr(), name


def test_reorder_moves_what_changes_from_step_to_step_and_copies_nothing_else() -> None:
    rows = torch.tensor([3, 1, 1, 0])
    whole = stacked()
    moved = whole.reorder(rows)
    assert type(moved) is Stacked and moved.memory is whole.memory and moved.below.memory is whole.below.memory
    before, after = tensors(whole), tensors(moved)
    assert before.keys() == after.keys()
    once = {name for name in before if "memory" in name or "values" in name or name == ".mean"}
    assert len(once) == 4 + 4 + 1 + 1 + 1
    for name, tensor in after.items():
        if name in once:
            assert tensor is before[name], name
        else:
            assert torch.equal(tensor, before[name][rows]) and not torch.equal(tensor, before[name]), name
    assert moved.absent is None


def test_a_single_input_that_repeats_is_not_copied() -> None:
    one = memory().select(torch.tensor([2]))
    beam = one.select(torch.tensor([0, 0, 0]))
    assert beam.keys.data_ptr() == one.keys.data_ptr()
    assert (
        torch.equal(beam.keys, one.keys.repeat(3, 1, 1)) and beam.select(torch.tensor([1])).keys.shape == one.keys.shape
    )
