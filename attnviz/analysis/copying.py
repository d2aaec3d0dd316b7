"""Which words of an output were copied from the input, as the model itself says it."""

from attnviz.reading import COPY, WAYS, Reading

_HALF = 0.5  # of a word's probability: what more came from copying is a copied word


def copied(reading: Reading) -> tuple[int, ...] | None:
    """The places of the output's words that came mostly from copying (See et al. 2017, equation 9, shared out); None
    for a model that can't copy."""
    ways = reading.map(COPY)
    if ways is None:
        return None
    share = ways.weights[:, WAYS.labels.index("copied")]
    return tuple(place for place, copied in enumerate(share.tolist()) if copied > _HALF)
