"""The page of translation as a visitor uses it, without a browser: what it shows, says and keeps."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import streamlit as st
from hypothesis import given, strategies
from streamlit.testing.v1 import AppTest

from attnviz import bundles, export, service
from attnviz.attention import AttentionMap
from attnviz.axes import Words
from attnviz.errors import BundleError, InputError
from attnviz.figures import words
from attnviz.figures.browser import over_words
from attnviz.reading import Pieces, Provenance, Reading
from attnviz.tasks.translation.about import TASK
from attnviz.web import readings
from attnviz.web.files import opened as files
from attnviz.web.inputs import text as inputs
from attnviz.web.panels import cautions as caution
from attnviz.web.panels.evidence import evidence
from attnviz.web.text import escape, one_line
from attnviz.web.views.map_view import Selected
from tests.pages import address, components, link, maps, opened_at, plain, said, shown, text_of, unfold

APP = Path(__file__).parents[1] / "attnviz" / "web" / "pages" / "translation.py"
SENTENCE = "Le chat noir dort sur la chaise."
EXAMPLES = {example.name: example.inputs[0] for example in TASK.examples}
FIRST = EXAMPLES["order"]
LOGPROB = re.compile(r"Log-probability (−?\d+\.\d+)")
ATTENTIVE = [name for name in service.variants("translation") if name != "none"]


def opened(**address: str) -> AppTest:
    """The page at an address."""
    return opened_at(APP, **address)


def typed(page: AppTest, text: str) -> AppTest:
    return shown(page.text_area(key="translation_text").set_value(text).run())


def lines(page: AppTest) -> list[dict[str, Any]]:
    """The lines above the maps: inputs, and outputs with what is told of them."""
    return [line for one in components(page) for line in one.get("lines", ())]


def select(page: AppTest, query: int | None, key: int | None) -> AppTest:
    """Select a row and a column of the first map, as a click does."""
    rows, columns = maps(page)[0]["rows"], maps(page)[0]["columns"]
    queries = () if query is None else tuple(rows[: query + 1])
    page.session_state["selected_translation"] = Selected(tuple(columns), key, queries)
    return shown(page.run())


def sentences(page: AppTest) -> list[tuple[str, str]]:
    """Input and output of each reading, as the words above the maps make them up."""
    found, source = [], ""
    for line in lines(page):
        if line["large"]:
            found.append((source, text_of(line)))
        else:
            source = text_of(line)
    return found


def titles(page: AppTest) -> list[str]:
    """Of the outputs: the names of several, or what is told first of the only one; then of differences."""
    outputs = [line for line in lines(page) if line["large"]]
    alone = [line["note"].split(" · ")[0].removeprefix("Variant: ") for line in outputs]
    found = [of if line["name"] == "English" else line["name"] for line, of in zip(outputs, alone, strict=True)]
    differences = [plain(one.value.removeprefix("#### ")) for one in page.markdown if "# Difference" in one.value]
    return [*(name for name in found if name), *differences]


def notes(page: AppTest) -> list[str]:
    return [line["note"] for line in lines(page) if line["large"]]


def cautions(page: AppTest) -> list[str]:
    return [line["caution"] for line in lines(page) if line["caution"]]


def box(page: AppTest) -> str:
    return str(page.text_area(key="translation_text").value)


def chosen(page: AppTest, variants: list[str]) -> AppTest:
    return shown(page.get("button_group")[0].set_value(variants).run())


# What opens, and what is read.


def test_it_opens_with_a_reading() -> None:
    page = opened()
    assert box(page) == FIRST
    ((source, output),) = sentences(page)
    assert source == FIRST and output
    assert len(maps(page)) == 1
    assert notes(page) == ["Variant: additive"], "numbers are for those who ask for them"
    assert said(page) == [] and cautions(page) == []


def test_tables_are_made_when_they_are_opened() -> None:
    page = opened()
    assert not page.dataframe and not page.table
    unfold(page, "words_translation_0")
    assert any(re.match(r"Translated in \d+ ms on [CG]PU · log-probability −", one.value) for one in page.caption)
    (words,) = page.dataframe
    assert "".join(words.value["word"]) == sentences(page)[0][1].replace(" ", "")
    unfold(page, "numbers_translation_0")
    numbers = page.dataframe[1].value
    assert numbers.sum(axis=1).to_list() == pytest.approx([1] * len(numbers), abs=1e-3)


def test_a_text_of_ones_own_is_read() -> None:
    page = typed(opened(), SENTENCE)
    assert [source for source, _ in sentences(page)] == [SENTENCE]
    assert address(page) == {"text": SENTENCE}


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_each_example_is_one_click_away(name: str) -> None:
    page = opened()
    shown(page.button(key=f"translation_example_{name}").click().run())
    assert box(page) == EXAMPLES[name]
    assert address(page) == ({} if name == "order" else {"example": name})
    assert sentences(page)[0][1]


def test_the_long_example_is_long() -> None:
    assert len(EXAMPLES["long"].split()) >= 35


def test_variants_stand_beside_each_other() -> None:
    page = chosen(opened(), ["additive", "none"])
    assert titles(page) == ["additive", "no attention"]
    assert len(sentences(page)) == 2
    assert len(maps(page)) == 1  # none has no map, and says so
    assert "There is nowhere to look, so there is no map." in notes(page)[1]
    assert not [one for one in page.toggle if one.label.startswith("Difference")]


def test_without_a_variant_it_asks_for_one() -> None:
    page = chosen(opened(), [])
    assert said(page) == ["Choose a variant above to read with."]
    assert not page.error


def test_the_difference_is_taken_on_the_first_ones_output() -> None:
    page = opened(text=SENTENCE, variants=",".join(ATTENTIVE[:2]), difference="1")
    a, b = ATTENTIVE[:2]
    assert titles(page) == [a, b, f"Difference: {a} − {b}"]
    outputs = [output for _, output in sentences(page)]
    assert outputs[0] == outputs[1], "the difference comes first, where its switch is"
    assert any(plain(one.value).startswith(f"Both maps are over what {a} wrote") for one in page.caption)


def test_one_of_the_n_best_can_be_looked_at() -> None:
    page = opened(text=SENTENCE)
    best = page.radio[0]
    assert len(best.options) == 5
    second = plain(best.options[1]).removeprefix("2. ")
    shown(best.set_value(1).run())
    assert titles(page) == ["additive, output 2 of 5"]
    assert plain(sentences(page)[0][1]) == second
    assert address(page)["rank"] == "additive:2"
    typed(page, FIRST)
    assert titles(page) == ["additive"], "a choice for one sentence says nothing of another"


def test_a_text_that_was_found_twice_is_two_choices() -> None:
    page = opened(text="Le chat dort.")
    texts = [plain(one).split(". ", 1)[1] for one in page.radio[0].options]
    assert len(set(texts)) < len(texts) == len(set(page.radio[0].options)), "another example is needed, or they mix"
    for place in (4, 0):
        shown(page.radio[0].set_value(place).run())
        assert page.radio[0].value == place
        assert titles(page) == (["additive, output 5 of 5"] if place else ["additive"])


def test_another_search_starts_from_its_best() -> None:
    page = opened(text=SENTENCE, rank="additive:2")
    assert titles(page) == ["additive, output 2 of 5"]
    for label, value in (("Beam size", 6), ("Length penalty", 1.1)):
        shown(page.radio[0].set_value(2).run())
        assert titles(page)[0].startswith("additive, output 3")
        shown(next(one for one in page.slider if one.label == label).set_value(value).run())
        assert titles(page) == ["additive"] and page.radio[0].value == 0


def test_a_chosen_word_is_chosen_when_the_map_comes_back() -> None:
    page = select(opened(text=SENTENCE), 1, None)
    for _ in range(2):
        shown(page.toggle(key="translation_subwords_toggle_0").set_value(True).run())
        shown(page.toggle(key="translation_subwords_toggle_0").set_value(False).run())
        assert maps(page)[0]["selected"] == [1, None]
    select(page, None, None)
    assert not [word for line in lines(page) for word in line["words"] if word["chosen"]]


def test_equal_texts_of_other_subwords_have_maps_of_their_own() -> None:
    page = opened(text="Le chat dort.", subwords="1")
    counts = set()
    for place in (0, 4, 0):
        shown(page.radio[0].set_value(place).run())
        select(page, 0, None)
        counts.add(len(maps(page)[0]["rows"]))
        assert maps(page)[0]["selected"] == [0, None]
    assert len(counts) == 2, "another example is needed, or they mix"


def test_an_ellipsis_leaves_the_words_after_it_as_they_were_typed() -> None:
    assert text_of(lines(opened(text="Oui… l'ami n'est pas là."))[0]) == "Oui... l'ami n'est pas là."
    assert text_of(lines(opened(text="L\u2060e chat re\u0301side."))[0]) == "Le chat réside."


def test_a_broken_bundle_that_was_not_chosen_is_left_out_of_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    true = service.digest

    def digest(task: str, variant: str) -> str:
        if variant == "general":
            raise BundleError("It is broken.")
        return true(task, variant)

    monkeypatch.setattr(service, "digest", digest)
    page = AppTest.from_file(str(APP), default_timeout=120)
    page.session_state["translation_lengths"] = True
    shown(page.run())
    drawn = [json.loads(one.proto.spec)["data"] for one in page.get("plotly_chart")]
    lines = {line.get("name") for data in drawn for line in data}
    assert {"additive", "local", "no attention"} <= lines and "general" not in lines


def test_a_translation_of_ones_own_stands_beside_the_models() -> None:
    page = opened(text=SENTENCE)
    own = "A dog sleeps."
    shown(next(box for box in page.text_area if box.label.startswith("Type an English")).set_value(own).run())
    assert titles(page) == ["additive", "additive, output given"]
    assert sentences(page)[1] == (SENTENCE, own)
    told = [float(found[1].replace("−", "-")) for one in notes(page) if (found := LOGPROB.search(one))]
    assert len(told) == 2 and told[0] > told[1], "the model finds its own output likelier"


def test_a_chosen_word_is_followed_in_the_sentences() -> None:
    page = select(opened(text=SENTENCE), 1, None)
    source, output = lines(page)
    assert [word["chosen"] for word in output["words"]].index(True) == 1
    assert all(word["background"] for word in source["words"])
    assert any("Likeliest beginnings" in one.value for one in page.caption)


def test_a_selected_word_is_followed_in_every_map() -> None:
    page = opened(text=SENTENCE, variants=",".join(ATTENTIVE[:2]), difference="1")
    select(page, None, 1)
    chosen_words = [[word["text"] for word in line["words"] if word["chosen"]] for line in lines(page)]
    assert chosen_words == [["chat"], [], ["chat"], [], []], "the same input word in the difference too"
    select(page, 0, 1)
    (_, _, _, first, second) = lines(page)
    assert first["words"][0]["chosen"] and second["words"][0]["chosen"], "both outputs begin alike"
    assert {"output": "1", "input": "2"}.items() <= address(page).items()


def test_a_link_selects_the_same_word() -> None:
    page = opened(text=SENTENCE, output="2", input="3")
    assert maps(page)[0]["selected"] == [1, 2]
    typed(page, FIRST)
    assert not {"output", "input"} & set(address(page)), "another text has other words"


def test_subwords_are_a_switch() -> None:
    page = opened(example="long")
    columns = len(maps(page)[0]["columns"])
    shown(page.toggle(key="translation_subwords_toggle_0").set_value(True).run())
    assert len(maps(page)[0]["columns"]) > columns
    assert len(lines(page)[0]["words"]) == len(maps(page)[0]["columns"]), "the sentence is cut as the map is"
    assert address(page)["subwords"] == "1"


def test_each_map_is_told_in_words_and_in_three_figures() -> None:
    page = opened(text=SENTENCE, variants=",".join(ATTENTIVE[:2]), difference="1")
    told = [one for one in page.caption if "strongest links are " in plain(one.value)]
    assert len(told) == 2, "a difference is told in its text alone"
    for one, drawn in zip(told, maps(page)[1:], strict=True):
        links = plain(one.value).split(". On average, ")[0]
        assert drawn["alt"].endswith(f"{links}.")
        assert re.search(r"the model looks at \d+\.\d words? at a time\. Summed over all rows, ", plain(one.value))
        assert "**Effective number of inputs**" in one.help
    assert "the largest difference" in maps(page)[0]["alt"]


def ribbons(page: AppTest) -> list[dict[str, Any]]:
    return [one for one in components(page) if "ends" in one]


def test_a_map_is_a_ribbon_on_demand() -> None:
    page = opened(text=SENTENCE, variants=",".join(ATTENTIVE[:2]))
    assert maps(page) and not ribbons(page)
    matrix = maps(page)[0]
    (choice,) = (one for one in page.get("button_group") if one.label == "View of the map")
    shown(choice.set_value(True).run())
    assert len(ribbons(page)) == len(maps(page)) == 2, "both maps are ribbons, and none is a matrix"
    assert address(page)["ribbon"] == "1"
    drawn = ribbons(page)[0]
    assert drawn["ends"] == ["French", "English"]
    for same in ("rows", "columns", "weights", "rest", "stops", "alt", "label"):
        assert drawn[same] == matrix[same], "it is the same map in the same colours"


def test_a_ribbon_follows_the_word_that_is_chosen() -> None:
    page = select(opened(text=SENTENCE, ribbon="1"), 1, None)
    assert [one["selected"] for one in ribbons(page)] == [[1, None]]
    pointed = [(line["group"], line["place"], line["first"]) for line in lines(page)]
    (drawn,) = ribbons(page)
    assert pointed == [(drawn["group"], drawn["place"], 0), (drawn["group"], drawn["place"], None)], (
        "a word that is pointed at is found in it"
    )


def test_a_map_with_too_many_words_stays_a_matrix_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_words, "MOST", 3)
    page = opened(text=SENTENCE, ribbon="1")
    assert maps(page) and not ribbons(page)
    assert [one for one in page.caption if one.value.startswith("A ribbon has at most 3 words on a side, and this map")]


def test_weak_weights_are_left_out_on_demand() -> None:
    page = opened(text=SENTENCE)
    assert maps(page)[0]["shown"] is None and maps(page)[0]["notes"] == []
    shown(page.selectbox(key="translation_strongest_choice_0").set_value(3).run())
    assert [len(row) for row in maps(page)[0]["shown"]] == [3] * len(maps(page)[0]["rows"])
    (told,) = maps(page)[0]["notes"]
    assert re.fullmatch(r"The 3 strongest words of each row are shown: .*\d+% of the weight is hidden\.", told)
    assert address(page)["strongest"] == "3"
    assert maps(opened(text=SENTENCE, strongest="4"))[0]["notes"] != [told], "any number in a link is taken"


# Several sentences.


def test_sentences_are_read_one_by_one() -> None:
    page = opened(text="Bonjour ! Le chat dort. Il fait froid.")
    listed = page.radio[0]
    assert [plain(option) for option in listed.options] == ["1. Bonjour !", "2. Le chat dort.", "3. Il fait froid."]
    assert sentences(page)[0][0] == "Bonjour !"
    shown(listed.set_value(2).run())
    assert sentences(page)[0][0] == "Il fait froid."
    assert address(page)["sentence"] == "3"


def test_the_split_can_be_switched_off() -> None:
    text = "Le chat dort. Il fait froid."
    page = opened(text=text)
    shown(page.toggle(key="translation_split").set_value(False).run())
    assert [source for source, _ in sentences(page)] == [text]
    assert address(page)["split"] == "0"


# Long work.


def halfway(*_: object, on_step: Callable[[int, int], None], **__: object) -> None:
    """A reading that is looked at when half of its steps are taken."""
    on_step(0, 4)
    on_step(2, 4)
    st.stop()


def test_one_long_reading_shows_its_progress_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "_PATIENCE", 0)
    monkeypatch.setattr(readings, "_PAUSE", 0)
    text = "Une longue phrase que personne n'avait lue avant ce jour."
    with monkeypatch.context() as patch:
        patch.setattr(service, "read", halfway)
        page = opened(text=text)
        (bar,) = page.get("progress")
        assert (bar.proto.value, bar.proto.text) == (50, "Reading …")
    shown(page.button(key="translation_stop").click().run())
    assert said(page) == ["Stopped."] and sentences(page) == [] and box(page) == text
    shown(page.button(key="translation_go_on").click().run())
    assert sentences(page)[0][0] == text and said(page) == []
    shown(page.run())
    assert sentences(page)[0][0] == text, "what is kept of a reading is not its progress"
    assert not page.get("progress") and "Stop" not in [button.label for button in page.button]


def test_work_can_be_stopped_between_variants(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ATTENTIVE[:2]
    page = opened(text="Le chat rouge dort. Le chien rouge court.", variants=f"{first},{second}")
    page.session_state["translation_stopped"] = (page.session_state["translation_done"][0], 3)
    shown(page.run())
    assert said(page) == ["Stopped after 3 of 4 readings."]
    assert len(page.radio[0].options) == 2 and titles(page) == [first, second]
    shown(page.radio[0].set_value(1).run())
    assert len(sentences(page)) == 1 and sentences(page)[0][0] == "Le chien rouge court."
    shown(page.button(key="translation_go_on").click().run())
    assert titles(page) == [first, second] and said(page) == []


@pytest.mark.parametrize("work", ["own", "second"])
def test_a_forced_translation_too_shows_its_progress_and_can_be_stopped(
    monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    text, variants = "Une autre phrase, à forcer plus tard.", f"{ATTENTIVE[0]},{ATTENTIVE[1]}"
    page = opened(text=text, variants=variants)
    monkeypatch.setattr(readings, "_PATIENCE", 0)
    monkeypatch.setattr(readings, "_PAUSE", 0)
    with monkeypatch.context() as patch:
        patch.setattr(service, "read", halfway)
        address = {"own": "Another sentence to force."} if work == "own" else {"difference": "1"}
        page = opened(text=text, variants=variants, **address)
        assert [bar.proto.value for bar in page.get("progress")] == [25 if work == "own" else 50]
    shown(page.button(key=f"translation_{work}_stop").click().run())
    assert [plain(one).split(" after")[0].rstrip(".") for one in said(page)] == ["Stopped"]
    assert titles(page) == ATTENTIVE[:2], "what was read stays"
    shown(page.button(key=f"translation_{work}_go_on").click().run())
    assert len(titles(page)) > 2 and said(page) == []


def test_there_is_room_for_the_first_map_while_its_model_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    heights: list[int] = []

    @contextmanager
    def skeleton(height: int) -> Iterator[None]:
        heights.append(height)
        yield

    monkeypatch.setattr(st, "skeleton", skeleton)
    opened().run()
    assert len(heights) == 1, "later runs show the maps before"


def test_what_takes_long_at_the_first_start_is_waited_for_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: list[str] = []
    asked: list[list[str]] = []

    @contextmanager
    def spinner(text: str) -> Iterator[None]:
        waiting.append(text)
        yield
        waiting.pop()

    def devices() -> list[str]:
        asked.append([*waiting])
        return ["cpu"]

    monkeypatch.setattr(st, "spinner", spinner)
    monkeypatch.setattr(service, "devices", devices)
    opened()
    assert asked[0] == ["Starting …"]


# What can't be read.


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is nothing to read. Type a French sentence."),
        (" \n\t ", "There is nothing to read. Type a French sentence."),
        ("\x07\x1b", "There is nothing to read. Type a French sentence."),
        ("?! ... €", "There is no word in this text. Type a French sentence."),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_stays_in_the_box(text: str, sentence: str) -> None:
    page = typed(opened(), text)
    assert said(page) == [sentence]
    assert box(page) == text
    assert sentences(page) == []
    typed(page, SENTENCE)
    assert said(page) == [] and sentences(page)


@pytest.mark.parametrize("text", ["Le <script>alert(1)</script> chat.", "Le **chat** `dort` :red[ici] $x$ [a](b)."])
def test_markup_is_words(text: str) -> None:
    page = typed(opened(), text)
    assert sentences(page)[0][0] == text
    assert box(page) == text


def test_a_very_long_text_is_cut_and_says_so() -> None:
    text = "Le chat dort. " * 3334  # 10,002 words
    page = typed(opened(), text)
    assert said(page) == [
        "This text has 46,676 characters; only the first 20,000 were read.",
        "This text has 1,429 sentences; only the first 100 were read.",
    ]
    assert box(page) == text
    assert len(page.radio[0].options) == 100
    assert "text" not in address(page)
    assert link(page)["otherwise"].startswith("This is too long for a link")


def test_what_is_not_french_is_translated_with_a_note() -> None:
    page = typed(opened(), "the quick brown fox jumps over the lazy dog and then it sleeps")
    assert len(said(page)) == 1 and said(page)[0].startswith("This text looks like English.")
    assert sentences(page)[0][1]


def test_what_the_model_cannot_read_is_marked() -> None:
    page = typed(opened(), "Le chat 😀 dort.")
    assert said(page) == ["The model does not know these characters, and they were not read: 😀"]
    source, output = lines(page)
    assert [word["text"] for word in source["words"] if word["marked"]] == ["😀"]
    without = typed(opened(), "Le chat dort.")
    assert text_of(output) == text_of(lines(without)[1])


# How far to believe it.


def test_how_far_a_map_can_be_believed_is_one_click_away() -> None:
    page = opened(variants=",".join(ATTENTIVE[:2]))
    assert not page.table
    unfold(page, "translation_evidence")
    (table,) = (table.value for table in page.table)
    by_variant = {name: evidence(service.digest("translation", name), "translation", name) for name in ATTENTIVE[:2]}
    expected = [(name, row.set, f"{row.value:.3f}") for name in ATTENTIVE[:2] for row in by_variant[name].rows]
    assert list(zip(table["variant"], table["set"], table["this map"], strict=True)) == expected
    assert len(expected) == 4
    for name, values in by_variant[ATTENTIVE[0]].rows[0].baselines.items():
        assert table[name].iloc[0] == f"{values:.3f}"
    assert not unfold(opened(variants="none"), "translation_evidence").table


def test_an_output_that_repeats_or_leaves_out_is_cautioned_against() -> None:
    again = Pieces("a b c a b c", tuple("abcabc"), tuple((one,) for one in "abcabc"))
    source = (Pieces("x y z", ("x", "y", "z"), (("x",), ("y",), ("z",))),)
    looked = np.zeros((6, 3), np.float32)
    looked[:, 0] = 1
    attention = AttentionMap("attention", Words.whole(again.labels), Words.whole(("x", "y", "z")), looked, looked[:, 1])
    told = Provenance("0" * 64, {}, 0.1, "1.0.0")
    reading = Reading("translation", "additive", source, again, -1.5, (attention,), (), told)
    assert caution.caution(reading) == (
        "Hardly anything looked at “y z”: the translation may leave it out. It says “a b c” more than once, which the "
        "input does not: the model may have lost its place."
    )


@pytest.mark.parametrize(("words", "cautioned"), [(10, False), (11, True), (100, True)])
def test_a_variant_that_worsens_with_length_is_cautioned_against(
    words: int, cautioned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = {"4-10": 17.2, "11-20": 8.9, "more than 30": 5.0}
    bins = {label: {"n": 200, "bleu": bleu} for label, bleu in figures.items()}
    evidence.clear()
    monkeypatch.setattr(bundles, "PRETRAINED", tmp_path)
    monkeypatch.setattr(service, "digest", lambda task, variant: "0" * 64)
    folder = tmp_path / "translation" / "none"
    folder.mkdir(parents=True)
    (folder / bundles.CONFIG).write_text('{"weights_sha256": "0"}')
    bundles.keep_score(folder, "a command", {"split": "test_bylength", "n": 600, "scores": {"by_length": bins}})
    told = Provenance("0" * 64, {}, 0.1, "1.0.0")
    source, output = (
        Pieces(" ".join(one), tuple(one), tuple((word,) for word in one)) for one in (["mot"] * words, ["word"])
    )
    reading = Reading("translation", "none", (source,), output, -1.5, (), (), told)
    said = (
        "The longer the input, the worse this variant: in the scores of sentences of the European Parliament that "
        "no variant learned from, BLEU is 17 at 4–10 words and 9 at 11–20."
    )
    assert caution.caution(reading) == (said if cautioned else "")


# The address.


def test_a_link_reopens_the_same_view() -> None:
    query = {"text": SENTENCE, "variants": "none,additive", "beam": "3", "penalty": "0.5", "subwords": "1"}
    query |= {"stretch": "1", "rank": "additive:2", "own": "A cat."}
    page = opened(**query)
    assert address(page) == query
    assert titles(page) == [
        "no attention",
        "additive, output 2 of 3",
        "no attention, output given",
        "additive, output given",
    ]
    query = urlsplit(link(page)["answer"]["content"]).query
    reopened = opened(**{name: values[-1] for name, values in parse_qs(query).items()})
    assert (titles(reopened), sentences(reopened)) == (titles(page), sentences(page))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("colour", "red", "This page has no setting “colour”, which the address names: it was left out."),
        ("variants", "additive,magic", "There is no variant “magic”: choose from "),
        ("variants", "<b>", "There is no variant “<b>”: choose from "),
        ("beam", "many", "The address says “many” for “beam”, which was left out: choose a number from 1 to 10."),
        ("beam", "1000", "The address says “1000” for “beam”, which was left out: choose a number from 1 to 10."),
        ("penalty", "nan", "The address says “nan” for “penalty”, which was left out: choose a number from 0 to 2."),
        ("split", "yes", "The address says “yes” for “split”, which was left out: choose 1 (on) or 0 (off)."),
        ("example", "cats", "The address says “cats” for “example”, which was left out: choose one of order,"),
        ("device", "abacus", "There is no device “abacus” here: it runs on the "),
    ],
)
def test_what_the_address_gets_wrong_is_one_sentence(name: str, value: str, sentence: str) -> None:
    page = opened(**{name: value})
    assert len(said(page)) == 1 and said(page)[0].startswith(sentence)
    assert titles(page) == ["additive"] and sentences(page)[0][1]
    typed(page, SENTENCE)
    assert said(page) == [], "said once"


# Saved readings.


def test_a_saved_reading_is_shown_without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [service.read("translation", "additive", SENTENCE, target=target) for target in (None, "A dog.")]
    page = opened()
    monkeypatch.setattr(service, "read", forbidden)
    page.file_uploader[0].set_value(("saved.json", export.save(kept, "json"), "application/json"))
    shown(page.run())
    assert titles(page) == ["additive", "additive, output given"]
    assert sentences(page) == [(SENTENCE, one.output.text) for one in kept]
    assert said(page)[0].startswith("This is what was saved in saved.json")
    page.file_uploader[0].set_value(None)
    shown(page.run())
    assert sentences(page)[0][0] == FIRST


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"<html>", b"\x00\xff", b"[" * 100_000, b'{"task": 1}'])
def test_a_file_that_is_no_reading_is_one_sentence(content: bytes) -> None:
    page = opened()
    page.file_uploader[0].set_value(("saved.json", content, "application/json"))
    shown(page.run())
    assert len(page.error) == 1
    assert sentences(page)[0][0] == FIRST, "the text is read instead"


def made_up(**changes: Any) -> bytes:
    """A saved reading that no model made."""
    attention = AttentionMap("attention", Words.whole(["a", "b"]), Words.whole(["x"]), weights(2, 1), weights(2))
    pieces = Pieces("a b", ("a", "b"), (("a",), ("b",)), (-1.0, -2.0))
    source = (Pieces("x", ("x",), (("x",),)),)
    told = Provenance("0" * 64, {"device": "cpu"}, 0.1, "1.0.0")
    reading = Reading("translation", "additive", source, pieces, -1.5, (attention,), (), told)
    return replace(reading, **changes).dumps().encode()


def weights(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.full(shape, 0.5, np.float32)


def test_a_made_up_reading_must_fit_together() -> None:
    assert len(files.loads(made_up(), TASK)) == 1
    one_word = Pieces("a", ("a",), (("a",),), (-1.0,))
    astray = AttentionMap("attention/subwords", Words(("a",), (7,)), Words(("x",), (0,)), weights(1, 1), weights(1))
    whole = files.loads(made_up(), TASK)[0].maps[0]
    for changes in ({"output": one_word}, {"source": ()}, {"maps": (whole, astray)}, {"maps": (astray,)}):
        with pytest.raises(InputError, match=r"do not belong together|does not fit this page"):
            files.loads(made_up(**changes), TASK)
    with pytest.raises(InputError, match="another task"):
        files.loads(made_up(task="captions"), TASK)
    with pytest.raises(InputError, match="1 to 8"):
        files.loads(b"[" + b",".join([made_up()] * 9) + b"]", TASK)


def forbidden(*_: object, **__: object) -> None:
    raise AssertionError("the model was asked")


# Parts.


@given(
    strategies.lists(strategies.text("ab'. ", min_size=1).filter(str.strip), max_size=6),
    strategies.lists(strategies.sampled_from(["", " ", "\n"])),
)
def test_words_and_what_stands_before_them_make_up_the_text(labels: list[str], gaps: list[str]) -> None:
    labels = ["".join(label.split()) for label in labels]
    text = "".join((gap + label) for label, gap in zip_longest(labels, gaps[: len(labels)], fillvalue=""))
    found = words.spaced(text, labels)
    assert "".join(gap + label for gap, label in zip(found, labels, strict=True)).split() == text.split()


@given(strategies.text())
def test_escaping_adds_nothing_that_is_seen(text: str) -> None:
    escaped = escape(text).replace("\u2060", "")
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == one_line(text).replace("\u2060", "")


@given(strategies.text(strategies.sampled_from("ab. \n"), max_size=200), strategies.integers(1, 50))
def test_no_more_is_read_than_the_limit(text: str, limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "MOST_CHARACTERS", limit)
        (kept,), notes = inputs.within_limits(text, None)
    assert len(kept) <= limit and text.startswith(kept)
    assert bool(notes) == (len(text) > limit)
