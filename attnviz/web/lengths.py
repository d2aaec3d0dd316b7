"""What the length of a sentence does to each variant, from the bundles' scores: why there is attention at all."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from attnviz import export, service
from attnviz.errors import BundleError
from attnviz.export import lengths as files
from attnviz.figures import lengths
from attnviz.figures.lengths import Bin, Curve
from attnviz.reading import Reading
from attnviz.web.text import escape
from attnviz.web.view import dark

_TOLD = """A network without attention has to squeeze a sentence of any length into one vector of a fixed size. With
attention it can look back at every word. This is how it shows: **BLEU** says how close translations come to those of
people (0 to 100, more is better), here of {n:,} sentences of the European Parliament that no variant learned from, by
their length. {kept}."""


@st.fragment
def show(page: str, task: str, readings: Sequence[Reading]) -> None:
    """One click away, where there are scores by length; the length of what is read is marked."""
    curves = [found for name in service.variants(task) if (found := _curve_of(task, name))]
    if not curves:
        return
    label = "What length does to each variant"
    box = st.expander(label, icon=":material/show_chart:", on_change="rerun", key=f"{page}_lengths")
    if box.open:
        with box:
            _draw(page, task, curves, sum(len(pieces.text.split()) for pieces in readings[0].texts))


def _draw(page: str, task: str, curves: Sequence[Curve], words: int) -> None:
    st.markdown(_TOLD.format(n=sum(one.n for one in curves[0].bins), kept=_kept(curves)))
    st.plotly_chart(
        lengths.screen(curves, dark=dark(), words=words),
        theme=None,
        key=f"{page}_lengths_chart",
        config={"displayModeBar": False},
        alt=lengths.alt_text(curves),
    )
    below = caption(task, [one.variant for one in curves])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Save these lines:", width="content")
        for format in files.FORMATS:
            st.download_button(
                format.upper(),
                partial(files.save, curves, format, below),
                file_name=f"{task}-bleu-by-length.{format}",
                mime=export.MIME[format],
                on_click="ignore",
                key=f"{page}_lengths_{format}",
            )


def _curve_of(task: str, variant: str) -> Curve | None:
    try:
        return curve(service.digest(task, variant), task, variant)
    except BundleError:
        return None  # what is wrong with it is said where it is chosen


@st.cache_data(max_entries=50, show_spinner=False)
def curve(digest: str, task: str, variant: str) -> Curve | None:
    """BLEU by length of the bundle with this digest, on the set that was made to show what length does."""
    result = _scored(task, variant)
    if result is None:
        return None
    bins = [
        Bin(int(ends[1]), int(ends[2]), one["n"], one["bleu"])
        for label, one in result["scores"]["by_length"].items()
        if (ends := re.fullmatch(r"(\d+)-(\d+)", label))
    ]
    return Curve(variant, tuple(sorted(bins, key=lambda one: one.least)))


def caption(task: str, variants: Sequence[str]) -> str:
    """What the curves for paper show, by which bundles."""
    told = ", ".join(f"{name} (bundle {service.digest(task, name)[:12]})" for name in variants)
    scored = _scored(task, variants[0])
    assert scored is not None
    return (
        f"BLEU by the number of words of the French sentence, on {scored['split']} ({scored['n']:,} pairs): {told}. "
        f"{scored['scores']['bleu_signature']}. The command of every figure is in the bundle's scores.json."
    )


def _scored(task: str, variant: str) -> dict[str, Any] | None:
    from attnviz import bundles

    kept = bundles.scores(task, variant, bundles.PRETRAINED).values()
    return next((one for one in kept if str(one.get("split")).endswith("_bylength")), None)


def _kept(curves: Sequence[Curve]) -> str:
    """How much of their BLEU the variants keep, the one that keeps most first."""
    first, last = curves[0].bins[0], curves[0].bins[-1]
    by_share = sorted(curves, key=lengths.kept, reverse=True)
    told = [f"{escape(one.variant)} keeps {lengths.kept(one):.0%}" for one in by_share]
    return f"From {first.label} to {last.label} words, {', '.join(told)} of it"
