"""What can be said of a text's words alone."""

from collections.abc import Sequence


def repeated(words: Sequence[str], least: int) -> tuple[str, ...]:
    """The longest phrase of at least `least` words that stands in the text more than once without overlap, the first
    of equally long ones, whatever its case; empty where there is none."""
    lowered = [word.lower() for word in words]
    for length in range(len(words) // 2, least - 1, -1):
        firsts: dict[tuple[str, ...], int] = {}
        for start in range(len(words) - length + 1):
            first = firsts.setdefault(tuple(lowered[start : start + length]), start)
            if start >= first + length:
                return tuple(words[first : first + length])
    return ()
