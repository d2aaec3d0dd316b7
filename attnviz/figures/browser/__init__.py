"""Figures that a browser draws: a script and a style sheet for each, and the data that they take.

The app's components and the self-contained page (`export/html.py`) draw by the same scripts. A script gets its data,
writes texts as texts and never as markup, and tells what was clicked; it asks no server.
"""
