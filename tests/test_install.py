"""attnviz as it is installed from its folder: whole, and ready to read from anywhere, without the repository."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from attnviz import service
from tests.conftest import ROOT

BUILT_FROM = ("attnviz", "pretrained", "pyproject.toml", "setup.py", "requirements.txt", "README.md", "LICENSE")


def kept(folder: Path) -> set[str]:
    """The files below the folder, by their paths from there."""
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in paths}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without the network from a copy of the repository: building leaves files there."""
    copy, built = tmp_path_factory.mktemp("repository"), tmp_path_factory.mktemp("wheel")
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    command = [sys.executable, "-m", "pip", "wheel", str(copy), "--wheel-dir", str(built)]
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--no-cache-dir"]
    subprocess.run([*command, *offline, "--config-settings=--build-option=--compression=stored"], check=True)
    (path,) = built.iterdir()
    return path


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment that has attnviz from its wheel, and all else from the one that tests it."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib"))
    programs = Path(sysconfig.get_path("scripts", "venv", vars=paths))
    offline = ["--no-deps", "--no-index", "--no-compile", "--ignore-installed"]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(folder), "install", *offline, str(wheel)], check=True)
    return programs


def call(folder: Path, program: Path, *arguments: str) -> str:
    """What a program prints that is run in a folder where nothing of the repository lies."""
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.check_output([program, *arguments], cwd=folder, env=plain, text=True)


def test_the_wheel_holds_every_file_of_the_package_and_its_bundles(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        needs = [
            line.removeprefix("Requires-Dist: ")
            for line in archive.read(metadata).decode().splitlines()
            if line.startswith("Requires-Dist: ")
        ]
    package, bundles = kept(ROOT / "attnviz"), kept(ROOT / "pretrained")
    assert names == {f"attnviz/{name}" for name in package} | {f"attnviz/pretrained/{name}" for name in bundles}
    assert needs == (ROOT / "requirements.txt").read_text().split()


def test_it_is_imported_from_its_own_environment(environment: Path, tmp_path: Path) -> None:
    told = call(tmp_path, environment / "python", "-c", "import attnviz; print(attnviz.__file__)")
    assert Path(told.strip()).is_relative_to(environment.parent)


def test_both_commands_are_there(environment: Path, tmp_path: Path) -> None:
    help_text = call(tmp_path, environment / "attnviz", "--help")
    assert "Usage: attnviz " in help_text
    module = call(tmp_path, environment / "python", "-m", "attnviz", "--help")
    assert module == help_text.replace("Usage: attnviz ", "Usage: python -m attnviz ", 1)


def test_a_sentence_is_read_from_another_folder(environment: Path, tmp_path: Path) -> None:
    task, sentence = "translation", "Le chat dort."
    expected = service.read(task, service.variants(task)[0], sentence).output.text
    told = call(tmp_path, environment / "attnviz", "read", task, sentence, "--variant", service.variants(task)[0])
    assert told == f"{expected}\n"
