"""Changes of sentences that are filled templates: ordinals, and who does it to whom."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from attnviz.analysis.wording import sentence_case
from attnviz.tasks.entailment import wordlists as lists
from attnviz.tasks.entailment.change import (
    CONTRADICTION,
    ENTAILMENT,
    NEUTRAL,
    SEED,
    Change,
    Found,
    Words,
    left_out,
    put,
)

Said = Iterator[tuple[str, str, str]]


def ordinals(_: Words) -> Found:
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
                yield from left_out(told[word], told[word].index(word), told[word].index(word) + 1)


def roles(_: Words) -> Found:
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


def _sentence(text: str) -> Words:
    """The words of a template that was filled, with its first letter as a capital and articles that agree."""
    words: Words = tuple(text.split())
    for i in range(1, len(words)):
        words = put(words, i, i + 1, [words[i]])
    return (sentence_case(words[0]), *words[1:])
