"""Which words of an output were copied from the input, as the model itself says it."""

from attnviz.analysis.ordinary import folded
from attnviz.attention import COPY, WAYS
from attnviz.reading import Reading

_HALF = 0.5  # of a word's probability: what more came from copying is a copied word


def shares(reading: Reading) -> tuple[float, ...] | None:
    """Of each word of the output, the share of its probability that came from copying; None for a model that can't
    copy."""
    ways = reading.map(COPY)
    return None if ways is None else tuple(ways.weights[:, WAYS.labels.index("copied")].tolist())


def copied(reading: Reading) -> tuple[int, ...] | None:
    """The places of the output's words that came mostly from copying (See et al. 2017, equation 9, shared out), and
    that stand in the text as it was read; None for a model that can't copy.

    A word that the text lacks may be pieced together of copied subwords: the model made it, so it was not copied.
    """
    share = shares(reading)
    if share is None:
        return None
    known = {folded(word) for text in reading.texts for word in text.labels}
    words = zip(reading.output.labels, share, strict=True)
    return tuple(place for place, (word, copied) in enumerate(words) if copied > _HALF and folded(word) in known)
