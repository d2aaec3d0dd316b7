"""Cuts a text into the sentences that are read one by one.

A blank line ends a sentence, and so does the end of a line that stands for itself, such as a title or an item of a
list. A line goes on in the next one if it ends with a comma, if the next one begins with a small letter, or if the
text was wrapped: then no line of its paragraph had room for the first word of the next one, unless it ended a sentence.
An item of a list is never joined to the line before it.

Within a line, a sentence ends at . ! ? or … (and the quotes or brackets that close after it) where white space follows
and then something that begins a sentence: a capital letter or digit, perhaps after a quote, dash or bracket. A full
stop doesn't end a sentence after an abbreviation that introduces something (M., art., p. ex.), after an initial
(J. Verne), or after the number of a list's item (1. Introduction). Titles and initials count as a sentence's last word
(mon prof., le plan B.) if the next word is no name (Il, Cette). What is an abbreviation, and what is no name, differs
from language to language.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise


@dataclass(frozen=True)
class Language:
    """What a full stop doesn't end a sentence after, in small letters.

    before_names, before_numbers: abbreviations that stand before a name, or before a number. before_anything: a pattern
    for the end of what stands before the full stop. no_names: words that begin a sentence and are no name.
    """

    before_names: frozenset[str]
    before_numbers: frozenset[str]
    before_anything: re.Pattern[str]
    no_names: frozenset[str]


FRENCH = Language(
    before_names=frozenset("m mm mr mme mlle dr drs pr prof me mgr st ste av apr inc ltd corp cie".split()),
    before_numbers=frozenset("p pp art ex fig vol chap env n° no nos tél".split()),
    before_anything=re.compile(r"\b(?:cf|p\.\s?ex|par\sex|n\.\s?b|p\.\s?-?s)$", re.IGNORECASE),
    no_names=frozenset(
        "il ils elle elles on je j' tu nous vous ce c' ça cela cette ces un une mon ma mes ton ta tes son sa ses notre "
        "nos votre vos leur leurs et mais".split()
    ),
)
ENGLISH = Language(
    before_names=frozenset(
        "mr mrs ms mx messrs dr drs prof rev fr hon pres gov sen sens rep reps gen col lt maj capt cpl sgt adm cmdr st "
        "mt ft jr sr inc ltd corp co bros".split()
    ),
    before_numbers=frozenset(
        "p pp art ex fig vol chap ch sec no nos approx jan feb mar apr jun jul aug sep sept oct nov dec".split()
    ),
    before_anything=re.compile(r"\b(?:vs?|cf|e\.\s?g|i\.\s?e)$", re.IGNORECASE),
    no_names=frozenset(
        "he she it they we i you this that these those the a an his her its their our my your there and but or in on "
        "at as after before when while if police officials".split()
    ),
)

_INITIAL = re.compile(r"\b[A-ZÀ-Þ]$")
_ITEM = re.compile(r"(?:n°\s?)?\d+", re.IGNORECASE)

_MARK = re.compile(r"[.!?…]+")
_CLOSING = frozenset("\"”’')]")
_OPENING = frozenset("-–—«\"“„‘'([")
_FIRST_WORD = re.compile(r"\w{1,30}['’]?")
_NEW_ITEM = re.compile(r"[-–—•*▪◦]\s|\d{1,3}[.)]\s")
_NARROWEST, _WIDE = 30, 60  # characters of the longest line of a wrapped text, and of one that has but two lines
_REACH = 40  # characters before a mark: more of them never matter, and looking at all would take quadratic time


def split(text: str, language: Language) -> list[str]:
    """The sentences of a text, in order, without the white space between them.

    Every sentence has a letter or a digit, unless the whole text has none: stray marks stay with the sentence before
    them, or at the beginning with the one after them.
    """
    sentences: list[list[str]] = []  # each with the stray marks that stay with it
    has_word = False  # whether the last one has a word
    for line in _unwrapped(text):
        for piece in filter(None, _split_line(line, language)):
            if sentences and not (has_word and _has_word(piece)):
                sentences[-1].append(piece)
                has_word = has_word or _has_word(piece)
            else:
                sentences.append([piece])
                has_word = _has_word(piece)
    return [" ".join(pieces) for pieces in sentences]


def _unwrapped(text: str) -> list[str]:
    """The lines of a text, where those that go on in the next one are joined with it."""
    lines = [line.strip() for line in text.splitlines()]
    whole: list[list[str]] = []
    for blank, group in groupby(lines, key=lambda line: not line):
        if blank:
            continue
        paragraph = list(group)
        wrapped = _is_wrapped(paragraph)
        whole.append([paragraph[0]])
        for line, following in pairwise(paragraph):
            if (wrapped or line.endswith(",") or _begins_small(following)) and not _NEW_ITEM.match(following):
                whole[-1].append(following)
            else:
                whole.append([following])
    return [" ".join(parts) for parts in whole]


def _is_wrapped(paragraph: Sequence[str]) -> bool:
    """Whether each line of a paragraph had no room for the first word of the next one, or ends a sentence."""
    width = max(map(len, paragraph))
    return width >= (_WIDE if len(paragraph) == 2 else _NARROWEST) and all(
        len(line) + 1 + len(following.split(maxsplit=1)[0]) > width or line[-1] in ".!?…"
        for line, following in pairwise(paragraph)
    )


def _begins_small(line: str) -> bool:
    """Whether the first letter of a line, perhaps after a quote or bracket, is a small one."""
    place = _after(line, 0, _OPENING)
    return line[place : place + 1].islower()


def _split_line(line: str, language: Language) -> list[str]:
    """The sentences of a line. It goes over the line once, so that its time is linear in the line's length."""
    sentences, start = [], 0
    for mark in _MARK.finditer(line):
        closed = _after_closing(line, mark.end())
        begins = _after(line, closed, frozenset())
        word = _FIRST_WORD.match(line, _after(line, begins, _OPENING)) if begins > closed else None
        if word is None:
            continue
        whole = mark.start() - start <= _REACH
        before = line[start if whole else mark.start() - _REACH : mark.start()]
        if _ends(before, mark[0], word[0], language, whole=whole, closing=closed > mark.end()):
            sentences.append(line[start:closed])
            start = begins
    return [*sentences, line[start:]]


def _after_closing(line: str, place: int) -> int:
    """The index after any closing quotes and brackets that start at `place`. A space may stand before a »."""
    while place < len(line):
        if line[place] in _CLOSING or line[place] == "»":
            place += 1
        elif line[place].isspace() and line[place + 1 : place + 2] == "»":
            place += 2
        else:
            break
    return place


def _after(line: str, place: int, marks: frozenset[str]) -> int:
    """The index after any white space and any of the marks that start at `place`."""
    while place < len(line) and (line[place].isspace() or line[place] in marks):
        place += 1
    return place


def _ends(before: str, mark: str, begins: str, language: Language, *, whole: bool, closing: bool) -> bool:
    """Whether a mark ends a sentence.

    before: what stands before the mark, from the sentence's beginning on if it is `whole`. begins: the word after it.
    closing: whether something closes after the mark.
    """
    if not (begins[0].isupper() or begins[0].isdigit()):
        return False
    if mark != "." or closing:
        return True
    word = re.split(r"[\s('’«\"-]", before)[-1].lower()
    if word in language.before_numbers and begins[0].isdigit():
        return False
    if language.before_anything.search(before) or (whole and _ITEM.fullmatch(before)):
        return False
    return (
        not (word in language.before_names or _INITIAL.search(before))
        or begins.lower().replace("’", "'") in language.no_names
    )


def _has_word(text: str) -> bool:
    return any(c.isalnum() for c in text)
