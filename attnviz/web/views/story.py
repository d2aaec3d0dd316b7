"""Why there is attention, in two drawings: an input that is squeezed into one vector, and one that is looked back at.

They are drawings, not maps: no model has to do with them.
"""

from collections.abc import Iterator

from attnviz.figures.colours import Theme

WIDTH, HEIGHT = 260, 150

_COUNT, _TILE, _STEP = 9, 18, 26  # of the pieces of the input, which are also those of the output
_LEFT = (WIDTH - (_COUNT - 1) * _STEP - _TILE) / 2
_INPUT, _OUTPUT = 8, HEIGHT - _TILE - 8  # where their rows begin, from above
_LOOKS = (0, 1, 3, 2, 4, 5, 7, 6, 8)  # the place of the input that each piece of the output looks at
_CHOSEN = 3
_KEPT = 3  # pieces of the output that are still right without attention

SQUEEZED = (
    "A drawing: all pieces of a long input run into one small box, and from there to the output, whose later pieces "
    "fade."
)
ATTENDED = "A drawing: each piece of the output is linked to the pieces of the input that it looks at, one most of all."


def squeezed(theme: Theme) -> str:
    """An SVG of an encoder-decoder whose only link is one vector of a fixed length."""
    return _svg(_squeezed(theme))


def attended(theme: Theme) -> str:
    """An SVG of a decoder that looks back at every piece of the input."""
    return _svg(_attended(theme))


def _squeezed(theme: Theme) -> Iterator[str]:
    box, high = 44, 22
    x, y = WIDTH / 2, (HEIGHT - high) / 2
    for place in range(_COUNT):
        aim = x + (place - (_COUNT - 1) / 2) * 3
        yield _line(_centre(place), _INPUT + _TILE, aim, y, theme.muted, 1.2)
        sure = _sure(place)
        yield _line(aim, y + high, _centre(place), _OUTPUT, theme.muted, 1.2, sure)
        yield _tile(place, _INPUT, theme.lines[0])
        yield _tile(place, _OUTPUT, theme.lines[0], sure)
    yield f'<rect x="{x - box / 2}" y="{y}" width="{box}" height="{high}" rx="4" fill="{theme.outline}"/>'


def _attended(theme: Theme) -> Iterator[str]:
    top, bottom = _INPUT + _TILE, _OUTPUT
    for place, looks in enumerate(_LOOKS):
        if place != _CHOSEN:
            yield _line(_centre(looks), top, _centre(place), bottom, theme.muted, 1.6, 0.6)
    for other in range(_COUNT):
        wide = 5.0 if other == _LOOKS[_CHOSEN] else max(0.6, 2.0 - 0.35 * abs(other - _LOOKS[_CHOSEN]))
        yield _line(_centre(other), top, _centre(_CHOSEN), bottom, theme.outline, wide)
    for place in range(_COUNT):
        yield _tile(place, _INPUT, theme.outline if place == _LOOKS[_CHOSEN] else theme.lines[0])
        yield _tile(place, _OUTPUT, theme.outline if place == _CHOSEN else theme.lines[0])


def _sure(place: int) -> float:
    return 1.0 if place < _KEPT else max(0.12, 1.0 - 0.22 * (place - _KEPT + 1))


def _centre(place: int) -> float:
    return _LEFT + place * _STEP + _TILE / 2


def _tile(place: int, y: float, colour: str, opacity: float = 1.0) -> str:
    box = f'x="{_LEFT + place * _STEP}" y="{y}" width="{_TILE}" height="{_TILE}" rx="4"'
    return f'<rect {box} fill="{colour}" opacity="{opacity:.2f}"/>'


def _line(x: float, y: float, to_x: float, to_y: float, colour: str, wide: float, opacity: float = 1.0) -> str:
    middle = (y + to_y) / 2
    path = f'd="M{x} {y}C{x} {middle} {to_x} {middle} {to_x} {to_y}" fill="none"'
    return f'<path {path} stroke="{colour}" stroke-width="{wide:.2f}" opacity="{opacity:.2f}"/>'


def _svg(parts: Iterator[str]) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
