"""What the models of a page can and can't do: the task's limits, and each variant's card and scores."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from attnviz import service
from attnviz.errors import BundleError
from attnviz.tasks.base import Task
from attnviz.web import on_demand
from attnviz.web.text import escape


@dataclass(frozen=True)
class Card:
    """A variant's model card, and each figure of its `scores.json` with the command that printed it."""

    text: str
    scores: list[dict[str, str]]


def show(task: Task, variants: Sequence[str]) -> None:
    """Draw an expander with the limits of a task and the cards of these variants; in place of a card that can't be read
    it says why."""
    key = f"cards_{task.name}"
    draw = partial(_draw, task, variants)
    on_demand.expander("What these models can and can't do", draw, icon=":material/fact_check:", key=key)


def _draw(task: Task, variants: Sequence[str]) -> None:
    st.markdown(task.limits)
    for name in variants:
        try:
            card = card_of(service.digest(task.name, name), task.name, name)
        except BundleError as problem:
            st.error(escape(str(problem)), icon=":material/error:")
            continue
        if card.text:
            st.markdown(re.sub(r"^#+ ", "###### ", card.text, flags=re.MULTILINE))
        if card.scores:
            st.dataframe(card.scores, hide_index=True, alt=f"Scores of the variant {name}")


@st.cache_data(max_entries=50, show_spinner=False)
def card_of(digest: str, task: str, variant: str) -> Card:
    """What the bundle with this digest tells of itself; empty where it has no card or no scores."""
    from attnviz import bundles

    path = bundles.PRETRAINED / task / variant / "card.md"
    scores = [
        {"set": str(result.get("split", "")), "figure": name, "value": value, "command": anywhere(command)}
        for command, result in bundles.scores(task, variant).items()
        for name, value in _flat(result.get("scores", {}))
    ]
    return Card(path.read_text(encoding="utf-8") if path.exists() else "", scores)


def anywhere(command: str) -> str:
    """The command as it runs on any machine: where the data lay when it ran says nothing to a reader."""
    return re.sub(r"--data \S+", "--data DIR", command)


def _flat(scores: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested figures by their path: `bins / 11-20 / bleu`."""
    for name, value in scores.items():
        path = f"{above} / {name}" if above else name
        if isinstance(value, Mapping):
            yield from _flat(value, path)
        else:
            yield path, f"{value:.4g}" if isinstance(value, float) else str(value)
