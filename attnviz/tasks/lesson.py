"""What a lesson is: a question about what a model looks at, which a person answers before the map is shown.

Each task has `lessons.py` with its own, plain data beside small functions of Readings. Nothing that a lesson says of a
model is stored: its numbers are computed from the readings that are shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attnviz.attention import ATTENTION, AttentionMap, Weights
from attnviz.reading import Reading


@dataclass(frozen=True)
class Seen:
    """What readings answer to a lesson's question.

    choice: the place of the right one among the lesson's choices. told: plain text that says in numbers of these
    readings what the model did. query, key: the places of the row and the column that are marked in the first map;
    None marks nothing.
    """

    choice: int
    told: str
    query: int | None = None
    key: int | None = None


@dataclass(frozen=True)
class Lesson:
    """A question about a reading, its answer in the map, and what to take away. All texts are plain.

    name: in the address. title: on the page. variants: those that read the input, and are shown in this order. inputs:
    one for each of the task's inputs, a text or the path of a file. question, choices: what is asked, and what can be
    answered. see: finds the answer in the readings; it raises LookupError where they have not got what the lesson is
    about. person: what a person would have said or done. takeaway: one line to remember. map: the name of the map that
    is shown. hidden: whether the output is shown only with the answer, because it is what is asked for. unnamed:
    whether the variants are called A, B, … until then, because they are what is asked for. given: makes weights for a
    further reading, the last one, from the first one's map: see `Reader.read`.
    """

    name: str
    title: str
    variants: tuple[str, ...]
    inputs: tuple[str, ...]
    question: str
    choices: tuple[str, ...]
    see: Callable[[Sequence[Reading]], Seen]
    person: str
    takeaway: str
    map: str = ATTENTION
    hidden: bool = False
    unnamed: bool = False
    given: Callable[[AttentionMap], Weights] | None = None


@dataclass(frozen=True)
class Sight:
    """A cell of a map to be noticed. query, key: the words that meet there; the key is empty for the rest. told: plain
    text in which {weight} stands for the cell's weight."""

    query: str
    key: str
    told: str


@dataclass(frozen=True)
class Tour:
    """The sights of one map: that of an input as a variant reads it."""

    variant: str
    inputs: tuple[str, ...]
    sights: tuple[Sight, ...]


def map_of(reading: Reading, name: str = ATTENTION) -> AttentionMap:
    """The map of that name. Raises LookupError where there is none."""
    attention = reading.map(name)
    if attention is None:
        raise LookupError(f"{reading.name} has no map {name}")
    return attention


def place_of(labels: Sequence[str], label: str, number: int = 1) -> int:
    """Where this label stands for the `number`-th time. Raises LookupError where it doesn't."""
    places = [place for place, other in enumerate(labels) if other == label]
    if len(places) < number:
        raise LookupError(f"{label} does not stand {number} times in {' '.join(labels)}")
    return places[number - 1]


def first_of(labels: Sequence[str], among: Sequence[str]) -> int:
    """Where the first label stands that is one of several. Raises LookupError where none is."""
    for place, label in enumerate(labels):
        if label in among:
            return place
    raise LookupError(f"none of {', '.join(among)} stands in {' '.join(labels)}")


def step_of(value: float, bounds: Sequence[float]) -> int:
    """Which of the ranges between bounds, least first, a value lies in: 0 below the first bound."""
    return sum(value >= bound for bound in bounds)


def strongest_key(attention: AttentionMap, query: int) -> int:
    """The key that a query looks at most."""
    return int(attention.weights[query].argmax())


def choice_of_key(attention: AttentionMap, key: int, choices: Sequence[str]) -> int:
    """Which choice a key is, where the choices are keys. Raises LookupError where it is none of them."""
    return place_of(choices, attention.keys.labels[key])
