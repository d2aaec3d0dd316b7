"""The web app: the only place that imports Streamlit. Each page shows input, output, map, figures and saving in this
order (`page.py`); `pages/` says what differs."""
