"""Words of the field are explained where they stand, and all of them at the foot of a page."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from attnviz.web import glossary

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The score is the log-probability, divided by its length.", ["log-probability", "score"]),
        ("BLEU says how close a translation is", ["BLEU"]),
        ("two subwords and three seeds", ["subword", "seed"]),
        ("A scoreboard beamed: bleu is French for blue.", []),
        ("", []),
    ],
)
def test_the_words_in_a_text_are_explained(text: str, terms: list[str]) -> None:
    told = glossary.explained(text)
    assert [term for term in glossary.TERMS if told and f"**{term}**" in told] == terms
    assert (told is None) == (not terms)


@pytest.mark.parametrize("task", ["translation", "captions", "entailment"])
def test_each_page_explains_its_words(task: str) -> None:
    page = AppTest.from_file(str(ROOT / "attnviz" / "web" / "pages" / f"{task}.py"), default_timeout=120).run()
    everything = " ".join(one.value for one in page.markdown)
    assert all(f"**{term}**: {meaning}" in everything for term, meaning in glossary.TERMS.items())
