"""Cuts a French text into the sentences that are translated one by one.

A line ends a sentence. Within a line, a sentence ends at . ! ? or … (and the quotes or brackets that close after it)
where white space follows and then something that begins a sentence: a capital letter or a digit, after a quote, dash or
bracket or without one. A full stop doesn't end a sentence after an abbreviation that introduces something (M., art.,
p. ex.), after an initial (J. Verne), or after the number of a list's item (1. Introduction). Titles and initials can
also be a sentence's last word (mon prof., le plan B.): they are if a word follows that is no name (Il, Cette).
"""

import re

_BEFORE_NAMES = frozenset("m mm mr mme mlle dr drs pr prof me mgr st ste av apr".split())
_BEFORE_NUMBERS = frozenset("p pp art ex fig vol chap env n° no nos tél".split())
_BEFORE_ANYTHING = re.compile(r"\b(?:cf|p\.\s?ex|par\sex)$", re.IGNORECASE)
_NO_NAMES = frozenset(
    "il ils elle elles on je j' tu nous vous ce c' ça cela cette ces un une mon ma mes ton ta tes son sa ses notre nos "
    "votre vos leur leurs et mais".split()
)
_INITIAL = re.compile(r"\b[A-ZÀ-Þ]$")
_ITEM = re.compile(r"(?:n°\s?)?\d+", re.IGNORECASE)

_END = re.compile(
    r"""(?P<mark> [.!?…]+ )
        (?P<closing> (?: \s? » | ["”’'\)\]] )* )
        (?P<space> \s+ )
        (?= [-–—«"“„‘'\(\[\s]* (?P<begins> \w+ ['’]? ) )""",
    re.VERBOSE,
)


def split(text: str) -> list[str]:
    """The sentences of a text, in order, without the white space between them.

    Every sentence has a letter or a digit, unless the whole text has none: stray marks stay with the sentence before
    them, or at the beginning with the one after them.
    """
    pieces = [sentence for line in text.splitlines() for sentence in _split_line(line.strip()) if sentence]
    sentences: list[str] = []
    for piece in pieces:
        if sentences and not (_has_word(piece) and _has_word(sentences[-1])):
            sentences[-1] += f" {piece}"
        else:
            sentences.append(piece)
    return sentences


def _split_line(line: str) -> list[str]:
    sentences, start = [], 0
    for end in _END.finditer(line):
        if _ends(line[start : end.start()], end):
            sentences.append(line[start : end.start("space")])
            start = end.end()
    return [*sentences, line[start:]]


def _ends(before: str, end: re.Match[str]) -> bool:
    """Whether the mark after `before`, a match of _END, does end a sentence."""
    begins = end["begins"]
    if not (begins[0].isupper() or begins[0].isdigit()):
        return False
    if end["mark"] != "." or end["closing"]:
        return True
    word = re.split(r"[\s('’«\"-]", before)[-1].lower()
    if word in _BEFORE_NUMBERS and begins[0].isdigit():
        return False
    if word in _BEFORE_NAMES or _INITIAL.search(before):
        return begins.lower().replace("’", "'") in _NO_NAMES
    return not (_BEFORE_ANYTHING.search(before) or _ITEM.fullmatch(before))


def _has_word(text: str) -> bool:
    return any(c.isalnum() for c in text)
