"""What a page begins with is what the library does unasked."""

from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import service

PAGES = Path(__file__).parents[1] / "attnviz" / "web" / "pages"
SEARCHING = [name for name, task in service.TASKS.items() if task.length_penalty is not None]


@pytest.mark.parametrize("name", SEARCHING)
def test_the_length_penalty_is_one_everywhere(name: str) -> None:
    wanted = service.TASKS[name].length_penalty
    reader = service.load(name, service.TASKS[name].default)
    evaluate = import_module(f"attnviz.tasks.{name}.scores").evaluate
    assert signature(evaluate).parameters["length_penalty"].default == wanted
    example = service.TASKS[name].examples[0]
    assert reader.read(*example.inputs).provenance.settings["length_penalty"] == wanted
    page = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=120).run()
    assert page.session_state[f"{name}_penalty"] == wanted
