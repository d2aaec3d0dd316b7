"""What can be said about a text from its words alone."""

from collections import Counter
from collections.abc import Sequence

LONGEST = 50  # words of a phrase that is looked for, so that the time grows with the text and not with its cube
_AROUND = "()[]<>{}\"'«»“”‘’.,;:!?"  # an address


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


def loops(words: Sequence[str]) -> bool:
    """Whether some three words in a row stand three times or more in the text, with overlap and whatever their case."""
    lowered = [word.lower() for word in words]
    return max(Counter(zip(lowered, lowered[1:], lowered[2:], strict=False)).values(), default=0) >= 3


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


def looped(parts: Sequence[str], least: int) -> bool:
    """Whether some parts, at most LONGEST of them, stand `least` times or more in a row, such as the subwords of a word
    in "ha ha ha". Time grows with the number of parts."""
    for length in range(1, min(len(parts) // least, LONGEST) + 1):
        same = 0  # how many parts before this one are equal to the one a length further back
        for place in range(length, len(parts)):
            same = same + 1 if parts[place] == parts[place - length] else 0
            if same >= length * (least - 1):
                return True
    return False


def addresses(text: str) -> list[str]:
    """The addresses of pages and of e-mail in a text, without the marks around them."""
    return [part.strip(_AROUND) for part in text.split() if is_address(part)]


def is_address(part: str) -> bool:
    """Whether a part of a text, which has no white space in it, is the address of a page or of e-mail."""
    part = part.strip(_AROUND)
    name, at, place = part.partition("@")
    return "://" in part or part.lower().startswith("www.") or bool(name and at and "." in place)
