"""Runs the terminal's commands as `python -m attnviz`."""

from attnviz.cli import app

app(prog_name="python -m attnviz")
