"""The variants of a task: which are there, which are chosen, and what each one is."""

import re
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.analysis.wording import listed, sentence_case
from attnviz.errors import BundleError
from attnviz.tasks.base import Task
from attnviz.web import address
from attnviz.web.address import Parameter
from attnviz.web.inputs import settings
from attnviz.web.session import Session
from attnviz.web.text import escape, short

MOST = 4


def parameter(task: Task) -> Parameter:
    return address.names("variants", [task.default])


def offered(session: Session, task: Task, problems: Sequence[str], status: DeltaGenerator) -> list[str]:
    """The trained variants of the task; none, and a sentence that says so, where there are none.

    What was wrong in the address is told: `problems`, and what it names that isn't there.
    """
    # Which devices there are takes torch some seconds to find out, once.
    with status, st.spinner("Starting …"):
        names = service.variants(task.name)
        problems = [*problems, *settings.drop_device(session)]
    if not names:
        st.error(
            f"There is no trained variant for {task.title} here: install the app together with its trained variants."
        )
        return []
    for problem in (*problems, *drop_unknown(session, names)):
        st.warning(escape(problem), icon=":material/link_off:")
    return names


def drop_unknown(session: Session, names: Sequence[str]) -> list[str]:
    """Leave out what the address names and isn't there. Returns what was wrong, as sentences."""
    wanted = list(dict.fromkeys(session["variants"]))
    known = [name for name in wanted if name in names] or ([names[0]] if wanted else [])
    _keep(session, known)
    return [
        f"There is no variant “{short(name)}”: choose from {', '.join(names)}." for name in wanted if name not in names
    ]


def _keep(session: Session, names: list[str]) -> None:
    """Change what is chosen only where it differs: a widget that is given its value anew loses a click that is on its
    way."""
    if names != session["variants"]:
        session["variants"] = names


def choose(session: Session, task: Task, names: Sequence[str]) -> list[str]:
    """The variants to show, at most four, in the order in which they were chosen."""
    too_many = len(session["variants"]) > MOST
    _keep(session, session["variants"][:MOST])
    with st.container(key=f"inline_{session.owner}_variants", width="content"):
        st.pills(
            "Variants",
            names,
            selection_mode="multi",
            key=session.key("variants"),
            format_func=lambda name: escape(sentence_case(task.called(name))),
        )
    chosen: list[str] = session["variants"]
    if too_many:
        st.caption(f"At most {MOST} stand side by side: take one out before you choose another.")
    return chosen


def explain(task: Task, names: Sequence[str]) -> None:
    """What each variant is, one click away."""
    with st.popover("About", icon=":material/help:"):
        unequal = any(_began(task, name) for name in names)
        starts = "Some learned from scratch, and some went on from another one, halfway through its training. "
        st.markdown(
            f"The variants of a task have the same form but for their attention. {_own_decoders(task, names)}"
            f"{starts if unequal else ''}Choose up to {MOST} to compare them side by side."
        )
        for variant in task.variants:
            if variant.name in names:
                st.markdown(
                    f"**{escape(sentence_case(variant.called))}**  \n{variant.plain}{_began(task, variant.name)}"
                )
                for formula in re.split(r"\s*\\qquad\s*", variant.equation):
                    st.latex(formula)
                st.caption(f"{variant.paper.rstrip('.')}. In commands it is `{variant.name}`.")


def _own_decoders(task: Task, names: Sequence[str]) -> str:
    """A sentence on the variants whose form differs in more than their attention; empty where there is none."""
    others = [f"“{escape(one.called)}”" for one in task.variants if one.own_decoder and one.name in names]
    if not others:
        return ""
    also = "also writes" if len(others) == 1 else "also write"
    return f"But {listed(others)} {also} with another network, that of the paper. "


def _began(task: Task, name: str) -> str:
    """A sentence on the variant that this one went on from; empty where it learned from scratch."""
    try:
        branch = service.branch(task.name, name)
    except BundleError:
        return ""  # what is wrong with it is told where it is chosen
    if branch is None:
        return ""
    return (
        f" It went on from “{escape(task.called(branch.parent))}” at step {branch.step:,} of {branch.steps:,}, where "
        f"the {task.dev} was {branch.figure:.2f}, and it ended at {branch.final:.2f}."
    )
