"""Small parts of sentences that are made of data."""

from collections.abc import Sequence


def listed(parts: Sequence[str]) -> str:
    """The parts as a sentence names them: "a", "a and b", "a, b and c"; nothing where there are none."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def sentence_case(text: str) -> str:
    """The text with a capital at its beginning; the rest stays as it is."""
    return text[:1].upper() + text[1:]
