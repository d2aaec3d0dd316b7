"""The page about attnviz itself: privacy, how to cite it, licences, and for each task its papers and model cards."""

import re
from pathlib import Path

import streamlit as st

import attnviz
from attnviz import bundles, service
from attnviz.analysis.wording import sentence_case
from attnviz.tasks.base import VERSION, Task
from attnviz.web import address, frame, glossary, start, style
from attnviz.web.inputs import tasks
from attnviz.web.panels import cards
from attnviz.web.session import Session
from attnviz.web.text import escape

PACKAGE = Path(attnviz.__file__).parent
REPOSITORY = PACKAGE.parent
READABLE = 760  # px of a line that is read well
PARAMETERS = (address.one_of("task", list(service.TASKS), next(iter(service.TASKS))),)
session = Session("about", [*address.NAMES, *PARAMETERS])

CITATIONS = {"BibTeX": ("CITATION.bib", "latex"), "Citation file (CFF)": ("CITATION.cff", "yaml")}

PRIVACY = f"""
- What you give is read on the computer that runs attnviz, and goes nowhere else: attnviz asks no other server and
  counts no visits.
- Photos, recordings and files of yours stay in the memory of your session and go with it. Texts, those of a table too,
  stay in memory with what was read in them for two hours at most after you have left, so that nobody waits twice.
- A text of up to {address.MOST_CHARACTERS:,} characters stands in the page's address, so that the link reopens it. So
  your browser's history keeps it, and whoever gets the link can read it.
"""


def show_citation() -> None:
    st.markdown("Cite attnviz, and also the paper whose attention you show, as it is named above.")
    for tab, (name, language) in zip(st.tabs(list(CITATIONS)), CITATIONS.values(), strict=True):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        tab.code(text, language=language, wrap_lines=True)


def show_licences() -> None:
    st.markdown(
        "- **Code**: Apache-2.0.\n"
        "- **Trained weights**: research and non-commercial use. They were learned from texts, photos and recordings "
        "whose owners set terms of their own.\n"
        "- **Examples and dictionaries**: as their authors say."
    )
    show_file("Where the weights come from, and their terms", bundles.PRETRAINED / "LICENSE.md")
    for path in sorted(PACKAGE.rglob("CREDITS.md")):
        show_file(first_line(path), path)
    for path in sorted((PACKAGE / "tasks").rglob("LICENSE")):
        show_file(f"Licence of the {path.parent.name}", path)
    show_file("Licence of the code", REPOSITORY / "LICENSE")


def show_file(label: str, path: Path) -> None:
    """A file, one click away: Markdown as it is meant, with small headings, and any other text as it stands."""
    with st.expander(label):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            st.markdown(re.sub(r"^#+ ", "###### ", text, flags=re.MULTILINE))
        else:
            st.code(text, language=None, wrap_lines=True)


def first_line(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def show_task(task: Task) -> None:
    """Where each way to pay attention is from that can be chosen, and what the models can and can't do."""
    there = service.variants(task.name)
    lines = (f"- **{escape(sentence_case(one.called))}**: {one.paper}" for one in task.variants if one.name in there)
    st.markdown("\n".join(lines))
    st.caption(
        "The card of each model, with its data and its scores, is in here, as at the foot of the task's own page:"
    )
    cards.show(task, there)
    st.page_link(f"attnviz/web/pages/{task.name}.py", label=escape(task.title), icon=":material/arrow_forward:")


frame.draw()
problems = address.restore(session, PARAMETERS)
style.heading("About attnviz", f"Version {VERSION}. See what an attention model looks at, and how far to believe it.")
for problem in problems:
    st.warning(escape(problem), icon=":material/link_off:")
with st.container(width=READABLE, key="about"):
    st.subheader("Privacy", anchor="privacy")
    st.markdown(PRIVACY)
    st.subheader("Papers and model cards", anchor="cards")
    tasks.choose(session.owner, session.key("task"))
    show_task(service.TASKS[session["task"] or PARAMETERS[0].first])
    st.subheader("How to cite", anchor="cite")
    show_citation()
    st.subheader("Licences", anchor="licences")
    show_licences()
glossary.show()
address.keep(session, PARAMETERS)
start.drawn()
