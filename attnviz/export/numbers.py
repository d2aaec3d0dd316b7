"""The numbers behind the pictures: a tidy table, whole Readings, and arrays."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from attnviz.attention import ATTENTION, AttentionMap
from attnviz.figures import maps, titles
from attnviz.reading import Reading

COLUMNS = ("variant", "query index", "query", "key index", "key", "weight")


def to_csv(readings: Sequence[Reading], *, map_name: str = ATTENTION) -> bytes:
    """The maps as CSV (RFC 4180) with one row for each cell and `COLUMNS` as header; indices count from 0. See `table`.

    The variant goes by its title, as on screen; one that comes again is `TITLE#2` and so on. After the keys of a query
    comes its weight on the rest, with an empty key index and the key "∅". A variant without a map of that name adds no
    row. A label that begins with = + - @, a tab or a carriage return is written with an apostrophe before it, so that
    no spreadsheet takes it for a formula; take it off when reading the table by program, or save JSON.
    """
    named = ((name, reading.map(map_name)) for name, reading in _named(readings, titles.title))
    return table(COLUMNS, ((name, *row) for name, attention in named if attention for row in _rows(attention)))


def difference_to_csv(readings: Sequence[Reading], *, map_name: str = ATTENTION) -> bytes:
    """The first Reading's map less the second's, in the form of `to_csv`; the variant is "FIRST − SECOND".

    Raises InputError where it can't be taken.
    """
    difference = maps.difference(readings, map_name)
    name = titles.minus(*readings)
    return table(COLUMNS, ((name, *row) for row in _rows(difference)))


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Any table as CSV, UTF-8 with the mark by which spreadsheets know it (in Python: `utf-8-sig`); formulas are
    guarded as in `to_csv`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def to_json(readings: Sequence[Reading]) -> bytes:
    """One Reading as its JSON object, several as a list of such objects, in UTF-8."""
    data = [reading.to_json() for reading in readings]
    return json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False).encode()


def to_npz(readings: Sequence[Reading]) -> bytes:
    """Every map as arrays, without pickle: `np.load(file, allow_pickle=False)` opens it.

    For each variant and map: `VARIANT/MAP/weights` float32 (queries, keys), `VARIANT/MAP/rest` float32 (queries,),
    `VARIANT/MAP/queries` and `VARIANT/MAP/keys`, the labels. A variant that comes again is `VARIANT#2` and so on. The
    same Readings give the same bytes.
    """
    arrays: dict[str, np.ndarray] = {}
    for variant, reading in _named(readings, lambda reading: reading.variant):
        for attention in reading.maps:
            arrays[f"{variant}/{attention.name}/weights"] = attention.weights
            arrays[f"{variant}/{attention.name}/rest"] = attention.rest
            arrays[f"{variant}/{attention.name}/queries"] = np.array(attention.queries.labels, dtype=np.str_)
            arrays[f"{variant}/{attention.name}/keys"] = np.array(attention.keys.labels, dtype=np.str_)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _named(readings: Sequence[Reading], called: Callable[[Reading], str]) -> Iterator[tuple[str, Reading]]:
    """Each Reading under what it is called; a name that comes again is `NAME#2` and so on."""
    seen: Counter[str] = Counter()
    for reading in readings:
        name = called(reading)
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}#{seen[name]}", reading


def _rows(attention: AttentionMap) -> Iterator[tuple[object, ...]]:
    for i, query in enumerate(attention.queries.labels):
        for j, key in enumerate(attention.keys.labels):
            yield i, query, j, key, attention.weights[i, j]
        yield i, query, "", maps.REST_LABEL, attention.rest[i]


def _guarded(label: str) -> str:
    return f"'{label}" if label.startswith(("=", "+", "-", "@", "\t", "\r")) else label
