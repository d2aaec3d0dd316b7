"""Reads the files of a corpus, packed or not, and says what is wrong with them."""

import lzma
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

from attnviz.errors import InputError

Row = TypeVar("Row")


def opened(path: Path) -> IO[str]:
    """A text file in UTF-8, unpacked on the way if its name ends in .xz."""
    return lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8")


def file_in(folder: Path, name: str) -> Path | None:
    """The file of that name in a folder, packed (.xz) or not; None where it is not there."""
    return next((path for path in (folder / f"{name}.xz", folder / name) if path.exists()), None)


def needed_file(folder: Path, name: str, corpora: str) -> Path:
    """As `file_in`. corpora: what the folder should hold, in words. Raises InputError where the file is not there."""
    path = file_in(folder, name)
    if path is None:
        raise InputError(f"{folder} holds no {name}.xz: name the folder of {corpora} with --data.")
    return path


def take(path: Path, rows: Iterable[Row], limit: int | None, form: str) -> list[Row]:
    """The first `limit` rows of a file, or all of them if it is None.

    rows: the rows as they are read from `path`. form: what each of its lines needs, in words. Raises InputError where
    the file can't be read, is damaged, is of another form or holds no row.
    """
    try:
        taken = list(islice(rows, limit))
    except InputError:
        raise
    except OSError as problem:
        raise InputError(f"{path} can't be read ({problem.strerror}): choose another file.") from problem
    except (TypeError, ValueError, EOFError, lzma.LZMAError) as problem:
        raise InputError(f"{path.name} is damaged or not of its form: it needs {form}.") from problem
    if not taken:
        raise InputError(f"{path.name} holds nothing to score: it needs {form}.")
    return taken
