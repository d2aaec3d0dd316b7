"""The lessons of speech."""

from collections.abc import Sequence

import numpy as np

from attnviz.analysis.shape import effective_inputs
from attnviz.reading import Reading
from attnviz.tasks.lesson import Lesson, Seen, map_of, place_of, step_of, strongest_key
from attnviz.tasks.speech.about import EXAMPLES

_SHARES = ("almost none", "about a quarter", "about a half")
_NEAR = 0.1  # seconds around a moment that belong to the same sound
(_WORK,) = (example for example in EXAMPLES if example.name == "work")


def _repeated(readings: Sequence[Reading]) -> Seen:
    content, location = map(map_of, readings)
    first, second = (place_of(content.queries.labels, "S", number) for number in (1, 2))
    centres = np.array(content.keys.labels, dtype=float)
    moments = [float(centres[strongest_key(content, row)]) for row in (first, second)]
    there = float(content.weights[second, np.abs(centres - moments[0]) <= _NEAR].sum())
    spread = [float(effective_inputs(attention.weights).mean()) for attention in (content, location)]
    return Seen(
        step_of(there, (0.1, 0.375)),
        f"The first S is heard at {moments[0]:.2f} seconds, the second one at {moments[1]:.2f}. While it writes the "
        f"second one, {there:.2f} of the weight of content attention lies around the first. It listens to "
        f"{spread[0]:.1f} moments at a time; location attention, which does not know what it hears, to "
        f"{spread[1]:.1f}.",
        second,
    )


LESSONS = (
    Lesson(
        name="repeated",
        title="The same sound twice",
        variants=("content", "location"),
        inputs=_WORK.inputs,
        question="S sounds twice here: in “spoils” and in “best”. Content attention knows what it hears at each "
        "moment, but not where it listened before. While it writes the second S, how much of its weight lies on the "
        "first one?",
        choices=_SHARES,
        see=_repeated,
        person="A person hears the words, and would not mix up the two either.",
        takeaway="Two equal sounds are not equal to the model, because what it keeps at a moment also knows its "
        "neighbours. A model that knows only where it listened before must guess how long each sound lasts, and its "
        "map is blurred.",
    ),
)
