"""The page to learn from: a tour over a map; lessons, each a question that is answered before the map is shown;
attention in six steps; and what a teacher makes of the lessons."""

from typing import Literal

import streamlit as st

from attnviz import service
from attnviz.errors import BundleError, InputError
from attnviz.web import address, glossary, menu, start, style, theme
from attnviz.web.page import refuse
from attnviz.web.panels import lessons, steps, teaching, tour
from attnviz.web.session import Session
from attnviz.web.text import escape, short

LESSONS = service.lessons()
TASK = next(iter(service.TASKS.values()))  # whose examples the six steps are of
TOUR, LESSON, STEPS, TEACHERS = "tour", "lessons", "steps", "teachers"
PARTS = {TOUR: "Tour", LESSON: "Lessons", STEPS: "Six steps", TEACHERS: "For teachers"}
PARAMETERS = (
    address.one_of("part", list(PARTS), LESSON),
    address.one_of("lesson", list(LESSONS), next(iter(LESSONS))),
    address.names("list", []),  # those that a teacher chose; none stand for all
    tour.parameter(),
    *steps.parameters(TASK, lambda session: session["part"] == STEPS),
)
session = Session("learn", [*address.NAMES, *PARAMETERS, *tour.NAMES, *steps.NAMES, lessons.ANSWERS])


def choose(name: str) -> None:
    session["lesson"] = name


def row(names: list[str]) -> None:
    """The lessons, each with a mark where it is done."""
    key = f"examples_{session.owner}"
    with st.container(key=key, horizontal=True, vertical_alignment="center"):
        for name in names:
            _, lesson = LESSONS[name]
            icon = ":material/check:" if lessons.is_done(session, lesson) else None
            st.button(lesson.title, key=f"{session.owner}_lesson_{name}", icon=icon, on_click=choose, args=[name])
    style.chosen(f"{session.owner}_lesson_{session['lesson']}")


def turn(names: list[str]) -> None:
    """The lesson before and the one after."""
    place = names.index(session["lesson"])
    answered = lessons.is_done(session, LESSONS[session["lesson"]][1])
    with st.container(horizontal=True, gap="small", key=f"turn_{session.owner}"):
        if place > 0:
            st.button("Previous", icon=":material/arrow_back:", on_click=choose, args=[names[place - 1]])
        if place + 1 < len(names):
            after, icon = names[place + 1], ":material/arrow_forward:"
            look: Literal["primary", "secondary"] = "primary" if answered else "secondary"
            st.button("Next lesson", icon=icon, type=look, on_click=choose, args=[after])


def show_lesson() -> None:
    names = session["list"] or list(LESSONS)
    if session["lesson"] not in names:
        session["lesson"] = names[0]
    row(names)
    task, lesson = LESSONS[session["lesson"]]
    done = sum(lessons.is_done(session, LESSONS[name][1]) for name in names)
    st.subheader(lesson.title, anchor=False)
    st.caption(f"Lesson {names.index(lesson.name) + 1} of {len(names)}, {done} done · {escape(task.title)}")
    lessons.show(session, task, lesson)
    turn(names)


def begin() -> None:
    session["part"] = LESSON


style.page()
menu.close()
theme.follow()
problems = address.restore(session, PARAMETERS)
style.heading("Learn", "Guess where a model looks, then see where it looked.")
problems += [f"There is no lesson “{short(name)}”: it was left out." for name in session["list"] if name not in LESSONS]
session["list"] = [name for name in dict.fromkeys(session["list"]) if name in LESSONS]
for problem in problems:
    st.warning(escape(problem), icon=":material/link_off:")
with st.container(key=f"inline_{session.owner}_part", width="content"):
    st.segmented_control(
        "Part of the page",
        list(PARTS),
        required=True,
        key=session.key("part"),
        format_func=PARTS.__getitem__,
        label_visibility="collapsed",
    )
try:
    if session["part"] == TOUR:
        tour.show(session, *service.tour(), "To the lessons", begin)
    elif session["part"] == STEPS:
        steps.show(session, TASK)
    elif session["part"] == TEACHERS:
        teaching.show(session, LESSONS)
    else:
        show_lesson()
except (InputError, BundleError) as problem:
    refuse(problem)
glossary.show()
address.keep(session, PARAMETERS)
start.drawn()
