"""Gold word alignments: reading them, and joining their tokens into ordinary text for the model.

The French of the Hansards is taken apart (`je ne ai`, `de les raisons`, `lui - même`), punctuation and quotes stand
alone in every set. A model that was trained on ordinary text is to read ordinary text, so tokens are joined by rule,
each word remembering the tokens it covers: `owners` gives what `analysis.alignment.aligned` asks for.

The rules are those that the sets need. What they can't know: `de le` and `à le` are always taken for a contraction
(before an infinitive `le` is a pronoun: `de le voir`), and a hyphen that stands alone joins its neighbours, be it
meant as a dash or not.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from attnviz.analysis.alignment import Links
from attnviz.errors import InputError
from attnviz.tasks.subwords import Word, join_words, normalise, split_words
from attnviz.training.corpora import opened


@dataclass(frozen=True)
class GoldPair:
    """A sentence pair as tokens, and the links between them as (French index, English index)."""

    id: str
    set: str
    french: tuple[str, ...]
    english: tuple[str, ...]
    links: Links


def read_gold(path: Path) -> Iterator[GoldPair]:
    """The pairs of an `align_gold` file (`.jsonl` or `.jsonl.xz`). Raises InputError where a line is not one."""
    with opened(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield _pair(json.loads(line))
            except (KeyError, TypeError, ValueError) as problem:
                raise InputError(
                    f"Line {number} of {path.name} is no pair of gold alignments: it needs id, set, fr and en "
                    "(tokens), sure and possible (lists of [fr index, en index], from 0)."
                ) from problem


@dataclass(frozen=True)
class JoinedWord(Word):
    """A word of ordinary text, and the indices of the gold tokens that it covers, at least one."""

    covers: tuple[int, ...] = ()


def join_french(tokens: Sequence[str]) -> list[JoinedWord]:
    """Gold tokens as words of ordinary French: `je ne ai` as `je` `n'` `ai`, `de les` as `des`, `lui - même`.

    Every token is covered by exactly one word. Words part where the corpus's own splitting does; one that it would
    split, but that is one gold token (`M.`, `là-bas`), stays whole.
    """
    pieces = _spaced(tokens)
    joined: list[JoinedWord] = []
    i = 0
    while i < len(pieces):
        piece, following = pieces[i], pieces[i + 1].text if i + 1 < len(pieces) else ""
        after = pieces[i + 2].text if i + 2 < len(pieces) else ""
        free = i == 0 or pieces[i - 1].text != "-"  # `puis-je ajouter`, `est-ce un`: no elision
        if free and (short := _contracted(piece.text, following, after)):
            joined.append(JoinedWord(short, piece.space_before, (i, i + 1)))
            i += 2
            continue
        if free and _elides(piece.text, following):
            piece = JoinedWord(piece.text[:-1] + "'", piece.space_before, piece.covers)
            pieces[i + 1] = JoinedWord(following, False, (i + 1,))
        joined.append(piece)
        i += 1
    return _recut(joined, "fr")


def join_english(tokens: Sequence[str]) -> list[JoinedWord]:
    """Gold tokens as words of ordinary English: `do n't` as `don't`, `Minister 's` as one word, `cut - backs`.

    Every token is covered by exactly one word, as in `join_french`.
    """
    return _recut(_spaced(tokens), "en")


def owners(words: Sequence[JoinedWord]) -> list[int]:
    """The index of the word that covers each gold token."""
    return [i for i, word in enumerate(words) for _ in word.covers]


def _pair(data: dict[str, Any]) -> GoldPair:
    french, english = tuple(data["fr"]), tuple(data["en"])
    sure, possible = (frozenset((int(f), int(e)) for f, e in data[kind]) for kind in ("sure", "possible"))
    if not all(isinstance(token, str) for token in french + english):
        raise TypeError("a token is no text")
    if not all(0 <= f < len(french) and 0 <= e < len(english) for f, e in sure | possible):
        raise ValueError("a link points outside the sentence")
    return GoldPair(str(data["id"]), str(data["set"]), french, english, Links(sure, possible))


# What touches the token before it, and what the token after touches. A mark of its own is meant by each of the first.
_CLOSING = re.compile(r"[.,;:!?)\]»/'-]|\.{2,}|…|'\w+|n't|-\w.*", re.IGNORECASE)
_OPENING = re.compile(r"[(\[«$£/-]|\w+'", re.IGNORECASE)


def _spaced(tokens: Sequence[str]) -> list[JoinedWord]:
    """The tokens, normalised, with the spacing of ordinary text. Plain quotes open and close in turn."""
    pieces: list[JoinedWord] = []
    touching, quoted = False, False
    for i, token in enumerate(tokens):
        closing = bool(_CLOSING.fullmatch(token))
        opening = bool(_OPENING.fullmatch(token))
        if token == '"':
            closing = quoted or (i > 0 and i == len(tokens) - 1)
            opening, quoted = not closing, not closing
        readable = normalise(token) or "?"  # nothing but marks that are left out: a word all the same
        pieces.append(JoinedWord(readable, not (touching or (closing and i > 0)), (i,)))
        touching = opening
    return pieces


# The words beginning with h that elide, by how they begin (the others: `la hausse`, and most foreign names).
_MUTE_H = re.compile(
    r"h(?:abi|aleine|armoni|ebdo|ect|égém|émi|erb|érit|éroï|ésit|eure|ier$|ist|iver|omm|omo|onn|on\.|onor|ôp|oraire"
    r"|oriz|orr|osp|osti|ôt|uil|uiss|umain|uman|umeur|umid|umili|ydr|yg|yp)",
    re.IGNORECASE,
)
_VOWEL = re.compile(r"[aeiouàâéèêëîïôûùœæ]|y$|y[bcdfglmnprstv]", re.IGNORECASE)
_NO_ELISION = re.compile(r"onz|oui$|ouistiti|uhlan", re.IGNORECASE)
_ELIDING = {"le", "la", "je", "me", "te", "se", "ne", "de", "que", "jusque", "lorsque", "puisque", "quoique"}


def _begins_softly(word: str) -> bool:
    """Whether `le` elides before it: a vowel or a mute h, and none of the exceptions."""
    return bool(_VOWEL.match(word) or _MUTE_H.match(word)) and not _NO_ELISION.match(word)


def _elides(word: str, following: str) -> bool:
    match word.lower():
        case "si":
            return following.lower() in ("il", "ils")
        case "ce":
            return following[:1].lower() in set("eéê")
        case "quelque":
            return following.lower() in ("un", "une")
        case lowered:
            return lowered in _ELIDING and _begins_softly(following)


_CONTRACTIONS = {("de", "le"): "du", ("de", "les"): "des", ("à", "le"): "au", ("à", "les"): "aux"}
_INFINITIVE = re.compile(r"(?!quatre$)\w+(?:er|ir|re)", re.IGNORECASE)


def _contracted(word: str, article: str, following: str) -> str | None:
    """`du`, `des`, `au` or `aux` for two tokens, if they are one of these.

    Before a vowel `de le` is `de l'`, and before an infinitive `les` is a pronoun (a noun would end in s or x).
    """
    short = _CONTRACTIONS.get((word.lower(), article))
    pronoun = _INFINITIVE.fullmatch(following) if article == "les" else _begins_softly(following)
    if short is None or pronoun:
        return None
    return short if word.islower() else short.capitalize()


def _recut(pieces: Sequence[JoinedWord], language: str) -> list[JoinedWord]:
    """The pieces parted where they and the corpus's words both part, so that each is whole words and whole tokens.

    Places are counted in characters other than spaces.
    """
    words = split_words(join_words(pieces), language)
    at_pieces, at_words = _starts(pieces), _starts(words)
    cuts = sorted(set(at_pieces) & set(at_words))
    covers: list[list[int]] = [[] for _ in cuts]
    held: list[list[Word]] = [[] for _ in cuts]
    for word, start in zip(words, at_words, strict=True):
        held[bisect_right(cuts, start) - 1].append(word)
    for piece, start in zip(pieces, at_pieces, strict=True):
        covers[bisect_right(cuts, start) - 1].extend(piece.covers)
    return [
        JoinedWord(join_words(inside), inside[0].space_before, tuple(tokens))
        for inside, tokens in zip(held, covers, strict=True)
    ]


def _starts(words: Sequence[Word]) -> list[int]:
    lengths = [len("".join(word.text.split())) for word in words]
    return list(accumulate(lengths, initial=0))[:-1]
