"""What is drawn anew with each click in a real browser listens once, however often it was drawn."""

from playwright.sync_api import Page, expect

from attnviz import service
from tests.journeys import eventually, settled, visit

TASK = service.TASKS["translation"]
# Counts who listens to the document and its fonts.
COUNT = """
window.listening = {};
const count = (kind, by) => { window.listening[kind] = (window.listening[kind] ?? 0) + by; };
for (const target of [document, document.fonts]) {
  const { addEventListener: add, removeEventListener: remove } = target;
  target.addEventListener = (kind, ...rest) => { count(kind, 1); add.call(target, kind, ...rest); };
  target.removeEventListener = (kind, ...rest) => { count(kind, -1); remove.call(target, kind, ...rest); };
}
"""
KINDS = ("keydown", "loadingdone", "attnviz-pointed")


def test_after_many_clicks_no_more_listen_than_before(tab: Page, app_url: str) -> None:
    tab.add_init_script(COUNT)
    visit(tab, app_url, TASK.name, example=TASK.examples[0].name)
    words = tab.locator(".word")

    def go_round() -> None:
        for example in (TASK.examples[1], TASK.examples[0]):
            tab.get_by_role("button", name=example.label, exact=True).click()
            expect(words.first).to_be_visible()
            expect(tab.get_by_label("French text")).to_have_value(example.inputs[0])
            settled(tab)

    def listening() -> dict[str, int]:
        counts = tab.evaluate("window.listening")
        return {kind: counts.get(kind, 0) for kind in KINDS}

    go_round()
    before = listening()
    assert all(before.values())

    def alike() -> None:
        assert listening() == before

    for _ in range(3):
        go_round()
    eventually(alike)
