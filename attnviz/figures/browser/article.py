"""Outputs above the text that they were written of, whose words are shaded by how much was looked at them.

Pointing at a word is answered in the browser (`article.js`): a word of an output shades the text by where it looked, a
word of the text shades the outputs by what looked there. What is chosen is told, so that maps can follow it.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from attnviz.axes import Words
from attnviz.figures import copied_words, likely, maps, words
from attnviz.figures.browser.over_words import WordMap
from attnviz.figures.browser.parts import figure
from attnviz.figures.colours import Theme, ink

ARTICLE = figure("article", '<div class="lines"></div>', ["sentences", "article"], ["parts", "article"])

View = TypeVar("View", bound=WordMap)

_DECIMALS = 4


def by_text(views: Sequence[View]) -> list[list[View]]:
    """Neighbouring views whose texts are the same and cut alike."""
    groups: list[list[View]] = []
    for view in views:
        keys = {other.map.keys.labels for other in (*(groups[-1] if groups else ()), view) if other.map}
        if groups and groups[-1][0].source == view.source and len(keys) < 2:
            groups[-1].append(view)
        else:
            groups.append([view])
    return groups


def article(views: Sequence[WordMap], theme: Theme) -> dict[str, Any]:
    """What `article.js` draws of outputs of one text, whose maps cut it alike."""
    first = next((view for view in views if view.map), views[0])
    return {
        "name": first.key_name.capitalize(),
        "text": _text(first),
        "outputs": [_output(view, several=len(views) > 1) for view in views],
        "marks": _marks(views),
        "noun": words.shown(first.query_name),
        "stops": theme.weights,
        "inks": [ink(stop) for stop in theme.weights],
        "outline": theme.outline,
    }


def _text(view: WordMap) -> list[dict[str, Any]]:
    labels = [label for pieces in view.source for label in pieces.labels]
    axis = view.map.keys if view.map else Words.whole(labels)
    gaps = [gap for pieces in view.source for gap in words.spaced(pieces.text, pieces.labels)]
    return [{"text": word, "before": before} for word, before in words.placed(axis, gaps)]


def _output(view: WordMap, *, several: bool) -> dict[str, Any]:
    """An output's words, and its weights where it has a map: each word's, and the mean of all of them."""
    attention, output = view.map, view.output
    axis = attention.queries if attention else Words.whole(output.labels)
    sure: Sequence[float | None] = [None] * len(axis)
    if output.logprobs and len(axis) == len(output.labels):
        sure = [likely.probability(logprob) for logprob in output.logprobs]
    copied = set(view.copied or ())
    placed = words.placed(axis, words.spaced(output.text, output.labels))
    return {
        "name": view.named(several=several),
        "note": words.kept_apart(view.noted(several=several)),
        "caution": words.kept_apart(view.caution),
        "copying": words.kept_apart(copied_words.told(output.labels, view.copied, forced=view.forced)),
        "words": [
            {"text": word, "before": before, "sure": certain, "copied": group in copied, "way": _way(view, group)}
            for (word, before), certain, group in zip(placed, sure, axis.groups, strict=True)
        ],
        "weights": None if attention is None else attention.weights.round(_DECIMALS).tolist(),
        "all": None if attention is None or not len(axis) else attention.weights.mean(axis=0).round(_DECIMALS).tolist(),
        "high": 1 if attention is None else maps.scale_of(attention, stretch=view.stretch, difference=False).high,
    }


def _marks(views: Sequence[WordMap]) -> str:
    """What the marks at the words of outputs mean; empty where there are none."""
    told = ["Dashed box: copied from the text."] if any(view.copied for view in views) else []
    if any(view.output.logprobs for view in views):
        told.append("Line below a word: the longer, the surer the model was of it.")
    return " ".join(told)


def _way(view: WordMap, word: int) -> str:
    """How an output word came about, and what share of its probability came from copying; empty where the model can't
    copy."""
    if view.copied is None or view.shares is None:
        return ""
    share = f"{view.shares[word]:.0%} of its probability"
    if word in view.copied:
        return f"{'The model would copy it' if view.forced else 'It was copied'} ({share})."
    return f"The model {'would write' if view.forced else 'wrote'} it itself (copying: {share})."
