"""What a process has to import and to do before its first reading."""

import subprocess
import sys
from pathlib import Path

import pytest

COMPILER = ("sympy", "torch._dynamo", "torch._inductor")  # seconds of import that no reading needs


@pytest.mark.parametrize("task", ["translation", "entailment"])
def test_a_model_is_loaded_without_torchs_compiler(task: str) -> None:
    code = (
        "import sys, attnviz; from attnviz import service; "
        f"attnviz.load({task!r}, service.TASKS[{task!r}].default); "
        f"print([name for name in {COMPILER} if name in sys.modules])"
    )
    printed = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=Path(__file__).parents[1])
    assert printed.strip() == "[]"
