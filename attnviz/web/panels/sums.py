"""One line at a map whose rows don't sum to 1."""

from attnviz import service
from attnviz.attention import AttentionMap
from attnviz.figures import maps
from attnviz.reading import Reading
from attnviz.web.text import escape


def told(reading: Reading, attention: AttentionMap | None) -> str:
    """Markdown that says what the rows of a reading's map sum to, and why; empty where that is 1."""
    sums = "" if attention is None else maps.sums_told(attention, reading.name)
    task = service.TASKS.get(reading.task)
    variant = task.variant(reading.variant) if task else None
    return escape(f"{sums} {variant.sums if variant else ''}") if sums else ""
