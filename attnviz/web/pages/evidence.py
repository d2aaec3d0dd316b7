"""The page of evidence: for each task, how good its variants are, how far their maps can be believed, and how they
learned. All numbers are those of the bundles."""

import streamlit as st

from attnviz import service
from attnviz.web import address, frame, glossary, start, style
from attnviz.web.inputs import tasks
from attnviz.web.panels import chance, compared, learning, lengths, tables
from attnviz.web.session import Session
from attnviz.web.text import escape

PARAMETERS = (address.one_of("task", list(service.TASKS), next(iter(service.TASKS))),)
session = Session("evidence", [*address.NAMES, *PARAMETERS])

frame.draw()
problems = address.restore(session, PARAMETERS)
style.heading("Evidence", "How good the models are, how far their maps can be believed, and how they learned.")
tasks.choose(session.owner, session.key("task"))
for problem in problems:
    st.warning(escape(problem))
task = service.TASKS[session["task"] or PARAMETERS[0].first]
names, key = service.variants(task.name), f"evidence_{task.name}"

st.subheader("How good are the outputs?", anchor="outputs")
tables.readable(task, names, compared.outputs, key)
st.subheader("Attention taking shape", anchor="shape")
tables.readable(task, names, lambda task, names, key: learning.taking_shape(session, task, names), key)
st.subheader("How far can the maps be believed?", anchor="maps")
tables.readable(task, names, compared.maps, key)
st.subheader("How did they learn?", anchor="learning")
tables.readable(task, names, learning.curves, key)
by_length = lengths.curves(task)
if by_length:
    st.subheader("What does length do?", anchor="length")
    lengths.draw(key, task, by_length)
st.subheader("How much is chance?", anchor="seeds")
tables.readable(task, names, chance.show, key)
if task.published:
    st.subheader("What do the papers report?", anchor="papers")
    compared.papers(task, key)
glossary.show()
address.keep(session, PARAMETERS)
start.drawn()
