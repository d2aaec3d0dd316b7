"""The Reading survives the round trip through JSON whole; over_words brings subwords to words."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from attnviz.attention import ATTENTION, SUBWORDS, AttentionMap, over_words
from attnviz.axes import MOST_CELLS, MOST_FRAMES, Axis, Frames, Grid, Words
from attnviz.errors import InputError
from attnviz.media import LATEST_SOUND, LONGEST_SIDE, LONGEST_SOUND, SOUND_RATE, Photo, Sound
from attnviz.reading import Alternative, Given, Hypothesis, Pieces, Provenance, Reading

texts = st.text(max_size=5)
numbers = st.floats(-50, 0)
weights = st.floats(0, 1, width=32)


@st.composite
def axes(draw: st.DrawFn, words: int = 3) -> Words:
    """Subwords of at most so many words; some of the words may have none."""
    labels = draw(st.lists(texts, max_size=5))
    groups = draw(st.lists(st.integers(0, words - 1), min_size=len(labels), max_size=len(labels))) if words else []
    return Words(tuple(labels[: len(groups)]), tuple(sorted(groups)))


def tuples(of: st.SearchStrategy, size: int | None = None) -> st.SearchStrategy:
    return st.lists(of, min_size=size or 0, max_size=2 if size is None else size).map(tuple)


@st.composite
def pieces(draw: st.DrawFn) -> Pieces:
    """A text with what belongs to each of its words, or without."""
    labels = draw(tuples(texts))
    alternative = st.builds(Alternative, text=texts, logprob=numbers)
    return Pieces(
        text="".join(("text", *labels)),  # no label alone, which would be the output of a classifier
        labels=labels,
        units=draw(tuples(tuples(texts), len(labels))),
        logprobs=draw(st.just(()) | tuples(numbers, len(labels))),
        alternatives=draw(st.just(()) | tuples(tuples(alternative), len(labels))),
        logprob=draw(st.none() | numbers),
        unknown=tuple(range(draw(st.integers(0, len(labels))))),
    )


@st.composite
def maps(draw: st.DrawFn, output: Pieces, keys: Axis) -> tuple[AttentionMap, ...]:
    """No map, or one over words, or one over subwords too."""
    over = [(ATTENTION, Words.whole(output.labels), keys)]
    if isinstance(keys, Frames) and output.labels:
        new = draw(st.lists(st.integers(0, 1), min_size=len(output.labels) - 1, max_size=len(output.labels) - 1))
        over = [(ATTENTION, Words(output.labels, tuple(accumulate(new, initial=0))), keys)]  # sounds in words
    if isinstance(keys, Words):
        over += [(SUBWORDS, draw(axes(len(output.labels))), draw(axes(len(keys))))]
    return tuple(
        AttentionMap(name, queries, columns, *draw(rows(len(queries), len(columns))), *draw(st.tuples(*[texts] * 3)))
        for name, queries, columns in over[: draw(st.integers(0, len(over)))]
    )


@st.composite
def rows(draw: st.DrawFn, queries: int, keys: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights and rests that sum to at most 1 for each query."""
    drawn = draw(arrays.arrays(np.float32, (queries, keys + 1), elements=weights))
    drawn = drawn / np.maximum(drawn.sum(axis=1, keepdims=True), np.float32(1))
    return drawn[:, :-1], drawn[:, -1]


@st.composite
def subword_maps(draw: st.DrawFn) -> AttentionMap:
    queries, keys = draw(axes()), draw(axes() | grids | spans)
    values = draw(arrays.arrays(np.float32, (len(queries), len(keys)), elements=weights))
    return AttentionMap(
        SUBWORDS, queries, keys, values, draw(arrays.arrays(np.float32, len(queries), elements=weights))
    )


spans = st.builds(Frames, start=st.floats(0, 1), step=st.floats(0.001, 0.05), count=st.integers(1, 5))
grids = st.builds(Grid, *(st.integers(1, 3) for _ in "rc"), *(st.integers(1, 4000) for _ in "wh"))


@st.composite
def hypotheses(draw: st.DrawFn, keys: Axis) -> Hypothesis:
    output = draw(pieces())
    return Hypothesis(output, draw(numbers), draw(maps(output, keys)))


sides = st.integers(1, LONGEST_SIDE)
photos = st.builds(Photo, content=st.binary(max_size=5).map(b"\xff\xd8".__add__), width=sides, height=sides)


def flac(samples: int = 100, rate: int = SOUND_RATE, channels: int = 1, bits: int = 16, more: int = 20) -> bytes:
    """The head of a FLAC file (RFC 9639, section 8.2), bit by bit, and as many other bytes."""
    stated = f"{rate:020b}{channels - 1:03b}{bits - 1:05b}{samples:036b}"
    return b"fLaC" + bytes([0, 0, 0, 34]) + bytes(10) + int(stated, 2).to_bytes(8) + bytes(more)


@st.composite
def sounds(draw: st.DrawFn) -> Sound:
    samples = draw(st.integers(SOUND_RATE, LONGEST_SOUND * SOUND_RATE))
    return Sound(flac(samples, more=draw(st.integers(16, 30))), samples, start=draw(st.floats(0, LATEST_SOUND)))


provenances = st.builds(
    Provenance,
    digest=texts,
    settings=st.dictionaries(texts, st.none() | st.booleans() | st.integers() | numbers | texts | st.lists(texts)),
    seconds=st.floats(0, 1e6),
    version=texts,
    notes=tuples(texts),
)
gifts = st.builds(
    Given,
    forced=st.none() | texts,
    left_out=tuples(texts),
    name=texts,
    edits=tuples(st.sampled_from([SUBWORDS])),
    focus=texts,
    credit=texts,
)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    source = draw(st.lists(pieces(), max_size=2)) or [draw(photos | sounds())]
    keys: Axis = Words.whole([label for part in source if isinstance(part, Pieces) for label in part.labels])
    if isinstance(source[0], Photo):
        keys = Grid(draw(st.integers(1, 3)), draw(st.integers(1, 3)), source[0].width, source[0].height)
    if isinstance(source[0], Sound):
        keys = draw(spans)
    written = draw(hypotheses(keys))
    others = draw(tuples(hypotheses(keys)))
    given = replace(draw(gifts), rank=draw(st.integers(1, max(1, len(others)))))
    return Reading(
        task=draw(texts),
        variant=draw(texts),
        source=tuple(source),
        output=written.output,
        score=written.score,
        maps=written.maps,
        hypotheses=others,
        provenance=draw(provenances),
        given=given,
    )


@settings(max_examples=50, deadline=None)
@given(readings())
def test_json_round_trip_is_whole(reading: Reading) -> None:
    saved = reading.dumps()
    assert Reading.loads(saved) == reading
    assert Reading.loads(saved.encode()) == reading
    assert Reading.loads(saved).dumps() == saved


def example(*attention: AttentionMap) -> Reading:
    source = Pieces("Le chat", ("Le", "chat"), (("Le",), ("ch", "at")))
    dog = Alternative("dog", -2.0)
    output = Pieces("The cat", ("The", "cat"), (("The",), ("cat",)), (-0.1, -0.2), ((), (dog,)), -0.4)
    made = Provenance("abc", {"beam": 5}, 0.01, "1")
    hypothesis = Hypothesis(output, -0.3, attention)
    return Reading("translation", "additive", (source,), output, -0.3, attention, (hypothesis,), made)


def over_subwords() -> AttentionMap:
    queries, keys = Words(("The", "cat"), (0, 1)), Words(("Le", "ch", "at"), (0, 1, 1))
    attention = np.array([[0.8, 0.1, 0.1], [0.0, 0.5, 0.25]], dtype=np.float32)
    return AttentionMap(SUBWORDS, queries, keys, attention, np.array([0.0, 0.25], dtype=np.float32))


def words_map() -> AttentionMap:
    return over_words(over_subwords(), ["The", "cat"], ["Le", "chat"])


def test_the_round_trip_keeps_types_as_well_as_values() -> None:
    back = Reading.loads(example(words_map(), over_subwords()).dumps())
    _, attention = back.maps
    assert attention.weights.dtype == attention.rest.dtype == np.float32
    assert attention.weights.shape == (2, 3)
    assert isinstance(back.source[0].units[1], tuple)


def test_json_has_the_names_of_the_form() -> None:
    data = json.loads(example(words_map(), over_subwords()).dumps())
    assert set(data) == {
        "task",
        "variant",
        "variant_name",
        "source",
        "output",
        "score",
        "maps",
        "hypotheses",
        "given",
        "provenance",
    }
    assert {"text", "pieces", "logprobs", "alternatives"} <= set(data["output"])
    names = {"query_name", "key_name", "rest_name"}
    assert set(data["maps"][0]) == {"name", "queries", "keys", "weights", "rest"} | names
    assert data["maps"][0]["queries"]["kind"] == "words"


def test_maps_are_found_by_name_and_may_be_missing() -> None:
    reading = example(over_subwords())
    assert reading.map(SUBWORDS) == over_subwords()
    assert reading.map() is None
    assert example().map() is None


def test_maps_differ_where_a_weight_does() -> None:
    one, other = over_subwords(), over_subwords()
    other.weights[0, 0] = 0.7
    assert one != other
    assert one != "attention"


def over_a_photo() -> Reading:
    cells = Grid(2, 3, 640, 480)
    attention = AttentionMap(
        ATTENTION, Words.whole(["dog"]), cells, np.eye(1, 6, 4, dtype=np.float32), np.zeros(1, "f4")
    )
    output = Pieces("dog", ("dog",), (("dog",),))
    return replace(example(attention), source=(Photo(b"\xff\xd8jpeg", 640, 480),), output=output, hypotheses=())


def test_a_photo_and_a_grid_over_it_go_into_json_and_back() -> None:
    data = json.loads(over_a_photo().dumps())
    assert data["source"] == [{"kind": "photo", "width": 640, "height": 480, "jpeg": "/9hqcGVn"}]
    assert data["maps"][0]["keys"] == {"kind": "grid", "rows": 2, "columns": 3, "width": 640, "height": 480}
    (attention,) = Reading.from_json(data).maps
    assert attention.keys.labels[int(attention.weights.argmax())] == "2.2"
    assert over_a_photo().texts == ()


def over_a_sound(labels: tuple[str, ...] = ("HH", "AY"), groups: tuple[int, ...] = (0, 1)) -> Reading:
    """Two phones of a sound of 0.1 s, in frames of 40 ms."""
    frames, weights = Frames(0.0, 0.04, 3), np.array([[0.9, 0.1, 0.0], [0.0, 0.5, 0.5]], dtype=np.float32)
    attention = AttentionMap(ATTENTION, Words(labels, groups), frames, weights, np.zeros(2, "f4"))
    output = Pieces("HH AY", ("HH", "AY"), (("HH",), ("AY",)))
    made = replace(example(attention), source=(Sound(flac(1600), 1600),), output=output, hypotheses=())
    return replace(made, given=Given(focus="window", focus_name="near the last moment only"))


def test_a_sound_and_its_frames_go_into_json_and_back() -> None:
    data = json.loads(over_a_sound().dumps())
    kept = {"kind": "sound", "rate": 16000, "samples": 1600, "start": 0.0, "whole": 0.0, "flac": ""}
    assert data["source"][0] | {"flac": ""} == kept
    assert data["maps"][0]["keys"] == {"kind": "frames", "start": 0.0, "step": 0.04, "count": 3}
    assert (data["given"]["focus"], data["given"]["focus_name"]) == ("window", "near the last moment only")
    back = Reading.from_json(data)
    assert back == over_a_sound()
    keys = back.maps[0].keys
    assert (keys.labels, keys.groups, len(keys)) == (("0.02", "0.06", "0.1"), (0, 1, 2), 3)
    (sound,) = back.source
    assert isinstance(sound, Sound) and sound.seconds == pytest.approx(0.1)
    assert back.texts == ()


@given(st.floats(0, 100), st.floats(0.001, 1), st.integers(1, MOST_FRAMES))
def test_the_centre_of_each_frame_is_its_label(start: float, step: float, count: int) -> None:
    frames = Frames(start, step, count)
    assert len(frames.labels) == len(frames.groups) == len(frames) == count
    for j in {0, count // 2, count - 1}:
        assert float(frames.labels[j]) == pytest.approx((2 * start + (2 * j + 1) * step) / 2, abs=1e-6)


@pytest.mark.parametrize("groups", [(0, 0), (0, 1)])
def test_the_sounds_of_a_transcript_are_numbered_by_their_words(groups: tuple[int, ...]) -> None:
    assert Reading.loads(over_a_sound(groups=groups).dumps()).maps[0].queries.groups == groups


@pytest.mark.parametrize("groups", [(1, 1), (0, 2), (1, 0), (0, 10**30), (-1, 0)])
def test_words_that_are_not_one_after_another_are_refused(groups: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="do not belong together"):
        Reading.loads(over_a_sound(groups=groups).dumps())


@pytest.mark.parametrize(
    "content",
    [
        flac(1601),
        flac(1600, rate=44_100),
        flac(1600, channels=2),
        flac(1600, bits=24),
        flac(1600)[:25],
        flac(1600).replace(b"fLaC", b"RIFF"),
        flac(1600, more=200_000),
        b"",
    ],
    ids=["length", "rate", "stereo", "24 bits", "cut", "WAV", "too long", "empty"],
)
def test_a_sound_that_is_not_what_it_says_is_refused(content: bytes) -> None:
    data = replace(over_a_sound(), source=(Sound(content, 1600),)).to_json()
    with pytest.raises(InputError, match="not a reading"):
        Reading.from_json(data)


def test_the_longest_sound_is_kept_and_a_longer_one_refused() -> None:
    longest = LONGEST_SOUND * SOUND_RATE
    assert Sound.from_json(Sound(flac(longest), longest).to_json()).samples == longest
    with pytest.raises(ValueError, match="FLAC"):
        Sound.from_json(Sound(flac(longest + 1), longest + 1).to_json())


@pytest.mark.parametrize("start", [-0.1, LATEST_SOUND + 1, "soon", None])
def test_a_sound_that_begins_nowhere_is_refused(start: object) -> None:
    data = over_a_sound().to_json()
    data["source"][0]["start"] = start
    with pytest.raises(InputError, match="not a reading"):
        Reading.from_json(data)


def test_a_sound_that_was_saved_before_it_had_a_beginning_begins_at_0() -> None:
    data = over_a_sound().to_json()
    del data["source"][0]["start"]
    assert Reading.from_json(data) == over_a_sound()


def test_what_soundfile_writes_is_such_a_sound() -> None:
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, np.zeros(1600, dtype=np.int16), SOUND_RATE, format="FLAC", subtype="PCM_16")
    assert Sound.from_json(Sound(file.getvalue(), 1600).to_json()).content == file.getvalue()


@pytest.mark.parametrize("keys", [Frames(0.0, 0.04, 4), Frames(0.05, 0.03, 3), Frames(-0.04, 0.04, 3)])
def test_frames_outside_their_sound_are_refused(keys: Frames) -> None:
    reading = over_a_sound()
    attention = replace(reading.maps[0], keys=keys, weights=np.zeros((2, len(keys)), "f4"))
    with pytest.raises(InputError, match="do not belong together"):
        Reading.loads(replace(reading, maps=(attention,)).dumps())


def test_frames_without_a_sound_and_words_over_a_sound_are_refused() -> None:
    sound, words = over_a_sound(), example(words_map())
    for mixed in (replace(words, maps=sound.maps, output=sound.output), replace(sound, maps=words.maps)):
        with pytest.raises(InputError, match="do not belong together"):
            Reading.loads(replace(mixed, hypotheses=()).dumps())


def _broken(change: Callable[[dict], object]) -> str:
    data = example(words_map(), over_subwords()).to_json()
    change(data)
    return json.dumps(data)


def _photo(**change: object) -> str:
    data = over_a_photo().to_json()
    data["source"][0] |= change
    return json.dumps(data)


@pytest.mark.parametrize(
    "saved",
    [
        "",
        "{",
        b"\xff\xfe\x00",
        "[]",
        "3",
        "null",
        "{}",
        _broken(lambda data: data.pop("score")),
        _broken(lambda data: data.update(maps=[{}])),
        _broken(lambda data: data.update(maps=None)),
        _broken(lambda data: data.update(source=[7])),
        _broken(lambda data: data["maps"][0].update(weights=[[1.0]])),
        _broken(lambda data: data["maps"][0].update(weights=[[1.0, 0.0, 0.0], [1.0]])),
        _broken(lambda data: data["maps"][0].update(rest="much")),
        _broken(lambda data: data["maps"][0]["keys"].update(kind="cube")),
        _broken(lambda data: data["output"].update(alternatives=[[{"text": "a"}]])),
        _photo(jpeg="no base64!"),
        _photo(jpeg="PHN2Zz4="),
        _photo(width=LONGEST_SIDE + 1),
        _photo(height=0),
        _broken(lambda data: data["maps"][0]["keys"].update(kind="grid", rows=1, columns=3)),
        _broken(lambda data: data["maps"][0].update(keys=Grid(MOST_CELLS + 1, 1, 9, 9).to_json())),
        _broken(lambda data: data["maps"][0].update(keys=Frames(0.0, 0.0, 3).to_json())),
        _broken(lambda data: data["maps"][0].update(keys=Frames(0.0, 0.1, MOST_FRAMES + 1).to_json())),
        _broken(lambda data: data["source"][0].update(kind=["sound"])),
    ],
)
def test_what_is_no_reading_is_one_sentence(saved: str | bytes) -> None:
    with pytest.raises(InputError) as problem:
        Reading.loads(saved)
    message = str(problem.value)
    assert message.endswith(".")
    assert message.count(".") == 1
    assert "\n" not in message


def test_words_of_a_known_map() -> None:
    found = over_words(over_subwords(), ["The", "cat"], ["Le", "chat"])
    assert found.name == ATTENTION
    assert (found.queries, found.keys) == (Words.whole(["The", "cat"]), Words.whole(["Le", "chat"]))
    assert found.weights == pytest.approx(np.array([[0.8, 0.2], [0.0, 0.75]]))
    assert found.rest == pytest.approx(np.array([0.0, 0.25]))


def _count(axis: Words | Grid) -> int:
    return max(axis.groups, default=-1) + 1


@given(subword_maps())
def test_columns_are_summed_and_rows_averaged(subwords: AttentionMap) -> None:
    queries, keys = _count(subwords.queries) + 1, _count(subwords.keys) + 1  # the last word of each has no subword
    found = over_words(subwords, ["q"] * queries, ["k"] * keys)
    for query in range(queries):
        rows = [i for i, group in enumerate(subwords.queries.groups) if group == query]
        for key in range(keys):
            columns = [j for j, group in enumerate(subwords.keys.groups) if group == key]
            total = sum(float(subwords.weights[i, j]) for i in rows for j in columns)
            assert found.weights[query, key] == pytest.approx(total / max(len(rows), 1), abs=1e-5)
        rest = sum(float(subwords.rest[i]) for i in rows)
        assert found.rest[query] == pytest.approx(rest / max(len(rows), 1), abs=1e-5)


@given(subword_maps())
def test_a_word_keeps_the_weight_of_its_subwords(subwords: AttentionMap) -> None:
    """Where every subword's row, rest included, sums to 1, so does every word's."""
    totals = subwords.weights.sum(axis=1) + subwords.rest
    safe = np.where(totals > 1e-3, totals, 1)[:, None].astype(np.float32)
    rest = np.where(totals > 1e-3, subwords.rest / safe[:, 0], 1).astype(np.float32)
    whole = np.where(totals[:, None] > 1e-3, subwords.weights / safe, 0).astype(np.float32)
    normalised = AttentionMap(SUBWORDS, subwords.queries, subwords.keys, whole, rest)
    found = over_words(normalised, ["q"] * _count(subwords.queries), ["k"] * _count(subwords.keys))
    present = sorted(set(subwords.queries.groups))
    assert (found.weights.sum(axis=1) + found.rest)[present] == pytest.approx(np.ones(len(present)), abs=1e-4)


SAVED = Path(__file__).parent / "saved"


def saved(task: str) -> list[Reading]:
    """Readings as they were saved before a reading had `given` and its maps had names for their axes."""
    return [Reading.from_json(item) for item in json.loads((SAVED / f"{task}.json").read_text(encoding="utf-8"))]


def test_what_a_person_did_to_an_older_reading_is_found_where_it_is_told_now() -> None:
    second, given, without = saved("translation")
    assert (second.given.rank, second.given.forced) == (2, None)
    assert (given.given.rank, given.given.forced) == (1, "The black cat sleeps.")
    assert without.given == Given()
    assert any("漢" in note for note in without.provenance.notes)
    cat, own = saved("captions")
    assert (cat.given.name, cat.given.forced) == ("cat.jpg", None)
    assert own.given.forced == "a brown cat"
    pair, left, label = saved("entailment")
    assert [text.unknown for text in pair.texts] == [(3,), ()]
    assert left.given.left_out == ("zorbling",)
    assert label.given.forced == "neutral"
    for reading in (*saved("translation"), *saved("captions"), *saved("entailment")):
        assert not {"forced", "hypothesis", "notes", "unknown", "photo", "left_out"} & set(reading.provenance.settings)


def test_an_older_reading_is_whole_after_a_round_trip_in_the_form_of_today() -> None:
    for task in ("translation", "captions", "entailment"):
        for reading in saved(task):
            assert Reading.loads(reading.dumps()) == reading


def test_only_labels_have_probabilities() -> None:
    pair, *_ = saved("entailment")
    assert list(pair.probabilities) == ["entailment", "neutral", "contradiction"]
    assert sum(pair.probabilities.values()) == pytest.approx(1, abs=1e-4)
    assert all(not reading.probabilities for reading in (*saved("translation"), *saved("captions")))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("place", ["beam", "score", "weight"])
def test_numbers_that_json_cannot_hold_are_refused(number: str, place: str) -> None:
    data = example(words_map(), over_subwords()).to_json()
    if place == "beam":
        data["provenance"]["settings"]["beam"] = "HERE"
    elif place == "score":
        data["score"] = "HERE"
    else:
        data["maps"][0]["weights"][0][0] = "HERE"
    with pytest.raises(InputError, match="not a reading"):
        Reading.loads(json.dumps(data).replace('"HERE"', number))


def test_half_a_surrogate_pair_is_refused_and_a_whole_one_is_kept() -> None:
    whole = json.dumps(example(words_map()).to_json()).replace("The cat", "\\ud83d\\ude00")
    assert Reading.loads(whole).output.text == "\N{GRINNING FACE}"
    with pytest.raises(InputError, match="not a reading"):
        Reading.loads(whole.replace("\\ude00", ""))


@pytest.mark.parametrize(("weight", "edits", "kept"), [(-0.1, (), False), (7.0, (), False), (7.0, (SUBWORDS,), True)])
def test_weights_are_those_that_a_mechanism_can_have(weight: float, edits: tuple[str, ...], kept: bool) -> None:
    reading = example(words_map(), over_subwords())
    data = replace(reading, given=replace(reading.given, edits=edits)).to_json()
    data["maps"][0]["weights"][0][0] = weight
    if kept:
        assert Reading.from_json(data).maps[0].weights[0, 0] == weight
    else:
        with pytest.raises(InputError, match="do not belong together"):
            Reading.from_json(data)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300)
@given(st.data())
def test_whatever_stands_in_a_file_it_is_a_reading_or_refused_in_a_sentence(data: st.DataObject) -> None:
    """Any part of a saved reading is replaced by anything."""
    (saved_reading, *_) = saved(data.draw(st.sampled_from(["translation", "entailment"])))
    file = saved_reading.to_json()
    part, places = file, []
    while isinstance(part, (dict, list)) and part and (not places or data.draw(st.booleans())):
        keys = sorted(part) if isinstance(part, dict) else list(range(len(part)))
        places.append((part, data.draw(st.sampled_from(keys))))
        part = part[places[-1][1]]
    holder, key = places[-1]
    holder[key] = data.draw(anything)
    try:
        reading = Reading.from_json(file)
    except InputError:
        return
    assert Reading.loads(reading.dumps().encode()) == reading
