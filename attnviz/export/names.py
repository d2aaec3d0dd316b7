"""File names that say what the file holds."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePath

from attnviz.figures import titles
from attnviz.reading import Reading

# Letters of Latin alphabets that Unicode doesn't take apart into a letter and a mark.
_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
)
_LONGEST_SOURCE = 40
_LONGEST_TITLE = 80
_LONGEST_KIND = 40
_LONGEST_NAME = 120


def filename(readings: Sequence[Reading], kind: str, extension: str) -> str:
    """`TASK-additive-vs-general-le-chat-dort-attention.png`: the task, the readings' titles, the first words of
    the input (or the name of the file that was read), and the kind. The titles are those of `figures.titles`:
    `general-without-dort-output-2-of-5`.

    A name has only a-z, 0-9, hyphens and the dot, and at most 120 characters before the dot. So it is safe on every
    file system. An input without Latin letters or digits leaves its part out.
    """
    first = readings[0]
    variants = "-vs-".join(filter(None, dict.fromkeys(map(_title, readings))))
    source = " ".join(pieces.text for pieces in first.texts) or PurePath(first.given.name).stem
    parts = (slug(first.task), variants, _short(slug(source), _LONGEST_SOURCE))
    end = _short(slug(kind), _LONGEST_KIND)
    head = _short("-".join(filter(None, parts)), _LONGEST_NAME - len(end) - 1)
    return f"{head}-{end}.{extension}"


def _title(reading: Reading) -> str:
    return _short(slug(titles.title(reading)), _LONGEST_TITLE)


def slug(text: str) -> str:
    """The text in a-z, 0-9 and single hyphens; what has no such letters is left out."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).encode("ascii", "ignore").decode()
    # Apostrophes part words in French (l'accord), and everything else that isn't a letter or digit does too.
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _short(text: str, longest: int) -> str:
    """The text, cut at a hyphen where there is one in reach."""
    if len(text) <= longest:
        return text
    kept, _, rest = text[: longest + 1].rpartition("-")
    return kept or rest[:longest]
