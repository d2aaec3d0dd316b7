"""What the server does before anybody asks: what is loaded, what waits, and what a page is drawn without."""

import gc
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from attnviz import service
from attnviz.errors import BundleError
from attnviz.web import start

ROOT = Path(__file__).parents[1]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was loaded and imported, in order; no page was drawn yet."""
    told: list[Any] = []
    monkeypatch.setattr(start, "_drawn", threading.Event())
    monkeypatch.setattr(service, "load", lambda *names: told.append(names))
    monkeypatch.setattr(start, "import_module", told.append)
    return told


def test_the_first_model_is_loaded_and_slow_imports_wait_for_a_page(
    told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = next(iter(service.TASKS.values()))
    slow = [module for task in service.TASKS.values() for module in task.slow_imports]
    thread = threading.Thread(target=start.prepare)
    thread.start()
    thread.join(0.2)
    assert thread.is_alive() and told == [(first.name, first.default)]
    start.drawn()
    thread.join()
    assert slow and told[1:] == slow
    assert gc.isenabled()
    gc.unfreeze()


def test_a_damaged_first_model_is_left_to_the_page(told: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*names: str) -> None:
        raise BundleError("damaged")

    monkeypatch.setattr(service, "load", load)
    start.drawn()
    start.prepare()
    assert told and gc.isenabled()
    gc.unfreeze()


def test_the_frame_of_a_page_needs_neither_torch_nor_pandas() -> None:
    """What is imported, and asked for, before the first reading."""
    code = """
import sys
from attnviz import service
from attnviz.web import page, readings
from attnviz.web.panels import written
for task in service.TASKS:
    for variant in service.variants(task):
        service.digest(task, variant), service.branch(task, variant), service.evidence(task, variant)
print({"torch", "tokenizers", "pandas", "matplotlib", "transformers"}.intersection(sys.modules))
"""
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip() == "set()"


def test_a_machine_without_the_driver_of_a_gpu_is_known_without_torch() -> None:
    code = """
import sys
from attnviz import service
service._may_have_gpu = lambda: False
print(service.devices(), "torch" in sys.modules)
"""
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()
    assert printed == "['cpu'] False"
