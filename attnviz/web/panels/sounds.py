"""Readings of a sound: one figure with all of them on the sound's time axis, and the details of each."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from attnviz.analysis.segments import times_of
from attnviz.attention import AttentionMap
from attnviz.axes import Frames
from attnviz.figures import likely, titles
from attnviz.figures.browser.timeline import NO_MAP, Sounded, Track, in_recording
from attnviz.media import Sound
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web import on_demand, style
from attnviz.web.inputs import appearance
from attnviz.web.panels import cautions, evidence, written
from attnviz.web.session import Session
from attnviz.web.text import escape, one_line
from attnviz.web.views import glance, heatmap, timeline

NOUN = "phoneme"
_LEAST_DETAILS = 250  # px
_WHEN = (
    "Each phoneme has a moment at which it was heard: the middle of its attention. Its time reaches from midway to the "
    "phoneme before it to midway to the next one. The first one begins with the recording and the last one ends with "
    "it, so both include the silence there."
)


def show(
    session: Session,
    task: Task,
    readings: Sequence[Reading],
    shown: Sequence[Reading],
    difference: Sequence[Reading],
    alphabet: Mapping[str, Sounded],
    *,
    stretch: bool,
    ribbon: bool,
    lesson: str,
) -> None:
    """Draw the figure, then the details of each reading side by side while all of them fit.

    readings: of one sound, as they were read. shown: with the chosen one of the n best as output. difference: the two
    whose maps are subtracted, if any are. ribbon: maps are drawn as links. lesson: Markdown that says what to notice.
    """
    if lesson:
        st.caption(lesson)
    if any(reading.maps for reading in shown):
        appearance.choose_view(session, ribbon)
    tracks = [track(shown, place) for place in range(len(shown))]
    timeline.show(
        sound_of(shown[0]),
        [*tracks, difference_track(difference)] if difference else tracks,
        alphabet,
        group=session.owner,
        key=f"{session.owner}_timeline",
        stretch=stretch,
        chosen=_chosen(session, shown[0]),
        ribbon=ribbon,
    )
    st.caption(" ".join(filter(None, (task.caution, written.credit("Recording", readings[0])))))
    if len(readings) == 1:
        _at_a_glance(shown[0])
    for place, column in enumerate(style.row(f"details_{session.owner}", len(readings), _LEAST_DETAILS)):
        with column:
            if len(readings) > 1:
                st.markdown(f"**{escape(titles.title(shown[place]))}**")
                _at_a_glance(shown[place])
            _details(session, task, place, readings[place], shown[place], alphabet)


def sound_of(reading: Reading) -> Sound:
    """The sound that was read."""
    (sound,) = reading.source
    assert isinstance(sound, Sound)
    return sound


def track(shown: Sequence[Reading], place: int) -> Track:
    reading, title = shown[place], titles.title(shown[place])
    alone = len(shown) == 1 and title == reading.name
    caution = "" if reading.given.forced is not None else cautions.caution_of_sound(reading, NOUN)
    notes = ["" if reading.maps else NO_MAP, written.note(place, shown, NOUN), caution]
    return Track(
        title="" if alone else title,
        output=reading.output,
        map=reading.map(),
        times=times_of(reading),
        note=" ".join(filter(None, notes)),
    )


def difference_track(pair: Sequence[Reading]) -> Track:
    first, second = pair
    maps = first.map(), second.map()
    return Track(
        title=f"Difference: {first.name} − {second.name}",
        output=first.output,
        map=maps[0],
        times=times_of(first),
        minus=maps[1],
        sides=(first.name, second.name),
        note=f"Both maps are over what {first.name} wrote: {second.name} was made to write it.",
    )


def _chosen(session: Session, first: Reading) -> int | None:
    """The place of the phoneme that the address names by its number, if there is one."""
    number: int = session[NOUN]
    return number - 1 if 1 <= number <= len(first.output.labels) else None


def _at_a_glance(shown: Reading) -> None:
    if (attention := shown.map()) and isinstance(attention.keys, Frames):
        glance.show(in_recording(attention, sound_of(shown)))


def _details(
    session: Session, task: Task, place: int, reading: Reading, shown: Reading, alphabet: Mapping[str, Sounded]
) -> None:
    if shown.output.labels:
        evidence.show([shown], key=f"{session.owner}_{place}_evidence")
    if len(reading.hypotheses) > 1:
        with st.expander(f"Other {task.outputs}"):
            written.hypotheses(session, reading, place, NOUN)
    if shown.output.labels:
        phonemes = partial(_phonemes, task, shown, alphabet)
        on_demand.expander("Phoneme by phoneme", phonemes, key=f"{NOUN}s_{session.owner}_{place}")
    if (attention := shown.map()) and shown.output.labels:
        numbers = partial(_numbers, attention)
        on_demand.expander("Numbers of this map", numbers, key=f"numbers_{session.owner}_{place}")


def _phonemes(task: Task, reading: Reading, alphabet: Mapping[str, Sounded]) -> None:
    if reading.maps:
        st.caption(_WHEN)
    st.dataframe(_table(reading, alphabet), hide_index=True, alt="Each phoneme with its time and probability")
    written.how_likely(reading, task)


def _numbers(attention: AttentionMap) -> None:
    st.caption("Columns are spans of time, by their middle in seconds.")
    heatmap.table(attention)


def _table(reading: Reading, alphabet: Mapping[str, Sounded]) -> dict[str, list[object]]:
    output, times = reading.output, times_of(reading)
    sounded = [alphabet.get(label, Sounded("", "")) for label in output.labels]
    columns: dict[str, list[object]] = {
        NOUN: [one_line(label) for label in output.labels],
        "IPA": [one.ipa for one in sounded],
        "as in": [one.example for one in sounded],
    }
    if times is not None and times.words:
        columns["word"] = [one_line(times.words[word].label) for word in times.word_of]
    if times is not None:
        columns["from (s)"] = [round(times.start + span.start, 3) for span in times.sounds]
        columns["to (s)"] = [round(times.start + span.end, 3) for span in times.sounds]
    if output.logprobs:
        columns["probability"] = [round(likely.probability(logprob), 3) for logprob in output.logprobs]
        columns["likeliest"] = [likely.alternatives(output, place) for place in range(len(output.labels))]
    return columns
