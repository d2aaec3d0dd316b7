"""A sound and the maps over it for paper: waveform, spectrogram and maps one below another on one time axis in seconds.

Everything is placed in inches. Rows become lower until the figure fits its paper; where they are too low for labels,
only some have one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from attnviz.attention import AttentionMap
from attnviz.axes import Frames
from attnviz.figures import colour_bar, ink, maps, sound, words
from attnviz.figures.colours import LIGHT
from attnviz.figures.drawing import PAPERS, Paper
from attnviz.media import Sound
from attnviz.reading import Pieces

# Inches.
_MARGIN, _GAP, _LEFT = 0.12, 0.1, 0.55
_WAVE, _SPECTRUM = 0.4, 0.65
_ROW = (0.008, 0.15)  # the least and the usual height of a row
_AXIS = 0.36  # the time axis with its title
_BAR_ROOM = 0.5
_LONGEST_LABEL, _LONGEST_TITLE = 12, 100
_LEAST_FONT, _LARGEST_FONT = 5.0, 8.0  # points
_MOST_PEAKS = 2_000  # columns of the waveform: more than there are pixels

_GREYS = LinearSegmentedColormap.from_list("sound", [LIGHT.page, LIGHT.text])


@dataclass(frozen=True)
class Track:
    """One map of a figure, or the output of a variant without any. difference: the map is alpha_a - alpha_b and takes
    the diverging scale. stretch: the colours end at the map's own largest value instead of 1. strongest: how many keys
    of each row are shown, 0 for all."""

    title: str
    output: Pieces
    map: AttentionMap | None
    difference: bool = False
    stretch: bool = False
    strongest: int = 0


def figure(heard: Sound, tracks: Sequence[Track], *, caption: str | None, paper: Paper = PAPERS["page"]) -> Figure:
    """The sound, the tracks below it, and the caption: its first line in small type, further ones in fine print.

    Tracks on one scale share one colour bar; where they are stretched apart, each has its own. Raises InputError where
    the sound is damaged.
    """
    samples = sound.samples_of(heard)
    with ink.drawing():
        sheet = _Sheet(tracks, caption or "", paper)
        page = Figure(figsize=(sheet.width, sheet.height), facecolor="white")
        page.set_label("sound")
        y = _MARGIN
        axes = [_axes(page, y, _WAVE, "waveform"), _axes(page, y + _WAVE, _SPECTRUM, "spectrogram")]
        _draw_wave(axes[0], samples, heard)
        _draw_spectrogram(axes[1], samples, heard)
        y += _WAVE + _SPECTRUM + (0 if sheet.mapped else _AXIS)
        for block in sheet.blocks:
            if below := block.draw(page, y, heard):
                axes.append(below)
            y += block.height
        for one in axes:
            one.set_xlim(heard.start, heard.start + heard.seconds)
            if one is not axes[-1]:
                one.tick_params(axis="x", length=0, labelbottom=False)
        axes[-1].set_xlabel("seconds", fontsize=ink.SMALL, color=LIGHT.muted, labelpad=2)
        ink.write_paragraphs(page, _MARGIN, y, sheet.text, LIGHT.muted)
        return page


class _Sheet:
    """Blocks below the sound, and the text below them, in inches. mapped: those with a map. The time axis stands below
    the last of them, and the blocks without a map below it, because what they say has no time."""

    def __init__(self, tracks: Sequence[Track], caption: str, paper: Paper) -> None:
        self.width = ink.whole(paper.width)
        inner = paper.width - 2 * _MARGIN
        blocks = [_Block(track, inner) for track in tracks]
        self.mapped = [block for block in blocks if block.scale is not None]
        self.blocks = [*self.mapped, *(block for block in blocks if block.scale is None)]
        shared = len({block.scale for block in self.mapped}) == 1
        for block in self.mapped:
            block.axis = block is self.mapped[-1]
            block.bar = block.axis or not shared
        self.text = ink.paragraphs(caption, inner)
        room = 2 * _MARGIN + _WAVE + _SPECTRUM + (0 if self.mapped else _AXIS) + ink.room(self.text)
        rows = sum(block.rows for block in self.blocks)
        free = paper.height - room - sum(block.height for block in self.blocks)
        for block in self.mapped:
            block.row = min(max(free / max(rows, 1), _ROW[0]), _ROW[1])
        self.height = ink.whole(room + sum(block.height for block in self.blocks))


class _Block:
    """A track with the room that it takes, in inches: title, map, time axis and colour bar, from the top down.

    The sheet says how high a row is, and whether there is an axis and a bar."""

    def __init__(self, track: Track, inner: float) -> None:
        self.track = track
        self.row, self.rows = 0.0, 0
        self.axis = self.bar = False
        self.scale: maps.Scale | None = None
        self.title = ink.wrap(words.cut(words.shown(track.title), _LONGEST_TITLE), ink.SENTENCE, inner)
        self.written: list[str] = []
        if track.map is None or not track.map.weights.size:
            told = f"{words.shown(track.output.text)}. {maps.NO_MAP}." if track.map is None else "There are no rows."
            self.written = ink.wrap(told, ink.SMALL, inner)
            return
        self.rows = len(track.map.queries)
        self.scale = maps.scale_of(track.map, stretch=track.stretch, difference=track.difference)

    @property
    def head(self) -> float:
        return _GAP + len(self.title) * ink.SENTENCE * ink.LEADING / 72

    @property
    def height(self) -> float:
        written = len(self.written) * ink.SMALL * ink.LEADING / 72
        return self.head + written + self.rows * self.row + _AXIS * self.axis + _BAR_ROOM * self.bar

    def draw(self, page: Figure, y: float, heard: Sound) -> Axes | None:
        """Draw with the upper edge y inches below that of the figure. Returns the map's axes."""
        ink.write(page, _MARGIN, y + _GAP / 2, "\n".join(self.title), ink.SENTENCE, LIGHT.text)
        ink.write(page, _MARGIN, y + self.head, "\n".join(self.written), ink.SMALL, LIGHT.muted)
        attention = self.track.map
        if attention is None or self.scale is None:
            return None
        axes = _axes(page, y + self.head, self.rows * self.row, "map")
        colours = colour_bar.colours(self.scale, difference=self.track.difference)
        self._draw_map(axes, attention, colours, heard)
        if self.bar:
            bar = y + self.height - _BAR_ROOM + 0.02
            colour_bar.draw(page, _MARGIN + _LEFT, bar, self.scale.label, colours)
        return axes

    def _draw_map(self, axes: Axes, attention: AttentionMap, colours: ScalarMappable, heard: Sound) -> None:
        frames, weights = attention.keys, attention.weights
        assert isinstance(frames, Frames)
        if self.track.strongest:
            weights = np.ma.masked_where(~maps.strongest(attention, self.track.strongest).cells, weights)
        start = heard.start + frames.start
        look: dict[str, Any] = {"cmap": colours.cmap, "norm": colours.norm, "aspect": "auto", "interpolation": "none"}
        axes.imshow(weights, extent=(start, start + len(frames) * frames.step, self.rows - 0.5, -0.5), **look)
        axes.set_ylim(self.rows - 0.5, -0.5)
        font = min(_LARGEST_FONT, max(_LEAST_FONT, self.row * 72 * 0.75))
        every = math.ceil(font / (self.row * 72 * 0.95))
        places = range(0, self.rows, every)
        labels = [words.cut(words.shown(attention.queries.labels[place]), _LONGEST_LABEL) for place in places]
        axes.set_yticks(list(places), labels)
        axes.tick_params(axis="y", length=0, pad=3, labelsize=font, labelcolor=LIGHT.text)
        for label in axes.get_yticklabels():
            label.set_fontfamily(ink.fonts(label.get_text()))
        if self.row * 72 >= _LEAST_FONT:
            axes.hlines(np.arange(1, self.rows) - 0.5, *axes.get_xlim(), colors=LIGHT.page, linewidth=0.4)


def _axes(page: Figure, y: float, tall: float, label: str) -> Axes:
    """Axes over the whole time, with the upper edge y inches below that of the figure."""
    width, height = page.get_size_inches()
    left, across = _MARGIN + _LEFT, width - 2 * _MARGIN - _LEFT
    axes = page.add_axes((left / width, 1 - (y + tall) / height, across / width, tall / height), label=label)
    axes.spines[:].set_visible(False)
    axes.tick_params(axis="x", length=2, pad=2, labelsize=ink.SMALL, labelcolor=LIGHT.muted, color=LIGHT.muted)
    axes.tick_params(axis="y", length=0, pad=3, labelsize=ink.SMALL, labelcolor=LIGHT.muted)
    return axes


def _draw_wave(axes: Axes, samples: sound.Samples, heard: Sound) -> None:
    peaks = sound.peaks(samples, min(_MOST_PEAKS, len(samples)))
    times = heard.start + (np.arange(len(peaks)) + 0.5) / len(peaks) * heard.seconds
    axes.fill_between(times, peaks[:, 0], peaks[:, 1], color=LIGHT.muted, linewidth=0.3)
    loudest = float(np.abs(peaks).max(initial=0.0)) or 1.0
    axes.set_ylim(-loudest, loudest)
    axes.set_yticks([0], ["sound"])


def _draw_spectrogram(axes: Axes, samples: sound.Samples, heard: Sound) -> None:
    shades = sound.spectrogram(samples, heard.rate)
    axes.imshow(
        shades,
        extent=(heard.start, heard.start + heard.seconds, -0.5, sound.MELS - 0.5),
        cmap=_GREYS,
        vmin=0,
        vmax=1,
        aspect="auto",
        interpolation="none",
        origin="lower",
    )
    axes.set_yticks([0, sound.MELS - 1], [f"{sound.LOWEST:.0f} Hz", f"{heard.rate // 2000} kHz"])
