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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from attnviz.tasks.entailment import caption_changes, template_changes
from attnviz.tasks.entailment.about import LABELS
from attnviz.tasks.entailment.change import CONTRADICTION, ENTAILMENT, NEUTRAL, SEED, Change, Found, Words
from attnviz.tasks.entailment.corpus import Pair, read_pairs, snli

NAME = "single_changes"
SOURCE = "changed_"  # what the name of a kind has before it where it is the source of a pair
PARTS = ("train", "dev", "test")
MOST = {"train": 3000, "dev": 150, "test": 300}  # how many pairs of each kind a part has


@dataclass(frozen=True)
class Kind:
    """A kind of change. made: all changes of one caption, or of all templates if `templates` is true. labels: those
    that it can have. called: what it is called on cards and pages."""

    called: str
    labels: tuple[str, ...]
    made: Callable[[Words], Found]
    templates: bool = False


def _kept(made: Callable[[Words], Found]) -> Callable[[Words], Found]:
    """What templates give, worked out once for all parts."""
    all_of = cache(lambda: tuple(made(())))
    return lambda _: iter(all_of())


KINDS: Mapping[str, Kind] = {
    "opposite": Kind("opposites", (CONTRADICTION,), caption_changes.opposites),
    "synonym": Kind("synonyms", (ENTAILMENT,), caption_changes.synonyms),
    "exclusive": Kind("words of one kind, such as dog and cat", (CONTRADICTION,), caption_changes.exclusive),
    "wider": Kind("wider and narrower words", (ENTAILMENT, NEUTRAL), caption_changes.kinds_of),
    "modifier": Kind("something left out or added", (ENTAILMENT, NEUTRAL), caption_changes.modifiers),
    "colour": Kind("colours", LABELS, caption_changes.colours),
    "number": Kind("numbers", LABELS, caption_changes.numbers),
    "ordinal": Kind("ordinals", LABELS, _kept(template_changes.ordinals), templates=True),
    "place": Kind("cities and countries", LABELS, caption_changes.places),
    "time": Kind("times", LABELS, caption_changes.times),
    "nationality": Kind("nationalities", LABELS, caption_changes.nationalities),
    "role": Kind("who does it to whom", LABELS, _kept(template_changes.roles), templates=True),
    "negation": Kind("not and no", LABELS, caption_changes.negations),
}
_PLURALS = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "ladies": "lady",
    "firemen": "fireman",
}


def single_changes(part: str, captions: Iterable[Sequence[str]]) -> list[Pair]:
    """The pairs of a part; `source` is SOURCE and the kind, `split` the part.

    captions: premises of SNLI that belong to the part. Each kind has at most MOST pairs, its labels about as many each.
    The same captions always give the same pairs, in whatever order they come.
    """
    own = sorted({tuple(caption) for caption in captions if caption_changes.is_plain(caption)})
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


# Files


def read_all(data: Path) -> list[Pair]:
    """The pairs of all parts, from the SNLI files in `data`. Raises InputError where one of them is missing."""
    return [pair for part in PARTS for pair in read_part(part, data)]


def read_part(part: str, data: Path) -> list[Pair]:
    """The pairs of one part, see `read_all`."""
    return single_changes(part, (pair.premise for pair in read_pairs(snli(data, part))))


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
