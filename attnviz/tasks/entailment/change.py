"""A pair of texts that differ in one thing, and how it is made: words are exchanged, left out or added."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attnviz.analysis.wording import sentence_case
from attnviz.tasks.entailment.about import LABELS

SEED = 1
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
ARTICLES = frozenset(("a", "an"))


def put(words: Words, start: int, stop: int, new: Sequence[str]) -> Words:
    """The words with `new` in place of those from `start` to `stop`. An article before or within agrees with what
    follows it, and the first word is a capital's."""
    changed = [*words[:start], *new, *words[stop:]]
    if start == 0 and (not new or words[0][:1].isupper()):
        changed[0] = sentence_case(changed[0])
    for i in range(max(0, start - 1), min(len(changed) - 1, start + len(new))):
        if changed[i].lower() in ARTICLES:
            article = "an" if _sounds_open(changed[i + 1]) else "a"
            changed[i] = article.capitalize() if changed[i][0].isupper() else article
    return tuple(changed)


def _sounds_open(word: str) -> bool:
    """Whether a word takes "an"."""
    word = word.lower()
    return word[:1] in tuple("aeiou8") and not word.startswith(("uni", "use", "eu", "one", "uku"))


def exchanged(words: Words, i: int, new: str, label: str, back: str = "") -> Found:
    """The caption and the same with another word, and the other way round with the label `back`, if there is one."""
    key, other = tuple(sorted((words[i].lower(), new))), put(words, i, i + 1, [new])
    yield Change(words, other, label, key)
    if back:
        yield Change(other, words, back, key)


def left_out(words: Words, start: int, stop: int) -> Found:
    """With words less the caption follows; that they were there does not follow from the caption without them."""
    key, less = ("", words[stop - 1].lower()), put(words, start, stop, [])
    yield Change(words, less, ENTAILMENT, key)
    yield Change(less, words, NEUTRAL, key)


def added(words: Words, place: int, new: Sequence[str]) -> Found:
    """The same for words that the caption lacks."""
    yield from left_out(put(words, place, place, new), place, place + len(new))


def told_apart(words: Words, place: int, first: str, second: str) -> Found:
    """The caption with one phrase or the other, which exclude each other, both ways round."""
    return _either(words, place, first, second, CONTRADICTION, CONTRADICTION)


def widened(words: Words, place: int, narrow: str, wide: str) -> Found:
    """The caption with one phrase or the other, of which the first includes the second."""
    return _either(words, place, narrow, wide, ENTAILMENT, NEUTRAL)


def _either(words: Words, place: int, first: str, second: str, label: str, back: str) -> Found:
    """The caption with the first phrase, and the same with the second one in its place; and the other way round."""
    here, there = (put(words, place, place, phrase.split()) for phrase in (first, second))
    key = (first.split()[-1].lower(), second.split()[-1].lower())
    yield Change(here, there, label, key)
    yield Change(there, here, back, key)
