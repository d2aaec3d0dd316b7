"""The lessons of captions."""

from collections.abc import Sequence

from attnviz.analysis.shape import effective_inputs
from attnviz.reading import Reading
from attnviz.tasks.captions.about import TASK
from attnviz.tasks.lesson import Lesson, Seen, map_of, place_of, step_of

_SPREADS = ("fewer than 10", "10 to 30", "more than 30")
_WORDS = ("black", "white", "beach")
_BY_NAME = {example.name: example for example in TASK.examples}
_DOG, _CAMERAMAN = _BY_NAME["dog"], _BY_NAME["cameraman"]


def _hard(readings: Sequence[Reading]) -> Seen:
    soft, hard = map(map_of, readings)
    man, other = (place_of(attention.queries.labels, "man") for attention in (soft, hard))
    spread, single = (
        float(effective_inputs(attention.weights)[row]) for attention, row in ((soft, man), (hard, other))
    )
    return Seen(
        step_of(spread, (10, 30)),
        f"While it writes “man”, soft attention is spread as if over {spread:.0f} of the {len(soft.keys)} cells alike: "
        f"its strongest cell has {soft.weights[man].max():.2f} of the weight. Hard attention reads {single:.0f} cell, "
        f"with {hard.weights[other].max():.2f} of the weight.",
        man,
    )


def _sentinel(readings: Sequence[Reading]) -> Seen:
    attention = map_of(readings[0])
    rows = [place_of(attention.queries.labels, word) for word in _WORDS]
    rest = [float(attention.rest[row]) for row in rows]
    choice = rest.index(max(rest))
    told = ", ".join(f"“{word}” {share:.2f}" for word, share in zip(_WORDS, rest, strict=True))
    return Seen(choice, f"The share of the weight that lies on no place of the photo (∅): {told}.", rows[choice])


LESSONS = (
    Lesson(
        name="hard",
        title="Hard against soft",
        variants=("soft", "hard"),
        inputs=_CAMERAMAN.inputs,
        question="Soft attention reads the weighted mean of all 196 cells of a photo, hard attention a single cell. "
        "Over how many cells is the weight of soft attention spread while it writes “man”?",
        choices=_SPREADS,
        see=_hard,
        person="A person looks at few places at a time, but sees what is around them as well.",
        takeaway="Soft attention looks at much of a photo at once, even where its map seems to have one bright spot. "
        "Hard attention has to decide, and can miss what lies beside its cell.",
    ),
    Lesson(
        name="sentinel",
        title="With or without the photo",
        variants=("adaptive",),
        inputs=_DOG.inputs,
        question="Adaptive attention can look at the photo, or at what it has in mind already (∅). For which of these "
        "words does it look at the photo least?",
        choices=_WORDS,
        see=_sentinel,
        person="A person sees all three in the photo. After “a black and”, many would write “white” without looking "
        "again.",
        takeaway="Some words follow from those before. A model that may look at no place (a sentinel) uses that for "
        "them, and its map is the more honest for it. The word is right here. If the dog were black and brown, it "
        "might be wrong, and a high share on ∅ would be a warning.",
    ),
)
