"""The axes of attention maps: words, the cells of a photo, the moments of a sound; to and from JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from attnviz.checked import JSON, number, strings

MOST_CELLS = 100  # of a grid, either way
MOST_FRAMES = 4_000


@dataclass(frozen=True)
class Words:
    """An axis of words or subwords. `groups[i]` is the index of the word that label i belongs to."""

    labels: tuple[str, ...]
    groups: tuple[int, ...]
    kind: Literal["words"] = field(default="words", init=False)

    def __len__(self) -> int:
        return len(self.labels)

    @classmethod
    def whole(cls, labels: Sequence[str]) -> "Words":
        """The axis on which every label is a word of its own."""
        return cls(tuple(labels), tuple(range(len(labels))))

    def to_json(self) -> JSON:
        return {"kind": self.kind, "labels": list(self.labels), "groups": list(self.groups)}

    @classmethod
    def from_json(cls, data: JSON) -> "Words":
        labels, groups = strings(data["labels"]), tuple(map(int, data["groups"]))
        if len(labels) != len(groups):
            raise ValueError("as many groups as labels")
        return cls(labels, groups)


@dataclass(frozen=True)
class Grid:
    """An axis of equal cells over a photo of width x height px, row by row, each a thing of its own."""

    rows: int
    columns: int
    width: int
    height: int
    kind: Literal["grid"] = field(default="grid", init=False)

    def __len__(self) -> int:
        return self.rows * self.columns

    @property
    def labels(self) -> tuple[str, ...]:
        """Where each cell lies, counted from 1: "2.7" is row 2, column 7."""
        return tuple(f"{row}.{column}" for row in range(1, self.rows + 1) for column in range(1, self.columns + 1))

    @property
    def groups(self) -> tuple[int, ...]:
        return tuple(range(len(self)))

    def to_json(self) -> JSON:
        return {
            "kind": self.kind,
            "rows": self.rows,
            "columns": self.columns,
            "width": self.width,
            "height": self.height,
        }

    @classmethod
    def from_json(cls, data: JSON) -> "Grid":
        rows, columns, width, height = (int(data[name]) for name in ("rows", "columns", "width", "height"))
        if not (1 <= rows <= MOST_CELLS and 1 <= columns <= MOST_CELLS and width >= 1 and height >= 1):
            raise ValueError("a grid over a photo")
        return cls(rows, columns, width, height)


@dataclass(frozen=True)
class Frames:
    """An axis of equal spans of a sound: key j covers the time from start + j * step to start + (j + 1) * step seconds.

    start, step: seconds from the sound's beginning. count: at most MOST_FRAMES.
    """

    start: float
    step: float
    count: int
    kind: Literal["frames"] = field(default="frames", init=False)

    def __len__(self) -> int:
        return self.count

    @property
    def centres(self) -> tuple[float, ...]:
        """The middle of each span in seconds."""
        return tuple(round(self.start + (j + 0.5) * self.step, 6) for j in range(self.count))

    @property
    def labels(self) -> tuple[str, ...]:
        """The middle of each span in seconds: "0.02"."""
        return tuple(f"{centre:.10g}" for centre in self.centres)

    @property
    def groups(self) -> tuple[int, ...]:
        return tuple(range(self.count))

    def lies_in(self, seconds: float) -> bool:
        """Whether each of the spans begins within a sound of so many seconds."""
        return self.start >= 0 and self.start + (self.count - 1) * self.step < seconds

    def to_json(self) -> JSON:
        return {"kind": self.kind, "start": self.start, "step": self.step, "count": self.count}

    @classmethod
    def from_json(cls, data: JSON) -> "Frames":
        start, step, count = number(data["start"]), number(data["step"]), int(data["count"])
        if not (step > 0 and 1 <= count <= MOST_FRAMES):
            raise ValueError("spans of a sound")
        return cls(start, step, count)


Axis = Words | Grid | Frames
AXES: Mapping[str, type[Words] | type[Grid] | type[Frames]] = {"words": Words, "grid": Grid, "frames": Frames}
