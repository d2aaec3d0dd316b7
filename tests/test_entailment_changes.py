"""Pairs that differ in one thing: their labels follow from it, and the test shares no changed words with training."""

import lzma
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from attnviz.errors import InputError
from attnviz.tasks.entailment import changes, wordlists
from attnviz.tasks.entailment.about import LABELS
from attnviz.tasks.entailment.changes import KINDS, PARTS, SOURCE, part_of, read_part, single_changes
from attnviz.tasks.entailment.corpus import Pair, read_pairs

CAPTIONS = [
    "Two dogs are running on the beach .",
    "A young man is playing the guitar in the park .",
    "A woman in a red dress is sitting on a bench .",
    "An old man with a hat is reading outside a store .",
    "Three little girls are eating a sandwich in the kitchen .",
    "A man is n't here .",
    "All the dogs are running on the beach .",
    "A hot dog is on a wooden table .",
]


def labels(kind: str, caption: str) -> dict[tuple[str, str], str]:
    """The label of each premise and hypothesis that a kind makes of a caption."""
    made = KINDS[kind].made(tuple(caption.split()))
    return {(" ".join(change.premise), " ".join(change.hypothesis)): change.label for change in made}


@pytest.mark.parametrize(
    ("kind", "premise", "hypothesis", "label"),
    [
        ("number", "Two dogs are running .", "Three dogs are running .", "contradiction"),
        ("number", "Two dogs are running .", "3 dogs are running .", "contradiction"),
        ("number", "Two dogs are running .", "2 dogs are running .", "entailment"),
        ("number", "Two dogs are running .", "Some dogs are running .", "entailment"),
        ("number", "Some dogs are running .", "Two dogs are running .", "neutral"),
        ("number", "Dogs are running .", "Two dogs are running .", "neutral"),
        ("colour", "A man has a red car .", "A man has a green car .", "contradiction"),
        ("colour", "A man has an orange car .", "A man has a car .", "entailment"),
        ("colour", "A man has a car .", "A man has an orange car .", "neutral"),
        ("opposite", "An old man is walking .", "A young man is walking .", "contradiction"),
        ("opposite", "A man with a hat is walking .", "A man without a hat is walking .", "contradiction"),
        ("synonym", "A boy is on the couch .", "A boy is on the sofa .", "entailment"),
        ("exclusive", "A dog is in the park .", "An elephant is in the park .", "contradiction"),
        ("exclusive", "A man is playing the guitar .", "A man is playing the piano .", "contradiction"),
        ("wider", "A poodle is in the park .", "A dog is in the park .", "entailment"),
        ("wider", "A dog is in the park .", "A poodle is in the park .", "neutral"),
        ("wider", "A drummer is in the park .", "A musician is in the park .", "entailment"),
        ("wider", "A musician is in the park .", "A drummer is in the park .", "neutral"),
        ("modifier", "A man is walking in the park .", "A man is walking .", "entailment"),
        ("modifier", "A man is walking .", "A man is walking in the park .", "neutral"),
        ("modifier", "A tired man is walking .", "A man is walking .", "entailment"),
        ("negation", "A man is walking .", "A man is not walking .", "contradiction"),
        ("negation", "A man is n't walking .", "A man is walking .", "contradiction"),
        ("negation", "A man is not walking .", "A man is n't walking .", "entailment"),
        ("negation", "A man is not walking .", "A man is not walking in the park .", "entailment"),
        ("negation", "A man is not walking in the park .", "A man is not walking .", "neutral"),
        ("negation", "No person is walking .", "No man is walking .", "entailment"),
        ("negation", "No man is walking .", "No person is walking .", "neutral"),
    ],
)
def test_the_label_follows_from_what_differs(kind: str, premise: str, hypothesis: str, label: str) -> None:
    sources = [premise, hypothesis, "A poodle is in the park .", "A man is walking .", "A man is walking in the park ."]
    sources.append("A drummer is in the park .")
    found: dict[tuple[str, str], str] = {}
    for caption in sources:
        found |= labels(kind, caption)
    assert found[premise, hypothesis] == label


@pytest.mark.parametrize(
    ("kind", "caption"),
    [
        ("exclusive", "A hot dog is on the grill ."),
        ("exclusive", "A dog and a cat are on the grill ."),
        ("exclusive", "A man holds a guitar in a dog park ."),
        ("wider", "A hot dog is on the grill ."),
        ("colour", "A man in a red and white shirt is here ."),
        ("colour", "A white man is here today ."),
        ("number", "A two year old boy is here ."),
        ("opposite", "A man is with his wife and he is glad ."),
        ("opposite", "It waits at the traffic light ."),
        ("opposite", "They look straight ahead ."),
        ("opposite", "They walk on a snowy mountain ."),
        ("opposite", "They come to clean the street ."),
        ("synonym", "They stand before a building ."),
        ("synonym", "A rock band is on stage ."),
        ("synonym", "Two people ride a dirt bike ."),
        ("synonym", "A two year old toddler is in an old house ."),
        ("modifier", "A long haired dog is here today ."),
        ("place", "A man is walking in New York ."),
        ("nationality", "An Asian man is walking ."),
        ("negation", "A man who is singing is walking ."),
        ("negation", "A man is walking while others are sitting ."),
    ],
)
def test_nothing_is_changed_where_the_label_would_be_open(kind: str, caption: str) -> None:
    assert labels(kind, caption) == {}


@pytest.mark.parametrize(
    ("caption", "told"),
    [
        ("A drummer is playing the drums .", True),
        ("A drummer sits on a bench .", False),
        ("A cyclist is riding a bike .", True),
        ("A cyclist is drinking some water .", False),
    ],
)
def test_a_narrower_word_is_open_but_where_the_caption_tells_it(caption: str, told: bool) -> None:
    assert set(labels("wider", caption).values()) == ({"entailment"} if told else {"entailment", "neutral"})


def test_no_caption_is_taken_that_denies_or_speaks_of_all() -> None:
    taken = [pair for part in PARTS for pair in made(part) if pair.source != f"{SOURCE}negation"]
    assert not any({"n't", "All"} & {*pair.premise, *pair.hypothesis} for pair in taken)
    for caption, kind in ((CAPTIONS[5], "opposite"), (CAPTIONS[6], "exclusive")):
        assert labels(kind, caption), "something would be changed there"


def test_cities_countries_and_continents_exclude_or_include_each_other() -> None:
    countries, seen = dict(wordlists.CITIES), set()
    for pair in made("train"):
        if pair.source == f"{SOURCE}place" and len(pair.premise) == len(pair.hypothesis):
            here, there = pair.premise[-2], pair.hypothesis[-2]
            seen.add(pair.label)
            if countries.get(here) == there:
                assert pair.label == "entailment"
            elif countries.get(there) == here:
                assert pair.label == "neutral"
            else:
                assert pair.label == "contradiction"
                assert countries.get(here, here) != countries.get(there, there) or {here, there} <= countries.keys()
    assert seen == set(LABELS)


def test_who_does_it_to_whom() -> None:
    found = {(" ".join(c.premise), " ".join(c.hypothesis)): c.label for c in KINDS["role"].made(())}
    swapped = 0
    for (premise, hypothesis), label in found.items():
        doing = next((does for does, _ in wordlists.DOINGS if f" is {does} " in premise), None)
        if doing and f" is {doing} " in hypothesis:
            assert label == "contradiction"
            swapped += 1
        if any(f" {does} " in premise for does in wordlists.ONE_SIDED):
            assert label == "neutral"
        if any(f" {does} " in premise for does in wordlists.TOGETHER):
            assert label == "entailment"
        assert premise != hypothesis
    assert swapped > 100


@cache
def made(part: str) -> list[Pair]:
    return single_changes(part, [caption.split() for caption in CAPTIONS])


def test_the_same_captions_give_the_same_pairs_in_whatever_order() -> None:
    captions = [caption.split() for caption in CAPTIONS]
    assert single_changes("test", [*captions[::-1], captions[0]]) == made("test")


def test_no_changed_words_are_in_two_parts() -> None:
    """However many words a pair differs in, those that only one side has are the key, or hold it."""
    differing: dict[str, set[frozenset[str]]] = defaultdict(set)
    spelled = {digit: word for word, digit in (wordlists.DIGITS | wordlists.ORDINAL_DIGITS).items()}
    for part in PARTS:
        for pair in made(part):
            assert pair.label in LABELS and pair.split == part
            sides = [Counter(word.lower() for word in side) for side in (pair.premise, pair.hypothesis)]
            only = {word for a, b in (sides, sides[::-1]) for word in a - b} - {"a", "an", "in", "on", "at", "the"}
            words = frozenset(spelled.get(word, word) for word in only)
            written_twice = len(words) < len(only)  # "three" and "3"
            if pair.source not in (f"{SOURCE}role", f"{SOURCE}negation") and words and not written_twice:
                differing[part].add(words)
    for one, other in combinations(PARTS, 2):
        assert not differing[one] & differing[other]


def test_a_plural_and_the_other_order_are_of_the_same_part() -> None:
    for one, other in combinations(wordlists.EXCLUSIVE[0][1], 2):
        assert part_of((one, other)) == part_of((other, one)) == part_of((f"{one}s", f"{other}s"))
    assert part_of(("man", "woman")) == part_of(("women", "men"))
    assert part_of(("lady", "woman")) == part_of(("ladies", "women"))
    assert part_of(("firefighter", "fireman")) == part_of(("firefighters", "firemen"))
    parts = Counter(part_of((one, other)) for one, other in combinations(wordlists.HUMANS, 2))
    assert parts["train"] > parts["test"] > parts["dev"] > 0


def test_each_part_is_made_of_its_own_captions_and_written_as_a_table(tmp_path: Path) -> None:
    for part, caption in zip(PARTS, CAPTIONS, strict=False):
        with lzma.open(tmp_path / f"snli_{part}.tsv.xz", "wt", encoding="utf-8") as file:
            file.write(f"id\tpremise\thypothesis\tlabel\n1\t{caption}\tA .\tneutral\n2\t{caption}\tB .\tneutral\n")
    pairs = changes.read_all(tmp_path)
    changes.write(pairs, tmp_path / "single_changes.tsv")
    assert list(read_pairs(tmp_path / "single_changes.tsv")) == pairs
    assert {pair.split for pair in pairs} == set(PARTS)
    words = {part: {w for pair in pairs if pair.split == part for w in pair.premise} for part in PARTS}
    assert "beach" in words["train"] and "beach" not in words["dev"] - set(" ".join(wordlists.SCENES).split())
    (tmp_path / "snli_dev.tsv.xz").unlink()
    with pytest.raises(InputError, match="holds no snli_dev"):
        read_part("dev", tmp_path)
