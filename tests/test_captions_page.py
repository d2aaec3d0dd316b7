"""The page of captions as a visitor uses it, without a browser: what it shows, says and keeps."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from attnviz import bundles, export, service
from attnviz.analysis.wording import sentence_case
from attnviz.errors import InputError
from attnviz.figures.browser import photo as component
from attnviz.media import Photo
from attnviz.reading import Pieces, Reading
from attnviz.tasks.base import Example
from attnviz.tasks.captions import cnn
from attnviz.tasks.captions.about import TASK
from attnviz.web.files import opened as files
from attnviz.web.panels.evidence import evidence
from tests.pages import address, components, headings, link, opened_at, plain, said, shown, unfold
from tests.small_captions import POINTING, picture, small_root, stand_in

PAGE = Path(__file__).parents[1] / "attnviz" / "web" / "pages" / "captions.py"
FIRST = TASK.examples[0].name


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_root(tmp_path_factory.mktemp("root"))


@pytest.fixture(autouse=True)
def _small(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "PRETRAINED", root)
    monkeypatch.setattr(cnn, "load", stand_in)


def opened(**query: str) -> AppTest:
    return opened_at(PAGE, **query)


def drawn(page: AppTest) -> list[dict[str, Any]]:
    """What each photo on the page was given."""
    return [data for data in components(page) if "photo" in data]


def captions(page: AppTest) -> list[str]:
    return [
        "".join(word["before"] * (i > 0) + word["text"] for i, word in enumerate(one["words"])) for one in drawn(page)
    ]


def given(page: AppTest, content: bytes, name: str = "mine.jpg") -> AppTest:
    page.file_uploader[0].set_value((name, content, "image/jpeg"))
    return shown(page.run())


def file(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


# What opens, and what is read.


def test_it_opens_with_a_photo_that_is_read_and_a_word_that_is_chosen() -> None:
    page = opened()
    (one,) = drawn(page)
    assert captions(page)[0]
    assert one["photo"].startswith("data:image/jpeg;base64,") and (one["width"], one["height"]) == size_of(FIRST)
    assert one["words"][one["first"]]["text"] not in ("a", "in", "the")
    assert len(one["map"]["weights"]) == len(one["words"]) and len(one["map"]["weights"][0]) == 49
    strongest = max(one["map"]["weights"][one["first"]])
    assert one["map"]["tops"][one["first"]] == pytest.approx(strongest), "each word on its own scale"
    assert "this word's largest weight, 0." in one["map"]["scales"][one["first"]]
    assert said(page) == [] and address(page) == {}


def example(name: str) -> Example:
    found = TASK.example(name)
    assert found is not None
    return found


def size_of(name: str) -> tuple[int, int]:
    with Image.open(example(name).inputs[0]) as image:
        return image.size


@pytest.mark.parametrize("name", [example.name for example in TASK.examples])
def test_each_example_is_one_click_away_and_has_its_credit(name: str) -> None:
    page = opened()
    shown(page.button(key=f"captions_example_{name}").click().run())
    (one,) = drawn(page)
    assert (one["width"], one["height"]) == size_of(name)
    assert address(page) == ({} if name == FIRST else {"example": name})
    told = " ".join(caption.value for caption in page.caption).replace("\\", "")
    author = example(name).credit.split(". ")[1].split(";")[0]
    assert author in told.replace("\u2060", "")
    assert author in Path(example(name).inputs[0]).with_name("CREDITS.md").read_text()


def test_a_second_click_on_an_example_changes_nothing() -> None:
    page = opened(example="cat")
    shown(page.button(key="captions_example_cat").click().run())
    assert address(page) == {"example": "cat"} and captions(page)


def test_a_photo_of_ones_own_is_read_and_is_not_in_the_link() -> None:
    page = given(opened(), picture("blue", "right"))
    (one,) = drawn(page)
    assert "blue" in captions(page)[0] and (one["width"], one["height"]) == (96, 64)
    assert any("mine" in told.value and "not in the link" in told.value for told in page.caption)
    assert link(page)["answer"]["content"] == ""
    assert link(page)["otherwise"].startswith("A photo of your own is not in a link")
    shown(page.button(key="captions_example_cat").click().run())
    assert (drawn(page)[0]["width"], drawn(page)[0]["height"]) == size_of("cat")
    assert page.file_uploader[0].value is None, "the box of files is emptied"


def test_a_photo_from_the_camera_is_read() -> None:
    page = opened()
    page.camera_input[0].set_value(("camera.jpg", picture("green", "left"), "image/jpeg"))
    shown(page.run())
    assert "green" in captions(page)[0]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_formats_of_photos(format: str) -> None:
    page = given(opened(), picture("red", "left", format), f"mine.{format.lower()}")
    assert said(page) == [] and "red" in captions(page)[0]


def test_a_photo_stands_upright_in_its_own_shape() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    page = given(opened(), file(Image.new("RGB", (200, 100), "white"), "JPEG", exif=exif))
    assert (drawn(page)[0]["width"], drawn(page)[0]["height"]) == (100, 200)


# What can't be read.


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.jpg", b"", "This file is empty. Choose a photo as JPEG, PNG, WebP, AVIF or GIF."),
        ("doc.jpg", b"%PDF-1.4", "This file can't be opened as a photo."),
        ("svg.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This file can't be opened as a photo"),
        ("cut.jpg", picture(width=300, height=300)[:900], "This photo is damaged: only part of it"),
        ("dot.png", file(Image.new("RGB", (1, 1)), "PNG"), "This photo has 1 x 1 pixels"),
        ("huge.png", file(Image.new("1", (20_000, 20_000)), "PNG"), "This photo has more than 50 million"),
    ],
)
def test_a_file_that_is_no_photo_is_one_sentence_and_the_last_photo_stays(
    name: str, content: bytes, sentence: str
) -> None:
    page = given(opened(), picture("blue", "right"))
    before = drawn(page)
    given(page, content, name)
    assert len(said(page)) == 1 and said(page)[0].startswith(f"{name} was not read. {sentence}")
    assert drawn(page) == before
    given(page, picture("green", "left"))
    assert said(page) == [] and "green" in captions(page)[0]


def test_the_box_for_photos_takes_the_kinds_that_its_sentence_names_and_no_other() -> None:
    (box,) = (box for box in opened().file_uploader if "JPEG" in box.label)
    takes = {"JPEG": ["jpg", "jpeg"], "PNG": ["png"], "WebP": ["webp"], "AVIF": ["avif"], "GIF": ["gif"]}
    assert [name.removeprefix(".") for name in box.proto.type] == [end for ends in takes.values() for end in ends]
    kinds, _, to_do = box.label.partition(", up to ")
    assert all(name in kinds for name in takes) and "HEIC" not in kinds
    assert "A HEIC photo has to be exported as JPEG first." in to_do


def test_of_a_moving_picture_the_first_frame_is_read_and_it_says_so() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("white", "black")]
    page = given(opened(), file(frames[0], "GIF", save_all=True, append_images=frames[1:]), "moving.gif")
    assert said(page) == ["This picture moves: only its first frame is read."]
    assert captions(page)


def test_a_files_name_is_no_markup() -> None:
    page = given(opened(), b"", "**b** :red[x] <i>.jpg")
    assert said(page)[0].startswith("**b** :red[x] <i>.jpg was not read. This file is empty.")


# Variants and looks.


def test_variants_stand_beside_each_other_and_none_says_that_it_has_no_map() -> None:
    page = opened(variants="soft,none,adaptive")
    assert headings(page) == ["soft", "no attention", "adaptive"]
    soft, none, adaptive = drawn(page)
    assert none["map"] is None and none["noMap"].startswith("This variant has no attention")
    assert soft["group"] == none["group"] == adaptive["group"], "one word is followed in all of them"
    assert max(adaptive["map"]["rest"]) > 0 and max(soft["map"]["rest"]) == 0


def test_of_hard_the_cell_or_the_distribution_is_shown_as_what_it_is() -> None:
    page = opened(variants="hard")
    (one,) = drawn(page)
    assert all(sorted(row)[-2:] == [0, 1] for row in one["map"]["weights"])
    shown(page.toggle(key="captions_distribution_toggle_0").set_value(True).run())
    (other,) = drawn(page)
    assert headings(page) == ["hard, distribution"] and captions(page) == ["".join(words(one))]
    assert all(0 < max(row) < 1 for row in other["map"]["weights"])
    assert address(page) == {"variants": "hard", "distribution": "1"}


def words(one: dict[str, Any]) -> list[str]:
    return [word["before"] * (i > 0) + word["text"] for i, word in enumerate(one["words"])]


def test_how_it_is_drawn_is_chosen_and_said() -> None:
    page = opened(smooth="0", strength="0.5")
    (one,) = drawn(page)
    assert (one["map"]["smooth"], one["map"]["strength"]) == (False, 0.5)
    assert one["map"]["tops"] == pytest.approx([max(row) for row in one["map"]["weights"]])
    shown(page.toggle(key="captions_common_toggle_0").set_value(True).run())
    (one,) = drawn(page)
    assert len(set(one["map"]["tops"])) == 1, "one scale for all words"
    assert all("the largest of all these words" in told for told in (one["scale"], *one["map"]["scales"]))
    assert address(page) == {"smooth": "0", "strength": "0.5", "common": "1"}


def test_a_caption_of_ones_own_stands_beside_the_models_with_its_probability() -> None:
    page = opened()
    box = next(box for box in page.text_area if box.label.startswith("Type an English caption"))
    shown(box.set_value("A red box, in the dark!").run())
    assert headings(page) == ["soft", "soft, output given"]
    own = drawn(page)[1]
    assert [word["text"] for word in own["words"]] == ["a", "red", "box", "in", "the", "dark"]
    assert all(0 <= word["sure"] <= 1 for word in own["words"])
    assert sum("Log-probability −" in plain(one.value) for one in page.caption) == 2
    assert address(page) == {"own": "A red box, in the dark!"}
    shown(page.button(key="captions_example_cat").click().run())
    assert headings(page) == [], "a caption for one photo says nothing of another"


def test_what_is_not_read_of_a_caption_is_told() -> None:
    page = opened(own="A zebra 北 é.")
    (together,) = said(page)
    first, second = together.split("  \n")
    assert first == "A caption can have English letters only. These characters were not read: 北é"
    assert second.startswith("The model does not know these words: ") and "zebra" in second


def test_a_caption_without_a_word_is_refused_and_the_models_stays() -> None:
    page = opened(own="?!")
    assert said(page) == ["There is no word in this caption: type an English one."]
    assert captions(page)


def test_one_of_the_n_best_can_be_looked_at() -> None:
    page = given(opened(), picture("red", "left"))
    best = next(radio for radio in page.radio if radio.label.startswith("The best"))
    second = best.options[1].removeprefix("2\\. ")
    shown(best.set_value(1).run())
    assert headings(page) == ["soft, output 2 of 5"] and captions(page) == [second]


def test_without_a_variant_it_asks_for_one() -> None:
    page = opened(variants="")
    assert said(page) == ["Choose a variant above to read with."]


def test_what_is_typed_or_written_is_text() -> None:
    page = opened(own="<b>red</b> **box** :smile:")
    assert [word["text"] for word in drawn(page)[1]["words"]] == ["b", "red", "b", "box", "smile"]


# The address.


def test_a_link_reopens_the_same_view() -> None:
    query = {
        "example": "dog",
        "variants": "none,hard",
        "beam": "3",
        "smooth": "0",
        "strength": "0.7",
        "own": "A box.",
    }
    page = opened(**query)
    assert address(page) == query
    assert headings(page) == ["no attention", "hard", "no attention, output given", "hard, output given"]
    content = link(page)["answer"]["content"]
    assert "example=dog" in content and "strength=0.7" in content and link(page)["otherwise"] == ""


def test_a_link_chooses_the_same_word_in_all_variants() -> None:
    page = opened(variants="soft,adaptive", own="a red box in the dark", word="2")
    first, *others = drawn(page)
    assert (first["first"], first["place"]) == (1, 0)
    chosen = first["words"][1]["text"]
    for other in others:
        labels = [word["text"] for word in other["words"]]
        assert other["first"] == (labels.index(chosen) if chosen in labels else other["usual"])
        assert other["place"], "the first photo tells the link"
    assert "word=2" in link(page)["answer"]["content"]
    shown(page.button(key="captions_example_cat").click().run())
    assert "word" not in address(page), "a word of one photo's caption is none of another's"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("example", "whale", "The address says “whale” for “example”, which was left out: choose one of "),
        ("strength", "2", "The address says “2” for “strength”, which was left out: choose a number from 0 to 1."),
        ("variants", "soft,magic", "There is no variant “magic”: choose from "),
        ("photo", "x.jpg", "This page has no setting “photo”, which the address names: it was left out."),
    ],
)
def test_what_the_address_gets_wrong_is_one_sentence(name: str, value: str, sentence: str) -> None:
    page = opened(**{name: value})
    assert len(said(page)) == 1 and said(page)[0].startswith(sentence)
    assert captions(page)


# Saved readings.


def test_a_saved_reading_is_shown_with_its_photo_and_without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = [service.read("captions", variant, picture("red", "left")) for variant in ("soft", "hard")]
    page = opened()
    monkeypatch.setattr(service, "read", forbidden)
    page.file_uploader[1].set_value(("saved.json", export.save(readings, "json"), "application/json"))
    shown(page.run())
    assert headings(page) == ["soft", "hard"]
    assert captions(page) == [one.output.text for one in readings]
    assert (drawn(page)[0]["width"], drawn(page)[0]["height"]) == (96, 64)
    assert said(page)[0].startswith("This is what was saved in saved.json")


def forbidden(*_: object, **__: object) -> None:
    raise AssertionError("the model was asked")


def test_a_made_up_reading_must_fit_together() -> None:
    one: Reading = service.read("captions", "soft", picture())
    (photo,), (found,) = one.source, one.maps
    assert isinstance(photo, Photo)
    assert files.loads(one.dumps().encode(), TASK) == [one]
    text, most = Pieces("x", ("x",), (("x",),)), files.MOST_WORDS_ON_PHOTO + 1
    wrong = [
        {"source": ()},
        {"source": (text,)},
        {"source": (Photo(b"\xff\xd8 no photo", 96, 64),)},
        {"source": (replace(photo, width=95),)},
        {"output": text},
        {"output": Pieces("x " * most, ("x",) * most, (("x",),) * most), "maps": ()},
        {"maps": (replace(found, name="another"),)},
        {"maps": (replace(found, keys=replace(found.keys, width=5)),)},  # type: ignore[type-var]
        {"maps": (replace(found, keys=found.queries, weights=np.zeros((len(found.queries),) * 2, np.float32)),)},
    ]
    for changes in wrong:
        with pytest.raises(InputError, match=r"do not belong together|does not fit this page"):
            files.loads(replace(one, **changes).dumps().encode(), TASK)  # type: ignore[arg-type]


# What it is worth.


def test_how_far_a_map_can_be_believed_comes_from_the_bundles_scores() -> None:
    page = opened()
    told = " ".join(one.value for one in page.caption)
    assert "can be wrong and still sound sure" in told and "people, dogs and sport" in told
    first, *others = evidence(service.digest("captions", "soft"), "captions", "soft").rows
    assert (first.value, *first.baselines.values()) == tuple(POINTING.values())
    assert len(others) == 3, "two figures, each for all things and for small ones"
    assert evidence(service.digest("captions", "none"), "captions", "none").rows == ()
    (table,) = (table.value for table in unfold(page, "captions_0_evidence").table)
    assert table["this map"].iloc[0] == f"{POINTING['pointing']:.3f}"


def test_each_variant_is_explained() -> None:
    page = opened()
    told = " ".join(one.value for one in page.markdown)
    assert all(f"**{sentence_case(TASK.called(name))}**" in told for name in service.variants("captions"))
    assert len(page.latex) >= 4


# Parts.


@pytest.mark.parametrize(
    ("text", "first"), [("a dog runs", 1), ("two of the dogs", 3), ("a on the", 0), ("Dogs run", 0), ("", -1)]
)
def test_the_first_word_that_names_a_thing_is_chosen(text: str, first: int) -> None:
    labels = tuple(text.split())
    assert component.first_word(Pieces(text, labels, tuple((one,) for one in labels))) == first
