"""The page of lessons: nothing is revealed before an answer, and everything after it is of this very reading."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from attnviz import service
from attnviz.web.text import escape
from tests.conftest import ROOT

LESSONS = service.lessons()
NAMES = list(LESSONS)
TAKEAWAY = "Take away"


def opened(**address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages.py"), default_timeout=600)
    for name, text in address.items():
        app.query_params[name] = text
    app.switch_page("attnviz/web/pages/learn.py")
    return shown(app.run())


def shown(app: AppTest) -> AppTest:
    assert not app.exception and not app.error
    return app


def choice(app: AppTest, name: str, place: int) -> Button:
    return app.button(key=f"learn_{name}_{place}")


def told(app: AppTest) -> str:
    return " ".join(str(element.value) for element in (*app.markdown, *app.success, *app.warning, *app.caption))


def right(name: str) -> int:
    """The place of the right choice, as the page's own readings have it."""
    from tests.test_lessons import readings_of

    task, lesson = LESSONS[name]
    return lesson.see(readings_of(task, lesson)).choice


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_asks_first_and_reveals_after_the_answer(name: str) -> None:
    _, lesson = LESSONS[name]
    app = opened(lesson=name)
    assert not app.warning
    assert escape(lesson.question) in told(app) and TAKEAWAY not in told(app)
    assert [choice(app, name, place).label for place in range(len(lesson.choices))] == list(map(escape, lesson.choices))
    answer = right(name)
    shown(choice(app, name, answer).click().run())
    assert [escape(lesson.choices[answer]) in one.value for one in app.success] == [True] and not app.warning
    assert TAKEAWAY in told(app) and escape(lesson.person) in told(app)
    assert "1 done" in told(app)


def test_a_wrong_answer_is_told_the_right_one_and_can_be_given_again() -> None:
    name = NAMES[0]
    _, lesson = LESSONS[name]
    app, answer = opened(lesson=name), right(name)
    wrong = (answer + 1) % len(lesson.choices)
    shown(choice(app, name, wrong).click().run())
    (verdict,) = app.warning
    assert all(escape(lesson.choices[place]) in verdict.value for place in (wrong, answer)) and not app.success
    shown(app.button(key="learn_again").click().run())
    assert TAKEAWAY not in told(app) and "0 done" in told(app)
    shown(choice(app, name, answer).click().run())
    assert app.success and not app.warning


def test_one_goes_from_lesson_to_lesson_and_the_address_follows() -> None:
    app = opened()
    assert "Lesson 1 of" in told(app)
    shown(next(button for button in app.button if button.label == "Next lesson").click().run())
    assert app.query_params["lesson"] == [NAMES[1]] or app.query_params["lesson"] == NAMES[1]
    assert LESSONS[NAMES[1]][1].title in [one.value for one in app.subheader]
    shown(next(button for button in app.button if button.label == "Previous").click().run())
    assert LESSONS[NAMES[0]][1].title in [one.value for one in app.subheader]


def test_a_teachers_list_is_all_that_is_offered() -> None:
    wanted = [NAMES[3], NAMES[1]]
    app = opened(list=",".join(wanted))
    titles = [LESSONS[name][1].title for name in wanted]
    assert [button.label for button in app.button if (button.key or "").startswith("learn_lesson_")] == titles
    assert titles[0] in [one.value for one in app.subheader]


def test_a_lesson_that_does_not_exist_is_left_out_with_a_sentence() -> None:
    app = opened(list=f"nothing,{NAMES[1]}", lesson="neither")
    assert len(app.warning) == 2 and "nothing" in app.warning[1].value
    assert LESSONS[NAMES[1]][1].title in [one.value for one in app.subheader]
