"""Every page, as somebody meets it who can't see it well or can't use a mouse: axe-core's rules in a real browser."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys import PAGES, eventually, settled

DRAWN = {"": "img", "learn": "h3", "evidence": "#papers", "about": "#licences"}  # what stands last on a page
ELSEWHERE = ".st-key-files button"  # how to save it
GRAVE = ("serious", "critical")
STREAMLITS = {"scrollable-region-focusable": ".stTable"}  # a wide table of Streamlit's: browsers let Tab reach it
SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))


@pytest.mark.parametrize("name", ["", *map(str.lower, PAGES)])
def test_no_page_breaks_a_grave_rule_of_accessibility(tab: Page, app_url: str, name: str) -> None:
    def none_is_broken() -> None:
        found = Axe().run(tab).response["violations"]
        broken = [(one["id"], str(node["target"])) for one in found if one["impact"] in GRAVE for node in one["nodes"]]
        assert not [(rule, target) for rule, target in broken if STREAMLITS.get(rule, "never") not in target]

    for width, scheme in SCREENS:
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=scheme)
        tab.goto(f"{app_url}/{name}")
        tab.wait_for_selector(DRAWN.get(name, ELSEWHERE))
        settled(tab)
        eventually(none_is_broken)
