"""Files of a corpus, packed or not, and what can be wrong with them."""

import lzma
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

from attnviz.errors import InputError

One = TypeVar("One")


def opened(path: Path) -> IO[str]:
    """A text file in UTF-8, unpacked on the way if its name ends in .xz."""
    return lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8")


def take(path: Path, rows: Iterable[One], limit: int | None, form: str) -> list[One]:
    """The first so many of the rows that are read of a file; all without `limit`. form: what each of its lines needs.

    Raises InputError where the file can't be read, is damaged or of another form, or none is found.
    """
    try:
        found = list(islice(rows, limit))
    except InputError:
        raise
    except OSError as problem:
        raise InputError(f"{path} can't be read ({problem.strerror}): choose another file.") from problem
    except (TypeError, ValueError, EOFError, lzma.LZMAError) as problem:
        raise InputError(f"{path.name} is damaged or not of its form: it needs {form}.") from problem
    if not found:
        raise InputError(f"{path.name} holds nothing to score: it needs {form}.")
    return found
