"""Which words were copied, from the map of copying."""

from dataclasses import replace

import numpy as np

from attnviz.analysis.copying import copied
from attnviz.attention import COPY, WAYS, AttentionMap
from attnviz.axes import Words
from attnviz.reading import Pieces, Provenance, Reading


def reading(*maps: AttentionMap) -> Reading:
    source = Pieces("a b c", ("a", "b", "c"), (("a",), ("b",), ("c",)))
    output = Pieces("a c b", ("a", "c", "b"), (("a",),) * 3)
    return Reading("t", "v", (source,), output, 0.0, maps, (), Provenance("d", {}, 0.0, "1"))


def test_a_word_is_copied_where_more_than_half_of_it_was() -> None:
    share = np.array([0.9, 0.5, 0.51], np.float32)
    ways = AttentionMap(
        COPY, Words.whole(("a", "c", "b")), WAYS, np.stack([1 - share, share], 1), np.zeros(3, np.float32)
    )
    assert copied(reading(ways)) == (0, 2)


def test_a_word_that_the_text_lacks_was_not_copied_whatever_its_pieces_were() -> None:
    source = Pieces("Fin don’t", ("Fin", "don’t"), (("Fin",), ("don't",)))
    output = Pieces("Finland don't", ("Finland", "don't"), (("Fin", "land"), ("don't",)))
    ways = AttentionMap(
        COPY, Words.whole(output.labels), WAYS, np.array([[0.1, 0.9]] * 2, np.float32), np.zeros(2, np.float32)
    )
    assert copied(replace(reading(ways), source=(source,), output=output)) == (1,)


def test_a_model_that_cannot_copy_says_nothing_of_it() -> None:
    assert copied(reading()) is None
