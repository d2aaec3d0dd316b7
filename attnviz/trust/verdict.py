"""What the tests of a row come to, in plain sentences."""

from attnviz.trust.examined import Examined

DEPENDS, HARDLY = 0.3, 0.1  # of the change by shuffling, from 0 to 1
DIFFERENT, ALIKE = 0.5, 0.2  # of the distance of a twin, from 0 to 1
_EVEN = 0.1  # the unevenness below which a row looks everywhere alike
_ELSEWHERE = 0.5  # of the weight


def verdict(found: Examined, probabilities: str, where: str = "where it looked") -> str:
    """Whether the model depends on where it looked. probabilities: whose change is told, such as "the next word's
    probabilities". where: what is said of the input, such as "when it listened"."""
    change = found.shuffled.change
    how = "depends" if change >= DEPENDS else "hardly depends" if change < HARDLY else "depends somewhat"
    told = f"Shuffling this row's weights changes {probabilities} by {change:.2f} of 1"
    reserve = _reserve(found) if change < DEPENDS else ""
    return " ".join(filter(None, (f"{told}: the model {how} on {where} here.", reserve)))


def of_twin(found: Examined) -> str:
    """What was found when a row was sought that is very different and gives the same answer."""
    distance = found.twin.distance
    if distance < ALIKE:
        return "No very different row was found that gives the same answer."
    return f"A {'very' if distance >= DIFFERENT else 'rather'} different row gives the same answer."


def _reserve(found: Examined) -> str:
    """Why a small change says little of this row; empty where it says what it seems to."""
    if found.rest >= _ELSEWHERE:
        return f"But {found.rest:.0%} of its weight lies on no part of the input, and the tests leave it there."
    if found.unevenness < _EVEN:
        return "But the row is nearly even, so shuffling it changes little of it."
    return ""
