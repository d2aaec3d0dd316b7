"""File names that say what the file holds."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePath

from attnviz.reading import Reading

# Letters of Latin alphabets that Unicode doesn't take apart into a letter and a mark.
_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
)
_LONGEST_SOURCE = 40
_LONGEST_LEFT_OUT = 20
_LONGEST_NAME = 120


def filename(readings: Sequence[Reading], kind: str, extension: str) -> str:
    """`translation-additive-vs-general-le-chat-dort-attention.png`: task, variants, first words of the input (of
    a photo its name), kind. A variant that did not choose what it wrote is `general-given`, with the second of its five
    best outputs `general-2-of-5`, and without a word of its input `general-without-dort`.

    Only a-z, 0-9, hyphens and the dot, at most 120 characters before it: safe on every file system. An input without
    Latin letters or digits leaves its part out.
    """
    first = readings[0]
    variants = "-vs-".join(filter(None, dict.fromkeys(map(_variant, readings))))
    told = (
        " ".join(pieces.text for pieces in first.texts)
        or PurePath(str(first.provenance.settings.get("photo", ""))).stem
    )
    source = _short(slug(told), _LONGEST_SOURCE)
    head = _short("-".join(filter(None, (slug(first.task), variants, source))), _LONGEST_NAME - len(slug(kind)) - 1)
    return f"{head}-{slug(kind)}.{extension}"


def _variant(reading: Reading) -> str:
    """Its name, and what tells this reading from the variant's usual one."""
    settings = reading.provenance.settings
    told = [reading.variant]
    if left_out := settings.get("left_out"):
        told.append(f"without {_short(slug(str(left_out)), _LONGEST_LEFT_OUT)}")
    if settings.get("forced"):
        told.append("given")
    elif rank := settings.get("hypothesis"):
        told.append(f"{rank} of {len(reading.hypotheses)}")
    return slug(" ".join(told))


def slug(text: str) -> str:
    """The text in a-z, 0-9 and single hyphens; what has no such letters is left out."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).encode("ascii", "ignore").decode()
    # Apostrophes part words in French (l'accord), and everything else that isn't a letter or digit does too.
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _short(text: str, longest: int) -> str:
    """Cut at a hyphen where there is one in reach."""
    if len(text) <= longest:
        return text
    kept, _, rest = text[: longest + 1].rpartition("-")
    return kept or rest[:longest]
