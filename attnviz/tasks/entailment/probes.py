"""The pairs whose maps are kept while a variant learns, so that a page can show how they took shape."""

from pathlib import Path

from attnviz import bundles
from attnviz.attention import ATTENTION, AttentionMap, Weights
from attnviz.axes import Words
from attnviz.tasks.base import Probe
from attnviz.tasks.entailment.corpus import split_words
from attnviz.tasks.entailment.recipe import PROBES

_BEGAN = "The score does not begin at random: before the first step, it is highest where two words are alike."


def probes(root: Path = bundles.PRETRAINED) -> tuple[Probe, ...]:
    """The recipe's probes. `attention` has one row for the whole hypothesis, and NULL is the first key."""
    return tuple(_probe(premise, hypothesis) for premise, hypothesis in PROBES)


def _probe(premise: str, hypothesis: str) -> Probe:
    words = tuple(split_words(premise))

    def over(kept: Weights) -> AttentionMap:
        rows = split_words(hypothesis)
        if len(kept) == 1:
            rows = [" ".join(rows)]
        return AttentionMap(
            name=ATTENTION,
            queries=Words.whole(rows),
            keys=Words.whole(words),
            weights=kept[:, 1:],
            rest=kept[:, 0],
            query_name="hypothesis",
            key_name="premise",
            rest_name="no premise word (NULL)",
        )

    return Probe(premise, hypothesis, f"The hypothesis is “{hypothesis}” {_BEGAN}", over)
