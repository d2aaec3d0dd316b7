"""All tests of one row of a reading's map, and what they come to."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from attnviz.analysis.compare import jsd
from attnviz.attention import ATTENTION, AttentionMap
from attnviz.errors import InputError
from attnviz.nn.beam import OnStep
from attnviz.nn.one_row import Array, Logits, OneRow
from attnviz.reading import Reading
from attnviz.trust import faithfulness
from attnviz.trust.faithfulness import Erased, Evened, OneIgnored, Reasons, Shuffled
from attnviz.trust.leaving_out import FEWEST, MOST, MOST_KEYS, LeftOut, left_out
from attnviz.trust.twin import STEPS, Twin, twin

_EXACT = 1e-3  # what the weights of the same row may differ by on another device
_PARTS, _EACH = 3, STEPS // 6  # of the progress before the twin, and how many of its steps each part is worth


class RowReader(Protocol):
    """What the tests need of a reader, see `WritingReader` in `tasks/writing.py`."""

    def row(self, source: Any, target: Any, place: int, *, name: str | None = None, focus: str = "") -> OneRow: ...

    def without_each(
        self,
        source: Any,
        target: Any,
        place: int,
        *,
        name: str | None = None,
        focus: str = "",
        on_step: OnStep | None = None,
    ) -> Logits | None: ...


@dataclass(frozen=True, eq=False)
class Examined:
    """What the tests of one row found.

    weights: float32 (keys + 1,), the row, the rest last. unevenness: how far the row is from an even one, as the JSD
    over ln 2: near 0, shuffling it changes it little. probability: of what was written. left_out: None where the input
    has no words to leave out, or too few or too many.
    """

    weights: Array
    unevenness: float
    probability: float
    shuffled: Shuffled
    evened: Evened
    erased: Erased
    one_ignored: OneIgnored
    reasons: Reasons
    left_out: LeftOut | None
    twin: Twin

    @property
    def rest(self) -> float:
        """The weight on a key that is no input, which no test changes."""
        return float(self.weights[-1])

    @property
    def runs(self) -> int:
        """How many answers of the model all figures took."""
        figures = (self.shuffled, self.evened, self.erased, self.one_ignored, self.reasons, self.left_out, self.twin)
        return sum(figure.runs for figure in figures if figure is not None)


def examine(
    reader: RowReader,
    reading: Reading,
    source: Any,
    place: int,
    *,
    name: str = ATTENTION,
    on_step: OnStep | None = None,
) -> Examined:
    """Test one row of a map of a reading.

    source: what was read, as the reader takes it. place: of the row in the finest form of the map. name: of the map, as
    it is over words. on_step: is told of the progress, see `twin`. Raises InputError where there is no such row, where
    it has no weights to move, and where the model does not take its own output as it wrote it.
    """
    attention = reading.finest(name)
    if attention is None:
        raise InputError("This variant has no attention, so there is no row of weights to test.")
    target = reading.output.text if reading.given.forced is None else reading.given.forced
    ask: dict[str, Any] = {"name": attention.name, "focus": reading.given.focus}
    row = reader.row(source, target, place, **ask)
    _check(row, attention, place)

    def tell(parts: int, step: int = 0) -> None:
        if on_step:
            on_step(parts * _EACH + step, _PARTS * _EACH + STEPS)

    def within(part: int) -> OnStep:
        return lambda done, most: tell(part, done * _EACH // most)

    tell(0)
    shuffled, evened = faithfulness.shuffled(row), faithfulness.evened(row)
    erased = faithfulness.erased(row, on_step=within(1))
    tell(2)
    one_ignored, reasons = faithfulness.one_ignored(row), faithfulness.reasons(row)
    without = _left_out(reader, row, attention, source, target, place, {**ask, "on_step": within(2)})
    shares = row.weights[row.keys]
    return Examined(
        weights=row.weights,
        unevenness=float(jsd(shares, np.ones_like(shares)) / np.log(2)),
        probability=float(np.exp(row.own[row.written])),
        shuffled=shuffled,
        evened=evened,
        erased=erased,
        one_ignored=one_ignored,
        reasons=reasons,
        left_out=without,
        twin=twin(row, on_step=lambda step, _: tell(_PARTS, step)),
    )


def _check(row: OneRow, attention: AttentionMap, place: int) -> None:
    """Raises InputError unless the row is that of the map, and has weights that can be moved."""
    shown = attention.weights[place] if place < len(attention.queries) else np.zeros(0)
    if row.weights[:-1].shape != shown.shape or np.abs(row.weights[:-1] - shown).max(initial=0) > _EXACT:
        raise InputError(
            "The model wrote this in other pieces than those into which a given text is cut, so its own row can't be "
            "computed again: choose another output."
        )
    if len(row.keys) < 2:
        raise InputError("There is only one place to look at, so no weight can be moved: give a longer input.")
    if not row.weights[row.keys].any():
        raise InputError("None of this row's weight lies on the input, so there is none to move: choose another row.")


def _left_out(
    reader: RowReader, row: OneRow, attention: AttentionMap, source: Any, target: Any, place: int, ask: dict[str, Any]
) -> LeftOut | None:
    groups = np.array(attention.keys.groups)
    words = np.unique(groups[row.keys])  # those that can have weight
    if not FEWEST <= len(words) <= MOST or len(words) * len(groups) > MOST_KEYS:
        return None
    without = reader.without_each(source, target, place, **ask)
    if without is None:
        return None
    weights = np.bincount(groups, row.weights[:-1])
    return left_out(row.own, without[words], weights[words])
