"""The page of entailment as a visitor uses it, without a browser: what it shows, says and keeps."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from attnviz import bundles, service
from attnviz.analysis.wording import sentence_case
from attnviz.attention import ATTENTION, AttentionMap
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.reading import Pieces, Reading
from attnviz.tasks.entailment.about import LABELS, TASK
from attnviz.tasks.entailment.corpus import split_words
from attnviz.web import address as addresses
from attnviz.web.files import opened as files
from attnviz.web.inputs import pairs_file as pairs
from attnviz.web.inputs import without
from attnviz.web.text import escape
from tests.pages import address, components, headings, maps, opened_at, plain, said, shown, text_of, unfold
from tests.small_entailment import GOLD, VARIANTS, small_root

PAGE = Path(__file__).parents[1] / "attnviz" / "web" / "pages" / "entailment.py"
EXAMPLES = {example.name: example.inputs for example in TASK.examples}
FIRST = TASK.examples[0].inputs
PAIR = ("A dog runs.", "The dog is not a cat.")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_root(tmp_path_factory.mktemp("pretrained"))


@pytest.fixture(autouse=True)
def small(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "PRETRAINED", root)


def opened(**query: str) -> AppTest:
    return opened_at(PAGE, **query)


def typed(page: AppTest, premise: str, hypothesis: str) -> AppTest:
    page.text_area(key="entailment_premise").set_value(premise)
    return shown(page.text_area(key="entailment_hypothesis").set_value(hypothesis).run())


def boxes(page: AppTest) -> tuple[str, str]:
    premise, hypothesis = (str(page.text_area(key=f"entailment_{side}").value) for side in ("premise", "hypothesis"))
    return premise, hypothesis


def bars(page: AppTest) -> list[dict[str, float]]:
    """The probabilities of each panel."""
    return [
        {row["label"]: row["value"] for row in one["rows"]}
        for one in components(page)
        if "weights" not in one and "rows" in one
    ]


def followed(page: AppTest) -> list[tuple[str, str]]:
    """The two texts above each map, keys first."""
    two = [one["lines"] for one in components(page) if len(one.get("lines", [])) == 2]
    return [(text_of(keys), text_of(queries)) for keys, queries in two]


def clickable(page: AppTest) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The words of both texts that a click leaves out."""
    premise, hypothesis = (
        line["words"] for one in components(page) if len(one.get("lines", [])) == 1 for line in one["lines"]
    )
    return premise, hypothesis


def struck(page: AppTest) -> list[list[str]]:
    return [[word["text"] for word in words if word["out"]] for words in clickable(page)]


def titles(page: AppTest) -> list[str]:
    """Of the panels: a heading over each of several, and a line in the only one."""
    alone = [plain(one.value).removeprefix("Variant: ") for one in page.caption if "Variant: " in one.value]
    return headings(page) or alone


def verdicts(page: AppTest) -> list[str]:
    return [
        one.value
        for one in page.markdown
        if one.value.startswith("**") and ".** " in one.value and ":small[" not in one.value
    ]


def captions(page: AppTest) -> str:
    return "\n".join(plain(one.value) for one in page.caption)


# What opens, and what is read.


def test_it_opens_with_a_reading() -> None:
    page = opened()
    assert boxes(page) == FIRST
    (found,) = bars(page)
    assert tuple(found) == LABELS and sum(found.values()) == pytest.approx(1)
    best = max(found, key=found.__getitem__)
    assert len(verdicts(page)) == 1 and verdicts(page)[0].startswith(f"**{best.capitalize()}.** ")
    assert followed(page) == [FIRST]
    assert len(maps(page)) == 1
    assert said(page) == [] and address(page) == {}
    assert TASK.caution in captions(page)


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_each_example_is_one_click_away(name: str) -> None:
    page = opened()
    shown(page.button(key=f"entailment_example_{name}").click().run())
    assert boxes(page) == EXAMPLES[name]
    assert address(page) == ({} if name == TASK.examples[0].name else {"example": name})
    assert bars(page)


def test_the_page_says_what_the_reader_says() -> None:
    page = typed(opened(), *PAIR)
    reading = service.read("entailment", "word_by_word", PAIR)
    assert list(bars(page)[0].values()) == pytest.approx(np.exp(reading.output.logprobs))
    assert address(page) == {"premise": PAIR[0], "hypothesis": PAIR[1]}
    again = opened(**address(page))
    assert boxes(again) == PAIR and bars(again) == bars(page)


def test_swap_is_one_click() -> None:
    page = typed(opened(), *PAIR)
    shown(page.button(key="entailment_swap").click().run())
    assert boxes(page) == PAIR[::-1]
    reading = service.read("entailment", "word_by_word", PAIR[::-1])
    assert list(bars(page)[0].values()) == pytest.approx(np.exp(reading.output.logprobs))


def test_variants_stand_beside_each_other_each_with_its_own_map() -> None:
    page = opened(variants="two_way,match,attention,none")
    assert titles(page) == ["two-way", "match", "one look", "no attention"]
    assert len(bars(page)) == len(verdicts(page)) == 4
    premise, hypothesis = FIRST
    whole = (premise, " ".join(split_words(hypothesis)))  # the one query of attention
    assert followed(page) == [FIRST, FIRST[::-1], FIRST, whole]
    assert "There is no map: this variant has no attention." in [one.value for one in page.markdown]
    rows = [one["rows"] for one in maps(page)]
    first, second = split_words(premise), split_words(hypothesis)
    assert rows[:3] == [second, first, second]
    assert rows[3] == [" ".join(second)], "the whole hypothesis is one row"
    rests = [f"no {side} word (NULL)" for side in ("premise", "hypothesis", "premise", "premise")]
    assert [one["restName"] for one in maps(page) if one["rest"]] == rests
    assert maps(page)[1]["axes"] == ["Hypothesis →", "Premise ↓"], "the other way round"


def test_the_difference_of_two_variants_is_offered_where_their_maps_are_over_the_same_words() -> None:
    page = opened(variants="word_by_word,match", difference="1")
    assert titles(page)[0] == "Difference: word-by-word − match"
    assert not [one for one in opened(variants="word_by_word,attention,none").toggle if one.label == "Difference"]


def test_maps_over_other_words_have_no_difference(root: Path) -> None:
    page = opened(difference="1")
    found = [service.read("entailment", "word_by_word", pair, root=root) for pair in (PAIR, (PAIR[0], "A dog ."))]
    content = json.dumps([one.to_json() for one in found]).encode()
    shown(page.file_uploader(key="entailment_saved_0").set_value(("two.json", content, "application/json")).run())
    assert titles(page) == ["word-by-word", "word-by-word"]
    assert not [one for one in page.toggle if one.label == "Difference"]


def test_four_variants_at_most_stand_side_by_side() -> None:
    page = opened(variants=",".join(VARIANTS))
    assert len(VARIANTS) == 5 and len(bars(page)) == 4
    assert "take one out before you choose another" in captions(page)
    assert address(page)["variants"].count(",") == 3, "what isn't shown isn't chosen"


def test_without_a_variant_it_asks_for_one() -> None:
    page = opened()
    shown(page.get("button_group")[0].set_value([]).run())
    assert said(page) == ["Choose a variant above to read with."]


# Words left out.


def test_a_word_left_out_stands_beside_the_whole() -> None:
    page = opened(premise=PAIR[0], hypothesis=PAIR[1], without="h4", variants="word_by_word,match")
    assert titles(page) == ["word-by-word", "word-by-word, without “not”", "match", "match, without “not”"]
    assert struck(page) == [[], ["not"]]
    shorter = service.read("entailment", "match", (PAIR[0], "The dog is a cat."))
    whole, less = bars(page)[2:]
    assert list(less.values()) == pytest.approx(np.exp(shorter.output.logprobs))
    rows = [one["rows"] for one in components(page) if "rows" in one and "weights" not in one]
    assert [row["before"] for row in rows[3]] == list(whole.values())
    assert [row["before"] for row in rows[2]] == [None] * 3
    assert followed(page)[3] == ("A dog runs.", "The dog is a cat.")
    assert boxes(page) == PAIR, "what was typed stays"


def test_all_words_are_brought_back_at_once() -> None:
    page = opened(premise=PAIR[0], hypothesis=PAIR[1], without="p2,p3")
    assert struck(page) == [["dog", "runs"], []]
    shown(page.button(key="entailment_back").click().run())
    assert struck(page) == [[], []] and "without" not in address(page)
    assert titles(page) == ["word-by-word"]


def test_words_left_out_go_with_their_texts() -> None:
    page = opened(premise=PAIR[0], hypothesis=PAIR[1], without="h4")
    shown(page.button(key="entailment_swap").click().run())
    assert struck(page) == [["not"], []]
    typed(page, *FIRST)
    assert struck(page) == [[], []]


def test_where_all_words_are_left_out_the_whole_stays() -> None:
    page = opened(premise="Dogs", hypothesis="A cat", without="p1")
    assert said(page) == ["There is no premise to read: give one."]
    assert titles(page) == ["word-by-word"] and len(bars(page)) == 1


@pytest.mark.parametrize("wrong", ["x3", "p0", "p-1", "p1;h2", "p99999"])
def test_places_that_are_none_are_told(wrong: str) -> None:
    page = opened(without=wrong)
    assert len(said(page)) == 1 and "p1 for word 1 of the premise" in said(page)[0]
    assert struck(page) == [[], []]


def test_places_beyond_the_end_are_no_words() -> None:
    assert titles(opened(without="p800,h9")) == ["word-by-word"]


@pytest.mark.parametrize(
    ("text", "drop", "left"),
    [
        ("A dog runs.", [2], "A dog ."),
        ("A dog, a cat", [2], "A dog a cat"),
        ("don't go", [0], "n't go"),
        ("  A   dog ", [], "  A   dog "),
        ("cat", [0], ""),
    ],
)
def test_a_text_without_words_is_spaced_as_before(text: str, drop: list[int], left: str) -> None:
    labels = tuple(split_words(text))
    pieces = Pieces(text, labels, tuple((label,) for label in labels))
    assert without.texts_without([pieces, pieces], [drop, []]) == (left, text)
    assert split_words(left) == [label for i, label in enumerate(labels) if i not in drop]


# Whatever a person may type.


@pytest.mark.parametrize(
    ("premise", "hypothesis", "told"),
    [
        ("", "A dog.", "There is no premise to read: give one."),
        ("A dog.", "  \n ", "There is no hypothesis to read: give one."),
        ("?!", "A dog.", "There is no word in the premise: give a sentence."),
        ("A dog.", "😀", "There is no word in the hypothesis: give a sentence."),
    ],
)
def test_what_can_not_be_read_is_told_and_stays(premise: str, hypothesis: str, told: str) -> None:
    page = typed(opened(), premise, hypothesis)
    assert said(page) == [told]
    assert boxes(page) == (premise, hypothesis)
    assert not bars(page)


@pytest.mark.parametrize(
    ("premise", "hypothesis"),
    [
        ("A dog.", "A dog."),
        ("一只狗在跑。", "Собака бежит."),
        ("<b>dog</b> <script>alert(1)</script>", "**dog** :red[cat] $x$ [cat](http://a.b) :smile:"),
        ("dog 😀👩‍👩‍👧 dog", "A cat 🐈"),
        ("dog " * 2000, "A cat"),
    ],
)
def test_whatever_has_a_word_is_answered(premise: str, hypothesis: str) -> None:
    page = typed(opened(variants="two_way,match,attention"), premise, hypothesis)
    assert len(bars(page)) == 3 and not page.error
    assert boxes(page) == (premise, hypothesis)


def test_long_texts_are_cut_and_it_is_said() -> None:
    page = typed(opened(), "dog " * 2000, "A cat")
    assert "The premise has 2,000 words; only the first 250 were read." in said(page)
    assert not address(page), "a long text is not in the address, and half a pair would be opened with another half"
    page = typed(page, "dog " * 10_000, "A cat")
    assert "This text has 40,000 characters; only the first 20,000 were read." in said(page)


def test_words_that_the_model_does_not_know_are_marked_and_explained() -> None:
    page = typed(opened(), "A zorblat runs.", "The dog is a quux.")
    premise, hypothesis = clickable(page)
    marked = [word["text"] for word in (*premise, *hypothesis) if word["marked"]]
    assert marked == ["zorblat", "quux"]
    assert all(("spelling" in word["hint"]) == word["marked"] for word in premise)
    assert "Words outside the model's list, guessed from their spelling: zorblat, quux" in said(page)


def test_what_the_address_gets_wrong_is_told() -> None:
    page = opened(example="nothing", colour="red", variants="attention,loud")
    assert len(said(page)) == 3
    assert titles(page) == ["one look"]


# How far a map can be believed.


def test_the_figures_beside_a_map_are_those_of_its_scores() -> None:
    page = unfold(opened(variants="match"), "entailment_0_evidence")
    (table,) = (table.value for table in page.table)
    highlights, links = GOLD["esnli_highlights.jsonl"]["test"], GOLD["alignments.jsonl"]["msr-rte2.test"]
    premise, hypothesis = highlights["premise"], highlights["hypothesis"]
    lacking, equal = "by eye: words that the other side lacks", "by eye: equal words on both sides"
    expected = [
        ("AUPRC (higher is better)", premise["auprc"], premise["random"], premise["only_here"], None),
        ("AUPRC (higher is better)", None, hypothesis["random"], hypothesis["only_here"], None),
        (
            "Pointing (higher is better)",
            links["pointing"],
            links["random"]["pointing"],
            None,
            links["exact"]["pointing"],
        ),
        ("AER (lower is better)", links["aer"], links["random"]["aer"], None, links["exact"]["aer"]),
    ]
    shown = table[["this map", "at random", lacking, equal]].to_numpy()
    assert [(name, *row) for name, row in zip(table.index, shown, strict=True)] == [
        (name, *("–" if number is None else f"{number:.3f}" for number in numbers)) for name, *numbers in expected
    ]


def test_a_variant_without_a_map_has_no_such_figures() -> None:
    assert not opened(variants="none").table


# A table of pairs.


def given(page: AppTest, content: bytes, name: str = "mine.csv") -> AppTest:
    (box,) = (box for box in page.file_uploader if "pairs" in box.label)
    return shown(box.set_value((name, content, "text/csv")).run())


def table(page: AppTest) -> Any:
    return next((one.value for one in page.dataframe if "predicted" in one.value), None)


def test_a_table_gives_each_pair_its_label_or_says_what_is_wrong() -> None:
    page = given(opened(), b"premise,hypothesis\nA dog runs.,The dog is not a cat.\n,A cat\nA dog,A cat\n")
    found = table(page)
    reading = service.read("entailment", "word_by_word", PAIR)
    assert next(iter(found["predicted"])) == reading.output.text
    assert list(found.loc[1, list(LABELS)]) == pytest.approx(np.exp(reading.output.logprobs), abs=1e-3)
    assert list(found["problem"].fillna("")) == ["", "There is no premise to read: give one.", ""]
    assert boxes(page) == FIRST, "the reading stays until a row is chosen"


def test_more_pairs_than_one_batch_come_in_their_order() -> None:
    rows = "".join(f"{'dog ' * (i % 7 + 1)},A cat {i}\n" for i in range(90))
    page = given(opened(variants="none"), b"premise,hypothesis\n" + rows.encode())
    found = table(page)
    assert list(found["hypothesis"]) == [f"A cat {i}" for i in range(90)]
    one = service.read("entailment", "none", ("dog " * 4, "A cat 73"))
    assert list(found.loc[74, list(LABELS)]) == pytest.approx(np.exp(one.output.logprobs), abs=1e-3)


def test_a_bad_file_is_told_and_the_reading_stays() -> None:
    page = given(opened(), b"a,b,c\n1,2,3\n")
    assert said(page) == [f"mine.csv was not read: there are no columns premise and hypothesis in it. {pairs.HOW}"]
    assert len(bars(page)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"premise,hypothesis\nA dog,A cat\n",
        b"\xef\xbb\xbfHypothesis;id; PREMISE \nA cat;7;A dog\n",
        b"sentence_1\tSentence2\tlabel\nA dog\tA cat\tneutral\n",
        b"A dog,A cat\n",
        b"A dog\tA cat\n",
        b"sep=;\r\npremise;hypothesis\r\nA dog;A cat\r\n",
        b"premise,hypothesis\rA dog,A cat\r",
        b"hypothesis|premise\nA cat|A dog\n".replace(b"hypothesis|", b"sep=|\nhypothesis|"),
        '"Text 1","Text 2"\r\n"A dog","A cat"\r\n\r\n'.encode("utf-16"),
    ],
)
def test_tables_of_many_kinds_are_understood(content: bytes) -> None:
    assert pairs.parse(content).pairs == (("A dog", "A cat"),)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"premise,hypothesis\n", "no pairs"),
        (b"PK\x03\x04\xff\xfe\x00", "not UTF-8 text"),
        (b"a\0b,c\n", "not a text table"),
        (b"premise\nA dog\n", "no columns"),
        (b'premise,hypothesis\n"A dog,A cat\nA dog,A cat\n', "a quote in it is never closed"),
        (b"premise,hypothesis\n" + b"a" * 200_000 + b",A cat\n", "a cell has more than 100,000 characters"),
        ("prémisse,hypothèse,é\n".encode("latin-1"), "not UTF-8 text"),
    ],
)
def test_files_that_are_no_tables_are_told(content: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told) as problem:
        pairs.parse(content)
    assert ":" not in str(problem.value), "the page says before it, with a colon, which file was not read"


def test_a_long_table_can_be_stopped_and_taken_up() -> None:
    page = given(opened(), b"premise,hypothesis\n" + b"A dog,A cat\n" * 35)
    assert len(table(page)) == 35
    page.session_state["entailment_table_stopped"] = (page.session_state["entailment_table_done"][0], 20)
    shown(page.run())
    assert len(table(page)) == 20 and said(page) == ["Stopped after 20 of 35 pairs."]
    shown(next(one for one in page.button if one.label == "Read the rest").click().run())
    assert len(table(page)) == 35 and not said(page)


def test_too_many_pairs_are_cut_and_it_is_said() -> None:
    many = pairs.parse(b"premise,hypothesis\n" + b"A dog,A cat\n" * 1000)
    assert len(many.pairs) == len(many.labels) == pairs.MOST_PAIRS
    assert many.notes == ("This table has 1,000 pairs; only the first 300 were read.",)
    long = pairs.parse(b"premise,hypothesis\n" + b"dog " * 2000 + b",A cat\n")
    assert len(long.pairs[0][0]) == pairs.MOST_LETTERS and len(long.notes) == 1


# What was saved is opened again.


def test_a_saved_reading_is_shown_without_the_model(root: Path) -> None:
    readings = [service.read("entailment", variant, PAIR) for variant in VARIANTS]
    content = json.dumps([{**one.to_json(), "variant": f"{one.variant}-x"} for one in readings]).encode()
    page = opened()
    shown(page.file_uploader(key="entailment_saved_0").set_value(("it.json", content, "application/json")).run())
    assert titles(page) == [TASK.called(variant) for variant in VARIANTS]
    assert [list(one.values()) for one in bars(page)] == [pytest.approx(np.exp(r.output.logprobs)) for r in readings]
    assert boxes(page) == FIRST
    assert not page.table, "these figures are of other models"


def damaged(change: str) -> Reading:
    reading = service.read("entailment", "two_way", PAIR)
    first, second = reading.maps
    other = Words.whole(["a", "b"])
    small = AttentionMap(ATTENTION, other, other, np.ones((2, 2), np.float32), np.zeros(2, np.float32))
    return {
        "label": lambda: replace(reading, output=replace(reading.output, text="maybe")),
        "labels": lambda: replace(reading, output=replace(reading.output, labels=("a", "b", "c"))),
        "one text": lambda: replace(reading, source=reading.source[:1]),
        "map": lambda: replace(reading, maps=(small,)),
        "name": lambda: replace(reading, maps=(replace(first, name="other"), second)),
        "twice": lambda: replace(reading, maps=(first, first)),
        "groups": lambda: replace(
            reading, maps=(replace(first, keys=Words(first.keys.labels, (0,) * len(first.keys))),)
        ),
    }[change]()


@pytest.mark.parametrize("change", ["label", "labels", "one text", "map", "name", "twice", "groups"])
def test_a_saved_reading_that_is_damaged_is_refused(change: str) -> None:
    with pytest.raises(InputError, match=r"do not belong together|does not fit this page"):
        files.loads(damaged(change).dumps().encode(), TASK)


def test_every_variant_is_explained_by_its_name_for_people_and_by_that_of_commands() -> None:
    assert {variant.name for variant in TASK.variants} == set(VARIANTS)
    page = opened()
    told = " ".join(one.value for one in page.markdown) + captions(page)
    for variant in TASK.variants:
        assert f"**{escape(sentence_case(variant.called))}**" in told and f"`{variant.name}`" in told
    assert TASK.called("word_by_word.seed2") == "word-by-word, seed 2"


def test_a_table_stays_while_a_saved_reading_is_shown() -> None:
    page = given(opened(), b"premise,hypothesis\nA dog,A cat\n")
    content = service.read("entailment", "match", PAIR).dumps().encode()
    shown(page.file_uploader(key="entailment_saved_0").set_value(("it.json", content, "application/json")).run())
    assert "Choose a row to open it below. " in captions(page)
    shown(page.button(key="entailment_close").click().run())
    assert "Choose a row to open it below. " in captions(page)


def test_a_table_is_told_apart_from_the_texts_below_it_until_one_of_its_rows_is_shown() -> None:
    other = given(opened(), b"premise,hypothesis\nA dog,A cat\n")
    assert "The table ends here: what follows is of other texts" in captions(other)
    other.text_area(key="entailment_premise").set_value("A dog")
    own = shown(other.text_area(key="entailment_hypothesis").set_value("A cat").run())
    assert "The table ends here" not in captions(own)


def test_a_quote_between_tabs_is_a_letter() -> None:
    assert pairs.parse(b'premise\thypothesis\n6" of snow\tIt is "cold\n').pairs == (('6" of snow', 'It is "cold'),)


def test_a_row_with_more_cells_than_names_is_told_and_not_cut() -> None:
    found = pairs.parse(b"premise,hypothesis\nA dog, a cat,Two animals\nA dog,A cat\n")
    assert found.pairs == (("A dog", "A cat"),)
    assert len(found.notes) == 1 and found.notes[0].startswith("Row 1 has more cells than the first line has names")
    with pytest.raises(InputError, match="Row 1 has more cells"):
        pairs.parse(b"premise,hypothesis\nA dog, a cat,Two animals\n")


def test_labels_of_ones_own_stay_and_are_compared_with_the_predicted_ones() -> None:
    reading = service.read("entailment", "word_by_word", PAIR)
    other = next(label for label in LABELS if label != reading.output.text)
    rows = [f"{PAIR[0]},{PAIR[1]},{label}" for label in (reading.output.text, other.upper(), "maybe", "")]
    page = given(opened(), "\n".join(["premise,hypothesis,gold_label", *rows]).encode())
    shown_table = table(page)
    assert list(shown_table["label"].fillna("")) == [reading.output.text, other, "maybe", ""]
    assert set(shown_table["predicted"]) == {reading.output.text}
    assert "For 1 of the 2 pairs with a known label, the predicted label is the same (50%)." in captions(page)
    counts = next(one.value for one in page.table if one.value.index.name == "label in the file")
    assert counts.loc[other, f"predicted: {reading.output.text}"] == 1
    assert int(counts.to_numpy().sum()) == 2
    unknown = "The label “maybe” is unknown: write entailment, neutral or contradiction."
    assert list(shown_table["problem"].fillna("")) == ["", "", unknown, ""]


def test_a_row_tells_all_that_is_wrong_with_it() -> None:
    page = given(opened(), f"premise,hypothesis,label\n,A cat,{'maybe ' * 50}\n".encode())
    (problem,) = table(page)["problem"]
    no_text, label = problem.split(". ")
    assert no_text == "There is no premise to read: give one"
    assert label.startswith("The label “maybe") and label.count("maybe") < 10


def test_a_table_says_which_variant_labels_it() -> None:
    content = b"premise,hypothesis\nA dog,A cat\n"
    assert "1 pair from mine.csv, labelled by “match”. " in captions(given(opened(variants="match"), content))
    page = given(opened(variants="match,none"), content)
    assert "labelled by “match”, the first of the chosen variants. " in captions(page)


def test_a_table_stays_while_another_page_is_seen_until_it_is_closed() -> None:
    page = AppTest.from_file(str(Path(__file__).parents[1] / "pages.py"), default_timeout=60).run()
    page.switch_page("attnviz/web/pages/entailment.py").run()
    given(page, b"premise,hypothesis\nA dog,A cat\n")
    page.switch_page("attnviz/web/pages/translation.py").run()
    page.switch_page("attnviz/web/pages/entailment.py").run()
    assert len(table(page)) == 1 and "1 pair from mine.csv" in captions(page)
    shown(page.button(key="entailment_close_table").click().run())
    assert table(page) is None


@pytest.mark.parametrize(("gone", "shown_then"), [(False, PAIR), (True, TASK.examples[0].inputs)])
def test_only_back_and_forward_restore_what_was_shown_under_an_earlier_address(
    gone: bool, shown_then: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs that follow each other closely name an address that is several views old, too."""
    page = opened()
    for name, text in zip(TASK.inputs, PAIR, strict=True):
        page.text_area(key=f"entailment_{name}").set_value(text)
        page.query_params.clear()
        shown(page.run())
    page.query_params.clear()
    monkeypatch.setattr(addresses, "went_back_or_forward", lambda: gone)
    shown(page.run())
    assert tuple(page.text_area(key=f"entailment_{name}").value for name in TASK.inputs) == shown_then


def test_back_restores_what_is_chosen_in_a_box_of_a_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened()
    box = next(box for box in page.selectbox if box.label == "Cells shown in each row")
    shown(box.set_value(3).run())
    assert page.query_params["strongest"] == "3"
    page.query_params.clear()
    monkeypatch.setattr(addresses, "went_back_or_forward", lambda: True)
    shown(page.run())
    assert next(box for box in page.selectbox if box.label == "Cells shown in each row").value == 0
    assert "strongest" not in page.query_params


def test_back_to_an_address_of_which_no_view_is_kept_opens_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened()
    monkeypatch.setattr(addresses, "went_back_or_forward", lambda: True)
    page.query_params["example"] = TASK.examples[1].name
    shown(page.run())
    assert page.text_area(key="entailment_premise").value == TASK.examples[1].inputs[0]
    page.query_params["example"] = "no such"
    page.run()
    assert any("no such" in warning.value for warning in page.warning)
