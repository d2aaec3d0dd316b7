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
_LONGEST = 64  # characters before the dot
_LONGEST_KIND = 30
_LEAST_SOURCE = 8  # what is kept for the input, so that files of several inputs are told apart


# Formats whose name is no extension, and what their files hold whatever else is saved.
_EXTENSIONS = {"textgrid": "TextGrid", "segments": "csv"}
_HOLD = {"textgrid": "times", "segments": "times"}


def filename(readings: Sequence[Reading], kind: str, format: str) -> str:
    """`TASK-additive-vs-general-le-chat-dort-attention.png`: the task, the readings' titles, the first words of
    the input (or the name of the file that was read), and the kind. The titles are those of `figures.titles`:
    `general-without-dort-output-2-of-5`; where they are too long together, the first one is: `additive-and-3-more`.

    A name has only a-z, 0-9, hyphens and the dot, and at most 64 characters before the dot. So it is safe on every
    file system, and is read at a glance. An input without Latin letters or digits leaves its part out.
    """
    first, kind, extension = readings[0], _HOLD.get(format, kind), _EXTENSIONS.get(format, format)
    task, end = slug(first.task), _short(slug(kind), _LONGEST_KIND)
    source = slug(" ".join(pieces.text for pieces in first.texts) or PurePath(first.given.name).stem)
    room = _LONGEST - len(f"{task}-{end}") - 1
    variants = _variants(readings, room - min(len(source), _LEAST_SOURCE) - 1)
    parts = (task, variants, _short(source, room - len(variants) - 1), end)
    return f"{'-'.join(filter(None, parts))}.{extension}"


def _variants(readings: Sequence[Reading], longest: int) -> str:
    """The titles of the readings, or the first one and how many more there are, in at most so many characters."""
    names = list(filter(None, dict.fromkeys(slug(titles.title(reading)) for reading in readings)))
    every = "-vs-".join(names)
    if len(every) <= longest or len(names) < 2:
        return _short(every, longest)
    more = f"-and-{len(names) - 1}-more"
    return _short(names[0], longest - len(more)) + more


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
