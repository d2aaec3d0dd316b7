"""Files that somebody names at the terminal: reading them, finding them in a folder, writing them.

Whatever is wrong with a file is an InputError.
"""

import sys
from pathlib import Path

from attnviz.errors import InputError

STANDARD_INPUT = Path("-")
_ENDINGS = ("tsv.xz", "tsv", "jsonl.xz", "jsonl", "txt")


def lines(file: Path) -> list[tuple[int, str]]:
    """The lines that aren't empty, each with its number, counted from 1; those of standard input for "-"."""
    try:
        content = sys.stdin.buffer.read() if file == STANDARD_INPUT else file.read_bytes()
    except OSError as problem:
        raise InputError(f"{file} can't be read ({problem.strerror}): choose another file.") from problem
    name = "Standard input" if file == STANDARD_INPUT else file.name
    numbered = enumerate(decoded(content, name).split("\n"), 1)
    return [(number, line.rstrip("\r")) for number, line in numbered if line.strip()]


def decoded(content: bytes, name: str) -> str:
    """The text of some bytes, without line ends around it. name: what they came from, to be named where they are no
    text."""
    try:
        return content.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as problem:
        raise InputError(f"{name} is not UTF-8 text: save it as UTF-8.") from problem


def scored(folder: Path | None, split: str | None, file: Path | None) -> tuple[Path, str | None]:
    """The file to score, and which value of its column `split` is meant, if one is.

    Either a file is given, or a folder and a split: `name` for the file of that name, `name:part` for the rows of it
    whose split is `part`.
    """
    if file is not None and split is not None:
        raise InputError("Either --split or --file says what is scored: leave one of them out.")
    if file is not None:
        path, part = file, None
    elif folder is not None and split is not None:
        path, part = _of_split(folder, split)
    else:
        raise InputError("Say what to score: --data FOLDER and --split NAME, or --file FILE.")
    if not path.is_file():
        raise InputError(f"There is no file {path}: choose another one.")
    return path, part


def _of_split(folder: Path, split: str) -> tuple[Path, str | None]:
    name, _, part = split.partition(":")
    paths = [path for ending in _ENDINGS if (path := folder / f"{name}.{ending}").exists()]
    if not paths:
        raise InputError(f"{folder} holds no {name}.tsv.xz or {name}.jsonl.xz: choose another folder or split.")
    return paths[0], part or None


def stem(path: Path) -> str:
    """The name of a file of a corpus without its ending, such as "pairs.test" for "pairs.test.jsonl.xz"."""
    return path.name.removesuffix(".xz").rsplit(".", 1)[0]


def write(path: Path, content: bytes, *, overwrite: bool = True) -> None:
    """Write a file, and the folders above it where they are missing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb" if overwrite else "xb") as file:
            file.write(content)
    except FileExistsError as problem:
        raise InputError(f"{path} is there already: choose another folder, or overwrite with --force.") from problem
    except OSError as problem:
        raise InputError(f"{path} can't be written ({problem.strerror}): choose another place.") from problem
