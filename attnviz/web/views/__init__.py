"""What a map and its words look like, one view in each file. A view in the browser brings its own CSS and JavaScript:
`photo.py` in files beside it, `words.py` and `bars.py` in themselves."""
