"""Pairs that differ in one thing, whose label follows from that thing: other words, numbers, roles, a "not".

A model can label most of SNLI by a glance at which words both texts share. These pairs can't be labelled so: the two
texts share all words but one or two, or even all of them. They are made from captions of SNLI and from templates and
lists of our own (`wordlists`), in three parts:

    train   captions of snli_train
    dev     captions of snli_dev
    test    captions of snli_test

Each change has a key, the two words that are exchanged (or the one that is added). A key belongs to one part alone,
whichever kind and order it comes in, so that no changed pair of the test was ever trained on.

Labels take a caption as SNLI's annotators did: both texts tell of one photo and of the same things in it. So "two dogs"
and "three dogs" exclude each other, as do "a dog runs" and "a cat runs".

`python -m attnviz.tasks.entailment.changes --data DIR` writes all parts as one file, which `evaluate` reads.
"""

import argparse
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import TypeVar

import numpy as np

from attnviz.errors import InputError
from attnviz.tasks.entailment import wordlists as lists
from attnviz.tasks.entailment.about import LABELS
from attnviz.tasks.entailment.corpus import Pair, read_pairs

NAME = "single_changes"
SOURCE = "changed_"  # what the name of a kind has before it where it is the source of a pair
PARTS = ("train", "dev", "test")
MOST = {"train": 3000, "dev": 150, "test": 300}  # how many pairs of each kind a part has
SEED = 1
SOME = 5  # of the phrases that could be added to a caption
ENTAILMENT, NEUTRAL, CONTRADICTION = LABELS

Words = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A pair that differs in one thing. key: the words that make the difference, where "" stands for nothing."""

    premise: Words
    hypothesis: Words
    label: str
    key: Words


Found = Iterator[Change]
Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Kind:
    """A kind of change. made: all changes of one caption, or of all templates if `templates` is true. labels: those
    that it can have. called: what it is called on cards and pages."""

    called: str
    labels: tuple[str, ...]
    made: Callable[[Words], Found]
    templates: bool = False


def single_changes(part: str, captions: Iterable[Sequence[str]]) -> list[Pair]:
    """The pairs of a part; `source` is SOURCE and the kind, `split` the part.

    captions: premises of SNLI that belong to the part. Each kind has at most MOST pairs, its labels about as many each.
    The same captions always give the same pairs, in whatever order they come.
    """
    own = sorted({tuple(caption) for caption in captions if _is_plain(caption)})
    pairs = []
    for name, kind in KINDS.items():
        chance = np.random.default_rng((SEED, PARTS.index(part), zlib.crc32(name.encode())))
        texts = [()] if kind.templates else [own[i] for i in chance.permutation(len(own))]
        for i, change in enumerate(_drawn(part, kind, texts, chance)):
            pair = Pair(f"{part}-{name}-{i}", change.premise, change.hypothesis, change.label, f"{SOURCE}{name}", part)
            pairs.append(pair)
    return pairs


def part_of(key: Words) -> str:
    """The part that a key belongs to, in whatever order its words come. Of ten keys, about seven are for training, one
    is for dev and two are for the test. A plural goes where its singular goes."""
    singular = sorted(_PLURALS.get(word, word.removesuffix("s")) for word in key)
    place = zlib.crc32("/".join(singular).encode()) % 10
    return "test" if place < 2 else "dev" if place == 2 else "train"


def _drawn(part: str, kind: Kind, texts: Iterable[Words], chance: np.random.Generator) -> list[Change]:
    """Changes of a part: of each label its share, of no key more than a twelfth of that (or 20), and of each text but
    one with each label."""
    share = MOST[part] // len(kind.labels)
    taken: dict[tuple[Words, Words], Change] = {}
    of_label: Counter[str] = Counter()
    of_key: Counter[tuple[str, Words]] = Counter()
    for text in texts:
        found = [change for change in kind.made(text) if part_of(change.key) == part]
        full: set[str] = set()
        for change in (found[i] for i in chance.permutation(len(found))):
            pair, key = (change.premise, change.hypothesis), (change.label, change.key)
            enough = of_label[change.label] >= share or of_key[key] >= max(20, share // 12)
            if enough or change.label in full or pair in taken:
                continue
            taken[pair] = change
            of_label[change.label] += 1
            of_key[key] += 1
            if text:
                full.add(change.label)
        if all(of_label[label] >= share for label in kind.labels):
            break
    return list(taken.values())


# Captions and what may be changed in them

_PLURALS = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "ladies": "lady",
    "firemen": "fireman",
}
_ARTICLES = frozenset(("a", "an"))
_NUMBERS = frozenset(lists.NUMBERS) | frozenset(lists.DIGITS.values())
_DETERMINERS = _ARTICLES | _NUMBERS | frozenset("the his her their this that another several some".split())
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


def _is_plain(caption: Sequence[str]) -> bool:
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


def _lower(words: Words) -> list[str]:
    return [word.lower() for word in words]


def _put(words: Words, start: int, stop: int, new: Sequence[str]) -> Words:
    """The words with `new` in place of those from `start` to `stop`. An article before or within agrees with what
    follows it, and the first word is a capital's."""
    put = [*words[:start], *new, *words[stop:]]
    if start == 0 and not new:
        put[0] = put[0][:1].upper() + put[0][1:]
    if start == 0 and new and words[0][:1].isupper():
        put[0] = put[0][:1].upper() + put[0][1:]
    for i in range(max(0, start - 1), min(len(put) - 1, start + len(new))):
        if put[i].lower() in _ARTICLES:
            article = "an" if _sounds_open(put[i + 1]) else "a"
            put[i] = article.capitalize() if put[i][0].isupper() else article
    return tuple(put)


def _sounds_open(word: str) -> bool:
    """Whether a word takes "an"."""
    word = word.lower()
    return word[:1] in tuple("aeiou8") and not word.startswith(("uni", "use", "eu", "one", "uku"))


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


def _exchanged(words: Words, i: int, new: str, label: str, back: str = "") -> Found:
    """The caption and the same with another word, and the other way round with the label `back`, if there is one."""
    key, other = tuple(sorted((words[i].lower(), new))), _put(words, i, i + 1, [new])
    yield Change(words, other, label, key)
    if back:
        yield Change(other, words, back, key)


def _left_out(words: Words, start: int, stop: int) -> Found:
    """With words less the caption follows; that they were there does not follow from the caption without them."""
    key, less = ("", words[stop - 1].lower()), _put(words, start, stop, [])
    yield Change(words, less, ENTAILMENT, key)
    yield Change(less, words, NEUTRAL, key)


def _added(words: Words, place: int, new: Sequence[str]) -> Found:
    """The same for words that the caption lacks."""
    yield from _left_out(_put(words, place, place, new), place, place + len(new))


# Kinds that are made from captions


def _opposites(words: Words) -> Found:
    lowered = _lower(words)
    opposites = (_OPPOSITES, _OPPOSITES_OF_PERSONS, _OPPOSITES_OF_THINGS)
    for i, word in enumerate(lowered[:-1]):
        for partners, of in zip(opposites, (None, True, False), strict=True):
            for other in partners.get(word, ()):
                if lowered.count(word) > 1 or other in lowered or not _may_turn(lowered, i):
                    continue
                person = lowered[i + 1] in lists.PEOPLE | lists.ORIGINS or _is_said(lowered, i)
                if of is None or (of is person and (_is_attribute(lowered, i) or _is_said(lowered, i))):
                    yield from _exchanged(words, i, other, CONTRADICTION, CONTRADICTION)


def _may_turn(lowered: Sequence[str], i: int) -> bool:
    word, after = lowered[i], lowered[i + 1]
    if word in ("with", "without"):
        return after in _ARTICLES and lowered[i - 1] not in ("along", "together", "filled", "covered")
    if word in lists.OF_ONE_SEX:
        return not _PRONOUNS & set(lowered) and (word in ("male", "female") or _is_noun(lowered, i))
    fixed = {"dog", "dogs", "school", "five", "heels", "hat", "hats", "york", "air", "jump", "time", "fashioned", "mic"}
    if word in lists.SOMETIMES_VERBS and not (_is_attribute(lowered, i) or _is_said(lowered, i)):
        return False
    return after not in fixed and after not in lists.COLOURS and after not in _DETERMINERS - {"the"}


def _synonyms(words: Words) -> Found:
    lowered, fixed = _lower(words), ("out", "on", "up", "off", "away", "top", "ball", "cab", "cabs")
    for i, word in enumerate(lowered[:-1]):
        for other in _SYNONYMS.get(word, ()):
            if lowered.count(word) == 1 and other not in lowered and lowered[i + 1] not in fixed:
                yield from _exchanged(words, i, other, ENTAILMENT)


def _exclusive(words: Words) -> Found:
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
                    yield from _exchanged(words, i, other, CONTRADICTION)
    for i, word in enumerate(lowered[:-1]):
        if word in lists.MATERIALS and _is_attribute(lowered, i) and not set(lists.MATERIALS) - {word} & set(lowered):
            for other in lists.MATERIALS:
                if other != word:
                    yield from _exchanged(words, i, other, CONTRADICTION)


def _colours(words: Words) -> Found:
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
            yield from _exchanged(words, i, other, CONTRADICTION)
    if before in _DETERMINERS:
        yield from _left_out(words, i, i + 1)


def _numbers(words: Words) -> Found:
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
            yield from _exchanged(words, i, other, CONTRADICTION)
            digit = _put(words, i, i + 1, [lists.DIGITS[other]])
            yield Change(words, digit, CONTRADICTION, (number, other))
            yield Change(digit, words, CONTRADICTION, (number, other))
    yield from _exchanged(words, i, lists.DIGITS[number], ENTAILMENT, ENTAILMENT)
    yield from _exchanged(words, i, "some", ENTAILMENT, NEUTRAL)
    if lists.NUMBERS.index(number) > 1:
        yield from _exchanged(words, i, "several", ENTAILMENT, NEUTRAL)
    yield from _left_out(words, i, i + 1)


def _places(words: Words) -> Found:
    if any(word[:1].isupper() for word in words[1:]) or "city" in words:
        return  # it may name a place already
    end = len(words) - 1
    for (city, country), (other, abroad) in _some(combinations(lists.CITIES, 2), words):
        yield from _told_apart(words, end, f"in {city}", f"in {other}")
        if country != abroad:
            yield from _told_apart(words, end, f"in {city}", f"in {abroad}")
    for city, country in _some(lists.CITIES, words):
        yield from _wider(words, end, f"in {city}", f"in {country}")
        yield from _added(words, end, ["in", city])
        yield from _added(words, end, ["in", country])


def _times(words: Words) -> Found:
    if _TIMES & set(_lower(words)):
        return
    end = len(words) - 1
    pairs = [pair for group in lists.TIMES for pair in combinations(group, 2)]
    for first, second in _some(pairs, words):
        yield from _told_apart(words, end, first, second)
    for phrase in _some([phrase for group in lists.TIMES for phrase in group], words):
        yield from _added(words, end, phrase.split())


def _nationalities(words: Words) -> Found:
    lowered = _lower(words)
    i = next((i for i, word in enumerate(lowered) if word in lists.PEOPLE), 0)
    if not 0 < i < 4 or lists.ORIGINS & set(lowered) or lowered[i - 1] not in _DETERMINERS | set(lists.ADJECTIVES):
        return
    for (first, _), (second, _) in _some(combinations(lists.NATIONALITIES, 2), words):
        yield from _told_apart(words, i, first, second)
    for nationality, continent in _some(lists.NATIONALITIES, words):
        yield from _added(words, i, [nationality])
        if continent:
            yield from _wider(words, i, nationality, continent)


def _some(choices: Iterable[Choice], words: Words) -> list[Choice]:
    """SOME of the choices, drawn for this caption, where any would do and all would be too many."""
    of = list(choices)
    chance = np.random.default_rng((SEED, zlib.crc32(" ".join(words).encode())))
    return [of[i] for i in chance.permutation(len(of))[:SOME]]


def _told_apart(words: Words, place: int, first: str, second: str) -> Found:
    """The caption with one phrase or the other, which exclude each other, both ways round."""
    here, there = (_put(words, place, place, phrase.split()) for phrase in (first, second))
    key = (first.split()[-1].lower(), second.split()[-1].lower())
    yield Change(here, there, CONTRADICTION, key)
    yield Change(there, here, CONTRADICTION, key)


def _wider(words: Words, place: int, narrow: str, wide: str) -> Found:
    """The caption with one phrase or the other, of which the first includes the second."""
    here, there = (_put(words, place, place, phrase.split()) for phrase in (narrow, wide))
    key = (narrow.split()[-1].lower(), wide.split()[-1].lower())
    yield Change(here, there, ENTAILMENT, key)
    yield Change(there, here, NEUTRAL, key)


def _modifiers(words: Words) -> Found:
    lowered = _lower(words)
    for i, word in enumerate(lowered[:-1]):
        young = lowered[i + 1] in lists.ALREADY_YOUNG
        of_one_word = lowered[i + 1].endswith(("ed", "sleeve", "time"))  # such as "long haired"
        if word in lists.ADJECTIVES and _is_attribute(lowered, i) and not young and not of_one_word:
            yield from _left_out(words, i, i + 1)
    phrase = _last_phrase(lowered)
    if phrase:
        yield from _left_out(words, phrase, len(words) - 1)


def _last_phrase(lowered: Sequence[str]) -> int:
    """Where a last phrase such as "in the park" begins; 0 where there is none that can be left out."""
    start = len(lowered) - 4
    if start < 3 or lowered[start] not in ("in", "on", "at", "near", "by", "outside", "inside", "behind"):
        return 0
    before = lowered[start - 1]
    fits = lowered[start + 1] in _ARTICLES | {"the"} and before not in _FOLLOWING | _DETERMINERS and before.isalpha()
    return start if fits else 0


def _kinds_of(words: Words) -> Found:
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
            yield from _exchanged(words, i, wider, ENTAILMENT, "" if telling & set(lowered) else NEUTRAL)


def _negations(words: Words) -> Found:
    lowered = _lower(words)
    verbs = [i for i, word in enumerate(lowered) if word in ("is", "are")]
    before = {"who", "that", "which", "while", "as", "and", ","}
    if len(verbs) != 1 or not lowered[verbs[0] + 1].endswith("ing") or before & set(lowered[: verbs[0]]):
        return
    if {"there", "while", "as", "but"} & set(lowered):
        return
    verb = verbs[0] + 1
    key = ("", lowered[verb])
    denied, short = (_put(words, verb, verb, [no]) for no in ("not", "n't"))
    for no in (denied, short):
        yield Change(words, no, CONTRADICTION, key)
        yield Change(no, words, CONTRADICTION, key)
    yield Change(denied, short, ENTAILMENT, key)
    yield Change(short, denied, ENTAILMENT, key)
    phrase = _last_phrase(lowered)
    if phrase > verb:
        for no in (denied, short):
            less = _put(no, phrase + 1, len(no) - 1, [])
            yield Change(less, no, ENTAILMENT, key)
            yield Change(no, less, NEUTRAL, key)
    if lowered[0] in _ARTICLES and lowered[1] in lists.PEOPLE | {"dog", "cat", "horse", "bird", "car", "baby"}:
        none = _put(words, 0, 1, ["No"])
        yield Change(words, none, CONTRADICTION, key)
        yield Change(none, words, CONTRADICTION, key)
        for wider in _WIDER.get(lowered[1], ()):
            nothing = _put(none, 1, 2, [wider])
            yield Change(nothing, none, ENTAILMENT, key)
            yield Change(none, nothing, NEUTRAL, key)


# Kinds that are made from templates


def _ordinals(_: Words) -> Found:
    for who, did in product(lists.ORDINAL_SUBJECTS, (*lists.COUNTED, *lists.RANKED)):
        told = {word: _sentence(f"{who} {did.format(word)}") for word in lists.ORDINALS}
        for first, second in combinations(lists.ORDINALS, 2):
            yield Change(told[first], told[second], CONTRADICTION, (first, second))
            yield Change(told[second], told[first], CONTRADICTION, (first, second))
        for word, digit in lists.ORDINAL_DIGITS.items():
            same = _sentence(f"{who} {did.format(digit)}")
            yield Change(told[word], same, ENTAILMENT, (digit, word))
            yield Change(same, told[word], ENTAILMENT, (digit, word))
            if did in lists.COUNTED:
                yield from _left_out(told[word], told[word].index(word), told[word].index(word) + 1)


def _sentence(text: str) -> Words:
    """The words of a template that was filled, with its first letter as a capital and articles that agree."""
    words: Words = tuple(text.split())
    for i in range(1, len(words)):
        words = _put(words, i, i + 1, [words[i]])
    return (words[0][:1].upper() + words[0][1:], *words[1:])


def _roles(_: Words) -> Found:
    """Who does it to whom: about as many of each way to say it for every two that can do it."""
    creatures = lists.HUMANS + lists.ANIMALS
    for at, (one, other) in enumerate(combinations(creatures, 2)):
        chance = np.random.default_rng((SEED, at))
        human = one in lists.HUMANS and other in lists.HUMANS
        for doer, done in ((one, other), (other, one)):
            for say in (_doing, _one_sided, _together, _placed, _compared):
                first, second = (
                    f"{size} {who}".split()
                    for size, who in zip(chance.choice(lists.SIZES, 2), (doer, done), strict=True)
                )
                article = str(chance.choice(["a", "the"]))
                a, b = (" ".join([article, *noun]) for noun in (first, second))
                scene = str(chance.choice(lists.SCENES))
                key = (one, other)
                for text, other_text, label in say(a, b, human, chance):
                    premise, hypothesis = (_sentence(f"{told} {scene} .") for told in (text, other_text))
                    yield Change(premise, hypothesis, label, key)


Said = Iterator[tuple[str, str, str]]


def _doing(a: str, b: str, human: bool, chance: np.random.Generator) -> Said:
    doings = lists.HUMAN_DOINGS if human and chance.random() < 0.5 else lists.DOINGS
    does, done = doings[int(chance.integers(len(doings)))]
    yield f"{a} is {does} {b}", f"{b} is {does} {a}", CONTRADICTION
    yield f"{a} is {does} {b}", f"{a} is being {done} by {b}", CONTRADICTION
    yield f"{a} is {does} {b}", f"{b} is being {done} by {a}", ENTAILMENT
    yield f"{b} is being {done} by {a}", f"{a} is {does} {b}", ENTAILMENT


def _one_sided(a: str, b: str, human: bool, chance: np.random.Generator) -> Said:
    does = str(chance.choice(lists.ONE_SIDED))
    yield f"{a} is {does} {b}", f"{b} is {does} {a}", NEUTRAL


def _together(a: str, b: str, human: bool, chance: np.random.Generator) -> Said:
    does = str(chance.choice(lists.TOGETHER if human else ["standing next to", "lying beside", "sitting beside"]))
    yield f"{a} is {does} {b}", f"{b} is {does} {a}", ENTAILMENT


def _placed(a: str, b: str, human: bool, chance: np.random.Generator) -> Said:
    here, there = lists.PLACED[int(chance.integers(len(lists.PLACED)))]
    yield f"{a} is {here} {b}", f"{b} is {here} {a}", CONTRADICTION
    yield f"{a} is {here} {b}", f"{b} is {there} {a}", ENTAILMENT
    yield f"{a} is {here} {b}", f"{a} is {there} {b}", CONTRADICTION


def _compared(a: str, b: str, human: bool, chance: np.random.Generator) -> Said:
    more, less = lists.COMPARED[int(chance.integers(len(lists.COMPARED)))]
    yield f"{a} is {more} than {b}", f"{b} is {more} than {a}", CONTRADICTION
    yield f"{a} is {more} than {b}", f"{b} is {less} than {a}", ENTAILMENT


_OPPOSITES, _OPPOSITES_OF_PERSONS, _OPPOSITES_OF_THINGS, _SYNONYMS = map(
    lists.partners, (lists.OPPOSITES, lists.OPPOSITES_OF_PERSONS, lists.OPPOSITES_OF_THINGS, lists.SYNONYMS)
)
_WIDER: dict[str, list[str]] = {}
for _narrow, _wide in lists.KINDS_OF:
    _WIDER.setdefault(_narrow, []).append(_wide)


def _kept(made: Callable[[Words], Found]) -> Callable[[Words], Found]:
    """What templates give, worked out once for all parts."""
    all_of = cache(lambda: tuple(made(())))
    return lambda _: iter(all_of())


KINDS: Mapping[str, Kind] = {
    "opposite": Kind("opposites", (CONTRADICTION,), _opposites),
    "synonym": Kind("synonyms", (ENTAILMENT,), _synonyms),
    "exclusive": Kind("words of one kind, such as dog and cat", (CONTRADICTION,), _exclusive),
    "wider": Kind("wider and narrower words", (ENTAILMENT, NEUTRAL), _kinds_of),
    "modifier": Kind("something left out or added", (ENTAILMENT, NEUTRAL), _modifiers),
    "colour": Kind("colours", LABELS, _colours),
    "number": Kind("numbers", LABELS, _numbers),
    "ordinal": Kind("ordinals", LABELS, _kept(_ordinals), templates=True),
    "place": Kind("cities and countries", LABELS, _places),
    "time": Kind("times", LABELS, _times),
    "nationality": Kind("nationalities", LABELS, _nationalities),
    "role": Kind("who does it to whom", LABELS, _kept(_roles), templates=True),
    "negation": Kind("not and no", LABELS, _negations),
}


# Files


def read_all(data: Path) -> list[Pair]:
    """The pairs of all parts, from the SNLI files in `data`. Raises InputError where one of them is missing."""
    return [pair for part in PARTS for pair in read_part(part, data)]


def read_part(part: str, data: Path) -> list[Pair]:
    """The pairs of one part, see `read_all`."""
    paths = [data / f"{stem}_{part}{ending}" for stem in ("snli", "snli_1.0") for ending in _ENDINGS]
    path = next((path for path in paths if path.exists()), None)
    if path is None:
        raise InputError(f"{data} holds no snli_{part}.tsv.xz: name the folder of SNLI with --data.")
    return single_changes(part, (pair.premise for pair in read_pairs(path)))


_ENDINGS = (".tsv.xz", ".tsv", ".jsonl", ".txt")


def write(pairs: Iterable[Pair], path: Path) -> None:
    """Write pairs as a table that `corpus.read_pairs` reads."""
    rows = (
        (pair.id, " ".join(pair.premise), " ".join(pair.hypothesis), pair.label, pair.source, pair.split)
        for pair in pairs
    )
    lines = ["\t".join(row) for row in (("id", "premise", "hypothesis", "label", "source", "split"), *rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="The folder of SNLI.")
    parser.add_argument("--to", type=Path, default=Path("runs"), help=f"The folder for {NAME}.tsv.")
    given = parser.parse_args()
    write(read_all(given.data), given.to / f"{NAME}.tsv")


if __name__ == "__main__":
    main()
