"""What the length of an input does to each variant, from the bundles' scores: why there is attention at all."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from attnviz import service
from attnviz.errors import BundleError
from attnviz.export import lengths as files
from attnviz.figures import legend, lengths
from attnviz.figures.lengths import Curve
from attnviz.reading import Reading
from attnviz.tasks.base import ByLength, Task
from attnviz.web import glossary, on_demand
from attnviz.web.panels import saved
from attnviz.web.panels.evidence import evidence
from attnviz.web.session import Session
from attnviz.web.text import escape
from attnviz.web.theme import dark

_TOLD = """A model without attention has to squeeze an input of any length into one vector of a fixed size. With
attention it can look back at every word. This is how it shows: **{figure}** {meaning}, here for {n:,} {inputs}, by
their length. {kept}. {behind}"""


def show(session: Session, task: Task, readings: Sequence[Reading]) -> None:
    """Draw the curves in an expander, if there are scores by length. The length of the current input is marked."""
    by_name = curves(task)
    if not by_name:
        return
    label = "Long sentences: what length does to each variant"
    words = sum(len(pieces.text.split()) for pieces in readings[0].texts)
    curves_of = partial(draw, session.owner, task, by_name, words=words)
    on_demand.expander(label, curves_of, icon=":material/show_chart:", key=f"{session.owner}_lengths")


def curves(task: Task) -> dict[str, Curve]:
    """The curve of each variant that was scored by length."""
    return {name: curve for name in service.variants(task.name) if (curve := _curve(task, name))}


def draw(owner: str, task: Task, by_name: Mapping[str, Curve], *, words: int | None = None) -> None:
    """Draw the curves, and offer them as files. words: the length of the current input, which is marked."""
    curves = list(by_name.values())
    scored = curves[0].scores
    told = _TOLD.format(
        figure=scored.figure,
        meaning=scored.meaning,
        n=scored.n,
        inputs=scored.inputs,
        kept=_kept(curves),
        behind=_behind(task, by_name),
    )
    st.markdown(told, help=glossary.explained(told))
    st.plotly_chart(
        lengths.screen(curves, dark=dark(), length=words),
        theme=None,
        key=f"{owner}_lengths_chart",
        config={"displayModeBar": False},
        alt=lengths.alt_text(curves),
    )
    st.caption(" ".join(panel.told for panel in lengths.panels(curves) if panel.told))
    digests = {curve.variant: service.digest(task.name, name) for name, curve in by_name.items()}
    below = legend.of_lengths(curves, digests)
    saved.offer(
        {format: partial(files.save, curves, format, below) for format in files.FORMATS},
        [command for name in by_name for command, (kept, _) in service.made(task.name, name).items() if kept.by_length],
        name=f"{task.name}-{scored.figure.lower()}-by-length",
        key=f"{owner}_lengths",
    )


def _curve(task: Task, name: str) -> Curve | None:
    try:
        by_length: ByLength | None = evidence(service.digest(task.name, name), task.name, name).by_length
    except BundleError:
        return None  # what is wrong with it is told where it is chosen
    variant = task.variant(name)
    return Curve(task.called(name), variant is None or variant.attentive, by_length) if by_length else None


def _kept(curves: Sequence[Curve]) -> str:
    """How much of their figure the variants keep, the one that keeps most first."""
    shortest, longest = (lengths.label(curves[0].scores.bins[i]) for i in (0, -1))
    by_share = sorted(curves, key=lambda curve: lengths.kept(curve.scores), reverse=True)
    shares = ", ".join(f"{escape(curve.variant)} keeps {lengths.kept(curve.scores):.0%}" for curve in by_share)
    return f"From {shortest} to {longest} words, {shares} of it"


def _behind(task: Task, by_name: Mapping[str, Curve]) -> str:
    """How far the variant without attention is behind on the shortest inputs and in its training: what the lines show
    besides the length. Empty where it is not."""
    names, curves = list(by_name), list(by_name.values())
    pair = lengths.compared(curves)
    if pair is None:
        return ""
    less, more = (curves[number] for number in pair)
    share = lengths.shares(less.scores, more.scores)[0]
    own, other = (service.dev(task.name, names[number]) for number in pair)
    if not share < 1:
        return ""
    trained = own is not None and other is not None and own > other
    training = f", and at the end of its training its {task.dev} was {own:.2f} against {other:.2f}" if trained else ""
    return (
        f"But these lines are no pure picture of the squeezed vector: already at {lengths.label(less.scores.bins[0])} "
        f"words, {escape(less.variant)} has only {share:.0%} of the {less.scores.figure} of {escape(more.variant)}"
        f"{training}."
    )
