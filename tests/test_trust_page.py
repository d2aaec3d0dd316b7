"""Tests of a row on a page: they are made when a person asks for them, and say what they come to."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import bundles, service
from attnviz.attention import SUBWORDS
from attnviz.errors import InputError
from attnviz.reading import Reading
from attnviz.web import readings
from attnviz.web.panels.trust import BUTTON, LABEL
from attnviz.web.views.map_view import Selected
from tests import small_entailment
from tests.small import SENTENCES, small_root
from tests.test_page import components, halfway, opened_at, said, shown

PAGES = Path(__file__).parents[1] / "attnviz" / "web" / "pages"
PAGE = PAGES / "translation.py"
SOURCE = SENTENCES[0][0]
VERDICT = re.compile(r"^\*\*Shuffling this row's weights changes the probabilities of .* by [01]\.\d\d of 1: the model")
FIGURE = re.compile(r"^\*\*[A-Z][a-z ]+: (undefined|−?\d\.\d\d|(less than )?\d+%)\*\* · ")
REASON = re.compile(
    r"^\*\*Reason: (.*)\*\* · Without the strongest .*, what was answered is (.*); with them alone, it is "
)
SOURCE_OF_FIGURE = re.compile(r"\[[A-Z][^\]]+ 20\d\d\]\(https://arxiv\.org/abs/[\d.]+\), (algorithm|section) \d")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    small_entailment.small_root(folder, ["two_way"])
    return small_root(folder, ["additive", "general", "none"])


@pytest.fixture
def tested(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, str]]:
    """The variant, the row and the map of each test that was made."""
    monkeypatch.setattr(bundles, "PRETRAINED", root)
    made, examine = [], service.examine

    def noted(reading: Reading, source: Any, place: int, **options: Any) -> Any:
        made.append((reading.variant, place, options["name"]))
        return examine(reading, source, place, **options)

    monkeypatch.setattr(service, "examine", noted)
    return made


def open_tests(page: AppTest, task: str = "translation") -> AppTest:
    page.session_state[f"{task}_trust"] = True
    return shown(page.run())


def press(page: AppTest) -> AppTest:
    (button,) = (one for one in page.button if one.label == BUTTON)
    return shown(button.click().run())


def row_box(page: AppTest) -> Any:
    (box,) = (one for one in page.selectbox if one.label.startswith("Row"))
    return box


def verdicts(page: AppTest) -> list[str]:
    return [one.value for one in page.markdown if VERDICT.search(one.value)]


def twins(page: AppTest) -> list[dict[str, Any]]:
    return [one for one in components(page) if one.get("rows") == ["this row", "its twin"]]


def test_a_row_is_tested_when_a_person_asks_and_stands_beside_its_twin(tested: list[tuple[str, int, str]]) -> None:
    page = opened_at(PAGE, text=SOURCE)
    assert LABEL in [one.label for one in page.expander]
    page = open_tests(page)
    assert tested == [] and verdicts(page) == [] and twins(page) == []
    reading = service.read("translation", "additive", SOURCE)
    finest, words = reading.map(SUBWORDS), reading.map()
    assert finest is not None and words is not None
    strongest = int(finest.weights.max(axis=1).argmax())
    assert row_box(page).value == strongest and len(row_box(page).options) == len(finest.queries)
    page = press(page)
    assert tested == [("additive", strongest, "attention")]
    assert len(verdicts(page)) == 1 and not page.error
    (drawn,) = twins(page)
    assert drawn["columns"] == list(words.keys.labels)
    word = finest.queries.groups[strongest]
    if finest.queries.groups.count(word) == 1:
        assert drawn["weights"][0] == pytest.approx(words.weights[word].tolist(), abs=1e-3)
    figures = [one for one in page.markdown if FIGURE.match(one.value)]
    assert len(figures) >= 6 and all(SOURCE_OF_FIGURE.search(one.help) for one in figures), "each names its source"
    (reason,) = (found for one in figures if (found := REASON.match(one.value)))
    fallen = float(reason[1].replace("−", "-"))
    assert reason[2] == (
        "just as likely" if not fallen else f"{'less' if fallen > 0 else 'more'} likely by {abs(fallen):.2f}"
    )
    assert any("answers were compared" in one.value for one in page.caption)
    shown(page.run())
    assert len(tested) == 1 and len(verdicts(page)) == 1, "what was tested is kept"


def test_the_row_is_the_one_that_was_chosen_last_in_the_map_or_in_the_box(tested: list[tuple[str, int, str]]) -> None:
    page = open_tests(opened_at(PAGE, text=SENTENCES[3][0]))
    words = service.read("translation", "additive", SENTENCES[3][0]).map()
    assert words is not None
    page.session_state["selected_translation"] = Selected(words.keys.labels, None, words.queries.labels[:2])
    page = shown(page.run())
    assert row_box(page).options[row_box(page).index].split(". ")[1].startswith(words.queries.labels[1])
    page = shown(row_box(page).set_value(0).run())
    assert row_box(page).value == 0
    page = press(page)
    assert [place for _, place, _ in tested] == [0] and len(verdicts(page)) == 1
    page = shown(row_box(page).set_value(1).run())
    assert verdicts(page) == [], "another row was not tested yet"


def test_of_several_variants_one_is_chosen_and_without_attention_nothing_is(tested: list[tuple[str, int, str]]) -> None:
    page = press(open_tests(opened_at(PAGE, text=SENTENCES[4][0], variants="additive,none,general")))
    page = shown(page.selectbox(key="translation_trust_variant").set_value(1).run())
    page = press(page)
    assert [variant for variant, _, _ in tested] == ["additive", "general"]
    page = opened_at(PAGE, text=SOURCE, variants="none")
    assert LABEL not in [one.label for one in page.expander], "there is no map"


def test_a_saved_reading_says_why_it_is_not_tested(tested: list[tuple[str, int, str]]) -> None:
    page = opened_at(PAGE, text=SENTENCES[1][0])
    content = json.dumps(service.read("translation", "general", SOURCE).to_json()).encode()
    page.file_uploader(key="translation_saved_0").set_value(("saved.json", content, "application/json")).run()
    page = open_tests(page)
    assert any("was opened from a file" in one.value for one in page.caption) and tested == []
    assert BUTTON not in [one.label for one in page.button]


def test_a_long_test_can_be_stopped_and_taken_up(
    tested: list[tuple[str, int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "_PATIENCE", 0)
    monkeypatch.setattr(readings, "_PAUSE", 0)
    page = open_tests(opened_at(PAGE, text=SENTENCES[2][0]))
    with monkeypatch.context() as patch:
        patch.setattr(service, "examine", halfway)
        page = press(page)
        (bar,) = page.get("progress")
        assert (bar.proto.value, bar.proto.text) == (50, "Testing this row …")
    shown(page.button(key="translation_trust_stop").click().run())
    assert said(page) == ["Stopped."] and verdicts(page) == []
    shown(page.button(key="translation_trust_go_on").click().run())
    assert len(verdicts(page)) == 1 and said(page) == []


def test_what_the_model_cannot_test_is_told_in_a_sentence(
    tested: list[tuple[str, int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise InputError("There is only one place to look at.")

    monkeypatch.setattr(service, "examine", refuse)
    page = press(open_tests(opened_at(PAGE, text=SENTENCES[5][0])))
    assert said(page) == ["There is only one place to look at."] and verdicts(page) == []


def test_each_way_of_a_map_between_two_texts_has_its_rows(tested: list[tuple[str, int, str]]) -> None:
    page = opened_at(PAGES / "entailment.py", premise="A dog runs.", hypothesis="A cat runs.", variants="two_way")
    page = press(open_tests(page, "entailment"))
    assert "the probabilities of the labels" in verdicts(page)[0]
    page = shown(page.selectbox(key="entailment_trust_map").set_value(1).run())
    assert row_box(page).label == "Row (premise)"
    page = press(page)
    assert [name for _, _, name in tested] == ["attention", "attention/premise"] and len(twins(page)) == 1


@pytest.mark.parametrize("task", list(service.TASKS))
def test_every_page_tests_a_row_of_its_example(task: str) -> None:
    page = press(open_tests(opened_at(PAGES / f"{task}.py"), task))
    assert len(verdicts(page)) == 1 and not page.error
    assert any("its twin: of all rows" in one.value for one in page.caption), "it says what a twin is"
    assert twins(page) or task == "captions", "words and moments are columns of a map"
    for drawn in twins(page):
        rest = drawn["rest"] or [0, 0]
        assert [sum(row) + rest[i] for i, row in enumerate(drawn["weights"])] == pytest.approx([1, 1], abs=0.02)
