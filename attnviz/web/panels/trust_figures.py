"""What each test of a row found, in words: the figure, one line on what it says, and its exact term and source."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnviz.analysis.wording import percent
from attnviz.web.text import number

if TYPE_CHECKING:
    from attnviz.trust.examined import Examined
    from attnviz.trust.faithfulness import Erased

_JAIN = "[Jain and Wallace 2019](https://arxiv.org/abs/1902.10186)"
_WIEGREFFE = "[Wiegreffe and Pinter 2019](https://arxiv.org/abs/1908.04626)"
_SERRANO = "[Serrano and Smith 2019](https://arxiv.org/abs/1906.03731)"
_DEYOUNG = "[DeYoung et al. 2020](https://arxiv.org/abs/1911.03429)"
_TVD = "total variation distance (TVD, half the sum of the absolute differences of all probabilities)"


@dataclass(frozen=True)
class Figure:
    """A figure by its name, as people read it. told: what it says. exact: Markdown with the exact term and its
    source. runs: how many answers of the model it took."""

    name: str
    value: str
    told: str
    exact: str
    runs: int


def figures(found: "Examined", noun: str) -> list[Figure]:
    """What each test found. noun: what a person calls a key of the row."""
    shuffled, erased, one, reasons = found.shuffled, found.erased, found.one_ignored, found.reasons
    told = [
        Figure(
            "Shuffled",
            _number(shuffled.change),
            "The answer changes by this much, from 0 (not at all) to 1 (wholly).",
            f"**Permutation**: the median {_TVD} over {shuffled.runs} shuffles. The largest weight of this row is "
            f"{_number(shuffled.peak)}. {_JAIN}, algorithm 2.",
            shuffled.runs,
        ),
        Figure(
            "All alike",
            _number(found.evened.change),
            f"The answer changes by this much when each {noun} gets the same weight.",
            f"**Uniform attention**: the TVD when all weights are equal, of the model as it was trained. {_WIEGREFFE}, "
            "section 3.2, train one anew for it.",
            found.evened.runs,
        ),
        Figure(
            "Strongest ignored",
            _number(one.strongest),
            f"The answer changes by this much without the {noun} of the largest weight, and by {_number(one.other)} "
            "without another one.",
            "**One weight**: it is set to 0, and the others are renormalised. The difference of both figures is "
            f"{_number(one.difference)}; that of the others is the median of {one.runs - 1}. {_SERRANO}, section 4.",
            one.runs,
        ),
        _erasure(erased, noun),
        Figure(
            "Reason",
            _number(reasons.comprehensiveness),
            f"Without the strongest {noun}s, what was answered is {_fallen(reasons.comprehensiveness)}; with them "
            f"alone, it is {_fallen(reasons.sufficiency)}.",
            "**Comprehensiveness** and **sufficiency**: the fall of the probability, as the mean over the strongest 5, "
            f"10, 20 and 50% of the {noun}s. The probability itself is {_number(found.probability)}. {_DEYOUNG}, "
            "section 4.",
            reasons.runs,
        ),
    ]
    if found.left_out is not None:
        agreement = found.left_out.agreement
        told.append(
            Figure(
                "Taken out",
                "undefined" if agreement is None else _number(agreement),
                "This says how well the order of the weights agrees with how much the answer changes when each word is "
                "taken out of the input: 1 is the same order, −1 the opposite.",
                "**Leave-one-out**: Kendall's τ-b of the weights with the TVD when a word is deleted and the rest is "
                f"read anew. It is undefined where all are alike. {_JAIN}, algorithm 1.",
                found.left_out.runs,
            )
        )
    told.append(
        Figure(
            "Twin",
            _number(found.twin.distance),
            "The twin differs from the row by this much: 0 is alike, and 1 has nothing in common.",
            "**Adversarial twin**: the Jensen-Shannon divergence of the two rows, over ln 2. The answers differ by "
            f"{_number(found.twin.change)} (TVD), which may be 0.05 at most. It is sought along the gradient from five "
            f"starts. {_JAIN}, section 4.2.2.",
            found.twin.runs,
        )
    )
    return told


def _erasure(erased: "Erased", noun: str) -> Figure:
    random = "that mostly does not happen" if erased.at_random == 1 else f"it takes {percent(erased.at_random)}"
    told = (
        f"The likeliest answer stays, however many of the strongest {noun}s are ignored."
        if erased.strongest_first == 1
        else f"Another answer becomes the likeliest once this share of the {noun}s is ignored, the strongest first; in "
        f"random order, {random}."
    )
    exact = (
        f"**Erasure**: {noun}s are ignored one after another, and the others renormalised, until another outcome is "
        "the likeliest; 100% where none ever is. By falling weight × gradient it takes "
        f"{percent(erased.by_gradient)}; in random order, the median of 20 orders is {percent(erased.at_random)}. "
        f"{_SERRANO}, section 5."
    )
    return Figure("Erased", percent(erased.strongest_first), told, exact, erased.runs)


def _fallen(by: float) -> str:
    """How likely something is now, after its probability fell by `by`; below 0, it rose."""
    size = _number(abs(by))
    return "just as likely" if size == _number(0) else f"{'less' if by > 0 else 'more'} likely by {size}"


def _number(value: float) -> str:
    return number(round(value, 2) + 0.0)  # 0 is added so that there is no −0.00
