"""What the rows and columns of a map are called, and what its rest is, by the task and the map's name."""

from collections.abc import Mapping
from dataclasses import dataclass

from attnviz.figures.maps import REST_NAME
from attnviz.figures.photo import REST
from attnviz.reading import ATTENTION
from attnviz.tasks.entailment.about import REVERSE


@dataclass(frozen=True)
class AxisNames:
    """In "an output word", "the columns are the input"; rest: the keys that are no input."""

    queries: str = "output"
    keys: str = "input"
    rest: str = REST_NAME


USUAL = AxisNames()
_OTHERS: Mapping[tuple[str, str], AxisNames] = {
    ("captions", ATTENTION): AxisNames("caption", "photo", REST),
    ("entailment", ATTENTION): AxisNames("hypothesis", "premise", "no premise word (NULL)"),
    ("entailment", REVERSE): AxisNames("premise", "hypothesis", "no hypothesis word (NULL)"),
}


def of(task: str, name: str) -> AxisNames:
    return _OTHERS.get((task, name), USUAL)
