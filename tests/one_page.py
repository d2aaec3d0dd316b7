"""One page of the app on small bundles, in a process of its own, for journeys in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

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
    expect(tab.get_by_role("button", name="PNG")).to_be_visible()
    settled(tab)


def settled(tab: Page) -> None:
    """Once the page is drawn to its foot; until then a button is that of the run before."""
    expect(tab.locator("[data-test-script-state='notRunning']")).to_be_attached()
