"""Texts in one shape for what looks alike: as the corpora were cleaned, and as words of a map are found in a text."""

import unicodedata

_SAME = str.maketrans(
    dict.fromkeys("’‘ʼ′", "'") | dict.fromkeys("“”„«»″", '"') | dict.fromkeys("–—―‐‑", "-") | {"…": "..."}
)
_SELECTORS = range(0xFE00, 0xFE10)  # variation selectors: they choose between drawings of the character before
_KINDS_OF_SPACE = ("Cc", "Cs", "Co")


def plain(text: str) -> str:
    """NFC, plain quotes and dashes; control characters become spaces.

    What has no ink and no width of its own (category Cf: soft hyphens, joiners, marks of direction) is left out, so
    that it neither splits a word nor is one.
    """
    text = "".join(c for c in text.translate(_SAME) if unicodedata.category(c) != "Cf" and ord(c) not in _SELECTORS)
    text = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(c) in _KINDS_OF_SPACE else c for c in text)


def encodable(text: str) -> str:
    """The text as files can hold it: half a surrogate pair, which UTF-8 can't encode, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
