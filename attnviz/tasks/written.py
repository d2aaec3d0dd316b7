"""An output between its tokens and the words that a Reading shows."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """An output as tokens and as words.

    tokens: their ids, without the end mark. units: each token as a person reads it. groups: the word of each token.
    notes: sentences about what of a given output is not used. forced: the given output as the Reading keeps it, where
    that is not how the person typed it. parts_of: of words that make up larger ones, such as the sounds of a
    transcript, the place of the larger one that each belongs to. guessed: the places of the words that were guessed.
    """

    text: str
    words: tuple[str, ...]
    tokens: tuple[int, ...]
    units: tuple[str, ...]
    groups: tuple[int, ...]
    notes: tuple[str, ...] = ()
    forced: str = ""
    parts_of: tuple[int, ...] = ()
    guessed: tuple[int, ...] = ()


def by_word(units: Sequence[str], groups: Sequence[int], count: int) -> tuple[tuple[str, ...], ...]:
    """The units of each of `count` words. groups: the word of each unit."""
    words: list[list[str]] = [[] for _ in range(count)]
    for unit, group in zip(units, groups, strict=True):
        words[group].append(unit)
    return tuple(map(tuple, words))
