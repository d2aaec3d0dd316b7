"""What a map can be drawn as and saved as, by the kind of its keys.

Importing this is cheap: what draws is imported at the call.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnviz.attention import ATTENTION, SUBWORDS, AttentionMap
from attnviz.axes import Axis, Frames, Grid
from attnviz.errors import InputError
from attnviz.figures import words
from attnviz.figures.drawing import Drawing
from attnviz.media import Photo, Sound
from attnviz.reading import Reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from attnviz.figures.colours import Theme

_PICTURES = ("png", "svg", "pdf")
_FURTHER = ("html", "csv", "json", "npz")
TIMES = ("textgrid", "segments")
OF_TIMES = (
    "In files with times, a pause belongs to the sounds on both sides of it. Silence at the ends of the recording "
    "belongs to the first and the last sound."
)


@dataclass(frozen=True)
class Kind:
    """What is special about the maps over one kind of keys.

    name: of the kind of keys, as their axis has it in JSON. key: what a person calls one key, such as "word". place:
    tells the key at an index: "“chat”", "the top left". verb: what is done with keys: "looks at". where, look: the
    words that say what a map shows: "where" a model "look"s, "when" it "listen"ed. over: what all keys are together, in
    "maps over a photo".
    picture: draws readings for paper, with a caption below or None. explained: the sentences of that caption that say
    how the maps are drawn. needed: those without which the picture can't be understood, where it has no caption.
    small: draws a reading's map as the parts of a small SVG (`figures/small.py`).
    pool: makes a map narrow enough for a heatmap, and says how many neighbouring keys each column sums. subtracted:
    whether a picture can show the difference of two maps. moving: the formats in which the output's words are shown by
    turns, which `animation` writes. times: the formats that say when each sound of the output was heard.
    """

    name: str
    key: str
    over: str
    picture: "Callable[[Sequence[Reading], Drawing, str | None], Figure]"
    explained: Callable[[Sequence[Reading], Drawing], list[str]]
    place: Callable[[Axis, int], str]
    small: "Callable[[Reading, AttentionMap, Theme], Iterator[str]]"
    verb: str = "looks at"
    where: str = "where"
    look: str = "look"
    needed: Callable[[Sequence[Reading], Drawing], list[str]] = lambda readings, drawing: []
    pool: Callable[[AttentionMap], tuple[AttentionMap, int]] = words.pool
    subtracted: bool = True
    moving: tuple[str, ...] = ()
    animation: Callable[[Sequence[Reading], Drawing, str | None, str], bytes] | None = None
    times: tuple[str, ...] = ()

    @property
    def formats(self) -> tuple[str, ...]:
        """All formats that readings of this kind can be saved as."""
        return (*_PICTURES, *self.moving, *self.times, *_FURTHER)


def of_input(inputs: Sequence[str]) -> Kind:
    """The kind of map that a task draws, from the names of its inputs."""
    return KINDS[next((kind for name, kind in _BY_INPUT.items() if name in inputs), "words")]


def of(readings: Sequence[Reading], map_name: str = ATTENTION) -> Kind:
    """The kind of the readings' maps of that name. Without any map, it follows from what was read.

    Raises InputError where the readings have maps of several kinds.
    """
    kinds = {_name(reading, map_name) for reading in readings}
    if len(kinds) != 1:
        together = " and ".join(KINDS[name].over for name in sorted(kinds))
        raise InputError(f"These readings have maps over {together}, which don't go into one picture: save them apart.")
    return KINDS[kinds.pop()]


def _name(reading: Reading, map_name: str) -> str:
    attention = reading.map(map_name) or next(iter(reading.maps), None)
    if attention is not None:
        return attention.keys.kind
    return next((_BY_SOURCE[type(part)] for part in reading.source if type(part) in _BY_SOURCE), "words")


def pool(attention: AttentionMap) -> tuple[AttentionMap, int]:
    """The map as a heatmap draws it, and how many neighbouring keys each column sums (1: the map as it was)."""
    return KINDS[attention.keys.kind].pool(attention)


def pooled_note(attention: AttentionMap, *, columns: int = 1, rows: int = 1) -> str:
    """What a figure says where every so many columns or rows of this map were made one; nothing where none were."""
    subwords = attention.name == SUBWORDS
    key, query = (_noun(axis, subwords) for axis in (attention.keys, attention.queries))
    notes = [f"each column sums {columns} neighbouring {key}s"] if columns > 1 else []
    notes += [f"each row averages {rows} neighbouring {query}s"] if rows > 1 else []
    return "; ".join(notes)


def noun(attention: AttentionMap) -> str:
    """What a person calls one key of this map: "word", "subword", "cell"."""
    return _noun(attention.keys, attention.name == SUBWORDS)


def count(axis: Axis, adjective: str, *, subwords: bool = False) -> str:
    """ "7 output words", "1 input subword", "49 input cells"."""
    return f"{len(axis)} {adjective} {_noun(axis, subwords)}{'' if len(axis) == 1 else 's'}"


def _noun(axis: Axis, subwords: bool) -> str:
    return "subword" if subwords else KINDS[axis.kind].key


def _word(axis: Axis, key: int) -> str:
    return words.quoted(axis.labels[key])


def _part_of_photo(axis: Axis, key: int) -> str:
    """Where in the photo a cell lies, by thirds: "the top left", "the middle"."""
    assert isinstance(axis, Grid)
    row, column = divmod(key, axis.columns)
    down = ("top", "", "bottom")[3 * (2 * row + 1) // (2 * axis.rows)]
    across = ("left", "", "right")[3 * (2 * column + 1) // (2 * axis.columns)]
    return f"the {' '.join(filter(None, (down, across))) or 'middle'}"


def _moment(axis: Axis, key: int) -> str:
    """The middle of a frame in seconds."""
    assert isinstance(axis, Frames)
    return f"{axis.centres[key]:.2f} s"


def _heatmaps(readings: Sequence[Reading], drawing: Drawing, caption: str | None) -> "Figure":
    from attnviz.figures import over_words

    return over_words.picture(readings, drawing, caption)


def _of_heatmaps(readings: Sequence[Reading], drawing: Drawing) -> list[str]:
    from attnviz.figures import over_words

    return over_words.explained(readings, drawing)


def _of_rest(readings: Sequence[Reading], drawing: Drawing) -> list[str]:
    from attnviz.figures import over_words

    return over_words.of_rest(readings, drawing)


def _sheet(readings: Sequence[Reading], drawing: Drawing, caption: str | None) -> "Figure":
    from attnviz.figures import over_photo

    return over_photo.picture(readings, drawing, caption)


def _of_sheet(readings: Sequence[Reading], drawing: Drawing) -> list[str]:
    from attnviz.figures import over_photo

    return over_photo.explained(readings, drawing)


def _animation(readings: Sequence[Reading], drawing: Drawing, caption: str | None, format: str) -> bytes:
    from attnviz.figures import over_photo

    return over_photo.animation(readings, drawing, caption, format)


def _over_time(readings: Sequence[Reading], drawing: Drawing, caption: str | None) -> "Figure":
    from attnviz.figures import over_sound

    return over_sound.picture(readings, drawing, caption)


def _of_time(readings: Sequence[Reading], drawing: Drawing) -> list[str]:
    from attnviz.figures import over_sound

    return over_sound.explained(readings, drawing)


def _small_heatmap(reading: Reading, attention: AttentionMap, theme: "Theme") -> Iterator[str]:
    from attnviz.figures import small

    return small.over_words(reading, attention, theme)


def _small_photo(reading: Reading, attention: AttentionMap, theme: "Theme") -> Iterator[str]:
    from attnviz.figures import small

    return small.over_photo(reading, attention, theme)


def _small_sound(reading: Reading, attention: AttentionMap, theme: "Theme") -> Iterator[str]:
    from attnviz.figures import small

    return small.over_sound(reading, attention, theme)


# The kind of keys, by the name of a task's input and by what was read, where these are no texts.
_BY_INPUT = {"photo": "grid", "sound": "frames"}
_BY_SOURCE: Mapping[type, str] = {Photo: "grid", Sound: "frames"}

_KINDS = (
    Kind(
        name="words",
        key="word",
        over="words",
        picture=_heatmaps,
        explained=_of_heatmaps,
        needed=_of_rest,
        place=_word,
        small=_small_heatmap,
    ),
    Kind(
        name="grid",
        key="cell",
        over="a photo",
        picture=_sheet,
        explained=_of_sheet,
        place=_part_of_photo,
        small=_small_photo,
        subtracted=False,
        moving=("gif", "webp"),
        animation=_animation,
    ),
    Kind(
        name="frames",
        key="moment",
        over="a sound",
        verb="listens to",
        where="when",
        look="listen",
        picture=_over_time,
        explained=_of_time,
        needed=_of_rest,
        place=_moment,
        small=_small_sound,
        times=TIMES,
    ),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
