"""What an English text sounds like: its words, each with its phones.

A word has the first pronunciation of the dictionary. What the dictionary lacks is put together from what it has
(numbers in digits, possessives, words with hyphens, abbreviations spelled letter by letter), or guessed from its
letters (`letters.py`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from attnviz.analysis.plain import plain
from attnviz.analysis.wording import listed
from attnviz.errors import InputError
from attnviz.tasks.speech import dictionary, letters, numerals

MOST_CHARACTERS = 20_000  # of a text
MOST_LETTERS = 40  # of a word
MOST_GUESSED = 500  # letters of all words together that the dictionary lacks: a guess takes a millisecond for each
_BETWEEN = str.maketrans(dict.fromkeys("–—―…/|_\\", " "))  # they part words, as a space does
_APART = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ß": "ss", "ł": "l", "đ": "d"})  # Unicode does not part these
_SIGNS = {"&": "and", "%": "percent", "+": "plus", "@": "at", "°": "degrees"}
_SHORT = {"dr": "doctor"}  # what the dictionary reads in another way first
_PART = re.compile(
    rf"(?P<money>[{''.join(numerals.MONEY)}])(?P<amount>[0-9][0-9,]*)(?:\.(?P<cents>[0-9]{{2}}))?(?![0-9.,a-z])|"
    r"(?P<number>[0-9][0-9,]*)(?P<ending>st|nd|rd|th|'?s)?|\.(?P<decimals>[0-9]+)|(?P<sign>[&%+@°])|(?P<letters>[a-z']+)"
)
_PRONOUNCED = re.compile(r"[a-z0-9]")
_VOWELS = frozenset("aeiouy")
_VOICELESS, _HISSING = frozenset("P T K F TH".split()), frozenset("S Z SH ZH CH JH".split())
_LISTED = 5  # words of a note


@dataclass(frozen=True)
class Word:
    """A word of a text. spelling: as it stands there. phones: as it is said. read_as: the words for what has digits or
    signs, else empty. several: whether the dictionary has further pronunciations. guessed: whether some of its phones
    were guessed from its letters."""

    spelling: str
    phones: tuple[str, ...]
    read_as: str = ""
    several: bool = False
    guessed: bool = False


@dataclass(frozen=True)
class Pronounced:
    """The words of a text, in order. notes: sentences about how they were found."""

    words: tuple[Word, ...]
    notes: tuple[str, ...]


def load() -> None:
    """Read the dictionary and learn how letters are said, once for all texts, which takes a second or two.

    `pronounce` does so where it has to. Where many people wait for their turn, it is called before the turn comes, so
    that nobody waits behind it.
    """
    letters.model()


def pronounce(text: str, most: int) -> Pronounced:
    """The words of an English text with their phones. most: how many phones are taken, in whole words; and no more than
    MOST_CHARACTERS are looked at.

    Raises InputError where the text has no word, one of more than MOST_LETTERS letters, or one in letters other than
    Latin ones; and where the dictionary lacks words of more than MOST_GUESSED letters together.
    """
    words, count, guessed, cut = [], 0, 0, len(text) > MOST_CHARACTERS
    left_out = []
    tokens = plain(text[:MOST_CHARACTERS].translate(_BETWEEN)).split()
    for token, following in zip(tokens, [*tokens[1:], ""], strict=False):
        if _core(following).lower() in numerals.LARGE:  # "$5 million": its dollars would come too early
            left_out += [c for c in token if c in numerals.MONEY]
            token = "".join(c for c in token if c not in numerals.MONEY)
        left_out += _unsaid(token)
        spelling = _core(token)
        if not spelling:
            continue
        word = _word(spelling)
        guessed += len(spelling) if word.guessed else 0
        if guessed > MOST_GUESSED:
            raise InputError("The dictionary lacks too many words of this: type what is said in English words.")
        if not word.phones:
            continue
        count += len(word.phones)
        if count > most:
            cut = True
            break
        words.append(word)
    if not words:
        raise InputError("There is no English word in this: type what is said in the recording.")
    return Pronounced(tuple(words), tuple(_notes(words, left_out, cut)))


def _unsaid(token: str) -> list[str]:
    """The signs and emoji of a token of which nothing is said. Punctuation is none: nobody says it."""
    rest = _PART.sub("", token.lower())
    return [c for c in rest if c in "#*" or unicodedata.category(c) in ("Sc", "Sm", "So")]


def _core(token: str) -> str:
    """The token from its first letter, digit or sign to its last; with an apostrophe before it that belongs to it."""
    places = [i for i, c in enumerate(token) if c.isalnum() or c in _SIGNS or c in numerals.MONEY]
    if not places:
        return ""
    first, end = places[0], places[-1] + 1
    if first and token[first - 1] == "'" and dictionary.rows().get(_folded(token[first - 1 : end])):
        first -= 1
    return token[first:end]


def _word(spelling: str) -> Word:
    if len(spelling) > MOST_LETTERS:
        raise InputError(
            f"“{spelling[:20]}…” has {len(spelling):,} characters without a space, but words have at most "
            f"{MOST_LETTERS}: type English words with spaces between them."
        )
    folded = _folded(spelling)
    if folded in _SHORT:
        return Word(spelling, dictionary.pronunciations(_SHORT[folded])[0], _SHORT[folded])
    for form in (f"{folded}.", folded) if "." in folded else (folded,):  # "a.m.", whose last dot was taken off
        if known := dictionary.pronunciations(form):
            return Word(spelling, known[0], several=len(known) > 1)
    foreign = next((c for c in folded if c.isalnum() and not _PRONOUNCED.match(c)), None)
    if foreign is not None:
        raise InputError(f"“{spelling}” has “{foreign}”, which is no English letter: type what is said in English.")
    said = _Said()
    for part in _PART.finditer(folded):
        said.add(part)
    return Word(spelling, tuple(said.phones), " ".join(said.words) if said.in_words else "", guessed=said.guessed)


@dataclass
class _Said:
    """What has been said of a word so far. in_words: whether some of it was no letters but was put in words."""

    phones: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    in_words: bool = False
    guessed: bool = False

    def add(self, part: re.Match[str]) -> None:
        if part["letters"]:
            word = part["letters"].strip("'")
            return self._say([word] if word else [])
        self.in_words = True
        if part["money"]:
            return self._say(numerals.money(part["money"], part["amount"].replace(",", ""), part["cents"] or ""))
        if part["sign"]:
            return self._say([_SIGNS[part["sign"]]])
        if part["decimals"]:
            return self._say(["point", *(word for digit in part["decimals"] for word in numerals.spoken(digit))])
        number, ending = part["number"].replace(",", ""), part["ending"]
        plural = bool(ending) and ending.endswith("s")
        year = "," not in part["number"]  # 1,984 is none
        self._say(numerals.spoken(number, ordinal=bool(ending) and not plural, year=year))
        if plural:  # "the 1980s"
            self.phones += _of_s(self.phones)
            self.words[-1] = numerals.plural(self.words[-1])
        return None

    def _say(self, words: Iterable[str]) -> None:
        for word in words:
            self.words.append(word)
            self.phones += self._phones(word)

    def _phones(self, word: str) -> Sequence[str]:
        if known := dictionary.pronunciations(word):
            return known[0]
        if word.endswith("'s"):
            base = self._phones(word.removesuffix("'s"))
            return [*base, *_of_s(base)]
        self.guessed = True
        if not _VOWELS & set(word):  # "html"
            return [phone for letter in word if letter != "'" for phone in dictionary.pronunciations(letter)[0]]
        return letters.guess(word)


def _of_s(phones: Sequence[str]) -> Sequence[str]:
    """How the s of a plural or a possessive is said after these phones."""
    last = phones[-1] if phones else ""
    return ("IH", "Z") if last in _HISSING else ("S",) if last in _VOICELESS else ("Z",)


def _folded(spelling: str) -> str:
    """Small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", spelling.lower().translate(_APART))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _notes(words: Sequence[Word], left_out: Sequence[str], cut: bool) -> Iterator[str]:
    """What a person should know of how the words were found."""
    if guessed := _quoted(word.spelling for word in words if word.guessed):
        wrong = round(100 * letters.kept_errors()["word_error"])
        yield (
            f"The dictionary lacks {guessed}: the phonemes were guessed from the letters. Of 100 such guesses, about "
            f"{wrong} have a wrong phoneme."
        )
    read = [word for word in words if word.read_as]
    if read:
        named = dict.fromkeys(f"“{word.spelling}” as “{word.read_as}”" for word in read)
        yield f"It was read {_first_of(named)}: type words where it is said in another way."
    if several := _quoted(word.spelling for word in words if word.several):
        yield f"The dictionary has several pronunciations of {several}: the first one was taken."
    if symbols := _quoted(left_out):
        yield f"Left out, as nothing is said of it: {symbols}."
    if cut:
        used = "word was" if len(words) == 1 else f"{len(words):,} words were"
        yield f"Only the first {used} used: give the words of a shorter recording."


def _quoted(words: Iterable[str]) -> str:
    return _first_of(f"“{word}”" for word in words)


def _first_of(words: Iterable[str]) -> str:
    """Some words for a note: “a”, “b” and 3 more; nothing where there are none."""
    different = list(dict.fromkeys(words))
    if len(different) > _LISTED:
        return f"{', '.join(different[:_LISTED])} and {len(different) - _LISTED} more"
    return listed(different)
