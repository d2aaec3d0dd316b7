"""Phone errors: what a variant writes of recordings, beside what was said in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from attnviz.analysis import bootstrap
from attnviz.tasks.speech.features import Features

Map = NDArray[np.floating[Any]]


class Listener(Protocol):
    """A variant as scoring sees it. A recording is its features (frames, SIZE)."""

    variant: str
    focuses: Mapping[str, Any]

    @property
    def attentive(self) -> bool:
        """Whether it has attention, so that one of `focuses` can be chosen."""
        ...

    def phones(
        self, heard: Sequence[Features], *, beam: int, length_penalty: float, focus: str = ""
    ) -> list[tuple[str, ...]]:
        """Write the phones of each recording."""
        ...

    def listened(self, heard: Features, phones: Sequence[str]) -> tuple[Map, NDArray[np.bool_]] | None:
        """Where each of these phones is listened for, (phones, keys), when the model has to write them, and whether it
        would have; None without attention."""
        ...


@dataclass(frozen=True)
class Errors:
    """edits: (recordings,), the substitutions, insertions and deletions in each. phones: (recordings,), how many were
    said."""

    edits: NDArray[np.int64]
    phones: NDArray[np.int64]

    def rate(self, rows: Sequence[int] | None = None) -> float | None:
        """The phone error rate of these recordings together, or of all: edits over the phones that were said. None
        where nothing was said."""
        edits, phones = (of if rows is None else of[list(rows)] for of in (self.edits, self.phones))
        return round(int(edits.sum()) / int(phones.sum()), 4) if phones.sum() else None

    def share_of_wins(self, others: "Errors", rows: Sequence[int] | None = None) -> float:
        """In what share of random drawings of these recordings, or of all, the rate is lower than the others'."""
        chosen = np.arange(len(self.edits)) if rows is None else np.array(rows)
        edits, phones = np.stack([self.edits, others.edits])[:, chosen], self.phones[chosen]

        def negative(side: int, drawn: NDArray[np.int64]) -> float:
            return -float(edits[side][drawn].sum() / max(1, phones[drawn].sum()))

        return bootstrap.share_of_wins(negative, len(chosen))


def errors_of(written: Sequence[Sequence[str]], said: Sequence[Sequence[str]]) -> Errors:
    """The errors in what was written of each recording (Levenshtein distance)."""
    from rapidfuzz.distance import Levenshtein

    edits = [Levenshtein.distance(ours, theirs) for ours, theirs in zip(written, said, strict=True)]
    return Errors(np.array(edits, dtype=np.int64), np.array([len(phones) for phones in said], dtype=np.int64))
