"""Changes of captions: opposites, synonyms, colours, numbers, places, times, negations and the like.

Each function gives all changes of its kind that a caption allows.
"""

import zlib
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TypeVar

import numpy as np

from attnviz.tasks.entailment import wordlists as lists
from attnviz.tasks.entailment.change import (
    ARTICLES,
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    SEED,
    Change,
    Found,
    Words,
    added,
    exchanged,
    left_out,
    put,
    told_apart,
    widened,
)

SOME = 5  # of the phrases that could be added to a caption

Choice = TypeVar("Choice")

_OPPOSITES, _OPPOSITES_OF_PERSONS, _OPPOSITES_OF_THINGS, _SYNONYMS = map(
    lists.partners, (lists.OPPOSITES, lists.OPPOSITES_OF_PERSONS, lists.OPPOSITES_OF_THINGS, lists.SYNONYMS)
)
_WIDER: dict[str, list[str]] = {}
for _narrow, _wide in lists.KINDS_OF:
    _WIDER.setdefault(_narrow, []).append(_wide)
_NUMBERS = frozenset(lists.NUMBERS) | frozenset(lists.DIGITS.values())
_DETERMINERS = ARTICLES | _NUMBERS | frozenset("the his her their this that another several some".split())
_PREPOSITIONS = frozenset(
    "in on at with near by to from through across down up along over under behind beside outside inside into onto for "
    "around during of beneath underneath above below toward towards against past".split()
)
_FOLLOWING = _PREPOSITIONS | frozenset(". , is are and that who while as next wearing has stands sits".split())
_NOT_PLAIN = frozenset(
    "no not n't nobody none nothing never without neither nor all every each only both most few if than either or "
    "almost except hardly cannot unless".split()
)
_TIMES = frozenset(phrase.split()[-1].lower() for group in lists.TIMES for phrase in group) | frozenset(
    "night day sunset sunrise sunny sun snow snowy evening today".split()
)
_PRONOUNS = frozenset("he his him she her hers himself herself".split())
_SHORT, _LONG = 5, 22  # how many words a caption has


def is_plain(caption: Sequence[str]) -> bool:
    """Whether a caption is one sentence that says what is there: nothing is denied in it, or said of all or of few,
    so that it still holds with a wider word in place of a narrower one."""
    lowered = [word.lower() for word in caption]
    return (
        _SHORT <= len(caption) <= _LONG
        and lowered[-1] == "."
        and lowered.count(".") == 1
        and not _NOT_PLAIN & set(lowered)
        and not {"-", '"', ";", ":", "/", "(", "'s"} & set(lowered)
    )


def opposites(words: Words) -> Found:
    lowered = _lower(words)
    opposites = (_OPPOSITES, _OPPOSITES_OF_PERSONS, _OPPOSITES_OF_THINGS)
    for i, word in enumerate(lowered[:-1]):
        for partners, of in zip(opposites, (None, True, False), strict=True):
            for other in partners.get(word, ()):
                if lowered.count(word) > 1 or other in lowered or not _may_turn(lowered, i):
                    continue
                person = lowered[i + 1] in lists.PEOPLE | lists.ORIGINS or _is_said(lowered, i)
                if of is None or (of is person and (_is_attribute(lowered, i) or _is_said(lowered, i))):
                    yield from exchanged(words, i, other, CONTRADICTION, CONTRADICTION)


def _may_turn(lowered: Sequence[str], i: int) -> bool:
    word, after = lowered[i], lowered[i + 1]
    if word in ("with", "without"):
        return after in ARTICLES and lowered[i - 1] not in ("along", "together", "filled", "covered")
    if word in lists.OF_ONE_SEX:
        return not _PRONOUNS & set(lowered) and (word in ("male", "female") or _is_noun(lowered, i))
    fixed = {"dog", "dogs", "school", "five", "heels", "hat", "hats", "york", "air", "jump", "time", "fashioned", "mic"}
    if word in lists.SOMETIMES_VERBS and not (_is_attribute(lowered, i) or _is_said(lowered, i)):
        return False
    return after not in fixed and after not in lists.COLOURS and after not in _DETERMINERS - {"the"}


def synonyms(words: Words) -> Found:
    lowered, fixed = _lower(words), ("out", "on", "up", "off", "away", "top", "ball", "cab", "cabs")
    for i, word in enumerate(lowered[:-1]):
        for other in _SYNONYMS.get(word, ()):
            if lowered.count(word) == 1 and other not in lowered and lowered[i + 1] not in fixed:
                yield from exchanged(words, i, other, ENTAILMENT)


def exclusive(words: Words) -> Found:
    lowered = _lower(words)
    for before, group in lists.EXCLUSIVE:
        there = [i for i, word in enumerate(lowered[:-1]) if word in group]
        if len(there) != 1:
            continue
        (i,) = there
        near = lowered[max(0, i - (1 if before & {"is", "are"} else 3)) : i]
        fits = lowered[i + 1] in _PREPOSITIONS | {"."} if before & {"is", "are"} else _is_noun(lowered, i)
        if fits and (not before or before & set(near)):
            for other in group:
                if other != lowered[i]:
                    yield from exchanged(words, i, other, CONTRADICTION)
    for i, word in enumerate(lowered[:-1]):
        if word in lists.MATERIALS and _is_attribute(lowered, i) and not set(lists.MATERIALS) - {word} & set(lowered):
            for other in lists.MATERIALS:
                if other != word:
                    yield from exchanged(words, i, other, CONTRADICTION)


def colours(words: Words) -> Found:
    lowered = _lower(words)
    there = [i for i, word in enumerate(lowered[:-1]) if word in lists.COLOURS]
    if len(there) != 1:
        return
    (i,) = there
    before, after = lowered[i - 1], lowered[i + 1]
    beside = {"dark", "light", "bright", "and", "wearing", "all"}
    if i == 0 or before in beside or not after.isalpha() or after in _FOLLOWING | lists.PEOPLE | {"house", "juice"}:
        return
    for other in lists.COLOURS:
        if other != lowered[i] and frozenset((other, lowered[i])) not in lists.NEAR_COLOURS:
            yield from exchanged(words, i, other, CONTRADICTION)
    if before in _DETERMINERS:
        yield from left_out(words, i, i + 1)


def numbers(words: Words) -> Found:
    lowered = _lower(words)
    there = [i for i, word in enumerate(lowered[:-2]) if word in lists.NUMBERS]
    if len(there) != 1:
        return
    (i,) = there
    number, after = lowered[i], lowered[i + 1]
    bare = i == 0 or lowered[i - 1] in _PREPOSITIONS | {"and", "are"} or lowered[i - 1].endswith("ing")
    if not bare or not after.isalpha() or after in _FOLLOWING | {"year", "story", "piece", "way", "lane", "hundred"}:
        return
    for other in lists.NUMBERS:
        if other != number:
            yield from exchanged(words, i, other, CONTRADICTION)
            digit = put(words, i, i + 1, [lists.DIGITS[other]])
            yield Change(words, digit, CONTRADICTION, (number, other))
            yield Change(digit, words, CONTRADICTION, (number, other))
    yield from exchanged(words, i, lists.DIGITS[number], ENTAILMENT, ENTAILMENT)
    yield from exchanged(words, i, "some", ENTAILMENT, NEUTRAL)
    if lists.NUMBERS.index(number) > 1:
        yield from exchanged(words, i, "several", ENTAILMENT, NEUTRAL)
    yield from left_out(words, i, i + 1)


def places(words: Words) -> Found:
    if any(word[:1].isupper() for word in words[1:]) or "city" in words:
        return  # it may name a place already
    end = len(words) - 1
    for (city, country), (other, abroad) in _some(combinations(lists.CITIES, 2), words):
        yield from told_apart(words, end, f"in {city}", f"in {other}")
        if country != abroad:
            yield from told_apart(words, end, f"in {city}", f"in {abroad}")
    for city, country in _some(lists.CITIES, words):
        yield from widened(words, end, f"in {city}", f"in {country}")
        yield from added(words, end, ["in", city])
        yield from added(words, end, ["in", country])


def times(words: Words) -> Found:
    if _TIMES & set(_lower(words)):
        return
    end = len(words) - 1
    pairs = [pair for group in lists.TIMES for pair in combinations(group, 2)]
    for first, second in _some(pairs, words):
        yield from told_apart(words, end, first, second)
    for phrase in _some([phrase for group in lists.TIMES for phrase in group], words):
        yield from added(words, end, phrase.split())


def nationalities(words: Words) -> Found:
    lowered = _lower(words)
    i = next((i for i, word in enumerate(lowered) if word in lists.PEOPLE), 0)
    if not 0 < i < 4 or lists.ORIGINS & set(lowered) or lowered[i - 1] not in _DETERMINERS | set(lists.ADJECTIVES):
        return
    for (first, _), (second, _) in _some(combinations(lists.NATIONALITIES, 2), words):
        yield from told_apart(words, i, first, second)
    for nationality, continent in _some(lists.NATIONALITIES, words):
        yield from added(words, i, [nationality])
        if continent:
            yield from widened(words, i, nationality, continent)


def _some(choices: Iterable[Choice], words: Words) -> list[Choice]:
    """SOME of the choices, drawn for this caption, where any would do and all would be too many."""
    of = list(choices)
    chance = np.random.default_rng((SEED, zlib.crc32(" ".join(words).encode())))
    return [of[i] for i in chance.permutation(len(of))[:SOME]]


def modifiers(words: Words) -> Found:
    lowered = _lower(words)
    for i, word in enumerate(lowered[:-1]):
        young = lowered[i + 1] in lists.ALREADY_YOUNG
        of_one_word = lowered[i + 1].endswith(("ed", "sleeve", "time"))  # such as "long haired"
        if word in lists.ADJECTIVES and _is_attribute(lowered, i) and not young and not of_one_word:
            yield from left_out(words, i, i + 1)
    phrase = _last_phrase(lowered)
    if phrase:
        yield from left_out(words, phrase, len(words) - 1)


def _last_phrase(lowered: Sequence[str]) -> int:
    """Where a last phrase such as "in the park" begins; 0 where there is none that can be left out."""
    start = len(lowered) - 4
    if start < 3 or lowered[start] not in ("in", "on", "at", "near", "by", "outside", "inside", "behind"):
        return 0
    before = lowered[start - 1]
    fits = lowered[start + 1] in ARTICLES | {"the"} and before not in _FOLLOWING | _DETERMINERS and before.isalpha()
    return start if fits else 0


def kinds_of(words: Words) -> Found:
    lowered = _lower(words)
    for i, word in enumerate(lowered[:-1]):
        for wider in _WIDER.get(word, ()):
            doing = wider in ("running", "walking", "talking")
            fits = lowered[i + 1] in _PREPOSITIONS | {"."} if doing else _is_noun(lowered, i)
            if wider == "food" and not lowered[i - 1].endswith("ing"):
                continue
            if lowered.count(word) > 1 or wider in lowered or not fits:
                continue
            telling = (lists.TELLING - {word}) | lists.TELLING_OF.get(word, frozenset())
            yield from exchanged(words, i, wider, ENTAILMENT, "" if telling & set(lowered) else NEUTRAL)


def negations(words: Words) -> Found:
    lowered = _lower(words)
    verbs = [i for i, word in enumerate(lowered) if word in ("is", "are")]
    before = {"who", "that", "which", "while", "as", "and", ","}
    if len(verbs) != 1 or not lowered[verbs[0] + 1].endswith("ing") or before & set(lowered[: verbs[0]]):
        return
    if {"there", "while", "as", "but"} & set(lowered):
        return
    verb = verbs[0] + 1
    key = ("", lowered[verb])
    denied, short = (put(words, verb, verb, [no]) for no in ("not", "n't"))
    for no in (denied, short):
        yield Change(words, no, CONTRADICTION, key)
        yield Change(no, words, CONTRADICTION, key)
    yield Change(denied, short, ENTAILMENT, key)
    yield Change(short, denied, ENTAILMENT, key)
    phrase = _last_phrase(lowered)
    if phrase > verb:
        for no in (denied, short):
            less = put(no, phrase + 1, len(no) - 1, [])
            yield Change(less, no, ENTAILMENT, key)
            yield Change(no, less, NEUTRAL, key)
    if lowered[0] in ARTICLES and lowered[1] in lists.PEOPLE | {"dog", "cat", "horse", "bird", "car", "baby"}:
        none = put(words, 0, 1, ["No"])
        yield Change(words, none, CONTRADICTION, key)
        yield Change(none, words, CONTRADICTION, key)
        for wider in _WIDER.get(lowered[1], ()):
            nothing = put(none, 1, 2, [wider])
            yield Change(nothing, none, ENTAILMENT, key)
            yield Change(none, nothing, NEUTRAL, key)


# What a word is, by the words beside it


def _lower(words: Words) -> list[str]:
    return [word.lower() for word in words]


def _is_noun(lowered: Sequence[str], i: int) -> bool:
    """Whether the word is a noun that no other noun goes with, by the words beside it: no dog of "hot dog"."""
    before = lowered[i - 1] if i else ""
    after = lowered[i + 1]
    goes_on = after.endswith("ing") and after not in ("riding", "racing", "training", "walking")
    if lowered[i] in lists.PEOPLE:
        goes_on = after.endswith(("ing", "s"))
    return (after in _FOLLOWING or goes_on) and (
        i == 0
        or before in _DETERMINERS | _PREPOSITIONS
        or before in lists.ADJECTIVES
        or before in lists.COLOURS
        or (before.endswith("ing") and before not in ("swimming", "king"))
        or before in ("plays", "play", "rides", "eats", "drinks", "and")
    )


def _is_attribute(lowered: Sequence[str], i: int) -> bool:
    """Whether the word stands before a noun, after an article or the like."""
    after = lowered[i + 1]
    return i > 0 and lowered[i - 1] in _DETERMINERS and after.isalpha() and after not in _FOLLOWING


def _is_said(lowered: Sequence[str], i: int) -> bool:
    """Whether the word stands alone after "is" or "are"."""
    return i > 0 and lowered[i - 1] in ("is", "are") and lowered[i + 1] in _FOLLOWING
