"""The files that a person gives together, some of them in zip archives, unpacked within limits."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from attnviz.errors import InputError
from attnviz.web.text import short

MOST_FILES = 100
MOST_MEMBERS = 1_000  # of an archive, folders and other files included
MOST_BYTES = 100_000_000  # of all files together, unpacked
LARGEST_RATIO = 100  # of a file to what it takes in its archive: sounds are hardly smaller there
HOW = "Pack the recordings anew, as a usual zip archive without a password."

_USUAL = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # Python unpacks what is packed in other ways without any limit
_LISTED = b"PK\x01\x02"  # what the entry of each file begins with in an archive's list of files


@dataclass(frozen=True)
class NamedFile:
    """The content of a file under its name, without folders."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Unpacked:
    """What was given. notes: sentences about what of it was not read."""

    files: tuple[NamedFile, ...]
    notes: tuple[str, ...]


def unpack(given: Sequence[NamedFile], endings: Sequence[str]) -> Unpacked:
    """The files with these endings (such as "wav"), those in zip archives included, in their order.

    Raises InputError where an archive is damaged, encrypted, or unpacks to more than it should; and where there is no
    such file.
    """
    files: list[NamedFile] = []
    notes: list[str] = []
    size, left_out = 0, 0
    for file in given:
        for name, content in _members(file, endings) if file.name.lower().endswith(".zip") else [(file.name, file)]:
            if len(files) == MOST_FILES:
                left_out += 1
                continue
            one = content if isinstance(content, NamedFile) else NamedFile(name, content.read())
            size += len(one.content)
            if size > MOST_BYTES:
                raise InputError(f"These files have more than {MOST_BYTES // 1_000_000} MB: give fewer at once.")
            files.append(one)
    if left_out:
        notes.append(f"Only the first {MOST_FILES} files were read: {left_out} more were left out.")
    if not files:
        raise InputError(f"There is no recording in this: give files that end with {', '.join(endings)}.")
    return Unpacked(tuple(files), tuple(notes))


class _Member:
    """A file in an archive, which is unpacked when it is read, and no further than its head says."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, told: str) -> None:
        self._archive, self._info, self._told = archive, info, told

    def read(self) -> bytes:
        most = min(MOST_BYTES, LARGEST_RATIO * max(self._info.compress_size, 1))
        if self._info.file_size > most:
            raise InputError(f"{self._told} unpacks to far more than it holds. {HOW}")
        if self._info.compress_type not in _USUAL:
            raise InputError(f"{self._told} is packed in an unusual way. {HOW}")
        try:
            with self._archive.open(self._info) as file:
                content = file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as problem:
            raise InputError(f"{self._told} is damaged or has a password. {HOW}") from problem
        if len(content) > most:
            raise InputError(f"{self._told} unpacks to far more than it holds. {HOW}")
        return content


def _members(file: NamedFile, endings: Sequence[str]) -> Iterator[tuple[str, _Member]]:
    told = f"The archive {short(file.name)}"
    # Before the list of files is read, which takes memory for each of them.
    if (count := file.content.count(_LISTED)) > MOST_MEMBERS:
        raise InputError(f"{told} holds {count:,} files: give at most {MOST_MEMBERS:,} at once.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as problem:
        raise InputError(f"{told} is no zip archive that can be opened. {HOW}") from problem
    for info in archive.infolist():
        path = PurePosixPath(info.filename.replace("\\", "/"))
        hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
        if not info.is_dir() and not hidden and path.suffix.lower().removeprefix(".") in endings:
            yield path.name, _Member(archive, info, told)
