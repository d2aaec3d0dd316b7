"""A journey through the lessons in a browser, on a screen and on a phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from attnviz import service
from tests.journeys import go_to, nothing_scrolls_sideways, settled

(TASK, FIRST), (_, SECOND) = list(service.lessons().values())[:2]


@pytest.mark.parametrize("width", [1280, 390])
def test_a_student_answers_wrongly_then_rightly_and_goes_on(tab: Page, app_url: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 844})
    tab.goto(app_url)
    settled(tab)
    go_to(tab, "Learn")
    heading = tab.get_by_role("heading", name=FIRST.title)
    expect(heading).to_be_visible()
    settled(tab)
    expect(tab.locator(".heatmap")).to_have_count(0)
    nothing_scrolls_sideways(tab)

    def answer(text: str) -> None:
        tab.get_by_test_id("stMain").get_by_role("button", name=text, exact=True).click()
        expect(tab.get_by_text("Take away.")).to_be_visible()
        settled(tab)

    answer(FIRST.choices[0])
    expect(tab.get_by_text("You said")).to_be_visible()
    expect(tab.locator(".heatmap canvas, .heatmap svg").first).to_be_visible()
    nothing_scrolls_sideways(tab)
    tab.get_by_role("button", name="Ask me again").click()
    expect(tab.get_by_text("Take away.")).to_have_count(0)
    answer("rouge")
    expect(tab.get_by_text("You are right")).to_be_visible()
    nothing_scrolls_sideways(tab)
    tab.get_by_role("button", name="Next lesson").click()
    expect(tab.get_by_role("heading", name=SECOND.title)).to_be_visible()
    expect(tab).to_have_url(re.compile(f"lesson={SECOND.name}"))
    expect(tab.get_by_text("1 done")).to_be_visible()
    tab.go_back()
    expect(heading).to_be_visible()
    settled(tab)
    expect(tab).to_have_url(re.compile("answers="))
    tab.reload()
    expect(tab.get_by_text("Take away.")).to_be_visible()
    settled(tab)
    tab.get_by_role("link", name=re.compile(f"Try it yourself: {TASK.title}")).click()
    expect(tab.get_by_label("French text")).to_have_value(FIRST.inputs[0])


@pytest.mark.parametrize("width", [1280, 390])
def test_a_student_chooses_a_cell_and_changes_its_energy(tab: Page, app_url: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 844})
    tab.goto(app_url)
    settled(tab)
    go_to(tab, "Learn")
    tab.get_by_role("radio", name="Six steps").click()
    expect(tab.locator(".katex-display")).to_have_count(6)
    settled(tab)
    label = tab.locator(".heatmap").get_by_role("button", name="dress").first
    label.click()
    expect(tab.get_by_text("The row of “dress”")).to_be_visible()
    expect(tab).to_have_url(re.compile("output="))
    nothing_scrolls_sideways(tab)
    slider = tab.get_by_role("slider")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowLeft")
    expect(tab.get_by_text("The mark on a bar is the probability without the change")).to_be_visible()
    expect(tab).to_have_url(re.compile("change=-"))
    nothing_scrolls_sideways(tab)
    tab.get_by_role("button", name="Put back").click()
    expect(tab.get_by_text("The mark on a bar is the probability without the change")).to_have_count(0)
    expect(tab).not_to_have_url(re.compile("change="))


def test_the_pill_of_the_lesson_is_in_sight_on_a_phone(tab: Page, app_url: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    name, (_, lesson) = list(service.lessons().items())[-1]
    tab.goto(f"{app_url}/learn?lesson={name}")
    pill = tab.get_by_role("button", name=lesson.title)
    expect(pill).to_be_in_viewport(ratio=1)
    settled(tab)
    tab.get_by_role("button", name="Previous").click()
    expect(tab.get_by_role("button", name=list(service.lessons().values())[-2][1].title)).to_be_in_viewport(ratio=1)
    nothing_scrolls_sideways(tab)


def test_the_addresses_on_a_teachers_sheet_lead_to_its_lessons(tab: Page, app_url: str) -> None:
    tab.goto(f"{app_url}/learn?part=teachers&list={FIRST.name}")
    settled(tab)
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save the sheet").click()
    sheet = Path(download.value.path()).read_text(encoding="utf-8")
    (address,) = re.findall(r"http://\S+?(?=[\"<\s])", sheet)
    assert address.startswith(f"{app_url}/learn")
    tab.goto(address)
    expect(tab.get_by_role("heading", name=FIRST.title)).to_be_visible()
