"""The page to learn from: a tour over a map; lessons, each a question that is answered before the map is shown;
attention in six steps; and what a teacher makes of the lessons."""

from typing import Literal

import streamlit as st

from attnviz import service
from attnviz.errors import BundleError, InputError
from attnviz.web import address, frame, glossary, in_sight, start, style
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
    lessons.answers(lesson for _, lesson in LESSONS.values()),
)
session = Session("learn", [*address.NAMES, *PARAMETERS, *tour.NAMES, *steps.NAMES])


def choose(name: str) -> None:
    session["lesson"] = name


def row(names: list[str]) -> None:
    """The lessons, each with a mark where it is done."""
    key = f"examples_{session.owner}"
    with st.container(key=key, horizontal=True, vertical_alignment="center"):
        for name in names:
            _, lesson = LESSONS[name]
            icon = f":material/{'check_circle' if lessons.is_done(session, lesson) else 'circle'}:"
            st.button(lesson.title, key=f"{session.owner}_lesson_{name}", icon=icon, on_click=choose, args=[name])
    chosen = f"{session.owner}_lesson_{session['lesson']}"
    style.chosen(chosen)
    in_sight.bring(chosen)


def turn(names: list[str], left: list[str]) -> None:
    """The lesson before, and the one after: behind the last one, the first that is left. left: those not done yet."""
    place = names.index(session["lesson"])
    after = next(iter(names[place + 1 :] or [name for name in left if name != names[place]]), None)
    with st.container(horizontal=True, gap="small", key=f"turn_{session.owner}"):
        if place > 0:
            st.button("Previous", icon=":material/arrow_back:", on_click=choose, args=[names[place - 1]])
        if after is not None:
            look: Literal["primary", "secondary"] = "secondary" if names[place] in left else "primary"
            st.button("Next lesson", icon=":material/arrow_forward:", type=look, on_click=choose, args=[after])


def show_end(count: int) -> None:
    """What to do when all lessons are done."""
    st.success("The lesson is done." if count == 1 else f"All {count} lessons are done.", icon=":material/school:")
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"end_{session.owner}"):
        st.button("Follow attention in six steps", icon=":material/stairs:", on_click=go, args=[STEPS])
        st.page_link(
            "attnviz/web/pages/compare.py", label="Compare variants on one input", icon=":material/arrow_forward:"
        )


def show_lesson() -> None:
    names = session["list"] or list(LESSONS)
    if session["lesson"] not in names:
        session["lesson"] = names[0]
    row(names)
    task, lesson = LESSONS[session["lesson"]]
    left = [name for name in names if not lessons.is_done(session, LESSONS[name][1])]
    st.subheader(lesson.title, anchor=False)
    st.caption(
        f"Lesson {names.index(lesson.name) + 1} of {len(names)}, {len(names) - len(left)} done · {escape(task.title)}"
    )
    lessons.show(session, task, lesson)
    turn(names, left)
    if not left:
        show_end(len(names))


def go(part: str) -> None:
    session["part"] = part


frame.draw()
answered = session["answers"]
problems = address.restore(session, PARAMETERS)
session["answers"] = answered | session["answers"]  # whoever goes back to an earlier view keeps what was done since
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
        tour.show(session, *service.tour(), "To the lessons", lambda: go(LESSON))
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
