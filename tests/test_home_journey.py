"""A visitor's way from the first page into a task in a real browser, on a large screen and on a phone."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from attnviz import service
from attnviz.web import glimpses
from tests.journeys import nothing_scrolls_sideways, settled

TASKS = list(service.TASKS.values())


@pytest.mark.parametrize("width", [1280, 390])
def test_every_card_is_drawn_and_one_click_leads_into_its_task(tab: Page, app_url: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 850})
    tab.goto(app_url)
    expect(tab.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
    expect(tab.get_by_role("link", name="Start here")).to_be_in_viewport(ratio=1)
    for task in TASKS:
        expect(tab.locator(f".st-key-glimpse_{task.name} img")).to_have_attribute("alt", re.compile(task.output))
    nothing_scrolls_sideways(tab)
    settled(tab)
    task = TASKS[2]
    tab.locator(f".st-key-glimpse_{task.name}").click(force=True)  # the card's link lies over it
    tab.wait_for_url(re.compile(f"/{task.name}"))
    expect(tab.get_by_role("button", name="Save picture")).to_be_visible()
    example = glimpses.example(task)
    query = parse_qs(urlsplit(tab.url).query)
    assert query.get("example", [task.examples[0].name]) == [example.name]
    expect(tab.get_by_text(example.notice.split(":")[0])).to_be_visible()
    nothing_scrolls_sideways(tab)


def test_a_click_does_not_wait_for_the_maps(tab: Page, app_url: str) -> None:
    tab.goto(app_url)
    tab.locator(".st-key-cards").get_by_role("link", name=TASKS[0].title).click()
    expect(tab.get_by_role("button", name="Save picture")).to_be_visible()


def test_a_card_is_reached_by_the_keyboard(tab: Page, app_url: str) -> None:
    tab.goto(app_url)
    settled(tab)
    tab.get_by_role("link", name="Start here").focus()
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("link", name="tour of one minute")).to_be_focused()
    tab.keyboard.press("Tab")
    expect(tab.locator(".st-key-cards").get_by_role("link").first).to_be_focused()
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(f"/{TASKS[0].name}"))
