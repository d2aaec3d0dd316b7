"""Where one part of the page can't be shown, the rest of it stays; and saved differences hold the difference."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from attnviz import export
from attnviz.errors import InputError
from attnviz.tasks.translation.about import TASK
from attnviz.web.files import opened as files
from tests.pages import maps, said, shown
from tests.test_figures import attention, reading
from tests.test_page import SENTENCE, made_up, opened, titles


def test_a_translation_of_ones_own_that_is_no_text_leaves_the_models() -> None:
    page = opened(text=SENTENCE, own="?!")
    assert len(maps(page)) == 1
    assert len(said(page)) == 1
    assert page.get("download_button")


def test_an_output_that_cannot_be_forced_leaves_the_maps() -> None:
    page = opened(text="'a'", variants="additive,general", difference="1")
    assert len(maps(page)) >= 2
    assert page.get("download_button")


def test_a_smaller_beam_brings_back_the_best() -> None:
    page = opened(text=SENTENCE)
    shown(page.radio[0].set_value(4).run())
    assert titles(page) == ["additive, output 5 of 5"]
    shown(page.slider(key="translation_beam_slider_0").set_value(3).run())
    assert titles(page) == ["additive"]
    assert page.radio[0].value == 0


def test_a_saved_reading_whose_notes_are_no_sentences_is_refused() -> None:
    data = json.loads(made_up())
    data["provenance"]["notes"] = [5]
    with pytest.raises(InputError, match="not a reading"):
        files.loads(json.dumps(data).encode(), TASK)


def test_a_saved_difference_is_the_difference() -> None:
    a = attention(["A"], ["un", "chat"], weights=[[0.9, 0.1]], rest=[0.0])
    b = replace(a, weights=np.array([[0.4, 0.6]], np.float32))
    pair = [reading("additive", (a,)), reading("general", (b,))]
    rows = list(csv.DictReader(io.StringIO(export.save(pair, "csv", difference=True).decode("utf-8-sig"))))
    assert [(row["variant"], row["key"]) for row in rows[:2]] == [
        ("additive − general", "un"),
        ("additive − general", "chat"),
    ]
    assert [float(row["weight"]) for row in rows[:2]] == pytest.approx([0.5, -0.5])


def test_a_variant_that_is_saved_twice_is_told_apart() -> None:
    one = reading("additive", (attention(["A"], ["un"]),))
    rows = csv.DictReader(io.StringIO(export.save([one, one], "csv").decode("utf-8-sig")))
    assert {row["variant"] for row in rows} == {"additive", "additive#2"}
