"""What the server does before anybody asks, so that the first picture comes soon.

torch and the first model are loaded while the browser opens and the page's frame is drawn. What other pages need, and
takes seconds to import, is imported once a page was drawn.
"""

import gc
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module

import streamlit as st

from attnviz import service
from attnviz.errors import BundleError

_PATIENCE = 60.0  # seconds that the imports wait for a first page at most

_BROWSER = 2.0  # seconds that a browser gets to show a page that was drawn, before imports compete with it

_drawn = threading.Event()


@asynccontextmanager
async def prepared(app: st.App) -> AsyncIterator[None]:
    """The life of the server, which begins with loading in a thread; nobody waits for it who needs no model."""
    threading.Thread(target=prepare, name="prepare", daemon=True).start()
    yield


def drawn() -> None:
    """Tell that a page was drawn."""
    _drawn.set()


def prepare() -> None:
    """Load the first task's default variant; then, once a page was drawn, import what is slow to import.

    What is loaded stays, so the search for garbage leaves it out from then on: while thousands of modules are loaded,
    it would find none and take a tenth of the time.
    """
    gc.disable()
    try:
        first = next(iter(service.TASKS.values()))
        with suppress(BundleError):  # the page says what is wrong with it
            service.load(first.name, first.default)
        import_module("pandas")  # Streamlit asks it about whatever a component is given
    finally:
        gc.enable()
        gc.freeze()
    _drawn.wait(_PATIENCE)
    time.sleep(_BROWSER)
    for name in service.TASKS:
        service.import_slow(name)
    gc.freeze()
