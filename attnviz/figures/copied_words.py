"""Which words of an output were copied, in a sentence."""

from collections.abc import Sequence

from attnviz.analysis import shape
from attnviz.figures import words

_MOST_NAMED = 20  # words that are named


def told(labels: Sequence[str], copied: Sequence[int] | None, *, forced: bool) -> str:
    """The sentence; empty where the model can't copy, or where there are no words. Punctuation counts as none.

    copied: the places of the words that were copied. forced: whether a person gave the output; then the model wrote
    none of it.
    """
    marks = set(shape.marks(labels))
    every = [place for place in range(len(labels)) if place not in marks]
    if copied is None or not every:
        return ""
    taken = [place for place in copied if place not in marks]
    if not taken:
        none = "No word was copied from the text: the model wrote all of them itself."
        return "The model would copy none of these words from the text." if forced else none
    if len(taken) == len(every):
        return "The model would copy all of these words." if forced else "All words were copied from the text."
    others = sorted(set(every).difference(taken))
    if len(others) < len(taken):
        named = _named(labels, others)
        copies = f"The model would copy all of these words but {named}."
        return copies if forced else f"All words but {named} were copied from the text."
    named = _named(labels, taken)
    if forced:
        return f"Of these words, the model would copy {named} from the text."
    return f"Copied from the text: {named}. The model wrote the other words itself."


def _named(labels: Sequence[str], places: Sequence[int]) -> str:
    """The words at these places, the first of them where they are very many."""
    named = [f"“{words.shown(labels[place])}”" for place in places[:_MOST_NAMED]]
    if len(places) > _MOST_NAMED:
        named.append(f"{len(places) - _MOST_NAMED} more")
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
