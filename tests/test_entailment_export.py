"""Labelled readings as files: the figure names its axes and says the label; tables and arrays hold what was read."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnviz import export, service
from attnviz.attention import ATTENTION
from attnviz.errors import InputError
from attnviz.export.names import filename
from attnviz.figures import legend, maps, paper, screen, titles
from attnviz.figures.drawing import Drawing
from attnviz.figures.panel import Panel
from attnviz.reading import Reading
from attnviz.tasks.entailment.about import LABELS, REVERSE
from attnviz.tasks.entailment.model import VARIANTS
from attnviz.web.inputs import results
from attnviz.web.inputs.pairs import LabelledPairs, columns
from tests.small_entailment import small_root

PAIR = ("A dog runs.", "The dog is not a cat.")


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reading]:
    root = small_root(tmp_path_factory.mktemp("pretrained"))
    return {variant: service.read("entailment", variant, PAIR, root=root) for variant in VARIANTS}


def texts(svg: bytes) -> str:
    """Everything that is written in the figure."""
    import re

    return " ".join(re.findall(r">([^<>]+)</(?:text|tspan)>", svg.decode()))


@pytest.mark.parametrize(
    ("name", "rows", "columns"), [(ATTENTION, "hypothesis", "premise"), (REVERSE, "premise", "hypothesis")]
)
def test_a_figure_names_its_axes_and_says_the_label(
    readings: dict[str, Reading], name: str, rows: str, columns: str
) -> None:
    reading = readings["two_way"]
    said = texts(export.save([reading], "svg", map_name=name))
    assert f"{columns.capitalize()} →" in said and f"{rows.capitalize()} ↓" in said
    assert f"Rows are the {rows} words, columns the {columns} words." in said.replace("\n", " ")
    assert f"{reading.name}: {reading.output.text}" in said
    assert titles.subtitle(reading) in said
    assert "output" not in said


def test_the_cells_of_a_figure_are_the_map(readings: dict[str, Reading]) -> None:
    reading = readings["two_way"]
    for name, words in ((ATTENTION, "The dog is not a cat .".split()), (REVERSE, "A dog runs .".split())):
        attention = reading.map(name)
        assert attention is not None and list(attention.queries.labels) == words
        figure = paper.figure([Panel(attention, "two_way")], caption=None)
        (places,) = paper.cell_pixels(figure)
        assert places.shape[:2] == attention.weights.shape


def test_the_names_of_the_axes_never_lie_on_the_labels(readings: dict[str, Reading]) -> None:
    """The corner has room for them however short the words are."""
    attention = readings["match"].map()
    assert attention is not None
    short = replace(
        attention,
        queries=replace(attention.queries, labels=tuple("abcdefg")[: len(attention.queries)]),
        keys=replace(attention.keys, labels=tuple("abcdefg")[: len(attention.keys)]),
    )
    briefly, named = (
        paper.figure([Panel(attention, "match")], caption=None).axes[0].get_position()
        for attention in (replace(short, query_name="q", key_name="k"), short)
    )
    assert named.x0 > briefly.x0


def test_the_rest_is_the_share_of_null(readings: dict[str, Reading]) -> None:
    said = legend.of_maps([readings["match"]], Drawing())
    assert "∅ is no premise word (NULL)" in said and "unknown" not in said
    attention = readings["match"].map()
    assert attention is not None
    assert screen.heatmap(attention).rest_name == "no premise word (NULL)"
    assert "7 hypothesis words by 4 premise words" in screen.alt_text(attention)


def test_a_variant_without_a_map_still_says_its_label(readings: dict[str, Reading]) -> None:
    said = texts(export.save([readings["none"], readings["attention"]], "svg"))
    none = readings["none"]
    assert f"{none.name}: {none.output.text} ({titles.subtitle(none)}). There is no map." in said.replace("\n", " ")
    assert "writes" not in said
    assert "The dog is not a cat ." in said, "the one row is the whole hypothesis"


def test_what_was_left_out_is_told(readings: dict[str, Reading]) -> None:
    one = readings["match"]
    less = replace(one, given=replace(one.given, left_out=("not",)))
    said = texts(export.save([one, less], "svg"))
    assert f"{one.name}, without “not”: " in said
    assert f"Left out of the input of “{one.name}”: “not”." in said.replace("\n", " ")


@pytest.mark.parametrize("format", list("png svg pdf csv json npz".split()))
def test_all_variants_are_saved_together(readings: dict[str, Reading], format: str) -> None:
    assert export.save(list(readings.values()), format)
    assert filename(list(readings.values())[:1], ATTENTION, format) == (
        f"entailment-no-attention-a-dog-runs-the-dog-is-not-a-attention.{format}"
    )
    assert filename([readings["two_way"]], REVERSE, format).endswith(f"-attention-premise.{format}")


def test_one_name_for_a_variant_in_figures_tables_and_names_of_files(readings: dict[str, Reading]) -> None:
    pair = [readings["word_by_word"], readings["two_way"]]
    rows = list(csv.DictReader(io.StringIO(export.save(pair, "csv").decode("utf-8-sig"))))
    assert list(dict.fromkeys(row["variant"] for row in rows)) == ["word-by-word", "two-way"]
    less = list(csv.DictReader(io.StringIO(export.save(pair, "csv", difference=True).decode("utf-8-sig"))))
    assert {row["variant"] for row in less} == {"word-by-word − two-way"}
    caption = legend.of_maps(pair, Drawing(difference=True))
    assert "“word-by-word” minus “two-way”" in caption
    names = [filename(pair, ATTENTION, "csv"), *(titles.title(reading) for reading in pair), caption]
    assert all("word_by_word" not in name and "two_way" not in name and "word by word" not in name for name in names)
    assert {row["key"] for row in rows if not row["key index"]} == {maps.REST_LABEL}


def test_arrays_hold_both_directions(readings: dict[str, Reading]) -> None:
    arrays = np.load(io.BytesIO(export.save([readings["two_way"]], "npz")), allow_pickle=False)
    assert arrays["two_way/attention/weights"].shape == (7, 4)
    assert arrays["two_way/attention/premise/weights"].shape == (4, 7)


def test_a_reading_comes_back_whole(readings: dict[str, Reading]) -> None:
    for reading in readings.values():
        assert Reading.loads(export.save([reading], "json")) == reading


def test_a_table_has_the_map_that_was_asked_for(readings: dict[str, Reading]) -> None:
    content = export.save([readings["two_way"]], "csv", map_name=REVERSE).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert [row["query"] for row in rows[::8]] == ["A", "dog", "runs", "."]
    with pytest.raises(InputError, match="There is no map"):
        export.save([readings["match"]], "svg", map_name=REVERSE)


def test_the_probabilities_below_a_title_are_largest_for_the_label(readings: dict[str, Reading]) -> None:
    for reading in readings.values():
        numbers = {part.split()[0]: float(part.split()[1]) for part in titles.subtitle(reading).split(", ")}
        assert sum(numbers.values()) == pytest.approx(1, abs=0.02)
        assert numbers[reading.output.text] == max(numbers.values())


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=8)


@given(sign=st.sampled_from(["=", "+", "-", "@", "\t", ""]), premise=CELLS, hypothesis=CELLS)
def test_no_cell_of_a_table_of_pairs_is_a_formula(sign: str, premise: str, hypothesis: str) -> None:
    pair = (sign + premise, hypothesis)
    answers = [[-0.5, -1.0, -3.0], "=no"]
    content = results.csv(columns(LabelledPairs([pair, pair], ["neutral", ""], answers), LABELS))
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read[0] == ["premise", "hypothesis", "label", "predicted", *LABELS, "problem"]
    for cell, whole in zip(read[1][:2], pair, strict=True):
        assert not cell.startswith(("=", "+", "-", "@", "\t"))
        assert cell.removeprefix("'") == whole.removeprefix("'")
    assert read[1][2:7] == ["neutral", "entailment", "0.6065", "0.3679", "0.0498"]
    assert read[2][2:] == ["", "", "", "", "", "'=no"]


def test_the_predicted_label_is_the_likeliest() -> None:
    table = columns(LabelledPairs([("a", "b")], [""], [[-3.0, -0.1, -2.0]]), LABELS)
    assert list(table) == ["premise", "hypothesis", "predicted", *LABELS] and table["predicted"] == ["neutral"]
