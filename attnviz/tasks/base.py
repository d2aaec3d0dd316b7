"""What a task is, for those who use any of them alike."""

from typing import Any, Protocol

from attnviz.reading import Reading

VERSION = "1.0.0"


class Reader(Protocol):
    """A trained variant of a task, ready to read. A task's module `reader` has INPUTS beside it: what a person names to
    have it read, such as ("text",)."""

    task: str
    variant: str
    digest: str

    def read(self, source: Any, *, target: Any = None, beam: int = 5, length_penalty: float = 1.0) -> Reading:
        """Read an input; with `target`, read it with this output forced. Raises InputError."""
        ...
