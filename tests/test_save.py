"""How what is on the page is saved: the choices, and a link that says where it works."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from attnviz.attention import ATTENTION, SUBWORDS
from attnviz.export.command import command
from attnviz.figures.photo import Look
from attnviz.media import Sound
from attnviz.reading import Reading
from attnviz.web.files import copied, save, save_photo
from tests.test_captions_export import none as no_map_over_photo
from tests.test_captions_export import reading as of_photo
from tests.test_export import reading
from tests.test_figures_sound import heard
from tests.test_html import over_words
from tests.test_reading import over_a_sound


def files(choice: save.Files, paper: str = "page") -> dict[str, save.File]:
    return {file.format: file for file in choice(paper)}


def test_a_picture_is_the_usual_file_and_each_says_what_it_holds() -> None:
    readings = [reading(), reading("general")]
    choices = save.maps(readings, (), map_name=ATTENTION, stretch=False, strongest=0)
    assert list(choices) == ["Maps"]
    found = files(choices["Maps"])
    assert list(found) == ["png", "svg", "pdf", "html", "csv", "json", "npz"]
    assert found["png"].name == "translation-additive-vs-general-le-chat-dort-attention.png"
    assert all(file.content() for file in found.values())


def test_who_asks_for_a_difference_wants_to_save_it() -> None:
    pair = [reading(), reading("general")]
    choices = save.maps(pair, pair, map_name=SUBWORDS, stretch=False, strongest=0)
    assert list(choices) == ["Difference", "Maps"]
    assert files(choices["Difference"])["csv"].name.endswith("-difference.csv")
    assert "additive − general".encode() in files(choices["Difference"])["csv"].content()
    assert files(choices["Maps"])["png"].name.endswith("-subwords.png")


def test_a_paper_is_for_pictures_and_changes_no_number() -> None:
    choice = save.maps([reading()], (), map_name=ATTENTION, stretch=True, strongest=0)["Maps"]
    page, slide = (files(choice, paper) for paper in ("page", "slide"))
    assert page["png"].content() != slide["png"].content()
    for format in ("csv", "json", "npz"):
        assert page[format].content() == slide[format].content()


def test_without_any_map_there_is_an_output_to_be_saved() -> None:
    none: Reading = reading("none", maps=())
    found = files(save.maps([none], (), map_name=ATTENTION, stretch=False, strongest=0)["Output"])
    assert found["png"].name.endswith("-output.png") and found["png"].content()


def test_of_a_sound_the_times_can_be_saved_but_not_of_a_difference() -> None:
    heard = over_a_sound()
    choices = save.maps([heard, heard], [heard, heard], map_name=ATTENTION, stretch=False, strongest=0)
    found = files(choices["Maps"])
    assert list(found) == ["png", "svg", "pdf", "textgrid", "segments", "html", "csv", "json", "npz"]
    assert found["textgrid"].name.endswith("-times.TextGrid") and found["textgrid"].content()
    assert found["segments"].name.endswith("-times.csv") and b"IPA" in found["segments"].content()
    assert not {"textgrid", "segments"} & set(files(choices["Difference"]))


def test_times_are_those_of_all_parts_of_a_recording() -> None:
    first = over_a_sound()
    (sound,) = first.source
    assert isinstance(sound, Sound)
    second = replace(first, source=(replace(sound, start=sound.seconds),))
    choices = save.maps([first], (), map_name=ATTENTION, stretch=False, strongest=0, whole=[first, second])
    found = files(choices["Maps"])
    assert b"xmax = 0.2\n" in found["textgrid"].content()
    assert found["segments"].content().count(b"HH") == 2
    assert Reading.loads(found["json"].content()) == first, "the other files hold what is shown"


def test_of_a_photo_all_words_are_the_usual_picture() -> None:
    both = [of_photo(), no_map_over_photo()]
    choices = save_photo.choices("captions", both, both, Look())
    assert list(choices) == ["All words", "One word", "Animation"]
    assert list(files(choices["All words"])) == ["png", "svg", "pdf", "html", "csv", "json", "npz"]
    assert list(save_photo.choices("captions", both[1:], both[1:], Look())) == ["All words"], "there is nothing to tint"


def test_tables_hold_the_map_that_is_drawn_and_the_rest_everything() -> None:
    one = of_photo("hard")
    drawn = replace(one, variant="hard, distribution", maps=(replace(one.maps[0], weights=one.maps[0].weights / 2),))
    found = files(save_photo.choices("captions", [one], [drawn], Look())["All words"])
    assert b"hard, distribution" in found["csv"].content()
    assert Reading.loads(found["json"].content()) == one


@pytest.mark.parametrize(
    ("link", "here"),
    [
        ("http://localhost:8501/?example=cat", True),
        ("http://attnviz.localhost/", True),
        ("http://127.0.0.1:8501/captions/", True),
        ("http://[::1]:8501/", True),
        ("https://attnviz.example.org/?text=localhost", False),
        ("http://192.168.1.5:8501/", False),
        ("", False),
    ],
)
def test_a_link_that_works_on_one_computer_only_says_so(link: str, here: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr(copied, "_component", lambda **given: told.update(given["data"]))
    copied.link(link, owner="page", otherwise="There is none.", opens="text", key="copy")
    assert ("works on this computer only" in told["done"]) == here
    assert told["otherwise"] == ("" if link else "There is none.")


@pytest.mark.parametrize("one", [over_words(), heard(), of_photo()], ids=["words", "sound", "photo"])
def test_all_files_together_open_again_and_say_what_made_them(one: Reading) -> None:
    if one.task == "captions":
        choice = save_photo.choices("captions", [one], [one], Look())["All words"]
    else:
        choice = save.maps([one], (), map_name=ATTENTION, stretch=False, strongest=0)["Maps"]
    files = choice("page")
    content = save.everything(files)
    with zipfile.ZipFile(io.BytesIO(content)) as together:
        assert together.namelist() == ["README.txt", *(file.name for file in files)]
        held = {name.rpartition(".")[2]: together.read(name) for name in together.namelist()}
    assert Reading.loads(held["json"]) == one
    told = held["txt"].decode()
    assert one.provenance.digest in told and command(one) in told
    assert all(file.name in told for file in files)
    assert save.everything(files) == content
