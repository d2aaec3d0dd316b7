"""What a map and its words look like: one view in each file, with its JavaScript beside it."""
