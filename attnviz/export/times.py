"""When each sound of an output was heard, as a table and as a TextGrid."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from math import exp

from attnviz.analysis.arpabet import IPA
from attnviz.analysis.segments import Segment, Times, times_of
from attnviz.attention import ATTENTION
from attnviz.errors import InputError
from attnviz.export import numbers
from attnviz.figures import titles
from attnviz.reading import Reading

COLUMNS = ("reading", "place", "phone", "IPA", "start", "end", "probability", "word place", "word")
PHONES, WORDS = "phones", "words"
_DIGITS = 6  # after the point of a second

Track = list[tuple[Reading, Times]]  # readings of the parts of one recording, one after another, or of a whole one


def to_csv(readings: Sequence[Reading], *, map_name: str = ATTENTION) -> bytes:
    """A row for each phone, with `COLUMNS` as header; see `numbers.table`.

    reading: the title of its track (see `_tracks`). place: counted from 0 in its reading. start, end: seconds from the
    beginning of the recording. probability: that of the phone when the ones before it are written. The word is empty
    where it isn't known. Raises InputError where no reading has a map over time.
    """
    rows: list[tuple[object, ...]] = []
    for title, track in _tracks(readings, map_name).items():
        for reading, times in track:
            logprobs = reading.output.logprobs
            for i, phone in enumerate(times.sounds):
                word = times.word_of[i] if times.words else None
                rows.append(
                    (
                        title,
                        i,
                        phone.label,
                        IPA.get(phone.label, ""),
                        round(times.start + phone.start, _DIGITS),
                        round(times.start + phone.end, _DIGITS),
                        round(exp(min(logprobs[i], 0.0)), 4) if logprobs else "",
                        "" if word is None else word,
                        "" if word is None else times.words[word].label,
                    )
                )
    return numbers.table(COLUMNS, rows)


def to_textgrid(readings: Sequence[Reading], *, map_name: str = ATTENTION) -> bytes:
    """The phones, and the words where they are known, as tiers of a TextGrid of Praat (long text format, UTF-8).

    Each tier reaches from 0 to the end of the recording. Several tracks of one recording have tiers of their own, with
    the track's title in the name. A sound without length, which Praat doesn't take, is written into the interval
    before it. Raises InputError where no reading has a map over time.
    """
    tracks = _tracks(readings, map_name)
    end = max(times.recorded for track in tracks.values() for _, times in track)
    tiers: list[tuple[str, list[Segment]]] = []
    for title, track in tracks.items():
        of = f" ({title})" if len(tracks) > 1 else ""
        sounds = [_moved(segment, times.start) for _, times in track for segment in times.sounds]
        words = [_moved(segment, times.start) for _, times in track for segment in times.words]
        tiers.append((f"{PHONES}{of}", _tiled(sounds, end)))
        if words:
            tiers.append((f"{WORDS}{of}", _tiled(words, end)))
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {_number(end)}"]
    lines += ["tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for number, (name, intervals) in enumerate(tiers, 1):
        lines += [f"    item [{number}]:", '        class = "IntervalTier"', f"        name = {_text(name)}"]
        lines += ["        xmin = 0", f"        xmax = {_number(end)}", f"        intervals: size = {len(intervals)}"]
        for place, interval in enumerate(intervals, 1):
            lines += [f"        intervals [{place}]:", f"            xmin = {_number(interval.start)}"]
            lines += [f"            xmax = {_number(interval.end)}", f"            text = {_text(interval.label)}"]
    return "\n".join([*lines, ""]).encode()


def _tracks(readings: Sequence[Reading], map_name: str) -> dict[str, Track]:
    """The readings that have a map over time, by the titles of their tracks.

    Parts of one recording that follow each other in time are a track, whichever of the n best is shown of each. It has
    the title of its readings, or what these have in common; one that comes again has a number.
    """
    found: list[tuple[str, Track]] = []
    for reading in readings:
        times = times_of(reading, map_name)
        if times is None:
            continue
        common = titles.title(replace(reading, given=replace(reading.given, rank=1)))
        before = next((track for title, track in found if title == common and _follows(times, track)), None)
        if before is None:
            found.append((common, [(reading, times)]))
        else:
            before.append((reading, times))
    if not found:
        raise InputError("No times are known, as nothing here has a map over time: choose a variant with attention.")
    tracks: dict[str, Track] = {}
    for common, track in found:
        own = {titles.title(reading) for reading, _ in track}
        title = own.pop() if len(own) == 1 else common
        numbered = (title if number == 1 else f"{title} {number}" for number in count(1))
        tracks[next(name for name in numbered if name not in tracks)] = track
    return tracks


def _follows(times: Times, track: Track) -> bool:
    """Whether these times begin where the track ends, or later."""
    _, before = track[-1]
    return times.start >= before.start + before.seconds - 10.0**-_DIGITS


def _moved(segment: Segment, seconds: float) -> Segment:
    return Segment(segment.label, round(segment.start + seconds, _DIGITS), round(segment.end + seconds, _DIGITS))


def _tiled(segments: Iterable[Segment], end: float) -> list[Segment]:
    """Intervals from 0 to the end, each with a length: gaps are empty intervals, and what has no length is written into
    the interval before it, or into the first one."""
    end = round(end, _DIGITS)
    tiles: list[Segment] = []
    waiting = ""  # what was heard before there was any interval
    reached = 0.0
    for segment in segments:
        if segment.start > reached:
            tiles.append(Segment(waiting, reached, segment.start))
            waiting, reached = "", segment.start
        if segment.end > reached:
            tiles.append(Segment(_together(waiting, segment.label), reached, segment.end))
            waiting, reached = "", segment.end
        elif tiles:
            tiles[-1] = Segment(_together(tiles[-1].label, segment.label), tiles[-1].start, tiles[-1].end)
        else:
            waiting = _together(waiting, segment.label)
    if end > reached:
        tiles.append(Segment(waiting, reached, end))
    return tiles


def _together(*labels: str) -> str:
    return " ".join(filter(None, labels))


def _number(seconds: float) -> str:
    return f"{seconds:.{_DIGITS}f}".rstrip("0").rstrip(".")


def _text(label: str) -> str:
    """A text in quotes; a quotation mark in it is doubled, and what isn't printed is a space."""
    printed = "".join(c if c.isprintable() else " " for c in label)
    return '"' + printed.replace('"', '""') + '"'
