"""When each sound was heard, as a TextGrid for Praat and as a table."""

import csv
import io
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from attnviz import export
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.export.names import filename
from attnviz.export.times import COLUMNS
from attnviz.figures import titles
from attnviz.media import Sound
from attnviz.reading import Given, Hypothesis, Reading
from tests.test_reading import flac, over_a_sound

Tiers = dict[str, list[tuple[float, float, str]]]


def parsed(content: bytes) -> tuple[float, Tiers]:
    """The end and the tiers of a TextGrid in the long format. As Praat does, it takes the quoted texts and the free
    numbers one after another, and skips all else: names of fields, and what is in brackets."""
    text = content.decode("utf-8")
    token = re.compile(r'"((?:[^"]|"")*)"|<(exists)>|(?<![\w\[.])(-?\d+(?:\.\d+)?)(?![\w\].])')
    tokens = iter(
        (match[1].replace('""', '"') if match[1] is not None else match[2] or float(match[3]))
        for match in token.finditer(text)
    )
    assert (next(tokens), next(tokens)) == ("ooTextFile", "TextGrid")
    assert next(tokens) == 0
    end = next(tokens)
    assert next(tokens) == "exists"
    tiers: Tiers = {}
    for _ in range(int(next(tokens))):
        assert next(tokens) == "IntervalTier"
        name = next(tokens)
        assert name not in tiers
        assert (next(tokens), next(tokens)) == (0, end)
        tiers[name] = [(next(tokens), next(tokens), next(tokens)) for _ in range(int(next(tokens)))]
    assert next(tokens, None) is None
    for intervals in tiers.values():
        assert intervals[0][0] == 0 and intervals[-1][1] == end
        assert all(start < stop for start, stop, _ in intervals), "Praat takes no interval without a length"
        assert all(a[1] == b[0] for a, b in pairwise(intervals)), "intervals touch"
    return end, tiers


def labels(tiers: Tiers, name: str) -> list[str]:
    return [label for _, _, label in tiers[name]]


def spoken(words: str = "hi") -> Reading:
    """The two sounds of a word that a person gave."""
    return replace(over_a_sound(groups=(0, 0)), given=Given(forced=words))


def part(start: float, reading: Reading | None = None) -> Reading:
    """A part of a longer recording, of 0.1 s."""
    return replace(reading or over_a_sound(), source=(Sound(flac(1600), 1600, start=start),))


def test_phones_tile_the_sound() -> None:
    end, tiers = parsed(export.save([over_a_sound()], "textgrid"))
    assert end == 0.1 and list(tiers) == ["phones"]
    assert tiers["phones"] == [(0, 0.052, "HH"), (0.052, 0.1, "AY")]


def test_words_have_a_tier_of_their_own_where_they_are_known() -> None:
    _, tiers = parsed(export.save([spoken()], "textgrid"))
    assert tiers["words"] == [(0, 0.1, "hi")] and labels(tiers, "phones") == ["HH", "AY"]


def test_quotation_marks_and_other_letters_survive() -> None:
    _, tiers = parsed(export.save([spoken('h"é"')], "textgrid"))
    assert labels(tiers, "words") == ['h"é"']
    strange = replace(over_a_sound(labels=("a\nb", "text = 3")), output=replace(over_a_sound().output))
    _, tiers = parsed(export.save([strange], "textgrid"))
    assert labels(tiers, "phones") == ["a b", "text = 3"]


def test_a_sound_without_length_is_written_into_the_one_before() -> None:
    reading = over_a_sound()
    weights = np.array([[1, 0, 0]] * 3 + [[0, 0, 1]], dtype=np.float32)
    names = ("HH", "AH", "L", "OW")
    attention = replace(reading.maps[0], queries=Words.whole(names), weights=weights, rest=np.zeros(4, "f4"))
    _, tiers = parsed(export.save([replace(reading, maps=(attention,))], "textgrid"))
    assert tiers["phones"] == [(0, 0.02, "HH AH"), (0.02, 0.06, "L"), (0.06, 0.1, "OW")]


def test_parts_of_a_recording_are_on_one_axis_with_silence_between() -> None:
    end, tiers = parsed(export.save([part(0), part(0.3), part(0.4)], "textgrid"))
    assert end == 0.5 and list(tiers) == ["phones"]
    assert labels(tiers, "phones") == ["HH", "AY", "", "HH", "AY", "HH", "AY"]
    assert tiers["phones"][2][:2] == (0.1, 0.3)


def test_silence_at_the_end_of_a_recording_belongs_to_it() -> None:
    last = replace(over_a_sound(), source=(Sound(flac(1600), 1600, start=0.1, whole=3.5),))
    end, tiers = parsed(export.save([part(0), last], "textgrid"))
    assert end == 3.5 and tiers["phones"][-1] == (pytest.approx(0.2), 3.5, "")


def ranked(reading: Reading, rank: int) -> Reading:
    """The reading with another of its two best outputs."""
    hypothesis = Hypothesis(reading.output, reading.score, reading.maps)
    return replace(reading, hypotheses=(hypothesis,) * 2, given=replace(reading.given, rank=rank))


def test_another_of_the_n_best_of_one_part_leaves_no_gap() -> None:
    readings = [part(0), ranked(part(0.1), 2), part(0.2)]
    _, tiers = parsed(export.save(readings, "textgrid"))
    assert list(tiers) == ["phones"] and labels(tiers, "phones") == ["HH", "AY"] * 3
    assert {row["reading"] for row in rows(export.save(readings, "segments"))} == {titles.title(over_a_sound())}


def test_the_n_best_of_one_recording_have_tiers_of_their_own() -> None:
    readings = [ranked(over_a_sound(), 1), ranked(over_a_sound(), 2), ranked(over_a_sound(), 2)]
    _, tiers = parsed(export.save(readings, "textgrid"))
    first = titles.title(over_a_sound())
    assert list(tiers) == [
        f"phones ({title})" for title in (first, f"{first}, output 2 of 2", f"{first}, output 2 of 2 2")
    ]


def test_variants_have_tiers_of_their_own_and_one_without_a_map_has_none() -> None:
    other = replace(over_a_sound(), variant="content", variant_name="content")
    none = replace(over_a_sound(), maps=(), variant="none", variant_name="no attention")
    _, tiers = parsed(export.save([over_a_sound(), other, none, over_a_sound()], "textgrid"))
    assert len(tiers) == 3 and [name.split(" ", 1)[0] for name in tiers] == ["phones"] * 3
    with pytest.raises(InputError, match="choose a variant with attention"):
        export.save([none], "textgrid")


def test_nothing_written_is_one_empty_interval() -> None:
    reading = over_a_sound()
    empty = replace(reading.maps[0], queries=Words((), ()), weights=np.zeros((0, 3), "f4"), rest=np.zeros(0, "f4"))
    _, tiers = parsed(export.save([replace(reading, maps=(empty,))], "textgrid"))
    assert tiers["phones"] == [(0, 0.1, "")]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_table_has_a_row_for_each_phone() -> None:
    reading = spoken()
    reading = replace(reading, output=replace(reading.output, logprobs=(float(np.log(0.5)), 0.0)))
    first, second = rows(export.save([reading], "segments"))
    assert tuple(first) == COLUMNS
    assert (first["phone"], first["IPA"], first["start"], first["end"]) == ("HH", "h", "0.0", "0.052")
    assert (second["phone"], second["IPA"], second["end"]) == ("AY", "aɪ", "0.1")
    assert (first["probability"], second["probability"]) == ("0.5", "1.0")
    assert (first["word place"], first["word"]) == ("0", "hi")


def test_the_table_counts_from_the_beginning_of_the_recording_and_leaves_unknown_words_empty() -> None:
    found = rows(export.save([part(2.0)], "segments"))
    assert (found[0]["start"], found[1]["end"], found[0]["word"], found[0]["word place"]) == ("2.0", "2.1", "", "")


@pytest.mark.parametrize(("format", "ending"), [("textgrid", "times.TextGrid"), ("segments", "times.csv")])
def test_a_file_of_times_says_so_in_its_name(format: str, ending: str) -> None:
    assert filename([over_a_sound()], "attention", format).endswith(f"-{ending}")
