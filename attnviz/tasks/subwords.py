"""Texts as words and as subword ids, and the way back.

A text is split into words (what a person sees on a map's axes), each word into subwords (what the model sees). How
words were spaced is kept in the subwords, so that a text comes back as it was: every word begins with START, and JOIN
stands where a word touches its neighbour.

    L'avenir, c'est toi.   words      L' | avenir | , | c' | est | toi | .
                           marked     ▁L'￭ ▁avenir ▁￭, ▁c'￭ ▁est ▁toi ▁￭.
"""

import json
import re
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import Digits
from tokenizers.trainers import BpeTrainer

from attnviz.analysis.ordinary import ordinary, ordinary_by_place
from attnviz.analysis.plain import plain

START, JOIN = "▁", "￭"
SPECIALS = ["<pad>", "<unk>", "<s>", "</s>"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]  # as the library names them

_MARKS = str.maketrans({START: " ", JOIN: " "})
_ELISION = r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu)'(?=\w)"
_NUMBER = r"\d+(?:[.,:]\d+)+"
_WORD = r"(?<=\w)-\w+(?:'\w+)*|\w+(?:'\w+)*"
_MARK = r"\.{2,}|-{2,}|[^\w\s]"
_SPLIT = {
    "fr": re.compile(f"{_ELISION}|{_NUMBER}|{_WORD}|{_MARK}", re.IGNORECASE),
    "en": re.compile(f"{_NUMBER}|{_WORD}|{_MARK}"),
}
_OPENING = frozenset("([{'\"#$£€@/")
_BYTE, _RUN = re.compile("<0x([0-9A-F]{2})>"), re.compile("(?:<0x[0-9A-F]{2}>)+")


@dataclass(frozen=True)
class Word:
    """A word, and whether white space (or the beginning) stands before it."""

    text: str
    space_before: bool = True


def normalise(text: str) -> str:
    """The text as the training data were cleaned: made `plain`, with a single space for every run of white space."""
    return " ".join(plain(text.translate(_MARKS)).split())


def split_words(text: str, language: str) -> list[Word]:
    """The words of a normalised text; language is "fr" or "en".

    Punctuation marks are words. French elisions are words of their own (`l'` `avenir`), English ones are not
    (`don't`). A hyphen opens the word after it (`Pouvez` `-vous`). Words stay as they are typed, but another apostrophe
    or minus sign parts them as the ordinary one does.
    """
    words, end = [], 0
    for match in _SPLIT[language].finditer(ordinary_by_place(text)):
        words.append(Word(text[slice(*match.span())], match.start() > end or match.start() == 0))
        end = match.end()
    return words


def recut(words: Sequence[Word], language: str) -> tuple[list[Word], list[int]]:
    """Split given words again by this module's rules, in ordinary letters, digits and marks. Returns the parts, and the
    index of the word of each part.

    A part that reaches over the edge of a given word is cut there, so that every given word keeps its own.
    """
    given = [Word(ordinary(normalise(word.text)), word.space_before) for word in words]
    edges = list(accumulate((len(word.text.replace(" ", "")) for word in given), initial=0))
    parts: list[Word] = []
    owners: list[int] = []
    start = 0
    for part in split_words(join_words(given), language):
        end = start + len(part.text)
        within = edges[bisect_right(edges, start) : bisect_left(edges, end)]
        for left, right in pairwise([start, *within, end]):
            parts.append(Word(part.text[left - start : right - start], part.space_before and left == start))
            owners.append(bisect_right(edges, left) - 1)
        start = end
    return parts, owners


def mark(words: Sequence[Word]) -> list[str]:
    """The words with START and JOIN: the form that is cut into subwords.

    Where two words touch, JOIN goes to the right of the first if that is an elision or opens something, else to the
    left of the second, so that ordinary words look the same wherever they stand.
    """
    marked = [word.text for word in words]
    for i in range(1, len(words)):
        if not words[i].space_before:
            if words[i].text[0].isalnum() and (words[i - 1].text[-1] in _OPENING):
                marked[i - 1] += JOIN
            else:
                marked[i] = JOIN + marked[i]
    return [START + word for word in marked]


def unmark(marked: Iterable[str]) -> list[Word]:
    """The words that were marked; START is already taken off."""
    words, touching = [], False
    for text in marked:
        touching = touching or text.startswith(JOIN)
        words.append(Word(text.replace(JOIN, ""), not touching))
        touching = text.endswith(JOIN)
    return words


def join_words(words: Iterable[Word]) -> str:
    """The text that these words make."""
    return "".join((" " if word.space_before else "") + word.text for word in words).strip()


def train_tokenizer(
    texts: Iterable[tuple[str, str]], size: int, *, in_bytes: bool = False, single_digits: bool = False
) -> Tokenizer:
    """Learn a byte-pair encoding (Sennrich et al. 2016) of `size` subwords from marked words.

    texts: pairs of a language and a text. in_bytes: whether rare characters are read and written as the bytes of their
    UTF-8, so that no character is unknown. single_digits: whether each digit is a subword of its own, so that a number
    can be copied digit by digit.
    """
    tokenizer = Tokenizer(BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=in_bytes))
    if single_digits:
        tokenizer.pre_tokenizer = Digits(individual_digits=True)
    special = [*SPECIALS, *(BYTES if in_bytes else [])]
    trainer = BpeTrainer(vocab_size=size, special_tokens=special, limit_alphabet=160, show_progress=False)
    marked = (mark(split_words(normalise(text), language)) for language, text in texts)
    tokenizer.train_from_iterator((word for words in marked for word in words), trainer)
    return tokenizer


@dataclass(frozen=True)
class Encoded:
    """A sentence as subwords, without begin and end marks.

    ids: their token ids. groups: the word of each. units: each as the person typed it.
    """

    ids: list[int]
    groups: list[int]
    units: list[str]


def encode(tokenizer: Tokenizer, words: Sequence[Word]) -> Encoded:
    """Cut words into subwords.

    Characters that the tokenizer doesn't know become their bytes or, where it has none, the unknown token. A capital
    ligature, which hardly occurs in the corpora, is read as a small one.
    """
    marked = [word.replace("Œ", "œ") for word in mark(words)]
    encoding = tokenizer.encode(marked, is_pretokenized=True, add_special_tokens=False)
    groups = [group for group in encoding.word_ids if group is not None]
    units = [bare(marked[g][a:b]) for g, (a, b) in zip(groups, encoding.offsets, strict=True)]
    return Encoded(encoding.ids, groups, units)


class RandomCuts:
    """Cuts words into subwords otherwise than `encode` does, by chance: BPE dropout (Provilkov et al. 2020).

    Each merge that could be made next is left out with probability `dropout`. Every word has CUTS ways to be cut, of
    which one is drawn wherever it occurs. The same seed gives the same cuts.
    """

    CUTS = 8

    def __init__(self, tokenizer: Tokenizer, dropout: float, seed: int) -> None:
        model = json.loads(tokenizer.to_str())["model"]
        merges = (merge if isinstance(merge, list) else merge.split(" ") for merge in model["merges"])
        self._ranks = {(left, right): rank for rank, (left, right) in enumerate(merges)}
        self._tokenizer, self._dropout, self._seed = tokenizer, dropout, seed
        self._chance = np.random.default_rng(seed)
        self._known: dict[str, list[list[int]]] = {}

    def encode(self, words: Sequence[Word]) -> list[int]:
        """The token ids of words, without begin and end marks."""
        marked = [word.replace("Œ", "œ") for word in mark(words)]
        places = self._chance.integers(self.CUTS, size=len(marked))
        return [one for word, place in zip(marked, places, strict=True) for one in self._cuts(word)[place]]

    def _cuts(self, word: str) -> list[list[int]]:
        if word not in self._known:
            chance = np.random.default_rng((self._seed, zlib.crc32(word.encode())))
            parts = self._tokenizer.pre_tokenizer
            pieces = [piece for piece, _ in parts.pre_tokenize_str(word)] if parts is not None else [word]
            self._known[word] = [
                [one for piece in pieces for one in self._cut(piece, chance)] for _ in range(self.CUTS)
            ]
        return self._known[word]

    def _cut(self, piece: str, chance: np.random.Generator) -> list[int]:
        """One way to cut a piece: merge the pair of lowest rank of those that are not left out, until none is left."""
        units = list(piece)
        ids = self._tokenizer.token_to_id
        while len(units) > 1:
            kept = chance.random(len(units) - 1) >= self._dropout
            ranks = [
                (self._ranks[pair], i) for i, pair in enumerate(pairwise(units)) if kept[i] and pair in self._ranks
            ]
            if not ranks:
                break
            _, i = min(ranks)
            units[i : i + 2] = [units[i] + units[i + 1]]
        found = [ids(unit) for unit in units]
        if None in found:  # a character without a subword: its bytes, or the unknown token
            return list(self._tokenizer.encode([piece], is_pretokenized=True, add_special_tokens=False).ids)
        return [one for one in found if one is not None]


def decode(tokens: Sequence[str]) -> tuple[list[Word], list[int]]:
    """The words that subwords make, and the word that each subword belongs to. tokens: as in the vocabulary."""
    starts = [token.startswith(START) or i == 0 for i, token in enumerate(tokens)]
    groups = [count - 1 for count in accumulate(starts)]
    marked = [""] * sum(starts)
    for token, group in zip(tokens, groups, strict=True):
        marked[group] += token
    return unmark(_in_characters(text.removeprefix(START)) for text in marked), groups


def _in_characters(text: str) -> str:
    """The text with characters in place of the bytes that stand for them; bytes that are none become U+FFFD."""
    return _RUN.sub(lambda run: bytes.fromhex("".join(_BYTE.findall(run[0]))).decode(errors="replace"), text)


def bare(unit: str) -> str:
    """A subword without its marks, as a person reads it. A byte, which is only a part of a rare character, is shown as
    the replacement character."""
    return _BYTE.sub("\N{REPLACEMENT CHARACTER}", unit.replace(START, "").replace(JOIN, "")) or START
