"""What can be said about a text from its words alone."""

from collections.abc import Sequence

LONGEST = 50  # words of a phrase that is looked for, so that the time grows with the text and not with its cube


def most(words: Sequence[str], length: int) -> int:
    """How many times, without overlap and whatever its case, the commonest phrase of `length` words stands in the text;
    0 where the text is shorter."""
    lowered = [word.lower() for word in words]
    counts: dict[tuple[str, ...], int] = {}
    ends: dict[tuple[str, ...], int] = {}
    for start in range(len(words) - length + 1):
        phrase = tuple(lowered[start : start + length])
        if start >= ends.get(phrase, 0):
            counts[phrase] = counts.get(phrase, 0) + 1
            ends[phrase] = start + length
    return max(counts.values(), default=0)


def repeated(words: Sequence[str], least: int) -> tuple[str, ...]:
    """The longest phrase of `least` to LONGEST words that occurs more than once without overlap, ignoring case.

    Of equally long phrases it is the first; it is empty if there is none.
    """
    lowered = [word.lower() for word in words]
    for length in range(min(len(words) // 2, LONGEST), least - 1, -1):
        firsts: dict[tuple[str, ...], int] = {}
        for start in range(len(words) - length + 1):
            first = firsts.setdefault(tuple(lowered[start : start + length]), start)
            if start >= first + length:
                return tuple(words[first : first + length])
    return ()
