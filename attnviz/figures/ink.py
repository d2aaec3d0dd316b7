"""Text on figures for paper, measured, wrapped and written in inches; and the figures' files.

Words stay words in SVG and PDF. Matplotlib's object API is used throughout, since pyplot keeps global state.
"""

import io
import math
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from PIL import ImageFont

DPI = 300
Format = Literal["png", "svg", "pdf"]
TITLE, SENTENCE, SMALL, FINE = 10.0, 8.5, 7.0, 5.5  # points
LEADING = 1.4
FONT = "DejaVu Sans"  # comes with matplotlib

_SETTINGS: Any = {
    "font.family": FONT,
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
        # A sign that no font has is drawn as an empty box in PNG and PDF, and the caption says so; SVG keeps the sign.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from", category=UserWarning)
        yield


def write(
    figure: Figure, x: float, y: float, text: str, size: float, colour: str, *, at: Literal["top", "baseline"] = "top"
) -> None:
    """Write the text with its upper left corner, or the beginning of its baseline, x, y inches from the figure's upper
    left corner."""
    width, height = figure.get_size_inches()
    figure.text(
        x / width, 1 - y / height, text, fontsize=size, color=colour, va=at, linespacing=LEADING, family=fonts(text)
    )


def whole(side: float) -> float:
    """A side of a figure in inches, or a little more: hundredths of an inch are whole pixels at 300 dpi, so that the
    positions of pixels are exact."""
    return math.ceil(round(100 * side, 6)) / 100


@lru_cache(maxsize=8192)
def measure(text: str, size: float) -> float:
    """The width of the text in inches; size is that of the font in points."""
    return (
        float(
            _ruler().get_text_width_height_descent(text, FontProperties(family=fonts(text), size=size), ismath=False)[0]
        )
        / DPI
    )


@cache
def _ruler() -> Any:
    """The renderer that measures text. It has the resolution of the PNG: at a lower one letters are rounded to other
    widths."""
    return RendererAgg(DPI, DPI, DPI)  # type: ignore[no-untyped-call]


def wrap(text: str, size: float, width: float) -> list[str]:
    """The text in lines of at most `width` inches; a longer word has a line of its own."""
    lines: list[str] = []
    space, end = measure("n n", size) - 2 * measure("n", size), 0.0
    for word in text.split():
        long = measure(word, size)
        if lines and end + space + long <= width:
            lines[-1] += f" {word}"
            end += space + long
        else:
            lines.append(word)
            end = long
    return lines


def paragraphs(caption: str, width: float, before: Sequence[str] = ()) -> list[tuple[list[str], float]]:
    """The lines of each paragraph of a caption, and the size of their type: the first is small, the others are fine
    print. before: more paragraphs in small type."""
    told, *fine = caption.split("\n")
    sized = [*((paragraph, SMALL) for paragraph in (*before, told)), *((paragraph, FINE) for paragraph in fine)]
    return [(wrap(text, size, width), size) for text, size in sized if text]


def room(paragraphs: Sequence[tuple[list[str], float]]) -> float:
    """The height of paragraphs in inches."""
    return sum(len(lines) * size * LEADING / 72 for lines, size in paragraphs)


def write_paragraphs(
    figure: Figure, x: float, y: float, paragraphs: Sequence[tuple[list[str], float]], colour: str
) -> None:
    """Write paragraphs one below another; x, y as for `write`."""
    for lines, size in paragraphs:
        write(figure, x, y, "\n".join(lines), size, colour)
        y += len(lines) * size * LEADING / 72


def fonts(text: str) -> list[str]:
    """The fonts that the text is written in: the usual one, and installed ones for the signs that it lacks."""
    lacking = _lacking(text)
    return [FONT, *dict.fromkeys(_elsewhere()[ord(sign)] for sign in lacking if ord(sign) in _elsewhere())]


def missing(text: str) -> str:
    """The signs of the text that no font here has, each once."""
    return "".join(sign for sign in _lacking(text) if ord(sign) not in _elsewhere())


def font_file(text: str) -> str:
    """The file of the font that has most of the text's signs which the usual one lacks; of the usual one if it has
    all."""
    return fontManager.findfont(FontProperties(family=fonts(text)[-1]))


def pillow_font(size: int, text: str = "") -> ImageFont.FreeTypeFont:
    """The same font as Pillow draws it, or for a text with signs that it lacks, the one of `font_file`. size: px."""
    return _opened(font_file(text), size)


@cache
def _opened(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size)


def _lacking(text: str) -> list[str]:
    """The signs that the usual font lacks, each once."""
    return [sign for sign in dict.fromkeys(text) if ord(sign) not in _usual() and not sign.isspace()]


@cache
def _usual() -> frozenset[int]:
    return frozenset(get_font(fontManager.findfont(FontProperties(family=FONT))).get_charmap())


@cache
def _elsewhere() -> Mapping[int, str]:
    """For each sign that the usual font lacks, an installed font that has it.

    Fonts of coloured pictures are left out, because matplotlib can't draw them; and so is the one that has a box for
    every sign.
    """
    found: dict[int, str] = {}
    for entry in sorted(fontManager.ttflist, key=lambda entry: (entry.style != "normal", entry.weight != 400)):
        if "Color" in entry.name or "Last Resort" in entry.name:
            continue
        try:
            signs = get_font(entry.fname).get_charmap()
        except (OSError, RuntimeError):
            continue  # a file that is gone or broken
        for sign in signs.keys() - _usual():
            found.setdefault(sign, entry.name)
    return found
