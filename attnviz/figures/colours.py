"""The colours of every figure, on screen and on paper.

`SEQUENTIAL` is the one scale for weights, 0 to 1: equal steps are equally far apart in OKLab (Ottosson 2020), and red,
green and blue all fall along it, so a larger weight is further from the colour of 0 whichever way it is measured.
On a dark page it runs backwards: 0 lies near the page, 1 shines. Differences go from orange (negative) over the page's
own grey (0) to blue (positive), both arms by equal steps of the same length: safe for red-green blindness.

The weight on no input word (`rest`) takes the same scale, since one colour bar speaks for both; a gap and a muted
label set it apart.
"""

from dataclasses import dataclass

SEQUENTIAL = (
    "#f2f6f9", "#dae9f3", "#c1dcef", "#a9ceec", "#91c0e8", "#7bb2e3", "#66a3de", "#5394d6", "#4384cc",
    "#3773c0", "#2e64b2", "#2854a1", "#23468e", "#1f397a", "#1b2d65", "#172250", "#11183c",
)  # fmt: skip

_ORANGE_LIGHT = ("#7b3618", "#984416", "#af5a25", "#bf7443", "#c98f66", "#d2a98a", "#dcc3ae", "#e8dcd1")
_BLUE_LIGHT = ("#d3e1ef", "#b2cce7", "#91b7e1", "#71a2db", "#538cd4", "#3974c9", "#255db6", "#1a469d")
_ORANGE_DARK = ("#f7be83", "#e4a364", "#ce894b", "#b57139", "#995d30", "#7b4b2b", "#5e3b27", "#412c21")
_BLUE_DARK = ("#233148", "#2a446a", "#31598d", "#396fae", "#4787cb", "#5da0e1", "#7ab9f2", "#9cd1ff")


@dataclass(frozen=True)
class Theme:
    """The colours of a figure on one kind of page. Scales are equally spaced stops, from the lowest value up; lines are
    told apart by their markers too. band: behind lines, what may be chance."""

    weights: tuple[str, ...]
    differences: tuple[str, ...]
    page: str
    text: str
    muted: str
    outline: str
    grid: str
    band: str
    lines: tuple[str, ...]


LIGHT = Theme(
    weights=SEQUENTIAL,
    differences=(*_ORANGE_LIGHT, "#f6f6f6", *_BLUE_LIGHT),
    page="#ffffff",
    text="#262730",
    muted="#63666f",
    outline="#c2410c",
    grid="#e6e8ee",
    band="#c9ccd4",
    lines=("#255db6", "#c2410c", "#0f7b6c", "#8b3fa8"),
)
DARK = Theme(
    weights=SEQUENTIAL[::-1],
    differences=(*_ORANGE_DARK, "#20212a", *_BLUE_DARK),
    page="#14161d",
    text="#e8eaf0",
    muted="#a5a9b4",
    outline="#ffb454",
    grid="#2a2d38",
    band="#454955",
    lines=("#7ab9f2", "#ffb454", "#4fcbb8", "#cf9be6"),
)


def theme(dark: bool) -> Theme:
    return DARK if dark else LIGHT


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a colour such as "#f2f6f9"."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def ink(background: str) -> str:
    """Black or white, whichever is read better on the colour: the better contrast by relative luminance (WCAG 2)."""
    channels = (channel / 255 for channel in rgb(background))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    luminance = sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#000000" if luminance > 0.179 else "#ffffff"
