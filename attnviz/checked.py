"""Values out of JSON that somebody else may have made: each is what it has to be, or an error is raised."""

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

JSON = dict[str, Any]


def number(value: Any) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError("a finite number")
    return number


def string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a string")
    return value


def strings(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("a list of strings")
    return tuple(values)


def numbers(values: Any) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):
        numbers = np.asarray(values, dtype=np.float32)
    if not np.isfinite(numbers).all():
        raise ValueError("finite numbers")
    return numbers
