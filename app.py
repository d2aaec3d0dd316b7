"""The app's server: `streamlit run app.py`. What it shows is in `pages.py`."""

import streamlit as st

from attnviz.web.start import prepared

app = st.App("pages.py", lifespan=prepared)
