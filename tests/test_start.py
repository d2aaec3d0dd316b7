"""What the server does before anybody asks: what is loaded, what waits, and what a page is drawn without."""

import gc
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from attnviz import service
from attnviz.errors import BundleError
from attnviz.tasks.base import Task
from attnviz.web import start

ROOT = Path(__file__).parents[1]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was loaded and imported, in order; no page was drawn yet."""
    told: list[Any] = []
    monkeypatch.setattr(start, "_drawn", threading.Event())
    monkeypatch.setattr(service, "load", lambda *names: told.append(names))
    monkeypatch.setattr(service, "import_slow", told.append)
    return told


def test_the_first_model_is_loaded_and_slow_imports_wait_for_a_page(
    told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = next(iter(service.TASKS.values()))
    thread = threading.Thread(target=start.prepare)
    thread.start()
    thread.join(0.2)
    assert thread.is_alive() and told == [(first.name, first.default)]
    start.drawn()
    thread.join()
    assert told[1:] == list(service.TASKS)
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


def test_a_model_waits_for_what_is_being_imported_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that puts another module in its own place at the end of its import, as transformers does."""
    lines = ["import sys, time, types", "time.sleep(0.5)", "made = types.ModuleType(__name__)", "made.THING = 1"]
    (tmp_path / "slowly_made.py").write_text("\n".join([*lines, "sys.modules[__name__] = made"]))
    monkeypatch.syspath_prepend(tmp_path)
    first = next(iter(service.TASKS.values()))
    monkeypatch.setitem(cast(dict[str, Task], service.TASKS), first.name, replace(first, slow_imports=("slowly_made",)))

    def load(*names: object) -> object:
        from slowly_made import THING  # type: ignore[import-not-found]

        return THING

    monkeypatch.setattr(service, "_load", load)
    thread = threading.Thread(target=service.import_slow, args=[first.name])
    thread.start()
    while "slowly_made" not in sys.modules:
        time.sleep(0.01)
    assert service.load(first.name, first.default) == 1
    thread.join()


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
