"""Words that are coloured by a selected row say its numbers, and what these are."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from attnviz.web.views.map_view import MapView
from tests.test_figures import attention, reading


def hints(view: MapView) -> list[str]:
    """What the words of the input say once the first row is selected."""

    def page(view: "MapView") -> None:  # it runs as a script of its own
        import streamlit as st

        from attnviz.web.views import sentences

        view.select(0, None)
        for word in sentences.sentences(view)[0].line.words:
            st.text(word.hint)

    ran = AppTest.from_function(page, default_timeout=120, kwargs={"view": view}).run()
    assert not ran.exception
    return [text.value for text in ran.text]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (None, ["weight 0.20", "weight 0.80"]),
        ([[0.32, 0.5]], ["difference \N{MINUS SIGN}0.12", "difference +0.30"]),
    ],
)
def test_a_hint_says_whether_it_is_a_weight_or_a_difference(
    other: list[list[float]] | None, expected: list[str]
) -> None:
    found = attention(["the"], ["le", "chat"], [[0.2, 0.8]])
    minus = None if other is None else attention(["the"], ["le", "chat"], other)
    one = reading(maps=[found])
    output = replace(one.output, labels=("the",), units=(("the",),))
    view = MapView(place="place", key="key", source=one.texts, output=output, map=found, minus=minus)
    assert hints(view) == expected


@pytest.mark.parametrize(
    ("largest", "stretch", "stretchable", "pale"),
    [(0.04, False, True, True), (0.04, True, True, False), (0.04, False, False, False), (0.4, False, True, False)],
)
def test_pale_colours_are_explained_where_they_can_be_stretched(
    largest: float, stretch: bool, stretchable: bool, pale: bool
) -> None:
    def page(view: "MapView") -> None:
        from attnviz.web.views import over_words

        over_words.show(view)

    found = attention(["the"], ["le", "chat"], [[0.01, largest]])
    one = reading(maps=[found])
    output = replace(one.output, labels=("the",), units=(("the",),))
    looks = {"stretch": stretch, "stretchable": stretchable}
    view = MapView(place="place", key="key", source=one.texts, output=output, map=found, **looks)
    ran = AppTest.from_function(page, default_timeout=120, kwargs={"view": view}).run()
    assert not ran.exception
    told = [caption.value for caption in ran.caption if "pale" in caption.value]
    assert bool(told) == pale
    if pale:
        assert "the largest weight is 0.04" in told[0]
