"""The page for an address that leads to no other one: it says so, and where to go."""

import streamlit as st

from attnviz import service
from attnviz.web import address, frame, style
from attnviz.web.text import escape, short

frame.draw()
style.heading("attnviz", "See what attention models look at.")
st.info(f"There is no page “{escape(short(address.page_asked_for()))}” here. Choose one:", icon=":material/explore:")
for task in service.TASKS:
    st.page_link(f"attnviz/web/pages/{task}.py")
