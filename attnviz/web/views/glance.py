"""What a map says at a glance, in a line below it: its strongest links, and three figures, explained on demand."""

import streamlit as st

from attnviz.analysis import shape
from attnviz.attention import AttentionMap
from attnviz.axes import Frames, Grid, Words
from attnviz.figures import kinds, links, maps, words
from attnviz.web.text import escape

_MANY = 100  # inputs looked at: of so many, none is told in tenths
_SINK = 0.1  # of the weight: from here on it is told what so much on punctuation means, or on the rest of a text
_EFFECTIVE = (
    "**Effective number of inputs**, {effective:.2f}: a row whose weight lay evenly on this many of them would be as "
    "spread out as the rows are on average (exp of the entropy, ∅ included)."
)
_COVERAGE = (
    "**Coverage**, {least:.2f} to {most:.2f}: the weight that one {noun} got, summed over all rows. One with hardly "
    "any was passed over. The sum of (1 − coverage)² is {shortfall:.1f}; it is 0 where each got exactly 1."
)
_FUNCTIONAL = (
    "**Share on function keys**, {functional:.0%}: the weight on {keys}, where models look if no word matters (a sink)."
)


def show(attention: AttentionMap) -> None:
    """Draw the line; a map without any weight has none."""
    if figures := figures_of(attention):
        st.caption(told(attention, figures), help=explained(attention, figures))


def figures_of(attention: AttentionMap) -> shape.Glance | None:
    """The figures; None for a map without any weight."""
    marks = words.marks(attention.keys)
    return shape.glance(attention.weights, attention.rest, marks, has_rest=maps.has_rest(attention))


def told(attention: AttentionMap, figures: shape.Glance) -> str:
    """The line, as Markdown."""
    sentences = (links.told(attention), _spread(attention, figures), _covered(attention, figures))
    return escape(" ".join(filter(None, (*sentences, _functional(attention, figures)))))


def explained(attention: AttentionMap, figures: shape.Glance) -> str:
    """What each figure means, as Markdown."""
    covered = figures.coverage
    parts = [
        _EFFECTIVE.format(effective=figures.effective),
        _COVERAGE.format(
            least=covered.least, most=covered.most, noun=kinds.noun(attention), shortfall=covered.shortfall
        ),
    ]
    if figures.functional is not None:
        parts.append(_FUNCTIONAL.format(functional=figures.functional, keys=_function_keys(attention)))
    return "\n\n".join(parts)


def _spread(attention: AttentionMap, figures: shape.Glance) -> str:
    """How many keys a row is spread over; of a sound, also how long they last together."""
    digits = 1 if figures.effective < _MANY else 0
    count, kind = f"{figures.effective:,.{digits}f}", kinds.KINDS[attention.keys.kind]
    nouns = f"{kinds.noun(attention)}{'' if count == '1.0' else 's'}"
    lasting = f" ({figures.effective * attention.keys.step:.2f} s)" if isinstance(attention.keys, Frames) else ""
    return f"On average, the model {kind.verb} {count} {nouns}{lasting} at a time."


def _covered(attention: AttentionMap, figures: shape.Glance) -> str:
    """The least and the most coverage; words are named. Punctuation that got nothing is told apart."""
    per_key = figures.coverage.per_key
    unread = _unread_marks(attention)
    first = min(set(range(len(per_key))) - set(unread) or unread, key=per_key.__getitem__)
    last = int(per_key.argmax())
    least, most = f"{per_key[first]:.2f}", f"{per_key[last]:.2f}"
    apart = "; punctuation got none" if unread else ""
    if least == most or not isinstance(attention.keys, Words):
        weight = " to ".join(dict.fromkeys((least, most)))
        rows = "words" if isinstance(attention.keys, Grid) else "rows"  # a photo's cells have rows of their own
        return f"Summed over all {rows}, each {kinds.noun(attention)} got a weight of {weight}{apart}."
    first_word, last_word = (words.quoted(attention.keys.labels[key]) for key in (first, last))
    return (
        f"Summed over all rows, {last_word} got the most weight ({most}) and {first_word} the least ({least}){apart}."
    )


def _functional(attention: AttentionMap, figures: shape.Glance) -> str:
    if figures.functional is None:
        return ""
    share = f"{figures.functional:.0%} of the weight lies on {_function_keys(attention)}"
    sink = isinstance(attention.keys, Words) and figures.functional >= _SINK
    return f"{share}: that is a place to look where no word matters." if sink else f"{share}."


def _function_keys(attention: AttentionMap) -> str:
    """Punctuation and the rest, as far as there are such keys. Punctuation without weight is not named beside the rest:
    some models never look at it."""
    has_rest = maps.has_rest(attention)
    on_marks = bool(words.marks(attention.keys)) and not (has_rest and _unread_marks(attention))
    return " and ".join(name for name, there in {"punctuation": on_marks, maps.REST_LABEL: has_rest}.items() if there)


def _unread_marks(attention: AttentionMap) -> list[int]:
    """The places of the punctuation marks where no weight lies on any of them; some models never look at one."""
    marks = words.marks(attention.keys)
    return [] if attention.weights[:, marks].any() else marks
