"""What the task is."""

REVERSE = "attention/premise"  # the map of `two_way` whose queries are the premise's words
