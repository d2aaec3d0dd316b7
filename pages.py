"""The app's pages, in order. `app.py` runs them."""

import streamlit as st

from attnviz.web import address

ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><rect width="2" height="2" fill="#c1dcef"/>
<rect width="1" height="1" fill="#1f397a"/><rect x="1" y="1" width="1" height="1" fill="#4384cc"/></svg>"""

st.set_page_config(page_title="attnviz", page_icon=ICON, layout="wide")
HOME = "attnviz/web/pages/home.py"
pages = [
    st.Page(HOME, title="Home", url_path="", default=True),
    st.Page("attnviz/web/pages/translation.py", title="Translation"),
    st.Page("attnviz/web/pages/captions.py", title="Captions"),
    st.Page("attnviz/web/pages/entailment.py", title="Entailment"),
    st.Page("attnviz/web/pages/speech.py", title="Speech"),
    st.Page("attnviz/web/pages/summaries.py", title="Summaries"),
    st.Page("attnviz/web/pages/learn.py", title="Learn"),
    st.Page("attnviz/web/pages/compare.py", title="Compare"),
    st.Page("attnviz/web/pages/evidence.py", title="Evidence"),
    st.Page("attnviz/web/pages/about.py", title="About"),
]
# For an address that leads to no page, Streamlit would lay a dialog over the first one.
asked = address.page_asked_for()
if asked not in [page.url_path for page in pages]:
    file = HOME if asked == "home" else "attnviz/web/pages/unknown.py"
    pages.append(st.Page(file, title="attnviz", url_path=asked, visibility="hidden"))
page = st.navigation(pages, position="top")
address.enter(page.url_path)
page.run()
