"""The page of lessons: nothing is revealed before an answer, and everything after it is of this very reading."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from attnviz import service
from attnviz.analysis.copying import copied
from attnviz.figures.photo import Look, top, weight
from attnviz.reading import Reading
from attnviz.tasks.base import Example
from attnviz.web.panels import lessons, steps, teaching
from attnviz.web.text import escape
from tests.conftest import ROOT

LESSONS = service.lessons()
NAMES = list(LESSONS)
TASK = next(iter(service.TASKS.values()))  # that of the six steps
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
    example = lessons.example_of(*LESSONS[name])
    assert example is None or escape(example.credit) in told(app)


def test_copied_words_are_marked_in_a_lesson_about_copying() -> None:
    from tests.test_lessons import readings_of

    (headline,) = readings_of(*LESSONS["left_out"])
    app = opened(lesson="left_out", answers="left_out:1")
    drawn = [json.loads(one.proto.json) for one in app.get("bidi_component") if '"copying"' in one.proto.json]
    (output,) = drawn[0]["outputs"]
    marked = [place for place, word in enumerate(output["words"]) if word["copied"]]
    assert marked == list(copied(headline) or ())


def test_photos_of_two_variants_have_one_colour_scale() -> None:
    from tests.test_lessons import map_of, readings_of

    task, lesson = LESSONS["hard"]
    app = opened(lesson="hard")
    shown(choice(app, "hard", right("hard")).click().run())
    end = min(map_of(reading).weights.max() for reading in readings_of(task, lesson))
    assert f"the strongest orange stands for {weight(end)} or more" in told(app)


def test_a_word_that_looks_at_no_place_is_pale_beside_those_that_look(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Look] = []
    show = lessons.photo.show

    def spy(*given: Any, **named: Any) -> None:
        drawn.append(given[3])
        show(*given, **named)

    monkeypatch.setattr(lessons.photo, "show", spy)
    shown(choice(opened(lesson="sentinel"), "sentinel", right("sentinel")).click().run())
    from tests.test_lessons import map_of, readings_of

    attention = map_of(readings_of(*LESSONS["sentinel"])[0])
    white = attention.queries.labels.index("white")
    assert drawn and attention.weights[white].max() < 0.2 * top(attention, drawn[-1])[white]


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


def test_a_page_that_is_loaded_anew_has_what_was_answered() -> None:
    name = NAMES[0]
    app, answer = opened(lesson=name), right(name)
    shown(choice(app, name, answer).click().run())
    app.button(key="learn_lesson_" + NAMES[1]).click().run()
    shown(choice(app, NAMES[1], 0).click().run())
    kept = app.query_params["answers"]
    anew = opened(lesson=name, answers=kept if isinstance(kept, str) else kept[0])
    assert "2 done" in told(anew) and TAKEAWAY in told(anew) and not anew.warning
    assert escape(LESSONS[name][1].choices[answer]) in anew.success[0].value


@pytest.mark.parametrize("wrong", ["nothing:1", f"{NAMES[0]}:5", f"{NAMES[0]}:0", f"{NAMES[0]}", ":", "a:1" * 99])
def test_answers_that_cannot_be_are_left_out_with_a_sentence(wrong: str) -> None:
    app = opened(answers=wrong)
    (problem,) = app.warning
    assert "answers" in problem.value and "such as" in problem.value and "0 done" in told(app)


def test_when_all_lessons_are_done_the_page_leads_on() -> None:
    app = opened(lesson=NAMES[-1], answers=",".join(f"{name}:1" for name in NAMES))
    assert any(f"All {len(NAMES)} lessons are done" in one.value for one in app.success)
    assert any(one.proto.page == "compare" for one in app.get("page_link"))
    shown(next(button for button in app.button if "six steps" in button.label).click().run())
    assert len(app.latex) == 6


def test_behind_the_last_lesson_comes_the_first_that_is_left() -> None:
    wanted = NAMES[:3]
    app = opened(list=",".join(wanted), lesson=wanted[-1], answers=f"{wanted[0]}:1,{wanted[-1]}:1")
    assert not any("lessons are done" in one.value for one in app.success)
    shown(next(button for button in app.button if button.label == "Next lesson").click().run())
    assert LESSONS[wanted[1]][1].title in [one.value for one in app.subheader]


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


def test_a_teacher_chooses_lessons_and_gets_their_link_and_their_sheet() -> None:
    app = opened(part="teachers")
    assert "list=" not in app.code[0].value
    for name in NAMES[2:]:
        app.checkbox(key=f"learn_list_{name}").uncheck()
    shown(app.run())
    link = app.code[0].value
    assert f"list={NAMES[0]}%2C{NAMES[1]}" in link
    assert app.query_params["list"] in (f"{NAMES[0]},{NAMES[1]}", [f"{NAMES[0]},{NAMES[1]}"])
    assert [button.label for button in app.get("download_button")] == ["Save the sheet"]
    app.checkbox(key=f"learn_list_{NAMES[4]}").check()
    shown(app.run())
    assert app.code[0].value.endswith(f"list={NAMES[0]}%2C{NAMES[1]}%2C{NAMES[4]}")
    for name in (*NAMES[:2], NAMES[4]):
        app.checkbox(key=f"learn_list_{name}").uncheck()
    shown(app.run())
    assert "at least one" in app.info[0].value and not app.code


def test_the_sheet_asks_what_the_lessons_ask_and_tells_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    read, count = service.read, 0

    def counted(task: str, variant: str, source: object) -> Reading:
        nonlocal count
        count += 1
        return read(task, variant, source)

    monkeypatch.setattr(service, "read", counted)
    for task, lesson in LESSONS.values():
        count = 0
        exercise = teaching.exercise(task, lesson, "http://there/learn")
        assert count <= (len(lesson.variants) if lesson.unnamed else 1), "no more is read than the sheet shows"
        assert exercise.address == "http://there/learn"
        assert (exercise.question, exercise.choices) == (lesson.question, lesson.choices)
        assert exercise.photo or exercise.texts
        assert task is not TASK or exercise.texts[0][0] == "French"
        texts = " ".join(text for _, text in exercise.texts)
        assert lesson.person not in texts and lesson.takeaway not in texts
        assert not any(part.startswith("/") for part in texts.split())
        assert len(exercise.texts) == (len(lesson.inputs) if not exercise.photo else 0) + (
            len(lesson.variants) if lesson.unnamed else 0
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_leads_into_its_task_with_its_input_and_variants(name: str) -> None:
    task, lesson = LESSONS[name]
    query = lessons.query_of(task, lesson)
    assert query.pop("variants").split(",") == list(lesson.variants)
    example = task.example(query.pop("example", ""))
    texts = tuple(query.values()) if example is None else example.inputs
    assert texts == lesson.inputs and set(query) <= set(task.inputs)


def test_a_sentence_of_a_lesson_opens_on_its_page() -> None:
    task, lesson = next(one for one in LESSONS.values() if "example" not in lessons.query_of(*one))
    app = AppTest.from_file(str(ROOT / "pages.py"), default_timeout=600)
    for name, text in lessons.query_of(task, lesson).items():
        app.query_params[name] = text
    app.switch_page(f"attnviz/web/pages/{task.name}.py")
    shown(app.run())
    assert [app.text_area(key=f"{task.name}_{name}").value for name in task.inputs] == list(lesson.inputs)
    assert not app.warning


def test_six_steps_tell_the_numbers_of_the_chosen_cell() -> None:
    app = opened(part="steps", output="5", input="5")
    example = TASK.examples[0].inputs[0]
    output = service.read(TASK.name, steps.VARIANT, example).output.text
    inside = service.inside(TASK.name, steps.VARIANT, example, output)
    text = told(app)
    assert len(app.latex) == 6
    assert f"**{inside.energies[4, 4]:.2f}**" in text and f"**{inside.weights[4, 4]:.3f}**" in text
    table = app.dataframe[0].value
    assert table["energy"].tolist() == pytest.approx(inside.energies[4].tolist(), abs=0.006)
    assert table["weight"].sum() == pytest.approx(1, abs=0.01)
    assert list(table.columns)[-1] == "weight"
    shown(app.slider[0].set_value(-5.0).run())
    table = app.dataframe[0].value
    assert table["energy, changed"][4] == pytest.approx(inside.energies[4, 4] - 5, abs=0.006)
    assert table["weight, changed"].sum() == pytest.approx(1, abs=0.01)
    assert table["weight, changed"][4] < table["weight"][4]
    assert app.query_params["change"] in ("-5.0", ["-5.0"])


def test_six_steps_begin_where_a_change_writes_another_word_and_can_be_put_back() -> None:
    app = opened(part="steps")
    written, read = service.levers()[TASK.examples[0].name]
    assert f"Make “{read}” fit better or worse while “{written}” is written." in told(app)
    assert f"**What would be written**: “{written}”" in told(app) and f"in place of “{written}”" not in told(app)
    own, back = told(app), app.button(key="learn_put_back")
    assert back.disabled
    shown(app.slider[0].set_value(5.0).run())
    changed = app.dataframe[0].value.iloc[app.session_state["learn_input"] - 1]
    text = told(app)
    assert f"in place of “{written}”" in text
    # the steps tell the same energy and weight as the table, and what would be written now
    assert f"**{changed['energy, changed']:.2f}**, with the 5.00 that you added".replace("-", "−") in text
    assert f"**{changed['weight, changed']:.3f}**" in text
    assert "the likeliest are now" in text
    shown(app.button(key="learn_put_back").click().run())
    assert told(app) == own and app.slider[0].value == 0.0 and "change" not in app.query_params


@pytest.mark.parametrize("example", TASK.examples[1:], ids=lambda example: example.name)
def test_every_sentence_has_a_cell_to_begin_with(example: Example) -> None:
    app = opened(part="steps")
    shown(app.selectbox[0].set_value(example.name).run())
    written, read = service.levers()[example.name]
    assert f"Make “{read}” fit better or worse while “{written}” is written." in told(app)


def test_another_sentence_begins_without_a_change() -> None:
    app = opened(part="steps", change="3.0")
    assert app.slider[0].value == 3.0
    shown(app.selectbox[0].set_value(TASK.examples[1].name).run())
    assert app.slider[0].value == 0.0 and "change" not in app.query_params


def test_the_tour_tells_the_weights_of_the_map_and_leads_to_the_lessons() -> None:
    task, tour = service.tour()
    attention = service.read(task.name, tour.variant, *tour.inputs).map()
    assert attention is not None
    app = opened(part="tour")
    for number, sight in enumerate(tour.sights, 1):
        assert f"{number} of {len(tour.sights)}" in told(app)
        row = attention.queries.labels.index(sight.query)
        weight = attention.weights[row, attention.keys.labels.index(sight.key)] if sight.key else attention.rest[row]
        assert escape(f"{weight:.2f}") in told(app)
        if number < len(tour.sights):
            shown(app.button(key="learn_next").click().run())
    assert app.query_params["sight"] in (str(number), [str(number)])
    shown(next(button for button in app.button if button.label == "To the lessons").click().run())
    assert LESSONS[NAMES[0]][1].title in [one.value for one in app.subheader]
