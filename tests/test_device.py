"""Where there is a GPU too, a person chooses what the page runs on, and a link keeps it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import service

PAGES = Path(__file__).parents[1] / "attnviz" / "web" / "pages"


@pytest.fixture(autouse=True)
def two_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CPU comes first, so that it is what runs by itself."""
    monkeypatch.setattr(service, "devices", lambda: ["cpu", "cuda"])


def opened(task: str, **address: str) -> AppTest:
    page = AppTest.from_file(str(PAGES / f"{task}.py"), default_timeout=120)
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def choice(page: AppTest):  # type: ignore[no-untyped-def]
    return next(one for one in page.radio if one.label == "Runs on")


@pytest.mark.parametrize("task", list(service.TASKS))
def test_what_a_link_says_is_chosen(task: str) -> None:
    assert choice(opened(task)).value == ""
    assert choice(opened(task, device="cpu")).value == "cpu"


@pytest.mark.parametrize("task", list(service.TASKS))
def test_what_is_chosen_stays(task: str) -> None:
    page = opened(task)
    choice(page).set_value("cpu").run()
    assert page.session_state[f"{task}_device"] == "cpu"
    assert choice(page.run()).value == "cpu"
