"""What the task is."""

DISTRIBUTION = "attention/distribution"  # the map of `hard` that its cell was drawn from
