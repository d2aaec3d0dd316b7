"""How English words are pronounced: CMUdict, as pocketsphinx 5.1.1 brings it, with the phones of each letter.

Its terms are in `pronunciations/LICENSE`. `aligning.py` made the file. Each line has a word, a tab, and as many groups
as the word has letters, with spaces between. A group is the letter's phones with + between, or - for a silent letter:
`box` has `B AA K+S`, and `phone` has `F - OW N -`. The pronunciations of a word stand together, the usual one first.
"""

import lzma
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "pronunciations" / "words.tsv.xz"
SILENT = "-"

Letters = tuple[tuple[str, ...], ...]  # the phones of each letter of a word


@lru_cache(maxsize=1)
def rows() -> Mapping[str, tuple[str, ...]]:
    """The rows of each word, in small letters, as they stand in the file. They are read at the first call, which takes
    half a second, and then take 30 MB."""
    words: dict[str, tuple[str, ...]] = {}
    for line in lzma.decompress(FILE.read_bytes()).decode("ascii").splitlines():
        word, _, row = line.partition("\t")
        words[word] = (*words.get(word, ()), row)
    return words


def by_letter(row: str) -> Letters:
    """The phones of each letter of the word that the row belongs to."""
    return tuple(() if group == SILENT else tuple(group.split("+")) for group in row.split())


def pronunciations(word: str) -> tuple[tuple[str, ...], ...]:
    """All ways in which a word is said, each as phones without stress, the usual one first; none for a word that the
    dictionary lacks. word: in small letters."""
    return tuple(joined(by_letter(row)) for row in rows().get(word, ()))


def joined(letters: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The phones of all letters one after another."""
    return tuple(phone for phones in letters for phone in phones)
