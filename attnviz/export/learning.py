"""Learning curves as files: pictures for paper, and the numbers.

Importing this is cheap: what draws is imported at the call.
"""

from collections.abc import Sequence

from attnviz.export import numbers
from attnviz.export.lengths import Format
from attnviz.figures.learning import Line


def save(lines: Sequence[Line], figure: str, format: Format, caption: str) -> bytes:
    """PNG (300 dpi), SVG or PDF with the caption below; the CSV has a row for each variant and step. figure: what the
    values are."""
    if format == "csv":
        rows = [(line.variant, step, value) for line in lines for step, value in line.points]
        return numbers.table(("variant", "step", figure), rows)
    from attnviz.figures import ink, learning

    return ink.save(learning.paper(lines, figure, caption=caption), format)
