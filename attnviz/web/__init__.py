"""The web app. Inside the package, only this folder imports Streamlit.

`page.py` has the order of every task's page: input, variants, output, maps, saving, opening a saved reading, limits.
`pages/` says what differs.
"""
