"""The first page: a card for each task, which leads to what it shows, and links of before."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import service
from attnviz.tasks.base import Task
from attnviz.tasks.translation.about import TASK

PAGES = Path(__file__).parents[1] / "pages.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(PAGES), default_timeout=300)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


@pytest.fixture(scope="module")
def home() -> AppTest:
    return opened()


@pytest.mark.parametrize("task", service.TASKS.values(), ids=lambda task: task.name)
def test_a_card_leads_into_its_task_with_its_example(home: AppTest, task: Task) -> None:
    (link,) = (one.proto for one in home.get("page_link") if one.proto.page == task.name)
    (example,) = parse_qs(link.query_string)["example"]
    assert task.example(example) is not None
    assert task.title in link.label
    assert any(one.value == task.told for one in home.markdown)


def test_a_link_of_before_shows_what_it_showed() -> None:
    page = opened(text="Le chat dort.", variants="none")
    assert page.text_area(key=f"{TASK.name}_text").value == "Le chat dort."
