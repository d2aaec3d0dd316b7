"""Whether the maps of a Reading that was opened are over what they should be over: its words, its photo, its sound."""

from collections.abc import Sequence
from itertools import pairwise, permutations

import numpy as np

from attnviz.attention import ATTENTION, COPY, WAYS, AttentionMap
from attnviz.axes import Frames, Grid, Words
from attnviz.media import Photo, Sound

_ROUNDING = 0.01  # by which a row of weights may miss 1


def are_maps(maps: Sequence[AttentionMap], *, edited: bool) -> bool:
    """Whether each map has its own name, and weights of which none is below 0, and no row sums to more than 1 unless a
    person gave the weights."""
    names = [attention.name for attention in maps]
    all_weights = [np.c_[attention.weights, attention.rest] for attention in maps]
    return (
        names[:1] in ([], [ATTENTION])
        and len(set(names)) == len(names)
        and all(bool((rows >= 0).all()) for rows in all_weights)
        and (edited or all(bool((rows.sum(axis=1) <= 1 + _ROUNDING).all()) for rows in all_weights))
    )


def is_from_output(
    attention: AttentionMap, output: tuple[str, ...], words: tuple[str, ...], media: Sequence[Photo | Sound]
) -> bool:
    """Whether the map of a task that writes has the output's words as rows, and as columns all words that were read,
    the cells of the photo or the frames of the sound; the map of copying has WAYS."""
    queries, keys = attention.queries, attention.keys
    if attention.name.removesuffix("/subwords") == COPY:
        return keys == WAYS and _is_over(attention, queries, output)
    if isinstance(keys, Frames):
        sounds = (medium for medium in media if isinstance(medium, Sound))
        return any(keys.lies_in(sound.seconds) for sound in sounds) and _is_spelled(queries, output)
    if isinstance(keys, Grid):
        photos = (medium for medium in media if isinstance(medium, Photo))
        over_source = any((keys.width, keys.height) == (photo.width, photo.height) for photo in photos)
    else:
        over_source = not media and _is_over(attention, keys, words)
    return over_source and _is_over(attention, queries, output)


def _is_spelled(queries: Words, output: tuple[str, ...]) -> bool:
    """Whether the rows are the output's sounds, each by itself or one after another in words."""
    groups = queries.groups
    return queries.labels == output and groups[:1] in ((), (0,)) and all(b - a in (0, 1) for a, b in pairwise(groups))


def is_between_texts(attention: AttentionMap, texts: Sequence[tuple[str, ...]]) -> bool:
    """Whether the map of a task that classifies has the words of one text as columns, and as rows those of another one
    or that whole text as one label."""
    keys, queries = attention.keys, attention.queries
    return (
        isinstance(keys, Words)
        and not attention.name.endswith("/subwords")
        and any(
            _is_over(attention, keys, columns)
            and (_is_over(attention, queries, rows) or (bool(rows) and queries == Words.whole([" ".join(rows)])))
            for columns, rows in permutations(texts, 2)
        )
    )


def _is_over(attention: AttentionMap, axis: Words, words: tuple[str, ...]) -> bool:
    """Whether the axis is of these words, or of their subwords where the map is over subwords."""
    if attention.name.endswith("/subwords"):
        return all(0 <= group < len(words) for group in axis.groups)
    return len(axis) == len(words) and axis == Words.whole(words)
