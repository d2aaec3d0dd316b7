"""The lessons of summaries."""

from collections.abc import Sequence

from attnviz.analysis.copying import copied
from attnviz.reading import Reading
from attnviz.tasks.lesson import Lesson, Seen, map_of, place_of, step_of
from attnviz.tasks.summaries.about import TASK

_SHARES = ("fewer than half", "between half and nine tenths", "nine tenths or more")
(_FIRE,) = (example for example in TASK.examples if example.name == "negation")


def _copied_and_wrong(readings: Sequence[Reading]) -> Seen:
    (reading,) = readings
    attention, places = map_of(reading), copied(reading)
    if places is None:
        raise LookupError(f"{reading.name} can't copy")
    lake, there = (place_of(axis.labels, "lake") for axis in (attention.queries, attention.keys))
    words = reading.output.labels
    before, others = words[lake - 1], [f"“{word}”" for place, word in enumerate(words) if place not in places]
    but = f", all but {' and '.join(others)}" if others else ""
    at = int(attention.weights[lake - 1].argmax())
    return Seen(
        step_of(len(places) / len(words), (0.5, 0.9)),
        f"It copied {len(places)} of {len(words)} words{but}. After “{before}” the text goes "
        f"on with “{' '.join(attention.keys.labels[at + 1 : there])}”. The model left that out and copied “lake”, with "
        f"{attention.weights[lake, there]:.2f} of its weight there: its headline sets the fire in a lake.",
        lake,
        there,
    )


LESSONS = (
    Lesson(
        name="left_out",
        title="How much is copied",
        variants=("pointer",),
        inputs=_FIRE.inputs,
        question="A fire burned in the forest north of a lake. This model writes a headline, and can copy words of the "
        "text into it. How many of the headline's words does it copy?",
        choices=_SHARES,
        see=_copied_and_wrong,
        person=f"A person writes: {_FIRE.person}.",
        takeaway="Copying keeps names and numbers right. It does not keep the meaning: a headline can take each word "
        "from the text, and say what the text does not, by what it leaves out.",
        hidden=True,
    ),
)
