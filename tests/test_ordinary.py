"""Characters that few people type are read as the ordinary ones that mean the same, and keep their places."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnviz.analysis.ordinary import ordinary, ordinary_by_place


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ﬁn ﬂeur aﬀaire diﬃcile ﬆ ĳ ſ", "fin fleur affaire difficile st ij s"),
        ("L´homme, l`eau, l＇air", "L'homme, l'eau, l'air"),
        ("−5 ‒5 ﹣5", "-5 -5 -5"),
        ("５０ ٣٤ 𝟓 Ａｂ，！", "50 34 5 Ab,!"),
        ("CO₂ m² CO₁₀ 1ᵉʳ Mᵐᵉ", "CO2 m2 CO10 1er Mme"),
        ("20 ºC, 5 ℃, nº 5, № 5, 1ª", "20 °C, 5 °C, n° 5, n° 5, 1a"),
        ("½ ¾ 1⁄2 ‼ Ⅳ ①", "1/2 3/4 1/2 !! IV 1"),
        ("‹ oui ›", '" oui "'),
    ],
)
def test_other_characters_become_ordinary_ones(typed: str, read: str) -> None:
    assert ordinary(typed) == read


@pytest.mark.parametrize("text", ["10²", "10²³", "5½", "²3", "Nike™", "a ¨", "é œ ß ñ € °", "漢 я 😀", "“x” –", "5¼6"])
def test_what_would_mean_something_else_or_is_nothing_else_stays(text: str) -> None:
    assert ordinary(text) == text


@given(st.text(st.characters() | st.sampled_from("ﬁ´−５²½0a ")))
def test_places_stay_and_what_is_ordinary_stays(text: str) -> None:
    by_place = ordinary_by_place(text)
    assert len(by_place) == len(text)
    assert all(c == typed for c, typed in zip(by_place, text, strict=True) if typed.isascii() and typed != "`")


@given(st.text(string.ascii_letters + string.digits + " .,'-éàœç€°«»’"))
def test_ordinary_text_is_read_as_it_is(text: str) -> None:
    assert ordinary(text) == ordinary_by_place(text) == text
