"""How far a map over a photo can be believed: its bundle's pointing scores, beside guesses that need no model."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from attnviz.reading import Reading
from attnviz.web import belief

_TOLD = """A map shows where the model looked, which need not be why it chose the word. Whether it looked at the right
place was measured on photos that it had not seen. People drew boxes around what a phrase of a caption speaks of; the
model was made to write that caption.

- **Pointing**: how often does the strongest place of the phrase's map lie in such a box? 1 is best.
- **Weight inside**: how much of the weight lies in the boxes? 1 is best.

Compare each figure with what needs no model: always pointing at the picture's centre, where photographers put things,
or at a random cell. Where these are as good, the map tells you nothing about the place. Small things are the harder
test: there the centre helps little."""

_OF = {
    "hard": " Of hard, the distribution is scored.",
    "adaptive": " Of adaptive, the share ∅ of the weight lies on no place, so its weight inside is less than that of "
    "others.",
}
_FIGURES = ("this map", "picture's centre", "random cell")


def show(task: str, reading: Reading, *, key: str) -> None:
    """One click away, for a variant whose bundle is the one that made this reading."""
    if not belief.variants(task, [reading]):
        return
    with belief.menu(key):
        st.markdown(_TOLD)
        rows = figures(reading.provenance.digest, task, reading.variant)
        if not rows:
            st.caption("No such figures were kept for this variant yet.")
            return
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            column_config=dict.fromkeys(_FIGURES, st.column_config.NumberColumn(format="%.3f")),
            alt="How often this variant looks at the right place, beside guesses that need no model",
        )
        st.caption(
            "Of the weight inside, a random cell stands for a map that is the same everywhere, and the picture's "
            "centre for a soft spot there. Small: things that take at most a quarter of the photo."
            + _OF.get(reading.variant, "")
        )


@st.cache_data(max_entries=50, show_spinner=False)
def figures(digest: str, task: str, variant: str) -> list[dict[str, Any]]:
    """A row for each figure and set of the `scores.json` of the bundle with this digest; none where there is none."""
    from attnviz import bundles

    kept = bundles.scores(task, variant, bundles.PRETRAINED)
    return list({tuple(row.items()): row for result in kept.values() for row in _rows(result)}.values())


def _rows(result: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    regions = result.get("scores", {}).get("regions", {})
    split = str(result.get("split", "")).removeprefix("captions.").removeprefix("regions.")
    for name, one in (("all things", regions), ("small things", regions.get("small", {}))):
        if "pointing" in one:
            yield _row("Pointing", name, split, one, "pointing", "pointing_centre", "pointing_random")
    for name, one in (("all things", regions), ("small things", regions.get("small", {}))):
        if "correctness" in one:
            yield _row("Weight inside", name, split, one, "correctness", "correctness_gaussian", "correctness_uniform")


def _row(figure: str, things: str, split: str, one: Mapping[str, Any], *names: str) -> dict[str, Any]:
    numbers = dict(zip(_FIGURES, (one.get(name) for name in names), strict=True))
    return {"figure": figure, "of": things, **numbers, "phrases": one.get("n"), "set": split}
