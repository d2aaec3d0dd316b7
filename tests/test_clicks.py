"""A click on a word does the same when Streamlit tells of it twice, or tells of none, as it may where the page is
drawn anew at once."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from attnviz.reading import Pieces
from attnviz.web.inputs import without
from attnviz.web.views import words
from attnviz.web.views.map_view import MapView
from tests.test_figures import attention, reading


def view() -> MapView:
    one = reading(maps=[attention(["the", "cat"], ["le", "chat"], [[0.2, 0.8], [0.5, 0.5]])])
    output = replace(one.output, labels=("the", "cat"), units=(("the",), ("cat",)))
    return MapView(place="place", key="key", source=one.texts, output=output, map=one.maps[0])


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    ("selected", "line", "word", "after"),
    [
        ((None, None), 0, 1, (None, 1)),
        ((None, None), 1, 0, (0, None)),
        ((None, 1), 0, 1, (None, None)),  # again
        ((0, None), 1, 0, (None, None)),
        ((0, None), 1, 1, (1, None)),  # another one
        ((0, 1), 1, 0, (0, None)),  # of a cell, its row
        ((0, 1), 0, 1, (None, 1)),
    ],
)
def test_a_word_is_selected_or_no_more(
    times: int,
    selected: tuple[int | None, int | None],
    line: int,
    word: int,
    after: tuple[int | None, int | None],
) -> None:
    def page(view: "MapView", selected, line, word, times) -> None:  # type: ignore[no-untyped-def]
        import streamlit as st

        from attnviz.web.views import sentences
        from attnviz.web.views.words import Click

        view.select(*selected)
        shown = sentences.sentences(view)
        click = Click(line, word, shown[line].line.words[word].again)
        for _ in range(times):
            sentences._clicked(shown, click)
            sentences._clicked(shown, None)
        st.text(repr(view.selected))

    asked = {"view": view(), "selected": selected, "line": line, "word": word, "times": times}
    ran = AppTest.from_function(page, default_timeout=120, kwargs=asked).run()
    assert not ran.exception
    assert ran.text[0].value == repr(after)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(("undo", "before", "after"), [(False, [], ["p2"]), (True, ["h1", "p2"], ["h1"])])
def test_a_word_is_left_out_or_brought_back(
    times: int, undo: bool, before: list[str], after: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(times, before) -> None:  # type: ignore[no-untyped-def]
        import streamlit as st

        from attnviz.web.inputs import without
        from attnviz.web.session import Session

        session = Session("place", [without.parameter(["premise", "hypothesis"])])
        session["without"] = before
        for _ in range(times):
            without._clicked(session, "premise")()
        st.text(repr(session["without"]))

    monkeypatch.setattr(words, "clicked", lambda key: words.Click(0, 1, undo))
    ran = AppTest.from_function(page, default_timeout=120, kwargs={"times": times, "before": before}).run()
    assert not ran.exception
    assert ran.text[0].value == repr(after)


def test_only_words_that_are_out_are_brought_back_by_a_click() -> None:
    pieces = Pieces("a b", ("a", "b"), (("a",), ("b",)))
    assert [word.again for word in without._words(pieces, [1])] == [False, True]
