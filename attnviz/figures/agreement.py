"""How well the maps of a task's variants agree with what people marked: a dot for each variant on each set, beside what
needs no model; for the screen and for paper."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnviz.figures import chart, colours
from attnviz.tasks.base import Row

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAP = "the map"
_DIRECTIONS = {"higher": "further right is better", "lower": "further left is better"}
_TICKS = 5
# Signs of the map and of what it is compared with: in text, by plotly, and by matplotlib.
_MAPS = ("●", "circle", "o")
_GUESSES = (
    ("◇", "diamond-open", "D"),
    ("□", "square-open", "s"),
    ("△", "triangle-up-open", "^"),
    ("○", "circle-open", "o"),
    ("▽", "triangle-down-open", "v"),
)
_LINE, _AROUND = 22, 56  # px, of a row, and of the axis with its title
# Inches, on paper.
_WIDTH, _ROW, _MARGIN, _BELOW, _GAP = 4.5, 0.17, 0.12, 0.42, 0.08


@dataclass(frozen=True)
class Dot:
    """A variant's figure on a set. variant: its name, as a person calls it. row: the figure, and the guesses beside
    it."""

    variant: str
    row: Row


@dataclass(frozen=True)
class _Kind:
    """What stands in a column of signs: the map, or one of the guesses."""

    name: str
    sign: str
    symbol: str
    marker: str

    def value(self, dot: Dot) -> float | None:
        return dot.row.value if self.name == MAP else dot.row.baselines.get(self.name)


def dots(rows: Mapping[str, Sequence[Row]]) -> list[Dot]:
    """The dots of the first figure, set by set; a variant without a value has none.

    rows: of each variant, by its name as a person calls it.
    """
    every = [Dot(variant, row) for variant, of in rows.items() for row in of]
    first = [dot for dot in every if dot.row.figure == every[0].row.figure]
    return [
        dot
        for name in dict.fromkeys(dot.row.set for dot in first)
        for dot in first
        if dot.row.set == name and dot.row.value is not None
    ]


def direction(drawn: Sequence[Dot]) -> str:
    """Where the better values lie, in words."""
    return _DIRECTIONS[drawn[0].row.better]


def signs(drawn: Sequence[Dot]) -> str:
    """What each sign stands for, on one line."""
    return " · ".join(f"{kind.sign}\N{NO-BREAK SPACE}{kind.name}" for kind in _kinds(drawn))


def alt_text(drawn: Sequence[Dot]) -> str:
    """The chart in words, for those who don't see it."""
    told = [
        f"On {name}: {', '.join(f'{dot.variant} {dot.row.value:.3f}' for dot in of)}."
        for name, of in _sets(drawn).items()
    ]
    return f"Dots of {drawn[0].row.figure}, {direction(drawn)}. {' '.join(told)}"


def screen(drawn: Sequence[Dot], *, dark: bool) -> "go.Figure":
    """A line for each variant under the name of each set, with its sign and those of the guesses."""
    import plotly.graph_objects as go

    theme, figure = colours.theme(dark), go.Figure()
    heads, places, count = _places(drawn)
    for kind in reversed(_kinds(drawn)):  # the map's own dot lies on top
        known = [(value, place, dot) for place, dot in places if (value := kind.value(dot)) is not None]
        colour = _colour(kind, theme)
        figure.add_scatter(
            x=[value for value, _, _ in known],
            y=[place for _, place, _ in known],
            name=kind.name,
            mode="markers",
            marker={"symbol": kind.symbol, "size": 10, "color": colour, "line": {"width": 1.5, "color": colour}},
            hoverinfo="text",
            hovertext=[
                f"{dot.variant}, {dot.row.set}: {kind.name} {value:.3f} ({dot.row.n:,})" for value, _, dot in known
            ],
        )
    for place, name in heads:
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=place, text=f"<b>{name}</b>", showarrow=False, font={"size": 12}
        )
    ticks = _ticks(drawn)
    title = f"{drawn[0].row.figure}: {direction(drawn)}"
    figure.update_xaxes(title_text=title, range=_range(ticks), tickvals=ticks, gridcolor=theme.grid, **chart.AXIS)
    figure.update_yaxes(
        range=[count - 0.4, -0.6],
        tickvals=[place for place, _ in places],
        ticktext=[dot.variant for _, dot in places],
        gridcolor=theme.grid,
        automargin=True,
        **chart.AXIS,
    )
    figure.update_layout(**chart.layout(theme, _LINE * count + _AROUND))
    figure.update_layout(showlegend=False, margin={"l": 8, "r": 8, "t": 8, "b": 48})
    return figure


def paper(drawn: Sequence[Dot], *, caption: str) -> "Figure":
    """The same for paper, with what the signs stand for and the caption below."""
    from matplotlib.figure import Figure

    from attnviz.figures import ink

    with ink.drawing():
        heads, places, count = _places(drawn)
        below = ink.paragraphs(caption, _WIDTH - 2 * _MARGIN, before=[signs(drawn)])
        plot = _ROW * count
        height = 2 * _MARGIN + plot + _BELOW + _GAP + ink.room(below)
        sheet = Figure(figsize=(_WIDTH, height), facecolor="white")
        left = _MARGIN + max(ink.measure(dot.variant, ink.SMALL) for _, dot in places) + _GAP
        across = _WIDTH - left - _MARGIN
        axes = sheet.add_axes((left / _WIDTH, (height - _MARGIN - plot) / height, across / _WIDTH, plot / height))
        _draw(axes, drawn)
        axes.tick_params(length=0, labelsize=ink.SMALL, labelcolor=colours.LIGHT.text)
        for place, name in heads:
            axes.text(
                0, place, name, fontsize=ink.SMALL, weight="bold", va="center", transform=axes.get_yaxis_transform()
            )
        axes.set_ylim(count - 0.4, -0.6)
        axes.set_yticks([place for place, _ in places], [dot.variant for _, dot in places])
        axes.set_xlabel(f"{drawn[0].row.figure}: {direction(drawn)}", fontsize=ink.SMALL, color=colours.LIGHT.text)
        ink.write_paragraphs(sheet, _MARGIN, _MARGIN + plot + _BELOW + _GAP, below, colours.LIGHT.muted)
        return sheet


def _draw(axes: "Axes", drawn: Sequence[Dot]) -> None:
    _, places, _ = _places(drawn)
    for kind in reversed(_kinds(drawn)):
        known = [(value, place) for place, dot in places if (value := kind.value(dot)) is not None]
        colour = _colour(kind, colours.LIGHT)
        axes.scatter(
            [value for value, _ in known],
            [place for _, place in known],
            s=18,
            marker=kind.marker,
            facecolors=colour if kind.name == MAP else "none",
            edgecolors=colour,
            linewidths=0.8,
            zorder=3,
        )
    ticks = _ticks(drawn)
    axes.set_xlim(*_range(ticks))
    axes.set_xticks(ticks)
    axes.grid(color=colours.LIGHT.grid, linewidth=0.6)
    axes.spines[:].set_visible(False)


def _kinds(drawn: Sequence[Dot]) -> list[_Kind]:
    """The map, and the guesses that any dot is compared with."""
    guesses = dict.fromkeys(name for dot in drawn for name, value in dot.row.baselines.items() if value is not None)
    named = (_Kind(name, *_GUESSES[place % len(_GUESSES)]) for place, name in enumerate(guesses))
    return [_Kind(MAP, *_MAPS), *named]


def _sets(drawn: Sequence[Dot]) -> dict[str, list[Dot]]:
    by_set: dict[str, list[Dot]] = {}
    for dot in drawn:
        by_set.setdefault(dot.row.set, []).append(dot)
    return by_set


def _places(drawn: Sequence[Dot]) -> tuple[list[tuple[int, str]], list[tuple[int, Dot]], int]:
    """From the top: on which line the name of each set stands, and each dot; and how many lines there are."""
    heads: list[tuple[int, str]] = []
    places: list[tuple[int, Dot]] = []
    for line, one in enumerate(_lines(drawn)):
        if isinstance(one, Dot):
            places.append((line, one))
        else:
            heads.append((line, one))
    return heads, places, len(heads) + len(places)


def _lines(drawn: Sequence[Dot]) -> Iterator[str | Dot]:
    for name, of in _sets(drawn).items():
        yield name
        yield from of


def _ticks(drawn: Sequence[Dot]) -> list[float]:
    values = (kind.value(dot) for kind in _kinds(drawn) for dot in drawn)
    return chart.ticks((value for value in values if value is not None), _TICKS)


def _range(ticks: Sequence[float]) -> tuple[float, float]:
    """From 0 to the last tick, with room for a sign at each end."""
    return -0.03 * ticks[-1], 1.03 * ticks[-1]


def _colour(kind: _Kind, theme: colours.Theme) -> str:
    return theme.lines[0] if kind.name == MAP else theme.muted
