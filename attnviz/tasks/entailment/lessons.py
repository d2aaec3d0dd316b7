"""The lessons of entailment."""

from collections.abc import Sequence

import numpy as np

from attnviz.attention import AttentionMap, Weights
from attnviz.reading import Reading
from attnviz.tasks.entailment.about import LABELS
from attnviz.tasks.lesson import Lesson, Seen, map_of, place_of, strongest_key

_CHANGES = ("it turns into another label", "it becomes much less sure", "hardly anything")
_MUCH = 0.1  # of probability


def _mistake(readings: Sequence[Reading]) -> Seen:
    reading, attention = readings[0], map_of(readings[0])
    london, paris = place_of(attention.queries.labels, "London"), place_of(attention.keys.labels, "Paris")
    label = reading.output.text
    return Seen(
        LABELS.index(label),
        f"It says “{label}”, with a probability of {reading.probabilities[label]:.2f}, and gives “contradiction” "
        f"{reading.probabilities['contradiction']:.2f}. Yet “London” has {attention.weights[london, paris]:.2f} of "
        "its weight on “Paris”: it looked at the word that decides.",
        london,
        paris,
    )


def _misleading(readings: Sequence[Reading]) -> Seen:
    own, turned = readings
    attention, label = map_of(own), own.output.text
    before, after = (reading.probabilities[label] for reading in readings)
    changed = 0 if turned.output.text != label else 1 if before - after > _MUCH else 2
    key = strongest_key(attention, 0)
    return Seen(
        changed,
        f"With its own map, “{label}” has a probability of {before:.2f}. With the map turned round, where "
        f"“{attention.keys.labels[-1 - key]}” gets the {attention.weights[0, key]:.2f} of "
        f"“{attention.keys.labels[key]}”, the answer is “{turned.output.text}”, and “{label}” has {after:.2f}.",
        0,
        key,
    )


def _turned_round(attention: AttentionMap) -> Weights:
    """The same weights on the keys in the opposite order."""
    return np.column_stack([attention.weights[:, ::-1], attention.rest]).astype(np.float32)


LESSONS = (
    Lesson(
        name="mistake",
        title="Paris and London",
        variants=("match",),
        inputs=("A girl is eating an apple in Paris.", "A girl is eating an apple in London."),
        question="The premise speaks of Paris, the hypothesis of London. What does the model say?",
        choices=LABELS,
        see=_mistake,
        person="A person says “contradiction”: who is in Paris is not in London.",
        takeaway="To look at the right word is not to understand it, and a high probability is not knowledge.",
        hidden=True,
    ),
    Lesson(
        name="misleading",
        title="A map turned round",
        variants=("attention",),
        inputs=("A wedding party is posing for pictures.", "Someone got married."),
        question="The model looks at the premise once and then gives a label. Now its map is turned round: the first "
        "word gets the weight of the last one, and so on. What happens to the answer?",
        choices=_CHANGES,
        see=_misleading,
        person="A person who had really needed those words would answer something else, or would be less sure.",
        takeaway="Where quite another map gives the same answer, the map alone does not explain it. Test a map before "
        "you believe it (Jain and Wallace 2019; Wiegreffe and Pinter 2019).",
        given=_turned_round,
    ),
)
