"""Words of the field are explained where they stand, and all of them at the foot of a page."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import service
from attnviz.tasks.base import Task
from attnviz.web import glossary

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("It is hard to look at a general case, where the words match.", []),
        ("The score is the log-probability, divided by its length.", ["log-probability", "score"]),
        ("BLEU says how close a translation is", ["BLEU"]),
        ("two subwords and three seeds", ["subword", "seed"]),
        ("A scoreboard beamed: bleu is French for blue.", []),
        ("Two variants of a model have maps whose attention differs.", []),
        ("The map has one weight for each subword.", ["weight", "subword"]),
        ("", []),
    ],
)
def test_the_words_in_a_text_that_may_be_new_are_explained(text: str, terms: list[str]) -> None:
    told = glossary.explained(text)
    assert [term for term in glossary.TERMS if told and f"**{term}**" in told] == terms
    assert (told is None) == (not terms)


@pytest.mark.parametrize("task", service.TASKS.values(), ids=lambda task: task.name)
def test_every_way_to_pay_attention_is_explained(task: Task) -> None:
    told = plain(" ".join(f"{term} {meaning}" for term, meaning in glossary.GROUPS["Ways to pay attention"].items()))
    for variant in task.variants:
        assert not variant.attentive or plain(variant.called) in told, variant.called


def plain(text: str) -> str:
    return text.casefold().replace("-", " ")


def test_the_words_that_pages_use_are_explained() -> None:
    """With the exact terms of the field, as figures, tables and lessons name them."""
    used = """coverage, variant, model, entropy, nats, energy, premise, hypothesis, frame, dev set, loss, subword, map,
        weight, attention, ∅, Jensen-Shannon divergence (JSD), log-probability, seed, baseline, bootstrap, beam"""
    assert {term.strip() for term in used.replace("\n", " ").split(",")} <= set(glossary.TERMS)


@pytest.mark.parametrize("task", ["translation", "captions", "entailment"])
def test_each_page_explains_its_words(task: str) -> None:
    page = AppTest.from_file(str(ROOT / "attnviz" / "web" / "pages" / f"{task}.py"), default_timeout=120).run()
    everything = " ".join(one.value for one in page.markdown)
    assert all(f"**{term}**: {meaning}" in everything for term, meaning in glossary.TERMS.items())
