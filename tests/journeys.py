"""What journeys in a browser share. A page on a busy machine still moves, loads and answers while it is looked at: so
journeys wait for what they expect, and measure until it holds."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Error, Locator, Page, expect

from tests.conftest import PATIENCE, ROOT

PAGES = re.findall(r'title="(\w+)"\)', (ROOT / "pages.py").read_text(encoding="utf-8"))  # as the menu names them
OVERFLOW = "e => e.scrollWidth - e.clientWidth"  # px by which what is in an element is wider than it
# Notes in the element which texts are chosen, each time when others are, and pauses the playing at one of them.
_NOTE = """(element, [chosen, last]) => {
  element.noted = [];
  const note = () => {
    const texts = [...element.querySelectorAll(chosen)].map((one) => one.textContent).join(" ");
    if (!texts || texts === element.noted.at(-1)) return;
    element.noted.push(texts);
    if (texts === last) element.querySelector(".play").click();
  };
  new MutationObserver(note).observe(element, { subtree: true, childList: true, attributes: true });
}"""
# Keeps what is copied: a clipboard can be that of several browsers, and holds what any of them copied last.
_COPY = """
window.copied = [];
const write = navigator.clipboard.write;
navigator.clipboard.write = async (items) => {
  await write.call(navigator.clipboard, items);
  window.copied.push(...items);
};
"""


def visit(tab: Page, url: str, path: str = "", **address: str) -> None:
    tab.goto(f"{url}/{path}?{urlencode(address)}", wait_until="commit")
    expect(tab.get_by_role("button", name="Save picture")).to_be_visible()
    settled(tab)


def settled(tab: Page) -> None:
    """Once the page is drawn to its foot; until then a button is that of the run before."""
    expect(tab.locator("[data-test-script-state='notRunning']")).to_be_attached()


def eventually(check: Callable[[], None]) -> None:
    """Once the check passes. It is made again until then, because what it measures may still move."""
    end = time.monotonic() + PATIENCE / 1000
    while True:
        try:
            return check()
        except (AssertionError, Error):
            if time.monotonic() > end:
                raise
        time.sleep(0.1)


def go_to(tab: Page, page: str) -> None:
    """Choose a page by its name. A phone shows the names once its menu is opened; Streamlit closes the menu again where
    it was opened before the page was drawn, even after the name was in sight."""
    link, menu = tab.get_by_role("link", name=page, exact=True).first, tab.get_by_test_id("stExpandSidebarButton")

    def chosen() -> None:
        if menu.is_visible():
            menu.click(timeout=2_000)
        expect(link).to_be_in_viewport(ratio=1, timeout=2_000)
        link.click(timeout=2_000)

    eventually(chosen)


def nothing_scrolls_sideways(tab: Page) -> None:
    def narrow() -> None:
        for element in (tab.locator("html"), tab.get_by_test_id("stMain")):
            assert element.evaluate(OVERFLOW) <= 0

    eventually(narrow)


def note(element: Locator, chosen: str, *, pause_at: str = "") -> Callable[[], list[str]]:
    """Note from now on which texts are chosen in the element, however shortly; what is returned says which were.

    chosen: how they are found in it. pause_at: the text at which what is played is paused, before the next one.
    """
    element.evaluate(_NOTE, [chosen, pause_at])
    return lambda: element.evaluate("e => e.noted")  # type: ignore[no-any-return]


def keep_what_is_copied(tab: Page) -> None:
    """From the next visit on the page keeps in `window.copied` what it put on the clipboard."""
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.add_init_script(_COPY)


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
