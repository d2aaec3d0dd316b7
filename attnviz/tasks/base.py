"""What a task is, for those who use any of them alike, and what every reader checks at its door."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from attnviz.errors import InputError
from attnviz.reading import Reading

if TYPE_CHECKING:
    from attnviz.nn.beam import OnStep

VERSION = "1.0.0"
LARGEST_BEAM = 100
LARGEST_PENALTY = 10.0


class Reader(Protocol):
    """A trained variant of a task, ready to read. A task's module `reader` has INPUTS beside it: what a person names to
    have it read, such as ("text",)."""

    task: str
    variant: str
    digest: str

    def read(
        self,
        source: Any,
        *,
        target: Any = None,
        beam: int = 5,
        length_penalty: float = 1.0,
        on_step: "OnStep | None" = None,
    ) -> Reading:
        """Read an input; with `target`, read it with this output forced. `on_step` is told of every step of a task that
        writes, and whatever it raises ends the reading. Raises InputError."""
        ...


def check_search(beam: int, length_penalty: float) -> None:
    """Raises InputError unless a beam search can be run so."""
    if not isinstance(beam, int) or not 1 <= beam <= LARGEST_BEAM:
        raise InputError(f"The beam size is {beam!r}: choose a whole number from 1 to {LARGEST_BEAM}.")
    if not isinstance(length_penalty, (int, float)) or not 0 <= length_penalty <= LARGEST_PENALTY:
        raise InputError(f"The length penalty is {length_penalty!r}: choose a number from 0 to {LARGEST_PENALTY:g}.")


def check_text(text: object, name: str, word: type | tuple[type, ...] = str) -> None:
    """Raises InputError unless it is a string, or words already split."""
    if not isinstance(text, str) and not (isinstance(text, Sequence) and all(isinstance(one, word) for one in text)):
        raise InputError(f"The {name} is neither text nor words: give a string, or a list of strings.")
