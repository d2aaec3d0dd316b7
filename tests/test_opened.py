"""A file that somebody else made is shown as what it is: its words are words, nothing is fetched."""

import base64
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from attnviz import service
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.export import save
from attnviz.export.numbers import to_json
from attnviz.media import Sound
from attnviz.reading import Pieces, Reading
from attnviz.web import address
from attnviz.web.files.opened import (
    MOST_HYPOTHESES,
    MOST_PHONEMES,
    MOST_READINGS,
    MOST_SOUNDS,
    MOST_UNITS,
    MOST_WORDS,
    MOST_WORDS_ON_PHOTO,
    loads,
)
from attnviz.web.text import escape
from tests.small_speech import file_of, sound
from tests.test_reading import over_a_sound

ROOT = Path(__file__).parents[1]
PICTURE = "![x](http://evil.example/p.png)"
PHOTO = ROOT / "attnviz" / "tasks" / "captions" / "photos" / "hopper.jpg"
INPUTS: dict[str, Any] = {
    "translation": "Le chat dort.",
    "captions": PHOTO,
    "entailment": ("A dog runs.", "An animal moves."),
}
VARIANTS = {
    "translation": ("additive", "general"),
    "captions": ("hard", "adaptive"),
    "entailment": ("match", "two_way"),
}

NAMES = {
    "translation": {("output", "input")},
    "captions": {("output", "photo")},
    "entailment": {("hypothesis", "premise"), ("premise", "hypothesis")},
}

CALLED = {  # the variants of the files in `saved`
    "translation": ["additive", "general", "no attention"],
    "captions": ["hard", "adaptive"],
    "entailment": ["two-way", "match", "one look"],
}


def foreign(task: str) -> list[dict[str, Any]]:
    """Two readings of one input, with markup wherever a file may hold a text of its own."""
    data = [service.read(task, variant, INPUTS[task]).to_json() for variant in VARIANTS[task]]
    for one in data:
        for name in ("variant", "variant_name"):
            one[name] += f" {PICTURE}"
        settings = one["provenance"]["settings"]
        settings |= dict.fromkeys(("length_penalty", "beam", "device"), PICTURE)
        one["provenance"]["notes"] = [f"A note. {PICTURE}"]
        one["given"] |= {"name": PICTURE, "left_out": [PICTURE]}
        for attention in one["maps"]:
            attention |= dict.fromkeys(("query_name", "key_name", "rest_name"), PICTURE)
        one["provenance"]["version"] = PICTURE
    return data


def texts(page: AppTest) -> list[str]:
    """All Markdown that the page shows, labels and choices included."""
    shown = [one.value for kind in ("markdown", "caption", "info", "warning", "error") for one in page.get(kind)]
    shown += [one.label for kind in ("selectbox", "toggle", "radio", "button", "expander") for one in page.get(kind)]
    shown += [text for radio in page.radio for text in (*radio.options, *radio.proto.captions)]
    return [str(text) for text in shown]


@pytest.mark.parametrize("task", INPUTS)
@pytest.mark.parametrize("several", [False, True])
def test_markup_in_an_opened_file_is_words(task: str, several: bool) -> None:
    page = AppTest.from_file(str(ROOT / "attnviz" / "web" / "pages" / f"{task}.py"), default_timeout=120).run()
    content = json.dumps(foreign(task) if several else foreign(task)[0]).encode()
    page.file_uploader(key=f"{task}_saved_0").set_value(("saved.json", content, "application/json"))
    page.run()
    assert not page.exception
    shown = texts(page)
    assert any("This is what was saved" in text for text in shown)
    assert any("evil" in text for text in shown)
    assert not [text for text in shown if "![x](" in text]


@pytest.mark.parametrize("task", INPUTS)
def test_an_opened_file_stays_until_it_is_closed(task: str) -> None:
    page = AppTest.from_file(str(ROOT / "pages.py"), default_timeout=120).run()
    own, other = (f"attnviz/web/pages/{name}.py" for name in (task, "captions" if task != "captions" else "entailment"))
    page.switch_page(own).run()
    content = json.dumps(service.read(task, VARIANTS[task][1], INPUTS[task]).to_json()).encode()
    page.file_uploader(key=f"{task}_saved_0").set_value(("saved.json", content, "application/json")).run()
    page.switch_page(other).run()
    assert not any("This is what was saved" in one.value for one in page.info)
    page.switch_page(own).run()
    assert any("This is what was saved in saved" in one.value for one in page.info)
    best = [radio for radio in page.radio if radio.label.startswith("The best")]
    for radio in best:
        radio.set_value(2).run()
    page.button(key=f"{task}_close").click().run()
    assert not page.exception
    assert not any("This is what was saved" in one.value for one in page.info)
    assert not [one for one in page.button if one.label == "Close the file"]
    assert not page.session_state[f"{task}_rank"] if best else task == "entailment"


@pytest.mark.parametrize("task", INPUTS)
def test_a_sound_is_refused_where_a_task_reads_none(task: str) -> None:
    heard = replace(over_a_sound(), task=task)
    with pytest.raises(InputError, match="does not fit this page"):
        loads(heard.dumps().encode(), service.TASKS[task])


def heard(content: bytes, samples: int, phonemes: int = 2) -> bytes:
    """A saved reading of a sound, with so many phonemes."""
    labels = ("AA",) * phonemes
    output = Pieces(" ".join(labels), labels, tuple((label,) for label in labels))
    reading = replace(over_a_sound(), task="speech", source=(Sound(content, samples),), output=output, maps=())
    return reading.dumps().encode()


def test_a_sound_that_is_damaged_or_is_not_as_long_as_it_says_is_refused() -> None:
    speech, whole = service.TASKS["speech"], file_of(sound(["S", "AA"]))
    samples = len(sound(["S", "AA"]))
    assert len(loads(heard(whole, samples), speech)) == 1
    head = 26  # bytes: a file that lies has the head of a longer one
    longer = file_of(sound(["S", "AA", "S"]))[:head] + whole[head:]
    for content, stated in (
        (whole[: len(whole) // 2], samples),
        (whole[:60] + bytes(len(whole) - 60), samples),
        (longer, len(sound(["S", "AA", "S"]))),
    ):
        with pytest.raises(InputError, match="does not fit this page"):
            loads(heard(content, stated), speech)


def test_a_focus_that_was_saved_before_it_told_what_it_is_called_has_the_name_of_today() -> None:
    speech, samples = service.TASKS["speech"], len(sound(["S", "AA"]))
    saved = json.loads(heard(file_of(sound(["S", "AA"])), samples))
    for focus, called in ((speech.focuses[0].name, speech.focuses[0].called.lower()), ("spiral", ""), ("", "")):
        saved["given"] = {**saved["given"], "focus": focus}
        saved["given"].pop("focus_name", None)
        (reading,) = loads(json.dumps(saved).encode(), speech)
        assert (reading.given.focus, reading.given.focus_name.lower()) == (focus, called)


def test_a_page_that_was_saved_opens_like_its_json() -> None:
    speech, samples = service.TASKS["speech"], len(sound(["S", "AA"]))
    (reading,) = loads(heard(file_of(sound(["S", "AA"])), samples), speech)
    assert loads(save([reading], "html"), speech) == [reading]
    with pytest.raises(InputError, match="no reading in it"):
        loads(b"<!doctype html><p>Hello", speech)


def test_more_phonemes_than_can_be_shown_are_refused() -> None:
    speech, whole, samples = service.TASKS["speech"], file_of(sound(["S", "AA"])), len(sound(["S", "AA"]))
    assert len(loads(heard(whole, samples, MOST_PHONEMES), speech)) == 1
    with pytest.raises(InputError, match="does not fit this page"):
        loads(heard(whole, samples, MOST_PHONEMES + 1), speech)


def parts(count: int, seconds: float = 0.3) -> list[Reading]:
    """Readings of so many parts of one recording, each of so many seconds of silence."""
    samples = np.zeros(round(16_000 * seconds), np.float32)
    (reading,) = loads(heard(file_of(samples), len(samples)), service.TASKS["speech"])
    (part,) = reading.source
    assert isinstance(part, Sound)
    return [replace(reading, source=(replace(part, start=seconds * i),)) for i in range(count)]


def test_a_recording_of_many_parts_is_opened_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    speech, saved = service.TASKS["speech"], parts(MOST_SOUNDS)
    assert loads(to_json(saved), speech) == saved
    assert len(loads(to_json(saved[:2] * MOST_READINGS), speech)) == 2 * MOST_READINGS
    too_much = {
        "121 sounds": parts(MOST_SOUNDS + 1),
        "630 seconds together": parts(21, 30),
        "9 readings of one sound": saved[:1] * 9,
        "1 to 960": saved * 9,
    }
    monkeypatch.setattr("attnviz.web.files.opened.samples_of", pytest.fail)  # what is too much is never decoded
    for sentence, refused in too_much.items():
        with pytest.raises(InputError, match=sentence) as problem:
            loads(to_json(refused), speech)
        assert str(problem.value).endswith(".")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("entailment-map-name-is-list", "not a reading"),
        ("translation-beam-infinity", "not a reading"),
        ("translation-half-emoji", "not a reading"),
        ("translation-weights-outside-0-1", "do not belong together"),
    ],
)
def test_files_that_harmed_before_are_refused_in_a_sentence(name: str, sentence: str, shared: Path) -> None:
    content = (shared / "cases" / f"{name}.json").read_bytes()
    with pytest.raises(InputError, match=sentence):
        loads(content, service.TASKS[name.split("-")[0]])


def without_words(reading: Reading, side: str) -> Reading:
    """The reading without a word of its output, or of its input."""
    nothing = Words((), ())
    if side == "output":
        maps = [replace(m, queries=nothing, weights=m.weights[:0], rest=m.rest[:0]) for m in reading.maps]
        return replace(reading, output=Pieces("", (), ()), maps=tuple(maps), hypotheses=())
    maps = [replace(m, keys=nothing, weights=m.weights[:, :0]) for m in reading.maps]
    return replace(reading, source=(Pieces("", (), ()),), maps=tuple(maps), hypotheses=())


@pytest.mark.parametrize(
    ("task", "side"), [("translation", "output"), ("translation", "input"), ("captions", "output")]
)
@pytest.mark.parametrize("beside", [False, True])
def test_a_reading_without_words_is_shown(task: str, side: str, beside: bool) -> None:
    reading = service.read(task, VARIANTS[task][0], INPUTS[task])
    readings = [without_words(reading, side), *([reading] if beside else [])]
    page = AppTest.from_file(str(ROOT / "attnviz" / "web" / "pages" / f"{task}.py"), default_timeout=120).run()
    content = json.dumps([one.to_json() for one in readings]).encode()
    page.file_uploader(key=f"{task}_saved_0").set_value(("saved.json", content, "application/json")).run()
    assert not page.exception and not page.error
    for toggle in page.toggle:
        toggle.set_value(True)
    assert not page.run().exception


def with_map(reading: Reading, changes: dict[str, Any]) -> Reading:
    """The reading with its first map changed in the named fields."""
    first, *others = reading.maps
    return replace(reading, maps=(replace(first, **changes), *others))


def odd(kind: str) -> Reading:
    """A reading whose maps are not over the words or cells that the page draws them over."""
    entailment = service.read("entailment", "two_way", INPUTS["entailment"])
    captions = service.read("captions", "hard", PHOTO)
    attention = entailment.maps[0]
    match kind:
        case "keys in one label":
            whole = Words.whole([" ".join(attention.keys.labels)])
            return with_map(entailment, {"keys": whole, "weights": attention.weights[:, :1]})
        case "a map over subwords":
            return replace(entailment, maps=(attention, replace(attention, name="attention/subwords")))
        case "three maps":
            return replace(entailment, maps=(*entailment.maps, replace(attention, name="attention/third")))
        case "a text over itself":
            queries, rows = Words.whole(attention.keys.labels), len(attention.keys)
            weights = attention.weights[:1].repeat(rows, axis=0)
            return with_map(
                entailment, {"queries": queries, "weights": weights, "rest": attention.rest[:1].repeat(rows)}
            )
        case "a photo over words":
            first = captions.maps[0]
            return with_map(captions, {"keys": Words((), ()), "weights": first.weights[:, :0]})
        case "a caption in one label":
            first = captions.maps[0]
            whole = Words.whole([" ".join(first.queries.labels)])
            return with_map(captions, {"queries": whole, "weights": first.weights[:1], "rest": first.rest[:1]})
        case _:
            translation = without_words(service.read("translation", "additive", "Le chat dort."), "output")
            empty = np.zeros((1, len(translation.maps[0].keys)), np.float32)
            return with_map(translation, {"queries": Words.whole([""]), "weights": empty, "rest": empty[:, 0]})


@pytest.mark.parametrize(
    "kind",
    [
        "keys in one label",
        "a map over subwords",
        "three maps",
        "a text over itself",
        "a photo over words",
        "a caption in one label",
        "a row for no word",
    ],
)
def test_maps_that_are_not_over_what_was_read_are_refused(kind: str) -> None:
    reading = odd(kind)
    with pytest.raises(InputError, match="do not belong together"):
        loads(reading.dumps().encode(), service.TASKS[reading.task])


def test_maps_whose_names_differ_or_clash_are_shown() -> None:
    reading = service.read("entailment", "match", INPUTS["entailment"])
    clash = f"1 {reading.maps[0].keys.labels[0]}"
    odd_names = [reading, with_map(reading, {"rest_name": clash}), with_map(reading, {"query_name": clash})]
    page = AppTest.from_file(str(ROOT / "attnviz" / "web" / "pages" / "entailment.py"), default_timeout=120).run()
    content = json.dumps([one.to_json() for one in odd_names]).encode()
    page.file_uploader(key="entailment_saved_0").set_value(("saved.json", content, "application/json")).run()
    for toggle in page.toggle:
        toggle.set_value(True)
    page.run()
    assert not page.exception and not page.error
    assert not [toggle for toggle in page.toggle if toggle.label == "Difference"]


@pytest.mark.parametrize("size", ["words", "subwords", "hypotheses"])
def test_what_is_too_large_to_show_is_refused(size: str) -> None:
    reading = service.read("translation", "none", INPUTS["translation"])
    if size == "words":
        words = ("a",) * (MOST_WORDS + 1)
        reading = replace(reading, output=Pieces(" ".join(words), words, tuple((word,) for word in words)))
    elif size == "subwords":
        reading = replace(reading, output=Pieces("a", ("a",), (("a",) * (MOST_UNITS + 1),)), hypotheses=())
    else:
        reading = replace(reading, hypotheses=reading.hypotheses[:1] * (MOST_HYPOTHESES + 1))
    with pytest.raises(InputError, match="does not fit this page"):
        loads(reading.dumps().encode(), service.TASKS["translation"])


def test_a_file_with_very_many_maps_is_judged_in_little_time() -> None:
    reading = service.read("translation", "additive", "a " * 300)
    many = tuple(replace(reading.maps[0], name=f"attention/{place}") for place in range(60))
    content = replace(reading, maps=(reading.maps[0], *many)).dumps().encode()
    assert len(content) > 1_000_000
    begun = time.process_time()
    json.loads(content)
    parsed = time.process_time() - begun
    begun = time.process_time()
    loads(content, service.TASKS["translation"])
    assert time.process_time() - begun < 30 * parsed + 1


def test_a_file_whose_outputs_together_would_be_very_many_photos_is_refused() -> None:
    """A picture of them would take so long to draw that others waited for theirs."""
    words = ("a",) * (MOST_WORDS_ON_PHOTO // 2 + 1)
    output = Pieces(" ".join(words), words, tuple((word,) for word in words))
    reading = replace(service.read("captions", "none", PHOTO), output=output, hypotheses=())
    assert loads(to_json([reading]), service.TASKS["captions"])
    with pytest.raises(InputError, match="save fewer of them"):
        loads(to_json([reading, reading]), service.TASKS["captions"])


def test_a_photo_of_very_many_scans_in_a_file_is_refused() -> None:
    data = service.read("captions", "soft", PHOTO).to_json()
    photo = base64.b64decode(data["source"][0]["jpeg"])
    data["source"][0]["jpeg"] = base64.b64encode(photo[:-2] + b"\xff\xda" * 40 + photo[-2:]).decode()
    with pytest.raises(InputError, match="not a reading"):
        loads(json.dumps(data).encode(), service.TASKS["captions"])


@pytest.mark.parametrize("task", INPUTS)
def test_a_file_of_an_earlier_version_is_shown_under_the_names_of_today(task: str) -> None:
    content = (ROOT / "tests" / "saved" / f"{task}.json").read_bytes()
    page = AppTest.from_file(str(ROOT / "attnviz" / "web" / "pages" / f"{task}.py"), default_timeout=120).run()
    page.file_uploader(key=f"{task}_saved_0").set_value(("saved.json", content, "application/json")).run()
    assert not page.exception and not page.error
    readings = loads(content, service.TASKS[task])
    assert {(m.query_name, m.key_name) for reading in readings for m in reading.maps} == NAMES[task]
    assert [reading.name for reading in readings] == CALLED[task]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("“a”", ("a",)),
        ("“a”, “b c”", ("a", "b c")),
        ("“a”, “b”, “c”, “d” …", ("a", "b", "c", "d")),
        ("“" * 300_000, ()),
    ],
)
def test_words_left_out_are_found_in_a_file_of_an_earlier_version(told: str, words: tuple[str, ...]) -> None:
    (data, *_) = json.loads((ROOT / "tests" / "saved" / "entailment.json").read_bytes())
    data.pop("given", None)
    data["provenance"]["settings"]["left_out"] = told
    assert Reading.from_json(data).given.left_out == words


def with_file(task: str) -> AppTest:
    """The page of the task, on which a saved reading is open."""
    page = AppTest.from_file(str(ROOT / "attnviz" / "web" / "pages" / f"{task}.py"), default_timeout=120).run()
    content = json.dumps(service.read(task, VARIANTS[task][1], INPUTS[task]).to_json()).encode()
    page.file_uploader(key=f"{task}_saved_0").set_value(("saved.json", content, "application/json")).run()
    assert is_open(page)
    return page


def is_open(page: AppTest) -> bool:
    return any("This is what was saved" in one.value for one in page.info)


@pytest.mark.parametrize("task", INPUTS)
def test_where_a_file_is_given_it_is_said_what_became_of_it(task: str) -> None:
    page = with_file(task)
    assert [one.value for one in page.success] == [
        "What was saved in saved\\.json is shown above: [go there](#opened)."
    ]
    page.file_uploader(key=f"{task}_saved_0").set_value(("odd.json", b"[", "application/json")).run()
    assert [one.value for one in page.error] == [
        escape("This file is not JSON: choose a JSON file that was saved here.")
    ]
    assert not page.success and not is_open(page)


def marked(page: AppTest, key: str) -> bool:
    """Whether the button is drawn as the one that is chosen."""
    return any(f".st-key-{key} button" in one.proto.body for one in page.get("html"))


@pytest.mark.parametrize("task", INPUTS)
@pytest.mark.parametrize("place", [0, 1])
def test_another_input_closes_an_opened_file(task: str, place: int) -> None:
    """Even the example that was shown before the file: it is not shown now, and is not marked."""
    page, key = with_file(task), f"{task}_example_{service.TASKS[task].examples[place].name}"
    assert not [pills for pills in page.button_group if pills.label == "Variants"]
    assert not marked(page, key)
    page.button(key=key).click().run()
    assert marked(page, key)
    assert not page.exception and not is_open(page)
    assert [pills for pills in page.button_group if pills.label == "Variants"]


@pytest.mark.parametrize(
    ("task", "key"),
    [("translation", "translation_read"), ("entailment", "entailment_read"), ("entailment", "entailment_swap")],
)
def test_a_button_that_reads_closes_an_opened_file(task: str, key: str) -> None:
    page = with_file(task)
    page.button(key=key).click().run()
    assert not page.exception and not is_open(page)


@pytest.mark.parametrize("box", ["translation_text", "entailment_hypothesis"])
def test_another_text_closes_an_opened_file(box: str) -> None:
    page = with_file(box.partition("_")[0])
    page.text_area(key=box).set_value("Un homme.").run()
    assert not page.exception and not is_open(page)


def test_back_closes_an_opened_file_where_it_shows_another_view(monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_file("translation")
    monkeypatch.setattr(address, "went_back_or_forward", lambda: True)
    assert is_open(page.run())
    page.query_params["example"] = service.TASKS["translation"].examples[1].name
    assert not is_open(page.run())


def test_an_opened_photo_has_its_credit_still() -> None:
    page = AppTest.from_file(str(ROOT / "attnviz" / "web" / "pages" / "captions.py"), default_timeout=120).run()
    credit = "Somebody; CC BY 2.0"
    named = service.read("captions", "hard", PHOTO).named("hopper.jpg", credit=credit)
    content = json.dumps(named.to_json()).encode()
    page.file_uploader(key="captions_saved_0").set_value(("saved.json", content, "application/json")).run()
    assert is_open(page) and any(f"Photo: {escape(credit)}" in one.value for one in page.caption)
