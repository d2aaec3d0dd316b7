"""Texts in the letters, digits and marks that everybody types, which models have learned: ﬁ is read as fi."""

import re
import unicodedata

from attnviz.analysis.plain import plain

_MARKS = {
    **dict.fromkeys("´`ʹˈ‛", "'"),
    **dict.fromkeys("‹›‟", '"'),
    **dict.fromkeys("−‒⁃﹣⁻₋", "-"),
    **dict.fromkeys("º˚", "°"),
    **dict.fromkeys("∕⁄", "/"),
    "∶": ":",
    "№": "n°",
}
_TRADE_MARKS = frozenset("™℠")  # raised letters that belong to no word
_LATIN_ENDS = 0x250  # the first character after the letters of Latin script
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹₀-₉¼-¾⅐-⅞①-⑳"  # or lowered, or in another size: beside a digit, they are no further digits
_UNSAFE = re.compile(rf"\d[{_RAISED}]++|(?<![{_RAISED}])[{_RAISED}]++\d")


def ordinary(text: str) -> str:
    """The text in ordinary characters, with the meaning that it has.

    Ligatures become letters, letters and digits of other widths and scripts become ASCII, and so do other apostrophes
    and minus signs. What NFKC would turn into something else stays as it is: 10² is not 102, nor is 5½ 51/2.
    """
    return "".join(_read_as(text))


def ordinary_by_place(text: str) -> str:
    """The same, but what is read as several characters stays. So the text keeps its length, and what is found at a
    place of it stands there in the text as it was typed."""
    return "".join(read if len(read) == 1 else c for c, read in zip(text, _read_as(text), strict=True))


def folded(text: str) -> str:
    """The text as it is compared with others that may be spelled otherwise: plain, in ordinary and small letters."""
    return ordinary(plain(text)).casefold()


def _read_as(text: str) -> list[str]:
    """What each character is read as."""
    unsafe = {place for run in _UNSAFE.finditer(text) for place in range(*run.span()) if not text[place].isdecimal()}
    return [c if place in unsafe else _ordinary(c) for place, c in enumerate(text)]


def _ordinary(c: str) -> str:
    """What a character is read as: itself, or ordinary characters of Latin script that mean the same."""
    if c in _MARKS:
        return _MARKS[c]
    if c.isascii() or c in _TRADE_MARKS:
        return c
    if c.isdecimal():
        return str(unicodedata.decimal(c))
    read = unicodedata.normalize("NFKC", c).replace("⁄", "/")
    return read if all(ord(part) < _LATIN_ENDS and not part.isspace() for part in read) else c
