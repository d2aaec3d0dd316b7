"""Files of a visitor's own on the page that compares variants, without a browser and in one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

import attnviz
from attnviz import bundles, service
from attnviz.figures.photo import weight
from attnviz.tasks.captions import cnn
from tests import small_captions, small_speech
from tests.journeys import nothing_scrolls_sideways, settled, visit
from tests.one_page import served
from tests.pages import address, components, opened_at, plain, said, shown
from tests.small_captions import picture, stand_in

PAGE = Path(attnviz.__file__).parent / "web" / "pages" / "compare.py"
STAND_IN = "from attnviz.tasks.captions import cnn; from tests.small_captions import stand_in; cnn.load = stand_in"
SPOKEN = small_speech.file_of(small_speech.sound("SIL AA M IY S SIL".split()))
OWN = {"captions": ("mine.jpg", picture("green", "left"), "photo"), "speech": ("mine.flac", SPOKEN, "recording")}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pretrained")
    small_speech.small_root(folder)
    return small_captions.small_root(folder)


@pytest.fixture(autouse=True)
def _small(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "PRETRAINED", root)
    monkeypatch.setattr(cnn, "load", stand_in)


def given(page: AppTest, name: str, content: bytes) -> AppTest:
    page.file_uploader[0].set_value((name, content, "application/octet-stream"))
    return shown(page.run())


def table(page: AppTest) -> list[str]:
    """What each variant wrote."""
    return [str(cell) for cell in page.table[0].value.iloc[0]]


def captions(page: AppTest) -> str:
    return " ".join(one.value for one in page.caption)


@pytest.mark.parametrize("task", OWN)
def test_a_file_of_ones_own_is_compared_and_a_bad_one_leaves_it_there(task: str) -> None:
    name, content, noun = OWN[task]
    page = opened_at(PAGE, task=task)
    example = table(page)
    given(page, name, content)
    assert not said(page) and f"Your {noun}: mine" in captions(page)
    assert "example" not in address(page), "no address can hold it"
    names = service.variants(task)[:2]
    sources = [service.parts(task, names[0], content).sources[0]] * 2
    read = [service.read(task, variant, source) for variant, source in zip(names, sources, strict=True)]
    own = table(page)
    plain = [cell.replace(":orange-background[", "").replace("]", "").replace("\\", "").split() for cell in own]
    assert plain == [one.output.text.split() for one in read]
    bad = f"bad{Path(name).suffix}"
    given(page, bad, b"%PDF-1.7 no such thing")
    assert len(said(page)) == 1 and said(page)[0].startswith(f"{bad} was not read. ")
    assert table(page) == own and f"Your {noun}: mine" in captions(page)
    first = service.TASKS[task].examples[1].name
    shown(page.button(key=f"compare_{task}_example_{first}").click().run())
    assert not said(page) and "Your" not in captions(page) and address(page)["example"] == first
    assert len(table(page)) == len(example)


@pytest.mark.parametrize("task", OWN)
def test_a_file_is_refused_with_the_sentence_of_the_tasks_own_page(task: str) -> None:
    large = b"\0" * (service.TASKS[task].most_bytes + 1)
    bad: list[tuple[str, bytes]] = [("empty", b""), ("noise", bytes(range(256)) * 8), ("large", large)]
    own = PAGE.with_name(f"{task}.py")
    here, there = opened_at(PAGE, task=task), opened_at(own)
    for name, content in bad:
        for page in (here, there):
            given(page, f"{name}{Path(OWN[task][0]).suffix}", content)
        assert len(said(here)) == 1 and said(here) == said(there)


@pytest.mark.parametrize(("task", "told"), [("speech", "When they listen"), ("captions", "Where they look")])
def test_a_sound_is_listened_to_and_a_photo_is_looked_at(task: str, told: str) -> None:
    where, _, look = told.lower().split()
    page = opened_at(PAGE, task=task)
    assert told in [one.value for one in page.subheader]
    said = [plain(one.value) for one in (*page.caption, *page.markdown)]
    assert any(f"what each writes, {where} it {look}s, and how far" in one for one in said)


def test_a_long_recording_is_compared_by_its_first_part() -> None:
    long = small_speech.file_of(np.tile(small_speech.sound("SIL AA M IY S SIL".split()), 40))
    page = given(opened_at(PAGE, task="speech"), "long.flac", long)
    assert any("its first part is compared" in one for one in said(page))
    (first, *_) = service.parts("speech", service.variants("speech")[0], long).sources
    sounds = [data for data in components(page) if "flac" in data]
    assert sounds and sounds[0]["seconds"] == pytest.approx(first.seconds)


def tops(page: AppTest) -> list[list[float]]:
    """For each photo with a map, the weight at which the orange of each word is strongest."""
    return [data["map"]["tops"] for data in components(page) if "photo" in data and data["map"]]


def test_photos_have_one_colour_scale_until_each_word_gets_its_own() -> None:
    page = opened_at(PAGE, task="captions", variants="soft,adaptive,none")
    content = Path(service.TASKS["captions"].examples[0].inputs[0]).read_bytes()
    maps = [service.read("captions", variant, content).maps[0] for variant in ("soft", "adaptive")]
    end = min(float(one.weights.max()) for one in maps)
    assert {round(top, 4) for of in tops(page) for top in of} == {round(end, 4)} and len(tops(page)) == 2
    assert f"the strongest orange stands for weight {weight(end)} or more" in captions(page)
    shown(page.button(key="compare_captions_scale").click().run())
    assert address(page)["stretch"] == "1"
    for of, one in zip(tops(page), maps, strict=True):
        assert of == pytest.approx(one.weights.max(axis=1), abs=1e-4)
    assert "don't compare words or variants by their colour" in captions(page)


@pytest.fixture(scope="module")
def url(chromium: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page on small bundles, in a process of its own."""
    with served("compare", tmp_path_factory.mktemp("compare"), root, before=STAND_IN) as found:
        yield found


@pytest.mark.parametrize("width", [390, 1280])
def test_a_photo_is_uploaded_and_compared(tab: Page, url: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    visit(tab, url, task="captions")

    def upload(name: str, content: bytes) -> None:
        tab.get_by_role("button", name="Upload a photo").click()
        menu = tab.get_by_test_id("stPopoverBody")
        box: dict[str, Any] = {"name": name, "mimeType": "image/jpeg", "buffer": content}
        menu.locator("input[type=file]").set_input_files(box)  # type: ignore[arg-type]
        expect(menu).to_have_count(0)
        settled(tab)

    upload("mine.jpg", picture("green", "left"))
    expect(tab.get_by_text("Your photo: mine.jpg")).to_be_visible()
    expect(tab.locator(".photo .stage")).to_have_count(2)
    expect(tab.get_by_role("heading", name="How far two maps lie apart")).to_be_visible()
    assert "example=" not in tab.url
    upload("letter.jpg", b"a letter, not a photo")
    expect(tab.get_by_text("letter.jpg was not read.")).to_be_visible()
    expect(tab.get_by_text("Your photo: mine.jpg")).to_be_visible()
    expect(tab.locator(".photo .stage")).to_have_count(2)
    nothing_scrolls_sideways(tab)
