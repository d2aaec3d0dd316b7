"""A map of attention: how much each query looked at each key. The maps of a Reading have names that are told here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from attnviz.axes import AXES, Axis, Words
from attnviz.checked import JSON, numbers, string

Weights = NDArray[np.float32]

ATTENTION = "attention"  # the name of a reading's first map
SUBWORDS = "attention/subwords"  # the same map over the finer units that the model itself reads
COPY = "copy"  # the name of the map of a model that can copy a word: its keys are WAYS
WAYS = Words.whole(("written", "copied"))  # in which such a model comes by a word

QUERY_NAME, KEY_NAME = "output", "input"
REST_NAME = "no input word (end mark)"


@dataclass(frozen=True, eq=False)
class AttentionMap:
    """How much each query looked at each key.

    weights: float32 (queries, keys). rest: float32 (queries,), the weight on keys that are no input (end mark,
    sentinel, NULL); it is never redistributed. query_name, key_name and rest_name are what a person calls the queries,
    the keys and the rest: "hypothesis", "premise", "no premise word (NULL)".
    """

    name: str
    queries: Words
    keys: Axis
    weights: Weights
    rest: Weights
    query_name: str = QUERY_NAME
    key_name: str = KEY_NAME
    rest_name: str = REST_NAME

    @property
    def axes(self) -> tuple[Words, Axis, str, str, str]:
        """What the weights are over: two maps can be compared cell by cell where these are equal."""
        return self.queries, self.keys, self.query_name, self.key_name, self.rest_name

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AttentionMap)
            and (self.name, self.axes) == (other.name, other.axes)
            and np.array_equal(self.weights, other.weights)
            and np.array_equal(self.rest, other.rest)
        )

    def to_json(self) -> JSON:
        return {
            "name": self.name,
            "queries": self.queries.to_json(),
            "keys": self.keys.to_json(),
            "query_name": self.query_name,
            "key_name": self.key_name,
            "rest_name": self.rest_name,
            "weights": self.weights.tolist(),
            "rest": self.rest.tolist(),
        }

    @classmethod
    def from_json(cls, data: JSON) -> "AttentionMap":
        queries = Words.from_json(data["queries"])
        keys = AXES[data["keys"]["kind"]].from_json(data["keys"])
        weights = numbers(data["weights"]).reshape(len(queries), len(keys))
        rest = numbers(data["rest"]).reshape(len(queries))
        names = (string(data.get(name, usual)) for name, usual in _usual_names(keys).items())
        return cls(string(data["name"]), queries, keys, weights, rest, *names)


def over_words(subwords: AttentionMap, queries: Sequence[str], keys: Sequence[str]) -> AttentionMap:
    """Turn a map over subwords into a map over the words `queries` and `keys`.

    Columns of a word's subwords are summed, rows averaged; a word without subwords gets zeros.
    """
    sizes = np.maximum(np.bincount(_groups(subwords.queries), minlength=len(queries)), 1).astype(np.float32)
    columns = _summed(subwords.weights.T, subwords.keys, len(keys)).T
    return replace(
        subwords,
        name=subwords.name.removesuffix("/subwords"),
        queries=Words.whole(queries),
        keys=Words.whole(keys),
        weights=_summed(columns, subwords.queries, len(queries)) / sizes[:, None],
        rest=_summed(subwords.rest, subwords.queries, len(queries)) / sizes,
    )


def _summed(rows: Weights, axis: Axis, count: int) -> Weights:
    """The sums of the rows of each of `count` words: (count, …). rows: one for each label of the axis."""
    sums: Weights = np.zeros((count, *rows.shape[1:]), np.float32)
    np.add.at(sums, _groups(axis), rows)
    return sums


def _groups(axis: Axis) -> NDArray[np.int64]:
    return np.asarray(axis.groups, dtype=np.int64)


def _usual_names(keys: Axis) -> dict[str, str]:
    """What the axes and the rest of a map are called that was saved before it had names for them."""
    key_name, rest_name = (
        ("photo", "no place in the photo (the sentinel)") if keys.kind == "grid" else (KEY_NAME, REST_NAME)
    )
    return {"query_name": QUERY_NAME, "key_name": key_name, "rest_name": rest_name}
