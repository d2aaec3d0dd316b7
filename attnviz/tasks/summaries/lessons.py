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
    before = words[lake - 1]
    at = int(attention.weights[lake - 1].argmax())
    return Seen(
        step_of(len(places) / len(words), (0.5, 0.9)),
        f"It copied {len(places)} of {len(words)} words. “{before}” comes from “{attention.keys.labels[at]}”, word "
        f"{at + 1} of the text, and “lake”, with {attention.weights[lake, there]:.2f} of its weight there, from word "
        f"{there + 1}. What stood between them is lost: “{' '.join(attention.keys.labels[at + 1 : there])}”.",
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
