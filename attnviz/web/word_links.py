"""How far a map of translation can be believed: its agreement with the word links that people drew, from the bundle's
scores, beside guesses that look at nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from attnviz import service
from attnviz.reading import Reading
from attnviz.web import belief
from attnviz.web.text import escape

_WHAT = {"hansards": "Parliament", "alibi": "Story"}

_TOLD = """A strong cell says that much of what the network had noted at this French word went into the English word.
That is **where it looked, not why** it chose the word: a note has already read the whole sentence, so it can speak of
its neighbours too.

How often is the strongest cell the right one? People linked the words of {pairs} sentences by hand. The
**alignment error rate** (AER) says how far the strongest cell of each row is from their links: 0 is perfect, 1 is all
wrong. For this the model did not choose its words: it had to write the translations that people had linked."""

_BASELINES = {
    "diagonal": "a straight line from corner to corner",
    "ibm1": "a word aligner without a network (IBM model 1, 1993)",
}


def show(task: str, readings: Sequence[Reading], *, key: str) -> None:
    """One click away, for the variants with a map whose bundles are those that made these readings."""
    variants = belief.variants(task, readings)
    if not variants:
        return
    with belief.menu(key):
        found = {variant: figures(service.digest(task, variant), task, variant) for variant in variants}
        sets = next((one for one in found.values() if one), {})
        if not sets:
            st.markdown("No figures were kept for this variant yet.")
            return
        st.markdown(_TOLD.format(pairs=sum(one["n"] for one in sets.values())))
        rows = {f"this map: {escape(variant)}": _aer(one) for variant, one in found.items() if one}
        for name, told in _BASELINES.items():
            rows[told] = {_of(s): one[name]["aer"] for s, one in sets.items() if name in one}
        st.table(pd.DataFrame.from_dict(rows, orient="index").map("{:.2f}".format))
        for line in comparisons(found):
            st.markdown(line)
        st.caption("Lower is better. Under “What these models can and can't do”, below, each figure has its command.")


def comparisons(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Where a word aligner without a network does better than a map, and where the map does."""
    for variant, sets in found.items():
        known = {_of(name): (one["aer"], one["ibm1"]["aer"]) for name, one in sets.items() if "ibm1" in one}
        worse = [name for name, (own, other) in known.items() if own > other]
        better = [name for name in known if name not in worse]
        aligner = "the word aligner without a network"
        if worse:
            told = f"On {_and(worse)} sentences, {aligner} links words **better** than the map of {escape(variant)}"
            yield f"{told}; on {_and(better)} sentences, the map does better." if better else f"{told}."
        elif better:
            yield f"On {_and(better)} sentences, the map of {escape(variant)} links words better than {aligner}."


@st.cache_data(max_entries=50, show_spinner=False)
def figures(digest: str, task: str, variant: str) -> dict[str, Any]:
    """Of the bundle with this digest, what was scored against people's links, by the name of the set."""
    from attnviz import bundles

    kept = (result.get("scores", {}) for result in bundles.scores(task, variant, bundles.PRETRAINED).values())
    return {name: one for scores in kept for name, one in scores.items() if isinstance(one, dict) and "diagonal" in one}


def _aer(sets: Mapping[str, Any]) -> dict[str, float]:
    return {_of(name): one["aer"] for name, one in sets.items()}


def _of(name: str) -> str:
    return _WHAT.get(name, name)


def _and(names: Sequence[str]) -> str:
    return " and ".join(name.lower() for name in names)
