"""What the floors ask of a running program. Imports between files are import-linter's, in pyproject.toml."""

import json
import pkgutil
import subprocess
import sys

import pytest

import attnviz

# Imports each module given, then prints which of the libraries came along.
IMPORTS = """
import importlib, json, sys
modules, libraries = map(json.loads, sys.argv[1:])
for module in modules:
    importlib.import_module(module)
print(json.dumps([library for library in libraries if library in sys.modules]))
"""


def modules_of(*floors: str) -> list[str]:
    names = (module.name for module in pkgutil.walk_packages(attnviz.__path__, "attnviz."))
    return [name for name in names if name.split(".")[1] in floors]


@pytest.mark.parametrize(
    ("floors", "libraries"),
    [
        pytest.param(
            ("reading", "errors", "analysis", "nn", "tasks", "training", "bundles"),
            ("matplotlib", "pandas", "PIL", "plotly", "pyarrow", "sacrebleu", "soundfile", "streamlit", "transformers"),
            id="training starts on a bare machine",
        ),
        pytest.param(
            ("reading", "errors", "analysis", "figures", "export"),
            ("streamlit", "tokenizers", "torch", "transformers"),
            id="a saved reading opens without the model",
        ),
    ],
)
def test_importing_a_floor_brings_no_library_of_another(floors: tuple[str, ...], libraries: tuple[str, ...]) -> None:
    modules = modules_of(*floors)
    assert len(modules) > len(floors)
    command = [sys.executable, "-c", IMPORTS, json.dumps(modules), json.dumps(libraries)]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert json.loads(found) == []
