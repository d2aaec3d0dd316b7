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
    """PNG (300 dpi), SVG or PDF with the caption below; the CSV has a row for each variant and bin."""
    if format == "csv":
        scores = curves[0].scores
        header = (
            "variant", f"least {scores.unit}", f"most {scores.unit}", "inputs",
            scores.figure, f"{scores.figure} by chance", "share that loops",
        )  # fmt: skip
        rows = [
            (curve.variant, part.least, part.most, part.n, part.value, _known(part.chance), _known(part.loops))
            for curve in curves
            for part in curve.scores.bins
        ]
        return numbers.table(header, rows)
    from attnviz.figures import ink, lengths_paper

    return ink.save(lengths_paper.figure(curves, caption=caption), format)


def _known(value: float | None) -> float | str:
    return "" if value is None else value
