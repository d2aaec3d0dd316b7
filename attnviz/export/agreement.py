"""The chart of how well maps agree with what people marked, as a picture for paper.

Importing this is cheap: what draws is imported at the call.
"""

from collections.abc import Sequence
from typing import Literal

from attnviz.figures.agreement import Dot

Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf")


def save(dots: Sequence[Dot], format: Format, caption: str) -> bytes:
    """PNG (300 dpi), SVG or PDF, with what the signs stand for and the caption below."""
    from attnviz.figures import agreement, ink

    return ink.save(agreement.paper(dots, caption=caption), format)
