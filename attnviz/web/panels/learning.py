"""How the variants of a task learned: their learning curves, and the map of a fixed input that takes shape."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from attnviz import learned, service
from attnviz.analysis.wording import listed, sentence_case
from attnviz.export import learning as files
from attnviz.export.command import training
from attnviz.export.lengths import FORMATS
from attnviz.figures import learning, shaping
from attnviz.figures.learning import Line
from attnviz.tasks.base import Task
from attnviz.web.panels import saved
from attnviz.web.session import Session
from attnviz.web.text import escape, one_line, short
from attnviz.web.theme import dark
from attnviz.web.views import shaping as view


def curves(task: Task, names: Sequence[str], key: str) -> None:
    """The learning curves of the variants, each from where it went its own way."""
    kept = {name: learned.curve(task.name, name) for name in names}
    lines = [Line(task.called(name), _attentive(task, name), one.own) for name, one in kept.items() if one.own]
    if not lines:
        st.caption("No learning curves were kept yet.")
        return
    began = [name for name, one in kept.items() if one.branch]
    told = f"The {escape(task.dev)}, less being better, while each variant learned."
    if began:
        lines_of = listed([escape(task.called(name)) for name in began])
        told += f" The lines of {lines_of} begin halfway, where they went on from another variant."
    st.markdown(told)
    st.plotly_chart(
        learning.screen(lines, task.dev, dark=dark()),
        theme=None,
        key=f"{key}_curves_chart",
        config={"displayModeBar": False},
        alt=learning.alt_text(lines, task.dev),
    )
    caption = f"{task.title}: {task.dev} while the variants learned."
    commands = [training(task.name, name) for name in names]
    saved.offer(
        {format: partial(files.save, lines, task.dev, format, caption) for format in FORMATS},
        commands,
        name=f"{task.name}-learning",
        key=f"{key}_curves",
    )


@st.fragment
def taking_shape(session: Session, task: Task, names: Sequence[str]) -> None:
    """The map of a fixed input, moment by moment, beside the learning curve. A person chooses the variant and the
    input; the moments play in the browser."""
    kept = {name: shapings for name in names if (shapings := service.shapings(task.name, name))}
    offered = list(kept)
    if not offered:
        st.caption("There are no maps from the training of these variants, so you can't watch them take shape here.")
        return
    # The variant that was watched longest shows most.
    offered.sort(key=lambda name: -len(kept[name][0].steps))
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{session.owner}_shaping_choices"):
        variant = st.selectbox(
            "Variant",
            offered,
            format_func=lambda name: sentence_case(task.called(name)),
            key=f"{session.owner}_shaping_variant_{task.name}",
            width=220,
        )
        shapings = kept[variant]
        number = st.selectbox(
            "Input",
            range(len(shapings)),
            format_func=lambda number: short(shapings[number].probe.read, 60),
            key=f"{session.owner}_shaping_input_{task.name}",
            width="stretch",
        )
    drawn, curve = shapings[number], learned.curve(task.name, variant)
    began = (
        f"This variant went on from another one at step {curve.branch:,}; only from there on it has maps of its own."
        if curve.branch
        else "Most of the maps are from early in the training, when they change most."
    )
    st.markdown(f":small[{escape(drawn.probe.told)} {began}]")
    points = list(zip(curve.steps, curve.dev, strict=True))
    alt = f"The map of {one_line(task.called(variant))} for “{one_line(drawn.probe.read)}”"
    view.show(drawn, points, task.dev, alt=alt, key=f"{session.owner}_shaping")
    known = [curve.at(step) for step in drawn.steps]
    figures = ["" if value is None else f"{task.dev} {value:.2f}" for value in known]
    caption = (
        f"{task.title}, {task.called(variant)}: {one_line(drawn.probe.read)} {drawn.probe.told} "
        f"{shaping.scale_told(shaping.moments(drawn))}"
    )
    made: dict[str, Callable[[], bytes]] = {
        format: partial(shaping.save, drawn, figures, format, caption=caption) for format in ("gif", "apng")
    }
    saved.offer(
        made, [training(task.name, variant)], name=f"{task.name}-{variant}-taking-shape", key=f"{session.owner}_shaping"
    )


def _attentive(task: Task, name: str) -> bool:
    variant = task.variant(name)
    return variant is None or variant.attentive
