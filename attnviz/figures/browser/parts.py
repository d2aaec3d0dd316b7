"""What a browser needs to draw a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """A figure that a browser draws. html: an empty place for it. js: a module whose default export is called with its
    data, with the element that holds `html`, and with a function that takes what was clicked."""

    name: str
    html: str
    css: str
    js: str


def figure(name: str, html: str, css: Sequence[str], js: Sequence[str]) -> Figure:
    """The figure of that name. css, js: the files beside this one that are joined, without their endings."""
    return Figure(name, html, _joined(css, "css"), _joined(js, "js"))


def _joined(names: Sequence[str], ending: str) -> str:
    return "\n".join(file(f"{name}.{ending}") for name in names)


def file(name: str) -> str:
    """The text of a file beside this one."""
    return (Path(__file__).parent / name).read_text("utf-8")
