"""A visitor's text on the page.

Where Streamlit renders Markdown it always goes through `escape`; select boxes and tables need no escaping.
"""

import re
from collections.abc import Iterable
from hashlib import sha1

from attnviz.figures import words
from attnviz.reading import Pieces, Reading

# Streamlit replaces emoji codes, icons, arrows and addresses even in escaped text; a word joiner, which is not seen and
# takes no room, parts their letters.
NONE = "–"  # stands in a table where there is no figure
_LARGE = 2.0  # no share is so large, though an error rate can be above 1
_JOINER = "\u2060"
_MARKS = re.compile(r"[!-/:-@\[-`{-~]")
_REPLACED = frozenset(":@<>=~-")


def escape(text: str) -> str:
    """The text on one line, to be shown in Markdown (labels are Markdown too) as it was typed."""
    return _MARKS.sub(_literal, words.kept_apart(one_line(text)))


def one_line(text: str) -> str:
    """Every run of white space and control characters as one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def short(text: str, longest: int = 80) -> str:
    """The text on one line, cut with an ellipsis."""
    line = one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def key_of(*told: object) -> str:
    """Letters and digits that are the same for the same values: part of a widget's key. The content of a file counts by
    its digest, because bytes take long to spell."""
    return sha1(repr([sha1(one).digest() if isinstance(one, bytes) else one for one in told]).encode()).hexdigest()[:12]


def key_of_reading(reading: Reading, purpose: str = "") -> str:
    """A key of letters and digits, equal for readings of the same variant, input and output. purpose: what the key is
    for."""
    return key_of(
        reading.variant,
        reading.provenance.digest,
        reading.given,
        reading.output.units,
        purpose,
        *(part.text if isinstance(part, Pieces) else part.content for part in reading.source),
    )


def digits_of(values: Iterable[object]) -> int:
    """How many digits after the point all values of one figure get: three where they are shares, one where any of them
    is larger. What is no number is left out."""
    return 3 if all(abs(value) < _LARGE for value in values if isinstance(value, int | float)) else 1


def figure_of(value: object, digits: int | None = None) -> str:
    """A value as it stands in a table; a dash for none. digits: those of its figure, see `digits_of`; where it stands
    alone, its own."""
    if not isinstance(value, int | float):
        return NONE
    return f"{value:,.{digits_of([value]) if digits is None else digits}f}"


def number(value: float | None) -> str:
    """A log-probability or a score as people read it."""
    return "unknown" if value is None else f"{value:.2f}".replace("-", "−")


def _literal(mark: re.Match[str]) -> str:
    escaped = "\\" + mark[0]
    replaced = mark[0] in _REPLACED or mark.string[max(0, mark.start() - 3) : mark.start()].lower() == "www"
    return f"{_JOINER}{escaped}{_JOINER}" if replaced else escaped
