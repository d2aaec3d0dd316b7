"""What tests of pages have in common, whatever their task is: a page is opened, changed and looked at without a
browser."""

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest


def opened_at(page: Path, **query: str) -> AppTest:
    """A page, opened at an address with these parameters."""
    app = AppTest.from_file(str(page), default_timeout=300)
    for name, value in query.items():
        app.query_params[name] = value
    return shown(app.run())


def shown(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def unfold(page: AppTest, key: str) -> AppTest:
    """Open an expander or a popover, as a person does who clicks on it."""
    page.session_state[key] = True
    return shown(page.run())


def address(page: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[-1] for name, value in page.query_params.items()}


def said(page: AppTest) -> list[str]:
    """The sentences in boxes: errors, then warnings, then what is told."""
    return [plain(one.value) for one in (*page.error, *page.warning, *page.info)]


def plain(markdown: str) -> str:
    """Markdown as a person sees it, without what escapes it."""
    return markdown.replace("\u2060", "").replace("\\", "")


def headings(page: AppTest) -> list[str]:
    """The titles of figures and panels."""
    return [plain(one.value.removeprefix("#### ")) for one in page.markdown if one.value.startswith("#### ")]


def components(page: AppTest) -> list[dict[str, Any]]:
    """What our own components were given to draw."""
    return [json.loads(component.proto.json) for component in page.get("bidi_component")]


def maps(page: AppTest) -> list[dict[str, Any]]:
    """The heatmaps, as their component gets them."""
    return [one for one in components(page) if "weights" in one]


def text_of(line: dict[str, Any]) -> str:
    """The text of a line above a map."""
    return "".join(word["before"] * (i > 0) + word["text"] for i, word in enumerate(line["words"]))


def link(page: AppTest) -> dict[str, Any]:
    """What the button that copies the link was given."""
    (data,) = (data for data in components(page) if data.get("label") == "Copy link")
    return data
