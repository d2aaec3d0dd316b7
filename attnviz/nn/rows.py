"""Select and reorder the batch rows of a frozen dataclass that is passed from step to step.

A field is a tensor with the batch first, another such dataclass, or something without rows (None, a number), which
stays as it is. The functions go over the fields, so that those of a subclass are never forgotten.
"""

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from torch import Tensor

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# The metadata of a field that is computed once per input and is the same at every step: `reorder` leaves it alone.
#     values: Tensor = field(metadata=COMPUTED_ONCE)
COMPUTED_ONCE = {"computed_once": True}

Rows = Tensor | slice  # (new batch,) row numbers, which may repeat; or a slice, which copies nothing
Value = TypeVar("Value", bound="DataclassInstance")


def select(value: Value, rows: Rows) -> Value:
    """The dataclass with these rows of every tensor. A single row that repeats is not copied: of a long input, every
    hypothesis of a search looks at the same keys."""
    return replace(value, **{f.name: _selected(getattr(value, f.name), rows) for f in fields(value)})


def reorder(value: Value, rows: Tensor) -> Value:
    """The same dataclass with these rows of every tensor that changes from step to step.

    Fields marked COMPUTED_ONCE stay the same objects, because row i takes over another row of the same input.
    """
    changing = [f.name for f in fields(value) if not f.metadata.get("computed_once")]
    return replace(value, **{name: _reordered(getattr(value, name), rows) for name in changing})


def _selected(part: Any, rows: Rows) -> Any:
    if isinstance(part, Tensor):
        if isinstance(rows, Tensor) and len(part) == 1:
            return part.expand(len(rows), *part.shape[1:])
        return part.index_select(0, rows) if isinstance(rows, Tensor) else part[rows]
    return select(part, rows) if _is_value(part) else part


def _reordered(part: Any, rows: Tensor) -> Any:
    if isinstance(part, Tensor):
        return part.index_select(0, rows)
    return reorder(part, rows) if _is_value(part) else part


def _is_value(part: Any) -> "TypeGuard[DataclassInstance]":
    return is_dataclass(part) and not isinstance(part, type)
