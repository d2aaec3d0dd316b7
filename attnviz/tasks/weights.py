"""Weights that a person gives in place of a mechanism's own: what they must be like."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from attnviz.attention import Weights
from attnviz.errors import InputError


@dataclass(frozen=True)
class Room:
    """What the weights of a map have to fit.

    queries, keys: how many there are of each. rest: whether the mechanism has a key that is no input (end mark,
    sentinel, NULL), so that the last column, the rest, may be above 0.
    """

    queries: int
    keys: int
    rest: bool


def by_name(weights: Mapping[str, Weights] | None) -> Mapping[str, Weights]:
    """The weights that were given, empty where there are none. Raises InputError where they have no names."""
    if weights is not None and not isinstance(weights, Mapping):
        raise InputError("The weights have no names: give a mapping from the names of maps to arrays.")
    return weights or {}


def check_weights(weights: Mapping[str, Weights], rooms: Mapping[str, Room]) -> dict[str, Weights]:
    """The weights as float32 (queries, keys + 1) by the name of their map, the rest as the last column.

    rooms: the maps for which this reading takes weights, none for a variant without attention. Rows need not sum to 1,
    since those of some mechanisms don't (`local`). Raises InputError where a map takes no weights or they don't fit.
    """
    if weights and not rooms:
        raise InputError("This variant has no attention, so no weights can be given: choose another variant.")
    return {name: _checked(name, values, rooms) for name, values in weights.items()}


def _checked(name: str, values: Weights, rooms: Mapping[str, Room]) -> Weights:
    if name not in rooms:
        raise InputError(f"No weights can be given for the map {name!r}: give those of {' or '.join(rooms)}.")
    room = rooms[name]
    try:
        with np.errstate(over="ignore"):
            numbers = np.asarray(values, dtype=np.float32)
    except (TypeError, ValueError) as problem:
        raise InputError(f"The weights of {name} are not a table of numbers: give an array of numbers.") from problem
    if numbers.shape != (room.queries, room.keys + 1):
        raise InputError(
            f"The weights of {name} have the shape {numbers.shape}: give {room.queries} rows, one for each query, and "
            f"{room.keys + 1} columns, one for each key and the last one for the rest."
        )
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise InputError(f"The weights of {name} hold a number that is negative or not finite: give numbers from 0 on.")
    if not room.rest and numbers[:, -1].any():
        raise InputError(
            f"This variant has no key beside its input, so the rest has no weight: let the last column of {name} be 0."
        )
    return numbers
