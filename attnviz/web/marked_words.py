"""How far a map of entailment can be believed: what its bundle's scores say, beside guesses that need no model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from attnviz.reading import Reading
from attnviz.web import belief

_TOLD = """A map shows where the model looked, which need not be why it chose the label. How well it agrees with what
people marked was measured on test pairs:

- **AUPRC**: with the words sorted by how much they were looked at, do those come first that people highlighted as
  showing a contradiction? 1 is best.
- **Pointing**: of the hypothesis words that people linked to premise words, how often does the strongest cell of the
  row lie on such a link? 1 is best.
- **AER**: how far all strongest cells are from the links that people drew. 0 is best.

Compare each figure with what needs no model at all: chance, or a glance at which words are on both sides. Where these
are better, the map tells you less than your own eye."""


def show(task: str, reading: Reading, *, key: str) -> None:
    """One click away, for a variant whose bundle is the one that made this reading."""
    if not belief.variants(task, [reading]):
        return
    with belief.menu(key):
        st.markdown(_TOLD)
        rows = figures(reading.provenance.digest, task, reading.variant)
        if rows:
            st.dataframe(
                pd.DataFrame(rows),
                hide_index=True,
                alt="Agreement of this variant's maps with what people marked, beside guesses that need no model",
            )
            for told in comparisons(rows):
                st.markdown(told)
            st.caption(
                "By eye: for AUPRC, words that the other side lacks; else each word with its equal on the other side. "
                "–: this variant's map has no such figure."
            )
        else:
            st.caption("No such figures were kept for this variant yet.")


@st.cache_data(max_entries=50, show_spinner=False)
def figures(digest: str, task: str, variant: str) -> list[dict[str, str]]:
    """A row for each figure and set of the `scores.json` of the bundle with this digest; none where there is none."""
    from attnviz import bundles

    kept = bundles.scores(task, variant, bundles.PRETRAINED)
    return [row for result in kept.values() for name, one in _sets(result) for row in _rows(name, one)]


def comparisons(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Where the map is no better than what needs no model, as sentences."""
    below = [row for row in rows if row["this map"] != "–" and row["figure"].startswith("AUPRC")]
    worse = [row["figure"] for row in below if float(row["this map"]) < float(row["at random"])]
    linked = [row for row in rows if row["this map"] != "–" and row["figure"] == "Pointing"]
    eye = sum(float(row["this map"]) < float(row["by eye"]) for row in linked)
    told = []
    if worse:
        told.append(
            f"**{' and '.join(dict.fromkeys(worse))}: worse than chance.** The words that this map looks at most are "
            "not those that people named as the reason: it follows what both sides share, and a contradiction lies in "
            "what they don't."
        )
    if eye:
        told.append(f"On {eye} of {len(linked)} sets, joining equal words finds **better** links than this map.")
    return told


def _sets(result: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, one in result.get("scores", {}).items():
        if isinstance(one, Mapping) and ("premise" in one or "pointing" in one):
            yield name, one


def _rows(name: str, one: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for side in ("premise", "hypothesis"):
        found = one.get(side, {})
        if found.get("n"):
            yield _row(f"AUPRC, {side}", name, found, "auprc", found.get("random"), found.get("only_here"))
    for figure, told in (("pointing", "Pointing"), ("aer", "AER (0 is best)")):
        if figure in one and "exact" in one:
            yield _row(told, name, one, figure, one["random"].get(figure), one["exact"].get(figure))


def _row(
    told: str, name: str, one: Mapping[str, Any], figure: str, chance: float | None, eye: float | None
) -> dict[str, str]:
    name = f"e-SNLI, {name}" if figure == "auprc" else name
    shown = {"this map": one.get(figure), "at random": chance, "by eye": eye}
    numbers = {column: "–" if value is None else f"{value:.2f}" for column, value in shown.items()}
    return {"figure": told, "set": name, "pairs": f"{one['n']:,}", **numbers}
