"""Takes the pictures of the pages that README.md shows: `python -m tests.pictures`."""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.conftest import ROOT, running

FOLDER = ROOT / "docs"
COLOURS = 256  # of a picture, so that it stays small
PATIENCE = 120_000  # ms
PICTURES = {  # page, and width and height in px
    "home": ("", 1280, 860),
    "translation": ("translation?variants=additive", 1280, 860),
    "captions": ("captions?example=riders", 1280, 860),
    "entailment": ("entailment?variants=match", 1280, 860),
    "speech": ("speech?variants=hybrid&phoneme=4", 1280, 880),
    "summaries": ("summaries?example=names", 1280, 860),
    "phone": ("translation", 390, 844),
}


def take(tab: Page, url: str) -> bytes:
    tab.goto(url)
    title = tab.get_by_role("heading", level=1)  # of the first page
    tab.get_by_role("button", name="Save picture").or_(title).first.wait_for(timeout=PATIENCE)
    tab.locator("[data-test-script-state='notRunning']").wait_for(timeout=PATIENCE)
    tab.wait_for_timeout(3_000)  # until what slides or fades has come to rest
    return tab.screenshot()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as log,
        running(ROOT, Path(log) / "log.txt") as url,
        sync_playwright() as browsers,
    ):
        browser = browsers.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (path, width, height) in PICTURES.items():
            tab = browser.new_page(viewport={"width": width, "height": height})
            picture = Image.open(io.BytesIO(take(tab, f"{url}/{path}")))
            picture.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
            tab.close()
        browser.close()


if __name__ == "__main__":
    main()
