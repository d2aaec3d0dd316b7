"""How sure a model was, as it is told in figures."""

from math import exp

from attnviz.figures import words
from attnviz.reading import Pieces


def probability(logprob: float) -> float:
    return exp(min(logprob, 0.0))


def told(logprob: float) -> str:
    """A probability with two decimals; a small one is never 0."""
    value = probability(logprob)
    return f"{value:.2f}" if value >= 0.005 else "<0.01"


def alternatives(output: Pieces, word: int, least: float = 0.0) -> str:
    """The likeliest first subwords of this word, each with its probability; empty where the reading has none. least:
    the least probability that is told."""
    beginnings = output.alternatives[word] if output.alternatives else ()
    chosen = [b for b in beginnings if probability(b.logprob) >= least]
    return ", ".join(f"{words.shown(b.text)} {told(b.logprob)}" for b in chosen)
