"""Guesses how a word is pronounced that the dictionary lacks, from its letters.

A letter with its phones is one symbol, so that a word with its pronunciation is a row of symbols. How likely a row is,
is told by an n-gram of the dictionary's rows (joint-sequence models: Bisani and Ney 2008, "Joint-sequence models for
grapheme-to-phoneme conversion"), smoothed by interpolated Kneser-Ney (Chen and Goodman 1999, sec. 2.7) with the
discount of Ney et al. 1994. The likeliest row for the letters of a word is searched with a beam.

How often it errs on words of the dictionary that it was not told of is measured, and kept in
`pronunciations/errors.json`, by

python -m attnviz.tasks.speech.letters
"""

import argparse
import json
import threading
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import add

import numpy as np
from numpy.typing import NDArray

from attnviz.tasks.speech import dictionary
from attnviz.tasks.speech.dictionary import by_letter, joined

ORDER = 6  # symbols of the longest n-gram
BEAM = 24
BITS = 9  # of a symbol in the number of an n-gram
OUTSIDE, END = 0, 1  # the symbols before a word and after it
RARE = 5  # pairs of a letter and phones that are found less often are errors, and left out with their words
HELD_OUT = 20  # one in so many words is kept back to find out how often guesses err
MOST_KEPT = 4_096
ERRORS = dictionary.FILE.with_name("errors.json")

_learning = threading.Lock()

Numbers = NDArray[np.int64]
Rows = Iterable[tuple[str, str]]  # words with their rows of the dictionary


@dataclass(frozen=True)
class _Counts:
    """How often n-grams of one length were found. An n-gram is a number, its last symbol in the lowest BITS.

    grams: sorted, and how often each was found. histories: all but the last symbol, sorted, and in how many n-grams
    each was found (`totals`), of how many kinds (`kinds`). discount: what is taken off each count.
    """

    grams: Numbers
    counts: Numbers
    histories: Numbers
    totals: Numbers
    kinds: Numbers
    discount: float

    @classmethod
    def of(cls, grams: Numbers, counts: Numbers) -> "_Counts":
        histories, firsts, kinds = np.unique(grams >> BITS, return_index=True, return_counts=True)
        once, twice = (counts == 1).sum(), (counts == 2).sum()
        discount = float(once / (once + 2 * twice)) if once else 0.5
        return cls(grams, counts, histories, np.add.reduceat(counts, firsts), kinds, discount)


@dataclass(frozen=True)
class Joint:
    """The n-gram of letters with their phones.

    choices: the numbers of all symbols of a letter, each with its phones. counts: of the n-grams of 1 to ORDER symbols.
    """

    choices: Mapping[str, tuple[Numbers, tuple[tuple[str, ...], ...]]]
    counts: tuple[_Counts, ...]

    @classmethod
    def learned(cls, rows: Rows) -> "Joint":
        """The n-gram of these words."""
        rows = list(rows)
        often = Counter(chain.from_iterable(map(_symbols, rows)))
        numbers = {symbol: i for i, (symbol, count) in enumerate(often.most_common(), END + 1) if count >= RARE}
        assert len(numbers) + 2 <= 2**BITS
        flat = array("q")
        for row in rows:
            found = [numbers.get(symbol, OUTSIDE) for symbol in _symbols(row)]
            if OUTSIDE not in found:
                flat.extend([*[OUTSIDE] * (ORDER - 1), *found, END])
        choices: dict[str, dict[int, tuple[str, ...]]] = defaultdict(dict)
        for symbol, number in numbers.items():
            choices[symbol[0]][number] = joined(by_letter(symbol[1:]))
        of_letter = {letter: (np.array(list(some)), tuple(some.values())) for letter, some in choices.items()}
        return cls(of_letter, _counted(np.frombuffer(flat, dtype=np.int64)))

    def guess(self, word: str) -> tuple[str, ...]:
        """The likeliest phones of a word. word: letters that the dictionary has, such as a to z and the apostrophe."""
        histories, scores = np.zeros(1, dtype=np.int64), np.zeros(1)
        written: list[tuple[str, ...]] = [()]
        for letter in word:
            numbers, phones = self.choices[letter]
            all_scores = scores[:, None] + np.log(self._probabilities(histories, numbers))
            best = np.argsort(-all_scores, axis=None, kind="stable")[:BEAM]
            rows, columns = np.unravel_index(best, all_scores.shape)
            histories = _last(histories[rows] << BITS | numbers[columns], ORDER - 1)
            scores = all_scores[rows, columns]
            written = [written[i] + phones[j] for i, j in zip(rows, columns, strict=True)]
        ends = scores + np.log(self._probabilities(histories, np.array([END])))[:, 0]
        return written[int(ends.argmax())]

    def _probabilities(self, histories: Numbers, symbols: Numbers) -> NDArray[np.float64]:
        """How likely each symbol follows each history of ORDER - 1 symbols, (histories, symbols).

        P(s | h) = max(c(h s) - D, 0) / c(h) + D kinds(h) / c(h) P(s | h without its first symbol); where h was never
        found, it is what the shorter history says.
        """
        likely = np.full((len(histories), len(symbols)), 1 / len(self.counts[0].grams))
        for length, counts in enumerate(self.counts):
            history = _last(histories, length)
            place, known = _find(counts.histories, history)
            if not known.any():
                break
            gram, found = _find(counts.grams, history[:, None] << BITS | symbols)
            total = counts.totals[place][:, None]
            left = np.maximum(np.where(found, counts.counts[gram], 0) - counts.discount, 0)
            mixed = (left + counts.discount * counts.kinds[place][:, None] * likely) / total
            likely = np.where(known[:, None], mixed, likely)
        return likely


def _symbols(row: tuple[str, str]) -> Iterator[str]:
    """The symbols of a word with its row: "xK+S" is an x that is said as K S."""
    word, groups = row
    return map(add, word, groups.split())


def _counted(flat: Numbers) -> tuple[_Counts, ...]:
    """The counts of the n-grams that end at each symbol of all rows, which lie one after another. Those of the longest
    are found; of the others it is counted how many symbols come before them."""
    count = len(flat) - ORDER + 1
    grams = np.zeros(count, dtype=np.int64)
    for i in range(ORDER):
        grams = grams << BITS | flat[i : i + count]
    grams, found = np.unique(grams[flat[ORDER - 1 :] != OUTSIDE], return_counts=True)
    counts = [_Counts.of(grams, found)]
    for length in range(ORDER - 1, 0, -1):
        grams, found = np.unique(_last(grams, length), return_counts=True)
        counts.insert(0, _Counts.of(grams, found))
    return tuple(counts)


def _last(grams: Numbers, length: int) -> Numbers:
    """The last so many symbols of each n-gram."""
    return grams & ((1 << BITS * length) - 1)


def _find(values: Numbers, wanted: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Where each wanted number lies in the sorted values, and whether it does."""
    place = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
    return place, values[place] == wanted


def model() -> Joint:
    """The n-gram of the whole dictionary. It is learned once, at the first call, which takes a second or two. Who calls
    meanwhile waits for it and does not learn it again."""
    with _learning:
        return _learned()


@lru_cache(maxsize=1)
def _learned() -> Joint:
    return Joint.learned((word, row) for word, rows in dictionary.rows().items() for row in rows)


@lru_cache(maxsize=MOST_KEPT)
def guess(word: str) -> tuple[str, ...]:
    """The likeliest phones of a word: see `Joint.guess`."""
    return model().guess(word)


def errors(words: Sequence[str], joint: Joint) -> dict[str, float]:
    """How often guesses err: the share of words whose phones are none of the dictionary's pronunciations, and edits
    over phones, each beside the pronunciation that is nearest."""
    from rapidfuzz.distance import Levenshtein

    wrong = edits = phones = 0
    for word in words:
        guessed = joint.guess(word)
        right = [(Levenshtein.distance(guessed, said), len(said)) for said in dictionary.pronunciations(word)]
        nearest, length = min(right)
        wrong, edits, phones = wrong + (nearest > 0), edits + nearest, phones + length
    return {"word_error": wrong / len(words), "phone_error": edits / phones}


def held_out(word: str) -> bool:
    """Whether the word is kept back. Words with a hyphen or an apostrophe never are: they repeat what is in others."""
    return word.isalpha() and zlib.crc32(word.encode()) % HELD_OUT == 0


@lru_cache(maxsize=1)
def kept_errors() -> Mapping[str, float]:
    """What `errors` found of the words that are kept back, as figures from 0 to 1."""
    figures: Mapping[str, float] = json.loads(ERRORS.read_text("utf-8"))["scores"]
    return figures


def main() -> None:
    argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__).parse_args()
    words = dictionary.rows()
    told = ((word, row) for word, rows in words.items() if not held_out(word) for row in rows)
    kept_back = [word for word in words if held_out(word)]
    found = {name: round(value, 4) for name, value in errors(kept_back, Joint.learned(told)).items()}
    result = {"command": f"python -m {__spec__.name}", "n": len(kept_back), "scores": found}
    ERRORS.write_text(f"{json.dumps(result, indent=1)}\n", "utf-8")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
