"""Curves by length as files: pictures for paper, and the numbers.

Importing this is cheap: what draws is imported at the call.
"""

from collections.abc import Sequence
from typing import Literal

from attnviz.export import numbers
from attnviz.figures.lengths import Curve

Format = Literal["png", "svg", "pdf", "csv"]
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf", "csv")


def save(curves: Sequence[Curve], format: Format, caption: str) -> bytes:
    """PNG (300 dpi), SVG and PDF with the caption below; CSV has a row for each variant and bin."""
    if format == "csv":
        rows = [(curve.variant, one.least, one.most, one.n, one.bleu) for curve in curves for one in curve.bins]
        return numbers.table(("variant", "least words", "most words", "sentences", "BLEU"), rows)
    from attnviz.figures import ink, lengths_paper

    return ink.save(lengths_paper.figure(curves, caption=caption), format)
