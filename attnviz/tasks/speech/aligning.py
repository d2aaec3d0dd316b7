"""Makes the file of `dictionary.py` from CMUdict: finds out which phones each letter of a word stands for.

python -m attnviz.tasks.speech.aligning cmudict-en-us.dict

A letter has up to two phones, or is silent. How likely each letter has which phones is learned by expectation
maximisation from the words themselves, over all ways to give a word's phones to its letters in order (Black, Lenzo and
Pagel 1998, "Issues in building general letter to sound rules", sec. 3.1). It takes a minute.
"""

import argparse
import lzma
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log
from pathlib import Path

from attnviz.tasks.speech.dictionary import FILE, SILENT, Letters

MOST = 2  # phones of a letter
ROUNDS = 6
EVERY = 8  # only each eighth word is learned from: they suffice
PRIOR = (0.3, 1.0, 0.05)  # how likely a letter is silent, has one phone or two, before anything is known
RARE = 1e-9  # the probability of what was never found

Pair = tuple[str, tuple[str, ...]]  # a letter with its phones
Word = tuple[str, tuple[str, ...]]  # a word with its phones
Likely = Callable[[Pair], float]


def read(path: Path) -> list[Word]:
    """The words of CMUdict in the form of Sphinx, `word(2) W ER D`, each with one of its pronunciations."""
    parted = (line.split() for line in path.read_text("utf-8").splitlines())
    return [(word.partition("(")[0], tuple(phones)) for word, *phones in parted]


def aligned(words: Sequence[Word]) -> Iterator[Letters]:
    """The phones of each letter of each word. Where a word has too many phones for its letters (`w`), the first one has
    all of them."""
    likely = learned(words)
    for word, phones in words:
        yield _best(word, phones, likely) or (phones, *[()] * (len(word) - 1))


def learned(words: Sequence[Word]) -> Likely:
    """How likely a letter has which phones."""
    probabilities: Mapping[Pair, float] = {}
    for number in range(ROUNDS):
        likely = _of(probabilities) if number else _before
        counts: dict[Pair, float] = defaultdict(float)
        for word, phones in words[::EVERY]:
            for pair, count in _expected(word, phones, likely):
                counts[pair] += count
        total = sum(counts.values())
        probabilities = {pair: count / total for pair, count in counts.items() if count > 0.5}
    return _of(probabilities)


def _before(pair: Pair) -> float:
    return PRIOR[len(pair[1])]


def _of(probabilities: Mapping[Pair, float]) -> Likely:
    return lambda pair: probabilities.get(pair, RARE)


def _steps(word: str, phones: tuple[str, ...], likely: Likely) -> Iterator[tuple[int, int, int, Pair, float]]:
    """All that a letter can have in an alignment of the whole word: the letter's place, how many phones come before it,
    how many come before the next letter, and the pair with its probability."""
    letters, count = len(word), len(phones)
    for i, letter in enumerate(word):
        for start in range(max(0, count - MOST * (letters - i)), min(count, MOST * i) + 1):
            for end in range(start, min(start + MOST, count) + 1):
                if count - end <= MOST * (letters - i - 1):
                    pair = (letter, phones[start:end])
                    yield i, start, end, pair, likely(pair)


def _expected(word: str, phones: tuple[str, ...], likely: Likely) -> Iterator[tuple[Pair, float]]:
    """How often each pair is expected in the word: the forward-backward algorithm."""
    steps = list(_steps(word, phones, likely))
    forward: dict[tuple[int, int], float] = defaultdict(float, {(0, 0): 1.0})
    for i, start, end, _, probability in steps:
        forward[i + 1, end] += forward[i, start] * probability
    whole = (len(word), len(phones))
    backward: dict[tuple[int, int], float] = defaultdict(float, {whole: 1.0})
    for i, start, end, _, probability in reversed(steps):
        backward[i, start] += backward[i + 1, end] * probability
    for i, start, end, pair, probability in steps:
        yield pair, forward[i, start] * probability * backward[i + 1, end] / forward[whole]


def _best(word: str, phones: tuple[str, ...], likely: Likely) -> Letters | None:
    """The likeliest alignment; None where there is none."""
    best: dict[tuple[int, int], tuple[float, Letters]] = {(0, 0): (0.0, ())}
    for i, start, end, pair, probability in _steps(word, phones, likely):
        if (i, start) in best:
            score, letters = best[i, start]
            score += log(probability)
            if (i + 1, end) not in best or score > best[i + 1, end][0]:
                best[i + 1, end] = score, (*letters, pair[1])
    return best.get((len(word), len(phones)), (0.0, None))[1]


def written(words: Sequence[Word]) -> bytes:
    """The file of `dictionary.py`."""
    lines = [
        f"{word}\t{' '.join('+'.join(phones) or SILENT for phones in letters)}\n"
        for (word, _), letters in zip(words, aligned(words), strict=True)
    ]
    return lzma.compress("".join(lines).encode("ascii"), preset=9 | lzma.PRESET_EXTREME)


def main() -> None:
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    parser.add_argument("cmudict", type=Path, help="pocketsphinx/model/en-us/cmudict-en-us.dict of pocketsphinx 5.1.1.")
    FILE.write_bytes(written(read(parser.parse_args().cmudict)))


if __name__ == "__main__":
    main()
