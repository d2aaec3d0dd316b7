"""Names and numbers of an output that its input lacks. Each word is looked at once, so time grows with their number."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from attnviz.analysis.ordinary import folded

_SPELLED = {
    word: str(value)
    for value, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split(),
        2,
    )
} | {word: str(10 * value) for value, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)}
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SENTENCE_END = frozenset(".!?:")
_LONG = 4  # letters: a title In Title Case has small letters only at the beginning of shorter words
_LEAST_LONG = 3  # such words, before their capitals say anything


def lacking(output: Sequence[str], source: Iterable[str]) -> list[str]:
    """The names and numbers of the output that the source has not, in order; neighbours are joined: "New York".

    output, source: their words. Of a hyphenated word, whose parts are words here ("Rolls", "-Royce"), the whole is
    named. A name is a word that begins with a capital within a sentence; in an output of capitals alone, or In Title
    Case, there are none, since nobody can tell. A number is the same in digits and spelled out, and with and without
    commas between thousands: 1,000 is 1000, and two is 2.
    """
    known = {fact for word in folded(" ".join(source)).split() for fact in (_ending(word), *_numbers(word))}
    words = [_ending(folded(word)) for word in output]
    is_name = _names(output)

    def is_lacking(place: int) -> bool:
        word = words[place]
        facts = list(_numbers(word)) or ([word] if is_name[place] else [])
        return not known.issuperset(facts) and word not in known

    runs = groupby(_hyphenated(output), lambda places: any(map(is_lacking, places)))
    return [" ".join("".join(output[place] for place in places) for places in run) for lacks, run in runs if lacks]


def _hyphenated(words: Sequence[str]) -> list[list[int]]:
    """The places of the words, those of a hyphenated word together."""
    wholes: list[list[int]] = []
    for place, word in enumerate(words):
        if wholes and len(word) > 1 and word.startswith("-"):
            wholes[-1].append(place)
        else:
            wholes.append([place])
    return wholes


def _names(words: Sequence[str]) -> list[bool]:
    """Whether each word is a name."""
    bare = [word.lstrip("-") for word in words]
    long = [word for word in bare[1:] if len(word) >= _LONG and word.isalpha()]
    if len(long) >= _LEAST_LONG and not any(word[0].islower() for word in long):
        return [False] * len(words)
    begins = [place == 0 or not _SENTENCE_END.isdisjoint(words[place - 1]) for place in range(len(words))]
    return [word[:1].isupper() and word != "I" and not start for word, start in zip(bare, begins, strict=True)]


def _ending(word: str) -> str:
    """The word without a hyphen before it and an 's after it."""
    return word.lstrip("-").removesuffix("'s").removesuffix("'")


def _numbers(word: str) -> Iterator[str]:
    """The numbers in a word that is `folded`, in digits."""
    if word in _SPELLED:
        yield _SPELLED[word]
    for number in _NUMBER.findall(word):
        yield number.replace(",", "") if _THOUSANDS.fullmatch(number) else number
