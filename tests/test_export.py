"""Readings as files: the numbers come back as they were, and the names say what the files hold."""

import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from attnviz import export
from attnviz.attention import ATTENTION, SUBWORDS, AttentionMap
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.export import names, numbers
from attnviz.reading import Given, Hypothesis, Pieces, Provenance, Reading


def attention(queries=("the", "cat"), keys=("le", "chat", "chat"), name=ATTENTION, seed=0):
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(keys) + 1), len(queries)).astype(np.float32)
    return AttentionMap(name, Words.whole(queries), Words.whole(keys), weights[:, :-1], weights[:, -1])


def reading(variant="additive", *, maps=None, text="Le chat dort.", done=None, **settings_):
    pieces = Pieces(text, tuple(text.split()), tuple((word,) for word in text.split()))
    maps = (attention(), attention(name=SUBWORDS)) if maps is None else maps
    provenance = Provenance("0123456789abcdef", settings_, 0.1, "1")
    return Reading("translation", variant, (pieces,), pieces, -1.0, maps, (), provenance, done or Given())


def table(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_is_tidy_and_exact():
    header, *rows = table(export.save([reading()], "csv"))
    assert tuple(header) == numbers.COLUMNS
    assert len(rows) == 2 * (3 + 1)
    cells = {(row[1], row[3]): np.float32(row[5]) for row in rows}
    for q in range(2):
        for k in range(3):
            assert cells[str(q), str(k)] == attention().weights[q, k]
        assert cells[str(q), ""] == attention().rest[q]
    assert [row[4] for row in rows[:4]] == ["le", "chat", "chat", "∅"]


def test_every_table_bears_the_mark_by_which_spreadsheets_know_its_letters():
    pair = [reading(), reading("general")]
    for data in (export.save(pair, "csv"), export.save(pair, "csv", difference=True), numbers.table(["é"], [])):
        assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\xef\xbb\xbf") == 1


def test_negative_differences_are_numbers_and_no_guarded_text():
    pair = [reading(), reading("general", maps=(attention(seed=1),))]
    weights = [row[5] for row in table(export.save(pair, "csv", difference=True))[1:]]
    assert min(map(float, weights)) < 0


def test_csv_of_several_variants_names_each_and_bears_those_without_a_map():
    assert table(export.save([reading("none", maps=())], "csv")) == [list(numbers.COLUMNS)]
    _, *rows = table(export.save([reading("none", maps=()), reading(), reading("general")], "csv"))
    assert [row[0] for row in rows] == ["additive"] * 8 + ["general"] * 8


@given(label=st.text(st.characters(codec="utf-8"), max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_label_is_a_formula_and_each_comes_back(label):
    for sign in ("", "=", "+", "-", "@", "\t", "\r"):
        word = sign + label
        (row, *_) = table(export.save([reading(maps=(attention(queries=(word,)),))], "csv"))[1:]
        assert not row[2].startswith(("=", "+", "-", "@", "\t", "\r"))
        assert row[2] in (word, f"'{word}")


def test_json_round_trip():
    words = "Le chat dort.".split()
    one, two = reading(beam=5, maps=(attention(words, words),)), reading("none", maps=())
    assert Reading.loads(export.save([one], "json")) == one
    assert [Reading.from_json(data) for data in json.loads(export.save([one, two], "json"))] == [one, two]


def test_npz_loads_without_pickle_and_is_the_same_each_time():
    readings = [reading(), reading("none", maps=()), reading()]
    data = export.save(readings, "npz")
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["additive/attention/weights"], attention().weights)
        np.testing.assert_array_equal(arrays["additive/attention/subwords/rest"], attention().rest)
        assert arrays["additive/attention/keys"].tolist() == ["le", "chat", "chat"]
        assert arrays["additive#2/attention/queries"].tolist() == ["the", "cat"]
        assert len(arrays.files) == 16
    assert data == export.save(readings, "npz")


def test_npz_of_nothing_is_still_a_file():
    with np.load(io.BytesIO(export.save([reading("none", maps=())], "npz")), allow_pickle=False) as arrays:
        assert arrays.files == []


@pytest.mark.parametrize(("format", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_pictures_are_what_they_say(format, start):
    readings = [reading(beam=5), reading("none", maps=())]
    assert export.save(readings, format).startswith(start)
    assert export.save([reading("none", maps=())], format).startswith(start)


def test_png_is_at_300_dpi():
    image = Image.open(io.BytesIO(export.save([reading()], "png")))
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize("paper", ["slide", "column"])
def test_a_picture_for_a_slide_or_a_column_says_what_was_written_and_has_no_caption_and_larger_type(paper):
    assert b"model 0123456789ab" in export.save([reading()], "svg")
    small = export.save([reading(), reading("general", text="Un chat.")], "svg", paper=paper).decode()
    told = " ".join(re.findall(">([^<>]+)</(?:text|tspan)>", small))
    assert "model" not in told and "Weights" not in told
    assert "additive: “Le chat dort.”; general: “Un chat.”" in told
    assert "∅ is no input word (end mark)." in told
    long = reading(maps=(attention(queries=["word"] * 14, keys=["mot"] * 14),))
    page, small = (Image.open(io.BytesIO(export.save([long], "png", paper=name))) for name in ("page", paper))
    assert small.width < page.width and small.height < page.height, "the same type on a smaller picture"


def test_a_forced_output_is_said_in_the_picture():
    svg = export.save([reading(), reading(done=Given(forced="x"))], "svg", paper="slide").decode()
    assert ">additive</text>" in svg
    assert ">additive, output given</text>" in svg


def test_a_difference_of_two():
    svg = export.save([reading(), reading("general")], "svg", difference=True).decode()
    assert ">additive \N{MINUS SIGN} general</text>" in svg
    assert "−1 to 1: blue, the first looked more; orange, the second" in svg


@pytest.mark.parametrize(
    ("readings", "options", "said"),
    [
        ([reading()], {"format": "docx"}, "choose one of png, svg"),
        ([reading()], {"format": "png", "paper": "stone"}, "choose one of page, slide, column"),
        ([], {"format": "csv"}, "nothing to save"),
        ([reading()], {"format": "png", "map_name": "x"}, "choose one of attention, attention/subwords"),
        ([reading()], {"format": "png", "difference": True}, "two variants"),
        ([reading()], {"format": "csv", "difference": True}, "two variants"),
        ([reading(), reading("none", maps=())], {"format": "csv", "difference": True}, "without attention"),
        ([reading(), reading("none", maps=())], {"format": "png", "difference": True}, "without attention"),
        ([reading(), reading(maps=(attention(("a",)),))], {"format": "png", "difference": True}, "different words"),
    ],
)
def test_what_cannot_be_saved_is_said_in_a_sentence(readings, options, said):
    with pytest.raises(InputError, match=said):
        export.save(readings, **options)


def test_every_format_has_a_media_type():
    assert (
        list(export.MIME)
        == list(export.FORMATS)
        == ("png svg pdf gif webp textgrid segments html csv json npz".split())
    )
    assert export.MIME["svg"] == "image/svg+xml"


@pytest.mark.parametrize(
    ("readings", "kind", "expected"),
    [
        ([reading()], ATTENTION, "translation-additive-le-chat-dort-attention.png"),
        ([reading(), reading("none")], ATTENTION, "translation-additive-vs-none-le-chat-dort-attention.png"),
        (
            [reading(), reading(done=Given(forced="x"))],
            ATTENTION,
            "translation-additive-vs-additive-output-given-le-chat-attention.png",
        ),
        (
            [reading(done=Given(left_out=("chat", "dort")))],
            ATTENTION,
            "translation-additive-without-chat-dort-le-chat-dort-attention.png",
        ),
        ([reading(text="L'œuvre d'été")], SUBWORDS, "translation-additive-l-oeuvre-d-ete-attention-subwords.png"),
        ([reading(text="猫が眠る")], ATTENTION, "translation-additive-attention.png"),
        ([reading(text="../../etc/passwd\x00:*?")], ATTENTION, "translation-additive-etc-passwd-attention.png"),
    ],
)
def test_a_file_name_says_what_the_file_holds(readings, kind, expected):
    assert names.filename(readings, kind, "png") == expected


def test_a_file_name_says_which_of_the_best_outputs_it_holds():
    one = reading(done=Given(rank=2))
    best = replace(one, hypotheses=tuple(Hypothesis(one.output, -1.0, one.maps) for _ in range(5)))
    expected = "translation-additive-output-2-of-5-le-chat-dort-attention.png"
    assert names.filename([best], ATTENTION, "png") == expected


def test_a_file_name_is_short_and_keeps_what_tells_files_apart():
    long = "Je ne mange pas de viande, et ma sœur n'aime pas le poisson."
    several = [reading(name, text=long) for name in ("additive", "general", "local", "none")]
    assert (
        names.filename(several, ATTENTION, "png") == "translation-additive-and-3-more-je-ne-mange-pas-de-attention.png"
    )
    assert (
        names.filename(several[:2], ATTENTION, "png")
        == "translation-additive-vs-general-je-ne-mange-pas-de-attention.png"
    )
    assert names.filename(several[:1], "difference", "png").startswith(
        "translation-additive-je-ne-mange-pas-de-viande-et"
    )


def test_a_word_that_was_not_read_says_so_in_the_picture():
    one = reading(maps=(attention(keys=("le", "猫", "dort")),))
    (text,) = one.texts
    text = replace(text, labels=("le", "猫", "dort"), units=(("le",), (), ("dort",)))
    svg = export.save([replace(one, source=(text,))], "svg").decode()
    assert ">猫 (not read)</text>" in svg and svg.count("(not read)</text>") == 1
    pair = [replace(one, source=(text,)), reading("general", maps=one.maps)]
    assert export.save(pair, "svg", difference=True).decode().count("(not read)</text>") == 1
    swapped = Pieces("dort le 猫", ("dort", "le", "猫"), (("dort",), ("le",), ("猫",)))
    two = replace(one, source=(swapped, text))
    assert ">猫 (not read)</text>" in export.save([two], "svg").decode(), "the second text's words are the keys"


@given(
    text=st.text(max_size=200),
    word=st.text(max_size=200),
    variants=st.lists(st.text("abc.2", min_size=1, max_size=60), min_size=1, max_size=4),
)
@example(text="a", word="a" * 200, variants=["abc"])
@settings(max_examples=60, deadline=None)
def test_file_names_are_safe_everywhere(text, word, variants):
    readings = [reading(variant, text=text) for variant in variants]
    whole, of_word = (names.filename(readings, kind, "csv") for kind in (ATTENTION, f"{ATTENTION}-1-{word}"))
    assert whole.endswith("-attention.csv") and "-attention-1" in of_word
    for name in (whole, of_word):
        assert len(name.removesuffix(".csv")) <= 64
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert name.startswith("translation")
        assert "--" not in name


def test_importing_the_table_of_formats_draws_in_nothing_slow():
    code = "import sys, attnviz.export; print([m for m in ('matplotlib', 'plotly', 'torch') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
