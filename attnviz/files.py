"""Files that somebody names at the terminal: read, found in a folder, written, and what can be wrong with them."""

from pathlib import Path

from attnviz.errors import InputError

_ENDINGS = ("tsv.xz", "tsv", "jsonl.xz", "jsonl", "txt")


def lines(file: Path) -> list[tuple[int, str]]:
    """The lines that aren't empty, each with its number from 1."""
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise InputError(f"{file} can't be read ({problem.strerror}): choose another file.") from problem
    found = decoded(content, file.name).split("\n")
    return [(number, line.rstrip("\r")) for number, line in enumerate(found, 1) if line.strip()]


def decoded(content: bytes, name: str) -> str:
    """The text, without line ends around it. name: what the content came from."""
    try:
        return content.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as problem:
        raise InputError(f"{name} is not UTF-8 text: save it as UTF-8.") from problem


def of_split(folder: Path, split: str) -> tuple[Path, str | None]:
    """The file of a split, and which value of its column `split` is meant, if one is: `sick:test`."""
    stem, _, part = split.partition(":")
    found = [path for ending in _ENDINGS if (path := folder / f"{stem}.{ending}").exists()]
    if not found:
        raise InputError(f"{folder} holds no {stem}.tsv.xz or {stem}.jsonl.xz: choose another folder or split.")
    return found[0], part or None


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
