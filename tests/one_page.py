"""One page of the app on small bundles, in a process of its own, for journeys in a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tests.conftest import ROOT, running

_APP = """
import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, {repository!r})
from attnviz import bundles

bundles.PRETRAINED = Path({root!r})
{before}
st.set_page_config(page_title="attnviz", layout="wide")
st.navigation([st.Page({page!r}, title={name!r}, default=True)], position="top").run()
"""


@contextmanager
def served(name: str, folder: Path, root: Path, before: str = "") -> Iterator[str]:
    """The address of the page `attnviz/web/pages/<name>.py`, run on the bundles under `root`.

    before: code that it runs first.
    """
    page = str(ROOT / "attnviz" / "web" / "pages" / f"{name}.py")
    app = _APP.format(repository=str(ROOT), root=str(root), before=before, page=page, name=name.capitalize())
    (folder / "app.py").write_text(app)
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_bytes((ROOT / ".streamlit" / "config.toml").read_bytes())
    with running(folder, folder / "log.txt") as url:
        yield url


def visit(tab: Page, url: str, **address: str) -> None:
    tab.goto(f"{url}/?{urlencode(address)}")
    expect(tab.get_by_role("button", name="Save picture")).to_be_visible()
    settled(tab)


def settled(tab: Page) -> None:
    """Once the page is drawn to its foot; until then a button is that of the run before."""
    expect(tab.locator("[data-test-script-state='notRunning']")).to_be_attached()


def saved(tab: Page, format: str) -> tuple[str, bytes]:
    """The name and the content of the file that the button for this format saves, in the menu if it is another than
    the usual one."""
    settled(tab)
    usual = {"PNG": "Save picture", "GIF": "Save animation"}.get(format)
    with other_formats(tab) if usual is None else nullcontext(tab) as place:
        name = usual or re.compile(f"^{format}: ")
        with tab.expect_download() as download:
            place.get_by_role("button", name=name).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


@contextmanager
def other_formats(tab: Page) -> Iterator[Locator]:
    """The menu of what can be saved, opened and closed."""
    tab.get_by_role("button", name="Other formats").click()
    menu = tab.get_by_test_id("stPopoverBody")
    expect(menu).to_be_visible()
    yield menu
    tab.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    settled(tab)
