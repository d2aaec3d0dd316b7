"""Which words were copied, from the map of copying."""

import numpy as np

from attnviz.analysis.copying import copied
from attnviz.reading import COPY, WAYS, AttentionMap, Pieces, Provenance, Reading, Words


def reading(*maps: AttentionMap) -> Reading:
    source, output = Pieces("a b", ("a", "b"), (("a",), ("b",))), Pieces("a c b", ("a", "c", "b"), (("a",),) * 3)
    return Reading("t", "v", (source,), output, 0.0, maps, (), Provenance("d", {}, 0.0, "1"))


def test_a_word_is_copied_where_more_than_half_of_it_was() -> None:
    share = np.array([0.9, 0.5, 0.51], np.float32)
    ways = AttentionMap(
        COPY, Words.whole(("a", "c", "b")), WAYS, np.stack([1 - share, share], 1), np.zeros(3, np.float32)
    )
    assert copied(reading(ways)) == (0, 2)


def test_a_model_that_cannot_copy_says_nothing_of_it() -> None:
    assert copied(reading()) is None
