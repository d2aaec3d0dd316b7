"""The page of speech as a visitor uses it, without a browser: what it shows, says and keeps."""

import base64
import io
import struct
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from attnviz import bundles, export, service
from attnviz.attention import AttentionMap
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.media import Sound
from attnviz.reading import Pieces, Reading
from attnviz.tasks.speech import letters, parts
from attnviz.tasks.speech.about import TASK
from attnviz.tasks.speech.alphabet import ALPHABET
from attnviz.tasks.speech.parts import Recording, open_parts
from attnviz.web.files import save
from attnviz.web.files.opened import MOST_READINGS
from attnviz.web.inputs.own_file import InputFile
from attnviz.web.inputs.recordings import Row, columns, row_of, times
from attnviz.web.inputs.unpacked import MOST_FILES, MOST_MEMBERS, NamedFile, unpack
from tests.pages import address, components, link, opened_at, plain, said, shown
from tests.small_speech import file_of, small_root, sound

PAGE = Path(__file__).parents[1] / "attnviz" / "web" / "pages" / "speech.py"
SPOKEN = file_of(sound("SIL AA M IY S SIL".split()))
LONG = file_of(np.tile(sound("SIL AA M IY S SIL".split()), 40))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_root(tmp_path_factory.mktemp("root"))


@pytest.fixture(autouse=True)
def _small(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "PRETRAINED", root)


def opened(**query: str) -> AppTest:
    return opened_at(PAGE, **query)


def given(page: AppTest, content: bytes, name: str = "mine.flac") -> AppTest:
    page.file_uploader[0].set_value((name, content, "audio/flac"))
    return shown(page.run())


def drawn(page: AppTest) -> dict[str, Any]:
    """What the figure was given."""
    (data,) = (data for data in components(page) if "flac" in data)
    return data


def weights(track: dict[str, Any]) -> np.ndarray:
    """The weights as the browser has them."""
    numbers = np.frombuffer(base64.b64decode(track["weights"]), dtype="<i2").astype(float) * track["unit"]
    return numbers.reshape(len(track["labels"]), track["columns"])


def test_the_map_is_a_ribbon_on_demand() -> None:
    page = opened()
    matrix = drawn(page)
    assert matrix["ribbon"] is False
    (choice,) = (one for one in page.get("button_group") if one.label == "View of the map")
    shown(choice.set_value(True).run())
    assert drawn(page)["ribbon"] is True and address(page) == {"ribbon": "1"}
    assert drawn(page)["tracks"] == matrix["tracks"], "it is the same map"
    assert drawn(page)["id"] == matrix["id"], "so what is chosen stays chosen"


def test_a_variant_without_a_map_offers_no_ribbon() -> None:
    assert "View of the map" not in [one.label for one in opened(variants="none").get("button_group")]


def test_the_strongest_links_are_told_in_words() -> None:
    page = opened()
    (track,) = drawn(page)["tracks"]
    (told,) = (plain(one.value) for one in page.caption if one.value.startswith("The strongest link"))
    assert told.split(". On average, ")[0] in track["alt"]


def test_it_opens_with_an_example_that_is_read() -> None:
    page = opened()
    data = drawn(page)
    (track,) = data["tracks"]
    assert track["labels"] and track["title"] == ""
    assert track["starts"][0] == 0 and track["ends"][-1] == pytest.approx(data["seconds"], abs=1e-3)
    assert track["starts"][1:] == track["ends"][:-1], "segments tile the sound"
    np.testing.assert_allclose(weights(track).sum(axis=1), 1, atol=0.01)
    assert [track["ipa"][0], track["examples"][0]] == [
        ALPHABET[track["labels"][0]].ipa,
        ALPHABET[track["labels"][0]].word,
    ]
    assert all(0 <= sure <= 1 for sure in track["sure"])
    assert said(page) == [] and address(page) == {}
    told = " ".join(caption.value for caption in page.caption)
    assert "Recording:" in told and "CC" in plain(told)


def test_a_phoneme_stands_where_it_was_listened_for() -> None:
    (track,) = drawn(opened())["tracks"]
    frames = track["first"] + (np.arange(track["columns"]) + 0.5) * track["step"]
    means = weights(track) @ frames / weights(track).sum(axis=1)
    np.testing.assert_allclose(track["centres"], np.maximum.accumulate(means), atol=0.01)


def test_nothing_heard_is_told_in_place_of_a_map(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(reading: Reading) -> Reading:
        return replace(reading, output=Pieces("", (), ()), maps=tuple(map(without_rows, reading.maps)), hypotheses=())

    def without_rows(attention: AttentionMap) -> AttentionMap:
        return replace(attention, queries=Words((), ()), weights=attention.weights[:0], rest=attention.rest[:0])

    page, read = opened(), service.read  # the example's reading is kept for other tests: it stays as it is
    monkeypatch.setattr(service, "read", lambda *given, **told: nothing(read(*given, **told)))
    page = given(page, SPOKEN)
    (track,) = drawn(page)["tracks"]
    assert track["weights"] is None and "No phoneme was heard" in track["note"]
    assert not any("this map" in part.label for part in page.expander), "there is none"


def test_the_menu_says_that_attention_is_as_it_was_trained() -> None:
    page = opened(variants="hybrid,content")
    (focus,) = (box for box in page.selectbox if box.label == "Attention")
    assert focus.value == "" and focus.options[0] == "As it was trained"
    shown(focus.set_value("window").run())
    assert address(page)["focus"] == "window"
    (focus,) = (box for box in page.selectbox if box.label == "Attention")
    shown(focus.set_value("").run())
    assert "focus" not in address(page)


def test_a_recording_of_ones_own_is_read_and_bad_input_keeps_it() -> None:
    page = given(opened(), SPOKEN)
    assert drawn(page)["seconds"] == pytest.approx(0.78, abs=0.01)
    assert any("mine.flac" in plain(told.value) and "not in the link" in told.value for told in page.caption)
    assert link(page)["answer"]["content"] == "" and link(page)["otherwise"].startswith("A recording of your own")
    before = drawn(page)["id"]
    for content, wrong in ((b"", "empty"), (b"no sound at all", "can't be opened"), (SPOKEN[:40], "")):
        page = given(page, content, "bad.wav")
        (problem,) = said(page)
        assert problem.startswith("bad.wav was not read.") and wrong in problem
        assert drawn(page)["id"] == before, "the last good result stays"
    name = TASK.examples[1].name
    shown(page.button(key=f"speech_example_{name}").click().run())
    assert said(page) == [] and drawn(page)["id"] != before
    assert address(page) == {"example": name}


def test_the_microphone_is_read() -> None:
    page = opened()
    page.get("audio_input")[0].set_value(("recording.wav", file_of(sound(["S", "AA"]), "WAV"), "audio/wav"))
    assert drawn(shown(page.run()))["seconds"] == pytest.approx(0.26, abs=0.01)


def test_variants_stand_on_one_time_axis_and_the_one_without_attention_says_so() -> None:
    data = drawn(opened(variants="hybrid,content,none"))
    assert [track["title"] for track in data["tracks"]] == ["hybrid", "content", "no attention"]
    assert [track["weights"] is None for track in data["tracks"]] == [False, False, True]
    assert "no map" in data["tracks"][2]["note"] and data["tracks"][2]["starts"] is None


def test_a_difference_is_of_one_output() -> None:
    first, second, both = drawn(opened(variants="hybrid,content", difference="1"))["tracks"]
    assert both["title"] == "Difference: hybrid − content" and both["labels"] == first["labels"]
    assert both["difference"] and (both["low"], both["high"]) == (-1, 1)
    assert weights(both).min() < 0 < weights(both).max()
    assert first["difference"] is second["difference"] is False


def test_a_transcript_stands_beside_what_was_heard_with_its_words() -> None:
    free, own = drawn(opened(own="see me"))["tracks"]
    assert free["words"] == []
    assert own["labels"] == ["S", "IY", "M", "IY"]
    assert [(word["text"], word["first"], word["last"]) for word in own["words"]] == [("see", 0, 1), ("me", 2, 3)]
    assert "output given" in own["title"]


def test_what_was_typed_is_read_and_its_menu_closes() -> None:
    page = opened()
    (box,) = (box for box in page.text_area if box.label.startswith("Type what was said"))
    box.set_value("see me")
    (read,) = (button for button in page.button if button.label == "Make the variants write it")
    shown(read.click().run())
    (again,) = (box for box in page.text_area if box.label.startswith("Type what was said"))
    assert again.value == "see me" and len(drawn(page)["tracks"]) == 2
    assert again.key != box.key, "the menu is a new one, which is closed"


def test_nobody_waits_while_it_is_learned_how_letters_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[bool] = []

    class Turn:
        """A turn to read, in which it is noted whether everything for a transcript was there when it began."""

        def __enter__(self) -> None:
            learned.append(bool(letters._learned.cache_info().currsize))

        def __exit__(self, *problem: object) -> None: ...

    letters._learned.cache_clear()
    letters.guess.cache_clear()
    monkeypatch.setattr(service, "_inference", Turn())
    assert drawn(opened(own="blorfing"))["tracks"][1]["guessed"] == [True] * 6
    assert learned[-1]


def test_a_sound_is_listened_to_and_not_looked_at() -> None:
    told = [plain(one.value) for one in opened().caption]
    assert any("when it would have listened" in one for one in told) and not any("looked" in one for one in told)


def test_phonemes_that_cannot_be_are_told() -> None:
    page = opened(own="HH QQ L OW")
    assert any("QQ" in line for line in said(page))
    assert len(drawn(page)["tracks"]) == 1


def test_a_focus_is_chosen_for_the_variants_with_attention() -> None:
    page = opened(variants="hybrid,none", focus="window")
    hybrid, none = drawn(page)["tracks"]
    (setting,) = (box for box in page.selectbox if box.label == "Attention")
    called = setting.options[1 + [focus.name for focus in TASK.focuses].index("window")]
    assert hybrid["title"].lower() == f"hybrid, {called}".lower(), "it is called as in the settings"
    assert none["title"] == "no attention"
    assert said(page) == []


def test_a_long_recording_is_read_in_parts() -> None:
    page = given(opened(), LONG)
    (parts,) = (radio for radio in page.radio if "parts, read one by one" in radio.label)
    assert len(parts.options) > 1 and plain(parts.options[0]).startswith("1. 0:00 to 0:")
    first = drawn(page)
    assert first["start"] == 0
    shown(parts.set_value(1).run())
    second = drawn(page)
    assert second["start"] == pytest.approx(first["seconds"], abs=0.05)


def test_a_part_that_ran_away_is_marked_in_the_list_and_its_text_is_cut_there(monkeypatch: pytest.MonkeyPatch) -> None:
    read = service.read

    def away(*given: Any, **told: Any) -> Reading:
        reading = read(*given, **told)
        (heard,) = reading.source
        labels = ("HH", "AE", "D") * (300 if isinstance(heard, Sound) and heard.start else 1)
        output = Pieces(" ".join(labels), labels, tuple((label,) for label in labels))
        return replace(reading, output=output, maps=(), hypotheses=())

    monkeypatch.setattr(service, "read", away)
    page = given(opened(), file_of(np.tile(sound("SIL S M AA".split()), 70)))
    (parts,) = (radio for radio in page.radio if "parts, read one by one" in radio.label)
    first, second, *_ = map(plain, parts.proto.captions)
    assert first == "HH AE D"
    assert second.startswith("**It wrote 900 phonemes for ") and ", more than anybody can say: the model" in second
    assert "** HH AE D HH" in second and second.endswith("…") and len(second) < 400
    (track,) = drawn(shown(parts.set_value(1).run()))["tracks"]
    assert len(track["labels"]) == 900, "all of it is there once it is chosen"


def test_whichever_part_is_shown_the_times_of_all_parts_are_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    choices: dict[str, save.Files] = {}
    monkeypatch.setattr(save, "show", lambda session, given, link, **told: choices.update(given))
    page = given(opened(), LONG)
    (choice,) = (radio for radio in page.radio if "parts, read one by one" in radio.label)
    shown(choice.set_value(1).run())
    files = {file.format: file for file in choices["Maps"]("page")}
    table = pd.read_csv(io.BytesIO(files["segments"].content()))
    assert set(table["reading"]) == {"hybrid"} and list(table["start"]) == sorted(table["start"])
    assert table["start"].iloc[0] == 0 and table["end"].iloc[-1] == pytest.approx(31.2, abs=0.01)
    assert Reading.loads(files["json"].content()).source[0].start == drawn(page)["start"]  # type: ignore[union-attr]
    kept = files["segments"].readings
    assert len(kept) > 1 and [bool(reading.hypotheses) for reading in kept].count(True) == 1, "only of the one in view"


def test_a_saved_recording_of_many_parts_is_opened_and_a_part_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = service.read("speech", "hybrid", SPOKEN)
    (heard,), count = reading.source, MOST_READINGS + 2
    assert isinstance(heard, Sound)
    saved = [replace(reading, source=(replace(heard, start=float(i), whole=20.0),)) for i in range(count)]
    page, choices = opened(), dict[str, save.Files]()
    monkeypatch.setattr(save, "show", lambda session, given, link, **told: choices.update(given))
    page.file_uploader(key="speech_saved_0").set_value(("saved.json", export.save(saved, "json"), "application/json"))
    shown(page.run())
    (choice,) = (radio for radio in page.radio if "parts, read one by one" in radio.label)
    assert len(choice.options) == count and drawn(page)["start"] == 0
    shown(choice.set_value(count - 1).run())
    assert drawn(page)["start"] == count - 1
    files = {file.format: file for file in choices["Maps"]("page")}
    assert len(files["textgrid"].readings) == count, "files with times hold all parts"
    assert len(files["json"].readings) == 1


def test_the_chosen_phoneme_is_in_the_address() -> None:
    assert drawn(opened(phoneme="2"))["first"] == 1
    assert drawn(opened(phoneme="1999"))["first"] is None


def test_a_page_holds_no_sound_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given(opened(), SPOKEN)
    assert list(tmp_path.iterdir()) == []


# Many recordings.


def archive(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, inside in files.items():
            packed.writestr(name.replace("_", "."), inside)
    return content.getvalue()


def test_an_archive_of_recordings_becomes_a_table_and_each_is_opened() -> None:
    page = opened()
    packed = archive(one_flac=SPOKEN, two_wav=b"no sound", three_txt=b"no recording")
    page.file_uploader[1].set_value([("many.zip", packed, "application/zip")])
    shown(page.run())
    table = page.dataframe[0].value
    assert list(table["file"]) == ["one.flac", "two.wav"]
    assert table["seconds"][1] == pytest.approx(0.78, abs=0.01)
    assert "can't be opened" in table["problem"][2]
    assert any("1 could not be read" in one.value for one in page.caption)
    assert any("what follows is of another recording" in one.value for one in page.caption)
    assert any("Silence at the ends of the recording belongs to" in one.value for one in page.caption)
    page.session_state["speech_file"], page.session_state["speech_example"] = InputFile("one.flac", SPOKEN), None
    assert not any("The table ends here" in one.value for one in shown(page.run()).caption)


def test_recordings_of_a_table_are_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = []

    def noted(content: bytes) -> Recording:
        decoded.append(content)
        return open_parts(content)

    monkeypatch.setattr(parts, "open_parts", noted)
    files = {f"f{i}_flac": file_of(sound(["S", "AA"] * (i + 1))) for i in range(6)}
    page = opened()
    page.file_uploader[1].set_value([("many.zip", archive(**files, bad_wav=b"no sound"), "application/zip")])
    shown(page.run())
    assert set(files) == {name.replace(".", "_") for name in page.dataframe[0].value["file"]} - {"bad_wav"}
    before = len(decoded)
    assert before >= 7
    shown(page.run())
    assert len(decoded) == before


def test_all_times_of_recordings_are_in_one_archive() -> None:
    reading = service.read("speech", "hybrid", SPOKEN)
    rows = [row_of(NamedFile("so?<b>.flac", SPOKEN), [reading]), Row(NamedFile("x.wav", b""), problem="bad")]
    with zipfile.ZipFile(io.BytesIO(times(rows))) as packed:
        assert packed.namelist() == ["001-so-b.TextGrid", "001-so-b.csv"]
        assert packed.read("001-so-b.TextGrid") == export.save([reading], "textgrid")
    assert columns(rows, "phonemes")["seconds"] == [pytest.approx(0.78, abs=0.01), None]


def test_files_and_archives_are_unpacked_in_their_order() -> None:
    packed = NamedFile("a.zip", archive(x_wav=b"1", y_txt=b"2", z_mp3=b"3"))
    found = unpack([NamedFile("first.wav", b"0"), packed], ["wav", "mp3"])
    assert found.files == (NamedFile("first.wav", b"0"), NamedFile("x.wav", b"1"), NamedFile("z.mp3", b"3"))


def lying(method: int, size: int) -> bytes:
    """An archive of a file of so many bytes, of which its head says that it has 1,000."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as packed:
        packed.writestr("bomb.wav", bytes(size))
    changed = bytearray(content.getvalue())
    for head, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = changed.index(head) + place
        assert int.from_bytes(changed[at : at + 4], "little") == size
        changed[at : at + 4] = (1_000).to_bytes(4, "little")
    return bytes(changed)


def listed(count: int) -> bytes:
    """An archive whose list names so many files, none of which it has."""
    entry = b"PK\x01\x02" + bytes(42)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, count * len(entry), 0, 0)
    return count * entry + end


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_that_lies_about_sizes_takes_no_memory(method: int) -> None:
    packed = NamedFile("a.zip", lying(method, 50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            unpack([packed], ["wav"])
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_long_list_of_files_is_refused_before_it_is_read() -> None:
    packed = NamedFile("a.zip", listed(20_000))
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="20,000 files"):
            unpack([packed], ["wav"])
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (NamedFile("a.zip", b"no archive"), "no zip archive"),
        (NamedFile("a.zip", archive(y_txt=b"2")), "no recording"),
        (NamedFile("a.zip", archive(bomb_wav=bytes(5_000_000))), "far more"),
        (NamedFile("a.zip", archive(**{f"f{i}_wav": b"x" for i in range(MOST_MEMBERS + 1)})), "at most 1,000"),
        (NamedFile("a.zip", archive(x_wav=b"12345" * 99)[:-60]), "no zip archive"),
    ],
)
def test_archives_that_are_refused(given: NamedFile, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong) as refused:
        unpack([given], ["wav"])
    assert str(refused.value)[0].isupper()


def test_more_files_than_are_read_are_told() -> None:
    found = unpack([NamedFile(f"{i}.wav", b"x") for i in range(MOST_FILES + 2)], ["wav"])
    assert len(found.files) == MOST_FILES and "2 more were left out" in found.notes[0]
