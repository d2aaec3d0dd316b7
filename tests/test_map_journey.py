"""A visitor's way through a map in a real browser: its labels, cells and legend answer the mouse, a finger and the
keys, on a large screen and on a phone."""

import re
from collections.abc import Callable, Collection

import pytest
from playwright.sync_api import Locator, Page, Position, Route, expect

from attnviz.figures import colours
from tests.journeys import OVERFLOW, eventually, note, nothing_scrolls_sideways, visit

SENTENCE = "Le chat noir dort sur la chaise."
# Thirteen words, of which the last is a full stop.
THIRTEEN = "Une femme en robe rouge traverse la rue avec son chien noir."
REST = 5  # measures in a row that are the same once nothing moves any more
WEIGHT = re.compile(r"^\S+ ← \S+: [01]\.\d\d$")
# Scrolls the frame of a map to its end, and says where a label stood before and stands after.
TO_THE_END = """(frame, label) => {
  const place = () => { const { x, width } = label.getBoundingClientRect(); return [x, width]; };
  frame.scrollLeft = 0;
  const before = place();
  frame.scrollLeft = frame.scrollWidth;
  return [frame.scrollLeft, before, place()];
}"""


@pytest.fixture
def phone(opened: Callable[..., Page]) -> Page:
    """A touch screen, 390 px wide."""
    return opened(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)


def first_map(tab: Page, app_url: str, path: str = "translation", **address: str) -> Locator:
    """The first map of the page, once all of it is drawn."""
    visit(tab, app_url, path, **address)
    heatmap = tab.locator(".heatmap").first
    expect(heatmap.locator(".cells")).to_be_visible()
    return heatmap


def row(heatmap: Locator, word: str) -> Locator:
    return heatmap.locator(".rows").get_by_role("button", name=word, exact=True)


def column(heatmap: Locator, word: str) -> Locator:
    return heatmap.locator(".columns").get_by_role("button", name=word, exact=True)


def chosen(tab: Page) -> Locator:
    """The words that are chosen in the sentences above the map."""
    return tab.locator(".word.chosen")


def at(heatmap: Locator, query: str, key: str) -> Position:
    """The centre of a cell, within the cells, once they have come to rest."""
    places: list[Position] = []

    def rests() -> None:
        cells, label = heatmap.locator(".cells").bounding_box(), row(heatmap, query).bounding_box()
        assert cells and label
        place = heatmap.locator(".columns button").all_inner_texts().index(key)
        x, y = (place + 0.5) * label["height"], label["y"] + label["height"] / 2 - cells["y"]
        places.append({"x": x, "y": y})
        assert len(places) > REST and all(one == places[-1] for one in places[-REST:])

    eventually(rests)
    return places[-1]


def test_the_axes_the_scale_and_the_rest_are_explained_in_the_first_screen(page: Page, app_url: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    heatmap = first_map(page, app_url)
    for text in ("French →", "English ↓", "weight", "∅: no French word (end mark)", "Play"):
        expect(heatmap.get_by_text(text)).to_be_in_viewport(ratio=1)
    heatmap = first_map(page, app_url, "entailment")
    for text in ("Premise →", "Hypothesis ↓", "weight"):
        expect(heatmap.get_by_text(text)).to_be_in_viewport(ratio=1)


def test_labels_answer_the_mouse_as_words_do(tab: Page, app_url: str) -> None:
    heatmap = first_map(tab, app_url, text=SENTENCE)
    expect(heatmap.locator(".box.near.row")).to_be_hidden()
    row(heatmap, "cat").hover()
    expect(heatmap.locator(".box.near.row")).to_be_visible()
    row(heatmap, "cat").click()
    expect(row(heatmap, "cat")).to_have_attribute("aria-pressed", "true")
    expect(chosen(tab)).to_have_text(["cat"])
    expect(heatmap.locator(".box.chosen.row")).to_be_visible()
    expect(tab.get_by_text("Likeliest beginnings")).to_be_visible()
    column(heatmap, "chaise").click()
    expect(chosen(tab)).to_have_text(["chaise"])
    expect(row(heatmap, "cat")).to_have_attribute("aria-pressed", "false")
    tab.locator(".word", has_text="noir").click()
    expect(column(heatmap, "noir")).to_have_attribute("aria-pressed", "true")
    column(heatmap, "noir").click()
    expect(chosen(tab)).to_have_count(0)


def test_a_cell_answers_the_mouse(tab: Page, app_url: str) -> None:
    heatmap = first_map(tab, app_url, text=SENTENCE)
    place = at(heatmap, "cat", "chat")
    heatmap.locator(".cells").hover(position=place)
    expect(heatmap.locator(".tip")).to_have_text(WEIGHT)
    expect(heatmap.locator(".tip")).to_contain_text("cat ← chat")
    heatmap.locator(".cells").click(position=place)
    expect(chosen(tab)).to_have_text(["chat", "cat"])
    tab.keyboard.press("Escape")
    expect(chosen(tab)).to_have_count(0)
    expect(heatmap.locator(".box.chosen.row")).to_be_hidden()


def test_nothing_in_the_map_needs_a_mouse(tab: Page, app_url: str) -> None:
    heatmap = first_map(tab, app_url, text=SENTENCE)
    column(heatmap, "Le").focus()
    tab.keyboard.press("ArrowRight")
    expect(column(heatmap, "chat")).to_be_focused()
    expect(heatmap.locator(".box.near.column")).to_be_visible()
    tab.keyboard.press("Enter")
    expect(chosen(tab)).to_have_text(["chat"])
    expect(column(heatmap, "chat")).to_be_focused()
    tab.keyboard.press("Tab")
    expect(heatmap.locator(".rows button").first).to_be_focused()
    tab.keyboard.press("End")
    tab.keyboard.press("Enter")
    expect(chosen(tab)).to_have_text(["."])
    tab.keyboard.press("Escape")
    expect(chosen(tab)).to_have_count(0)
    tab.keyboard.press("Tab")
    expect(heatmap.locator(".cells")).to_be_focused()
    for key in ("ArrowDown", "ArrowRight"):
        tab.keyboard.press(key)
    expect(heatmap.get_by_role("status")).to_contain_text("← chat: ")
    tab.keyboard.press("Enter")
    expect(chosen(tab)).to_have_count(2)


def test_words_of_the_sentences_are_chosen_with_the_keys(tab: Page, app_url: str) -> None:
    first_map(tab, app_url, text=SENTENCE)
    words = tab.locator(".line:not(.large)").first.get_by_role("button")
    words.first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
        tab.keyboard.press(key)
    expect(chosen(tab)).to_have_text(["chat"])
    expect(words.nth(1)).to_be_focused()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(chosen(tab)).to_have_count(1)
    expect(tab.locator(".line.large .word.chosen")).to_have_count(1)


def test_the_words_are_played_one_by_one_until_somebody_pauses(tab: Page, app_url: str) -> None:
    heatmap = first_map(tab, app_url, text=SENTENCE)
    words = heatmap.locator(".rows button").all_inner_texts()
    in_map, in_sentence = (
        note(heatmap, ".rows .chosen", pause_at=words[2]),
        note(tab.locator(".lines").first, ".word.chosen"),
    )
    play = heatmap.get_by_role("button", name="Play")
    play.click()
    expect(chosen(tab)).to_have_text([words[2]])
    tab.wait_for_timeout(2000)
    expect(play).to_be_visible()
    expect(chosen(tab)).to_have_text([words[2]])
    assert in_map() == words[:3]
    play.click()
    expect(heatmap.get_by_role("button", name="Pause")).to_be_visible()
    expect(chosen(tab)).to_have_text([words[-1]])
    expect(play).to_be_visible()  # at the end it stops
    assert in_map() == words
    followed = [words.index(word) for word in in_sentence()]  # the page may answer to several words at once
    assert followed == sorted(set(followed)) and {2, len(words) - 1} <= set(followed)


def test_escape_that_is_answered_late_stops_no_playing(tab: Page, app_url: str) -> None:
    heatmap = first_map(tab, app_url, text=SENTENCE)
    words = heatmap.locator(".rows button").all_inner_texts()
    row(heatmap, words[1]).click()
    expect(tab.locator(".line.large .word.chosen")).to_have_text([words[1]])
    heatmap.get_by_role("button", name="Play").evaluate(
        """play => {
          document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
          setTimeout(() => play.click(), 60);  // before the page has answered
        }"""
    )
    expect(chosen(tab)).to_have_text([words[2]])
    expect(tab.locator(".line.large .word.chosen")).to_have_text([words[2]])


def test_who_wants_less_motion_goes_from_word_to_word_by_hand(opened: Callable[..., Page], app_url: str) -> None:
    tab = opened(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    heatmap = first_map(tab, app_url, text=SENTENCE)
    words = heatmap.locator(".rows button").all_inner_texts()
    for word in words[:2]:
        heatmap.get_by_role("button", name="Next word").click()
        expect(chosen(tab)).to_have_text([word])
    tab.wait_for_timeout(2000)
    expect(chosen(tab)).to_have_text([words[1]])


def test_a_tap_selects_a_cell(phone: Page, app_url: str) -> None:
    heatmap = first_map(phone, app_url, text=SENTENCE)
    heatmap.locator(".cells").tap(position=at(heatmap, "cat", "chat"))
    expect(chosen(phone)).to_have_text(["chat", "cat"])
    for name in ("row", "column", "cell"):
        expect(heatmap.locator(f".box.chosen.{name}")).to_be_visible()
    expect(heatmap.locator(".tip")).to_have_text(WEIGHT)
    expect(heatmap.locator(".near")).to_have_count(2)  # the boxes for what is pointed at, which a finger does not do
    expect(heatmap.locator(".box.near.row")).to_be_hidden()
    column(heatmap, "noir").tap()
    expect(chosen(phone)).to_have_text(["noir"])


def test_thirteen_columns_fit_on_a_phone(phone: Page, app_url: str) -> None:
    heatmap = first_map(phone, app_url, text=THIRTEEN)
    expect(heatmap.locator(".columns button")).to_have_count(13)
    label, output = heatmap.locator(".rows button").first, phone.locator(".note").first

    def fit() -> None:
        assert heatmap.locator(".frame").evaluate(OVERFLOW) <= 0
        box = label.bounding_box()
        assert box and 16 <= box["height"] <= 40
        assert float(label.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 12
        above, below = output.bounding_box(), heatmap.bounding_box()
        assert above and below and below["y"] - above["y"] - above["height"] < 90, (
            "only the choice of a view stands between"
        )

    eventually(fit)


def test_a_map_is_measured_anew_once_its_font_is_there(opened: Callable[..., Page], app_url: str) -> None:
    usual = first_map(opened(), app_url, text=SENTENCE).locator(".rows").bounding_box()
    tab, late = opened(), list[Route]()
    tab.route("**/*.woff2", lambda font: late.append(font))
    heatmap = first_map(tab, app_url, text=SENTENCE)
    assert late
    tab.route("**/*.woff2", lambda font: font.continue_())  # those that are asked for from now on
    for font in late:
        font.continue_()

    def measured() -> None:
        assert heatmap.locator(".rows").bounding_box() == usual

    eventually(measured)


@pytest.mark.parametrize("dark", [False, True])
def test_rows_stay_in_sight_where_a_wide_map_is_scrolled(opened: Callable[..., Page], app_url: str, dark: bool) -> None:
    tab = opened(viewport={"width": 390, "height": 844}, color_scheme="dark" if dark else "light")
    heatmap = first_map(tab, app_url, example="long")
    nothing_scrolls_sideways(tab)
    expect(heatmap.get_by_text("scroll it sideways")).to_be_visible()
    frame, label = heatmap.locator(".frame"), heatmap.locator(".rows button").first

    def stay() -> None:
        scrolled, before, after = frame.evaluate(TO_THE_END, label.element_handle())
        assert scrolled > 0, "the map scrolls in its own frame"
        assert after == before

    eventually(stay)

    def are_read() -> None:
        ink, text = label.evaluate("e => getComputedStyle(e).color"), colours.theme(dark).text
        page = tab.get_by_test_id("stMarkdown").first.evaluate("e => getComputedStyle(e).color")
        assert ink in (page, f"rgb({', '.join(str(int(text[i : i + 2], 16)) for i in (1, 3, 5))})")

    eventually(are_read)


def test_an_arrow_leads_to_what_is_out_of_sight(opened: Callable[..., Page], app_url: str) -> None:
    tab = opened(viewport={"width": 390, "height": 844})
    heatmap = first_map(tab, app_url, example="long")
    earlier, later = (heatmap.locator(f".edge.{side} div") for side in ("before", "after"))
    expect(later.last).to_have_class("there")
    expect(earlier.and_(tab.locator(".there"))).to_have_count(0)
    later.last.click()
    expect(later.last).not_to_have_class("there")
    expect(earlier.first).to_have_class("there")
    label = heatmap.locator(".rows button").first
    label.focus()
    tab.keyboard.press("Enter")
    expect(label).to_have_attribute("aria-pressed", "true")
    expect(earlier.first).not_to_have_class("there")


@pytest.mark.parametrize("touch", [False, True])
def test_a_map_that_lacks_little_room_is_seen_whole(opened: Callable[..., Page], app_url: str, touch: bool) -> None:
    tab = opened(viewport={"width": 1280, "height": 900}, has_touch=touch, is_mobile=touch)
    heatmap = first_map(tab, app_url, example="long")
    frame, label = heatmap.locator(".frame"), heatmap.locator(".rows button").first
    columns = heatmap.locator(".columns button").count()

    def has(width: float, sides: Collection[int], *, whole: bool) -> tuple[float, float]:
        """The px of the row labels and of the rest of the map, where it has this width."""
        heatmap.evaluate("(e, width) => { e.style.width = `${width}px`; }", width)

        def laid() -> None:
            box = label.bounding_box()
            assert box and box["height"] in sides
            assert (frame.evaluate(OVERFLOW) <= 0) == whole

        eventually(laid)
        rows: float = heatmap.locator(".rows").evaluate("e => e.offsetWidth")
        return rows, frame.evaluate("e => e.scrollWidth") - rows

    labels, _ = has(1200, range(16, 41), whole=True)
    _, others = has(200, [16], whole=False)
    has(labels + others, [16], whole=True)
    has(labels + others - columns, [16 if touch else 15], whole=not touch)
    has(labels + others - 5 * columns, [16], whole=False)


def test_a_weight_that_is_left_out_is_not_seen_but_told(tab: Page, app_url: str) -> None:
    heatmap = first_map(tab, app_url, text=SENTENCE, strongest="1")
    expect(heatmap.get_by_text("The strongest word of each row is shown: ")).to_be_visible()

    def are_clear() -> None:
        clear = heatmap.locator("canvas").first.evaluate(
            "e => { const {data} = e.getContext('2d').getImageData(0, 0, e.width, e.height);"
            " return [...data].filter((value, i) => i % 4 === 3 && value === 0).length }"
        )
        rows, columns = (heatmap.locator(f".{axis} button").count() for axis in ("rows", "columns"))
        assert clear == rows * (columns - 1) > 0

    eventually(are_clear)
    heatmap.locator(".cells").hover(position=at(heatmap, "cat", "Le"))
    expect(heatmap.locator(".tip")).to_contain_text("(not shown)")


def test_a_difference_appears_where_its_switch_is(tab: Page, app_url: str) -> None:
    tab.set_viewport_size({"width": 1280, "height": 800})
    first_map(tab, app_url, text=SENTENCE, variants="additive,general")
    expect(tab.locator(".heatmap")).to_have_count(2)
    tab.get_by_text("Difference", exact=True).click()
    expect(tab.locator(".heatmap")).to_have_count(3)
    difference = tab.locator(".heatmap").first
    scale = difference.get_by_text("−1 to 1: blue, additive looked more; orange, general")
    for told in (scale, tab.get_by_text("The largest difference is")):
        expect(told).to_be_in_viewport(ratio=1)
    expect(difference.locator(".columns")).to_be_in_viewport(ratio=1)
    expect(tab.get_by_text("Difference", exact=True).first).to_be_in_viewport(ratio=1)


def test_words_can_be_chosen_faster_than_the_page_answers(tab: Page, app_url: str) -> None:
    """Streamlit lets the browser keep large messages, and must not ask it for one that it has thrown away meanwhile."""
    heatmap = first_map(tab, app_url, text=SENTENCE)
    words = ["The", "cat", "black"]
    for i in range(40):
        row(heatmap, words[i % 3]).click()
        tab.wait_for_timeout(15 * (i % 7))
    expect(chosen(tab)).to_have_text(["The"])
    expect(row(heatmap, "The")).to_have_attribute("aria-pressed", "true")


def test_arrow_keys_go_where_they_point_in_a_line_from_right_to_left(tab: Page, app_url: str) -> None:
    visit(tab, app_url, "translation", text="السلام Le chat noir dort sur la chaise de la maison.")
    words = tab.locator("[dir=auto]", has_text="chat").locator(".word")
    words.nth(0).focus()
    tab.keyboard.press("ArrowLeft")
    expect(words.nth(1)).to_be_focused()
    tab.keyboard.press("ArrowRight")
    expect(words.nth(0)).to_be_focused()
