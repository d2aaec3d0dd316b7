"""Text on figures for paper, measured, wrapped and written in inches; and the figures' files.

Words stay words in SVG and PDF. Matplotlib's object API is used throughout, since pyplot keeps global state.
"""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

DPI = 300
Format = Literal["png", "svg", "pdf"]
TITLE, SENTENCE, SMALL = 10.0, 8.5, 7.0  # points
LEADING = 1.4

_SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "text.usetex": False,
    "text.parse_math": False,  # a dollar sign is a dollar sign
    "svg.fonttype": "none",
    "svg.hashsalt": "attnviz",
    "pdf.fonttype": 42,
}
# Matplotlib's settings and Python's warning filters belong to the whole process, and visitors draw in threads.
_PROCESS = threading.Lock()


def save(figure: Figure, format: Format) -> bytes:
    """The file as bytes: PNG at 300 dpi, SVG or PDF. The same figure gives the same bytes: no dates are written."""
    dates: dict[str, dict[str, None]] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
    buffer = io.BytesIO()
    with drawing():
        figure.savefig(buffer, format=format, dpi=DPI, metadata=dates[format])
    return buffer.getvalue()


@contextmanager
def drawing() -> Iterator[None]:
    """Everything that measures, draws or saves a figure runs in this context: settings hold for the whole process."""
    with _PROCESS, mpl.rc_context(_SETTINGS), warnings.catch_warnings():
        # A sign that the font lacks is drawn as an empty box in PNG; SVG keeps the sign itself.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from", category=UserWarning)
        yield


def write(
    figure: Figure, x: float, y: float, text: str, size: float, colour: str, *, at: Literal["top", "baseline"] = "top"
) -> None:
    """Write the text with its upper left corner, or the beginning of its baseline, x, y inches from the figure's upper
    left corner."""
    width, height = figure.get_size_inches()
    figure.text(x / width, 1 - y / height, text, fontsize=size, color=colour, va=at, linespacing=LEADING)


def measure(text: str, size: float) -> float:
    """The width of the text in inches; size is that of the font in points."""
    return float(_ruler().get_text_width_height_descent(text, FontProperties(size=size), ismath=False)[0]) / DPI


@cache
def _ruler() -> Any:
    """The renderer that measures text. It has the resolution of the PNG: at a lower one letters are rounded to other
    widths."""
    return RendererAgg(DPI, DPI, DPI)  # type: ignore[no-untyped-call]


def wrap(text: str, size: float, width: float) -> list[str]:
    """The text in lines of at most `width` inches; a longer word has a line of its own."""
    lines: list[str] = []
    for word in text.split():
        if lines and measure(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
