"""The recordings whose maps are kept while a variant learns, so that a page can show how they took shape.

They are recordings of the dev set, which is not part of the repository: their phonemes are only numbered.
"""

from pathlib import Path

import numpy as np

from attnviz import bundles
from attnviz.attention import ATTENTION, AttentionMap, Weights
from attnviz.axes import Frames, Words
from attnviz.tasks.base import Probe
from attnviz.tasks.speech.model import KEY
from attnviz.tasks.speech.recipe import PROBES

_LENGTHS = ("The shortest", "A short", "A fairly short", "A fairly long", "A long", "The longest")
_WROTE = "the phonemes that were said"
_TOLD = f"The model was made to write {_WROTE}, which are only numbered here: the recording is not part of attnviz."


def probes(root: Path = bundles.PRETRAINED) -> tuple[Probe, ...]:
    """The probes by their length, the shortest first; they are the same for all variants."""
    return tuple(Probe(f"{_LENGTHS[number]} recording", _WROTE, _TOLD, _over) for number in range(PROBES))


def _over(kept: Weights) -> AttentionMap:
    phones = len(kept) - 1  # the last row is the end mark's
    return AttentionMap(
        name=ATTENTION,
        queries=Words.whole([str(number) for number in range(1, phones + 1)]),
        keys=Frames(0.0, KEY, kept.shape[1]),
        weights=kept[:phones],
        rest=np.zeros(phones, dtype=np.float32),
        query_name="phonemes",
        key_name="time",
    )
