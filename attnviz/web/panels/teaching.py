"""For teachers: lessons to choose, a link to them, and a sheet of their questions to print."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from attnviz import service
from attnviz.analysis.wording import sentence_case
from attnviz.export import worksheet
from attnviz.export.worksheet import Exercise
from attnviz.tasks.base import Task, source_of
from attnviz.tasks.lesson import Lesson
from attnviz.web import address, style
from attnviz.web.files import copied
from attnviz.web.panels.lessons import example_of, letter, names_of_inputs
from attnviz.web.session import Session
from attnviz.web.text import escape

_LEAST = 300  # px that a column of lessons needs


def show(session: Session, lessons: Mapping[str, tuple[Task, Lesson]]) -> None:
    """Draw the choice of lessons, which is the page's list, and what is made of it."""
    st.markdown("Choose lessons, and give your class the link: it opens these lessons alone, in this order.")
    halves = [list(lessons)[: -(-len(lessons) // 2)], list(lessons)[-(-len(lessons) // 2) :]]
    wanted = session["list"] or list(lessons)
    chosen: list[str] = []
    for names, column in zip(halves, style.row(f"{session.owner}_choose", len(halves), _LEAST), strict=True):
        with column:
            for name in names:
                task, lesson = lessons[name]
                if st.checkbox(
                    f"**{lesson.title}** · {escape(task.title)}",
                    value=name in wanted,
                    key=f"{session.owner}_list_{name}",
                ):
                    chosen.append(name)
                st.caption(escape(lesson.question))
    if not chosen:
        st.info("Choose at least one lesson.", icon=":material/touch_app:")
        return
    session["list"] = [] if len(chosen) == len(lessons) else chosen
    link = address.link_to({"list": ",".join(chosen)} if session["list"] else {})
    st.markdown("**The link**")
    st.code(link, language=None, wrap_lines=True)
    if copied.is_local(link):
        st.caption(copied.ONLY_HERE)
    st.markdown(
        "**The sheet** has the questions with room for answers, and no solutions. Open it in a browser to print it."
    )
    # Streamlit knows the address while it runs the page, and no longer when the sheet is made.
    links = {name: address.link_to({"lesson": name}) for name in chosen}
    st.download_button(
        "Save the sheet",
        lambda: worksheet.page([exercise(*lessons[name], link) for name, link in links.items()]),
        file_name="attnviz-questions.html",
        mime="text/html",
        type="primary",
        icon=":material/print:",
        on_click="ignore",
        key=f"{session.owner}_sheet",
    )


def exercise(task: Task, lesson: Lesson, link: str) -> Exercise:
    """The lesson's question, with its address. Where outputs are to be compared, they are there: the models write them
    now."""
    texts, photo = [], None
    read = [service.read(task.name, variant, source_of(lesson.inputs)) for variant in _needed(task, lesson)]
    for kind, name, given in zip(task.inputs, names_of_inputs(task, lesson, read), lesson.inputs, strict=True):
        if kind == "photo":
            photo = Path(given).read_bytes()
        elif kind == "sound":
            texts.append((sentence_case(name), "listen to it at the address below"))
        else:
            texts.append((sentence_case(name), given))
    if lesson.unnamed:
        for place, reading in enumerate(read):
            texts.append((f"{sentence_case(task.output)} {letter(place)}", reading.output.text))
    example = example_of(task, lesson)
    credit = "" if example is None else example.credit
    return Exercise(lesson.title, texts, lesson.question, lesson.choices, link, photo, credit)


def _needed(task: Task, lesson: Lesson) -> Sequence[str]:
    """The variants whose readings a sheet needs: all where their outputs are compared, and else one with a map where
    that says what a single text is called."""
    if lesson.unnamed:
        return lesson.variants
    single_text = len(task.inputs) == 1 and not task.opens
    attentive = {variant.name for variant in task.variants if variant.attentive}
    return [name for name in lesson.variants if name in attentive][:1] if single_text else []
