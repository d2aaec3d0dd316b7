"""The first page: a card for each task, with a map that is computed and a link into it; and links of before."""

import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import service
from attnviz.errors import BundleError
from attnviz.figures import colours, small
from attnviz.reading import Reading
from attnviz.tasks.base import Task, source_of
from attnviz.tasks.translation.about import TASK
from attnviz.web import glimpses

PAGES = Path(__file__).parents[1] / "pages.py"
by_task = pytest.mark.parametrize("task", service.TASKS.values(), ids=lambda task: task.name)


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(PAGES), default_timeout=600)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def pictures(page: AppTest) -> dict[str, str]:
    """The SVGs of the page, by their text for those who don't see them."""
    drawn = [image for images in page.get("image") for image in images.proto.imgs]
    return {image.alt: base64.b64decode(image.url.partition("base64,")[2]).decode() for image in drawn}


@pytest.fixture(scope="module")
def home() -> AppTest:
    return opened()


@by_task
def test_a_card_leads_into_its_task_with_its_example(home: AppTest, task: Task) -> None:
    (link,) = (one.proto for one in home.get("page_link") if one.proto.page == task.name and one.proto.query_string)
    assert parse_qs(link.query_string)["example"] == [glimpses.example(task).name]
    assert task.title in link.label
    assert any(one.value == task.told for one in home.caption)


@by_task
def test_a_card_shows_what_the_model_reads_now(home: AppTest, task: Task) -> None:
    reading = service.read(task.name, task.default, source_of(glimpses.example(task).inputs))
    (drawn,) = (svg for alt, svg in pictures(home).items() if f"{task.output} “{reading.output.text}”" in alt)
    assert drawn == small.picture(reading, colours.LIGHT)


def test_a_bundle_that_cannot_be_read_is_one_sentence_on_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    last, *others = reversed(service.TASKS.values())
    true = service.digest

    def digest(task: str, *names: str) -> str:
        if task == last.name:
            raise BundleError("It is broken.")
        return true(task, *names)

    monkeypatch.setattr(service, "digest", digest)
    page = opened()
    assert [one.value for one in page.caption].count("It is broken\\.") == 1
    assert all(any(alt.startswith(task.title) for alt in pictures(page)) for task in others)
    assert any(one.proto.page == last.name for one in page.get("page_link")), "its page tells more"


def test_a_reading_that_failed_is_tried_again_and_one_that_did_not_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Callable[[], Reading]] = []
    monkeypatch.setattr(glimpses, "_asked", {})
    monkeypatch.setattr(service, "read", lambda *names: answers.pop(0)())
    reading = object()

    def damaged() -> Reading:
        raise BundleError("damaged")

    answers[:] = [damaged, lambda: reading]  # type: ignore[list-item, return-value]
    with pytest.raises(BundleError, match="damaged"):
        glimpses.ask(TASK).result()
    assert glimpses.ask(TASK).result() is reading
    assert glimpses.ask(TASK).result() is reading
    assert answers == []


def test_a_link_of_before_shows_what_it_showed() -> None:
    page = opened(text="Le chat dort.", variants="none")
    assert page.text_area(key=f"{TASK.name}_text").value == "Le chat dort."
