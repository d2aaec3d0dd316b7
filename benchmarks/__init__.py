"""How fast it is, how much memory it takes: one command, `python -m benchmarks`.

To add a figure: a function that takes Settings and yields Rows, and a line in FIGURES (`__main__.py`).
"""
