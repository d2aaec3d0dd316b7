"""The page of summaries as a visitor uses it, without a browser: what it shows, says and keeps."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from attnviz import bundles
from attnviz.figures import copied_words
from attnviz.tasks.summaries.about import TASK
from attnviz.tasks.summaries.model import VARIANTS
from attnviz.tasks.summaries.openings import MOST_WORDS, opening
from attnviz.web.inputs.texts_file import parse
from attnviz.web.inputs.variants import MOST
from attnviz.web.views.map_view import Selected
from tests.pages import address, components, link, maps, opened_at, plain, said, shown
from tests.small_summaries import PAIRS, small_root

PAGE = Path(__file__).parents[1] / "attnviz" / "web" / "pages" / "summaries.py"
BODY = PAIRS[0][0]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_root(tmp_path_factory.mktemp("root"))


@pytest.fixture(autouse=True)
def _small(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "PRETRAINED", root)


def opened(**query: str) -> AppTest:
    return opened_at(PAGE, **query)


def typed(page: AppTest, text: str) -> AppTest:
    return shown(page.text_area(key="summaries_text").set_value(text).run())


def article(page: AppTest) -> dict[str, Any]:
    """What the view of the text was given."""
    (data,) = (data for data in components(page) if "outputs" in data)
    return data


def text_of(words: list[dict[str, Any]]) -> str:
    return "".join(word["before"] * (i > 0) + word["text"] for i, word in enumerate(words))


def told(page: AppTest) -> str:
    return plain(" ".join(part.value for part in [*page.caption, *page.info]))


def test_it_opens_with_an_example_whose_words_are_shaded() -> None:
    page = opened()
    data = article(page)
    assert text_of(data["text"]) == TASK.examples[0].inputs[0]
    (output,) = data["outputs"]
    weights = np.array(output["weights"])
    assert weights.shape == (len(output["words"]), len(data["text"]))
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=0.01)
    np.testing.assert_allclose(output["all"], weights.mean(axis=0), atol=1e-3)
    assert output["copying"] and data["selected"] == [[None, None]] and data["noun"] == TASK.output
    assert said(page) == [] and address(page) == {}
    assert any(one.get("label") == "Copy headline" for one in components(page))


@pytest.mark.parametrize(
    ("query", "noticed"),
    [
        ({}, True),
        ({"variants": "conv,pointer"}, True),
        ({"whole": "1"}, True),
        ({"variants": "conv"}, False),
        ({"rank": "pointer:2"}, False),
        ({"own": "Fire in Lund"}, False),
        ({"length": "8 words"}, False),
        ({"beam": "1"}, False),
    ],
)
def test_what_to_notice_is_said_of_what_it_was_written_for_alone(query: dict[str, str], noticed: bool) -> None:
    page = opened(**query)
    assert ("What to notice" in told(page)) == noticed
    assert f"A person says: “{TASK.examples[0].person}”" in told(page)


def test_a_variant_that_stands_alone_is_named_as_one() -> None:
    (output,) = article(opened())["outputs"]
    assert output["name"] == "Headline" and output["note"].startswith(f"Variant: {TASK.called('pointer')}")


def test_marks_at_words_are_explained_and_each_word_says_how_it_came_about() -> None:
    data = article(opened())
    words = data["outputs"][0]["words"]
    assert {word["way"].split(" (")[0] for word in words} <= {"It was copied", "The model wrote it itself"}
    assert all(word["copied"] == word["way"].startswith("It was copied") and "%" in word["way"] for word in words)
    assert ("Dashed box" in data["marks"]) == any(word["copied"] for word in words)
    assert "the surer" in data["marks"]
    without = article(opened(variants="conv"))
    assert "Dashed" not in without["marks"] and not any(word["way"] for word in without["outputs"][0]["words"])


def test_variants_share_one_text_and_a_word_is_followed_in_text_and_map() -> None:
    page = opened(variants=",".join(VARIANTS[:MOST]), text=BODY)
    data = article(page)
    assert [output["name"] for output in data["outputs"]] == [TASK.called(name) for name in VARIANTS[:MOST]]
    keys = tuple(word["text"] for word in data["text"])
    first = tuple(word["text"] for word in data["outputs"][0]["words"])[:1]
    page.session_state["selected_summaries"] = Selected(keys, None, first)
    page = shown(page.run())
    assert article(page)["selected"][0] == [0, None] == maps(page)[0]["selected"]


def test_a_headline_of_ones_own_is_forced_and_scored() -> None:
    page = opened(own="Zürich bakery burns down", text=BODY)
    _, own = article(page)["outputs"]
    assert text_of(own["words"]) == "Zürich bakery burns down" and "Log-probability" in own["note"]
    assert "wrote" not in own["copying"] and all("would" in word["way"] for word in own["words"])
    assert address(page)["own"] == "Zürich bakery burns down"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is nothing to read"),
        ("… – !", "There is no word"),
        ("Fire", "at least 8 words"),
        ("<p>A fire destroyed a bakery.</p><script>alert(1)</script>", "tags of a web page"),
        ("year\tprice\n2020\t3\n2021\t4", ""),
        ("Le conseil municipal a voté mardi la fermeture de la rue principale aux voitures.", "French"),
        ("市议会周二投票决定,禁止汽车进入主要街道。居民对此表示欢迎。", "not in Latin letters"),
        ("أعلنت وزارة الصحة عن افتتاح ثلاثة مستشفيات", "not in Latin letters"),
        ("rain " * 50_000, f"first {MOST_WORDS} of 50,000 words"),
    ],
)
def test_whatever_is_pasted_is_read_or_answered_in_a_sentence_and_stays(text: str, says: str) -> None:
    page = typed(opened(), text)
    assert page.text_area(key="summaries_text").value == text
    assert says in " ".join([*map(plain, said(page)), told(page)])
    if any(reason in says for reason in ("nothing", "no word", "not in Latin letters")):
        (problem,) = said(page)
        assert says in problem and "learned from" not in told(page)
    else:
        assert text_of(article(page)["text"]) == opening(text).text


def test_words_can_be_chosen_where_there_is_a_map_alone_and_all_is_called_as_in_a_map() -> None:
    alone, beside = (article(opened(variants=names, text=BODY)) for names in ("bow", "conv,pointer"))
    (output,) = alone["outputs"]
    assert output["weights"] is None and output["copying"] == ""
    assert (output["name"], alone["name"], alone["noun"]) == ("Headline", "Text", "headline")
    blind, seeing = beside["outputs"]
    assert blind["weights"] is None and seeing["weights"] and (beside["name"], beside["noun"]) == ("Text", "headline")


def test_it_is_said_which_variants_write_with_another_network() -> None:
    page = opened()
    (told,) = (
        plain(part.value) for part in page.markdown if "have the same form but for their attention" in part.value
    )
    assert "But “attention-based”, “convolutional” and “bag of words” also write with another network" in told


def test_a_whole_text_is_read_where_it_is_asked_for() -> None:
    page = opened(example="library")
    assert "The models read the first sentence (" in told(page)
    assert link(page)["otherwise"] == "" and address(page) == {"example": "library"}
    page = shown(page.toggle(key="summaries_whole").set_value(True).run())
    assert len(article(page)["text"]) > 250 and "beyond what it saw" in told(page)
    assert max(len(one["columns"]) for one in maps(page)) <= 300


def test_a_column_that_stands_for_several_words_is_looked_at_closer() -> None:
    page = opened(example="library", whole="1")
    keys = tuple(word["text"] for word in article(page)["text"])
    assert len(maps(page)) == 1 and "Choose a column to see each of its words" in told(page)
    page.session_state["selected_summaries"] = Selected(keys, 41, ())
    page = shown(page.run())
    pooled, closer = maps(page)
    assert pooled["pool"] == 2 and closer["pool"] == 1
    assert closer["columns"] == list(keys[29:53]) and closer["rows"] == pooled["rows"]
    np.testing.assert_allclose(np.sum(closer["weights"], axis=1) + closer["rest"], 1, atol=0.01)
    assert "words 30 to 53" in told(page)
    page.session_state["selected_summaries"] = Selected(keys, len(keys) - 1, ())
    assert maps(shown(page.run()))[1]["columns"] == list(keys[-24:])


def test_a_headline_of_ones_own_stays_where_more_of_its_text_is_read() -> None:
    page = opened(example="library", own="Town opens library")
    page = shown(page.toggle(key="summaries_whole").set_value(True).run())
    assert [text_of(output["words"]) for output in article(page)["outputs"]][1:] == ["Town opens library"]
    assert address(page) == {"example": "library", "own": "Town opens library", "whole": "1"}


@pytest.mark.parametrize("words", [6, 8])
def test_every_headline_has_the_length_that_was_chosen_and_a_given_one_its_own(words: int) -> None:
    page = opened(text=BODY, length=f"{words} words", own="Bakery burns")
    written, own = (text_of(output["words"]) for output in article(page)["outputs"])
    assert len(written.split()) == words and own == "Bakery burns"
    (others,) = (radio for radio in page.radio if "best that the search found" in radio.label)
    assert all(len(plain(option).split(". ", 1)[1].split()) == words for option in others.options)
    assert address(page)["length"] == f"{words} words"


def test_a_headline_keeps_to_its_bytes_and_another_length_is_left_out() -> None:
    page = opened(text=BODY, length="50 bytes")
    assert 0 < len(text_of(article(page)["outputs"][0]["words"]).encode()) <= 50
    assert "“length”" in " ".join(said(opened(length="7 lines")))


@pytest.mark.parametrize(
    ("copied", "sentence", "of_own"),
    [
        (None, "", ""),
        (
            (),
            "No word was copied from the text: the model wrote all of them itself.",
            "The model would copy none of these words from the text.",
        ),
        (
            (2,),
            "Copied from the text: “Lund”. The model wrote the other words itself.",
            "Of these words, the model would copy “Lund” from the text.",
        ),
        (
            (0, 2),
            "All words but “in” were copied from the text.",
            "The model would copy all of these words but “in”.",
        ),
        (
            (0, 1),
            "All words but “Lund” were copied from the text.",
            "The model would copy all of these words but “Lund”.",
        ),
        ((0, 1, 2), "All words were copied from the text.", "The model would copy all of these words."),
    ],
)
def test_what_was_copied_is_said_in_words(copied: tuple[int, ...] | None, sentence: str, of_own: str) -> None:
    assert copied_words.told(("Fire", "in", "Lund"), copied, forced=False) == sentence
    assert copied_words.told(("Fire", "in", "Lund"), copied, forced=True) == of_own


def test_punctuation_is_no_word_that_was_copied_or_not() -> None:
    labels = ("“", "Fire", "”", "in", "Lund")
    assert copied_words.told(labels, (1, 3, 4), forced=False) == "All words were copied from the text."
    assert copied_words.told(labels, (0, 2), forced=False).startswith("No word was copied")
    assert copied_words.told(("…",), (), forced=False) == ""


def test_several_words_that_were_copied_are_listed_and_very_many_are_counted() -> None:
    labels = tuple("abcdef")
    assert copied_words.told(labels, (0, 2), forced=False).startswith("Copied from the text: “a” and “c”.")
    assert copied_words.told(labels, (0, 1, 3), forced=False).startswith("Copied from the text: “a”, “b” and “d”.")
    assert "“20” and 10 more." in copied_words.told(tuple(map(str, range(1, 81))), range(30), forced=False)


def test_many_texts_are_read_into_a_table_and_one_is_opened() -> None:
    page = opened()
    french = "Le conseil municipal a voté mardi la fermeture de la rue principale aux voitures."
    given = parse("mine.csv", f'id,text\n7,"{BODY}"\n8,…\n9,{french}\n'.encode())
    page.session_state["summaries_many"] = given
    page = shown(page.run())
    table = page.dataframe[0].value.set_index("row")
    assert list(table["text"]) == [BODY, "…", french] and list(table["id"]) == ["7", "8", "9"]
    assert table["headline"][2] and table["share copied"][2] >= 0
    assert "There is no word" in table["problem"][3] and "French" in table["note"][4]
    assert "The table ends here: what follows is of another text" in told(page)
    assert "The table ends here" not in told(typed(page, BODY))
    page.session_state["summaries_many"] = "mine.csv was not read: it is empty."
    assert said(shown(page.run())) == ["mine.csv was not read: it is empty."]
