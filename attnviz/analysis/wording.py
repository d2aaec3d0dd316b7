"""Small parts of sentences that are made of data."""

from collections.abc import Sequence


def listed(parts: Sequence[str]) -> str:
    """The parts as a sentence names them: "a", "a and b", "a, b and c"; nothing where there are none."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def sentence_case(text: str) -> str:
    """The text with a capital at its beginning; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """A share from 0 to 1 in whole per cent: "8%". A small one is "less than 1%", so that it doesn't look like none."""
    return "less than 1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"
