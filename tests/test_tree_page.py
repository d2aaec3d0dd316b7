"""The tree of a search on a page: it is searched for when it is asked for, and agrees with the n best beside it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import bundles, service
from attnviz.reading import Reading
from attnviz.web import readings
from tests.pages import components, opened_at, plain, said, shown
from tests.small import SENTENCES, small_root
from tests.test_page import halfway

PAGE = Path(__file__).parents[1] / "attnviz" / "web" / "pages" / "translation.py"
SOURCE = SENTENCES[0][0]
LABEL = "What the search dropped"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_root(tmp_path_factory.mktemp("root"), ["additive", "general", "none"])


@pytest.fixture
def searches(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The settings of each search that was made for a tree."""
    monkeypatch.setattr(bundles, "PRETRAINED", root)
    made, tree = [], service.tree

    def noted(task: str, variant: str, source: Any, **settings: Any) -> Any:
        made.append({"variant": variant, "source": source, **settings})
        return tree(task, variant, source, **settings)

    monkeypatch.setattr(service, "tree", noted)
    return made


def trees(page: AppTest) -> list[dict[str, Any]]:
    return [one for one in components(page) if "nodes" in one]


def open_tree(page: AppTest) -> AppTest:
    page.session_state["translation_tree"] = True
    return shown(page.run())


def test_nothing_is_searched_again_until_it_is_opened(searches: list[dict[str, Any]]) -> None:
    page = opened_at(PAGE, text=SOURCE)
    assert LABEL in [one.label for one in page.expander] and searches == [] and trees(page) == []
    page = open_tree(page)
    assert len(searches) == 1 and len(trees(page)) == 1
    shown(page.run())
    assert len(searches) == 1, "what was searched is kept"


def test_its_ends_are_the_outputs_of_the_list_beside_it(searches: list[dict[str, Any]]) -> None:
    page = open_tree(opened_at(PAGE, text=SOURCE, beam="3", penalty="0.5"))
    expected = service.read("translation", "additive", SOURCE, beam=3, length_penalty=0.5)
    (tree,) = trees(page)
    ends = sorted((node for node in tree["nodes"] if node["text"] == "(end)"), key=lambda node: node["mark"])
    assert [node["mark"] for node in ends] == ["1.", "2.", "3."]
    scores = [f"{output.score:.2f}".replace("-", "−") for output in expected.hypotheses]
    assert [node["score"] for node in ends] == scores
    assert (searches[0]["beam"], searches[0]["length_penalty"]) == (3, 0.5)
    assert all(node["told"] for node in tree["nodes"]) and len(tree["nodes"]) > len(expected.output.labels)


def saved(reading: Reading) -> AppTest:
    """The page with this reading opened from a file, and the tree of it."""
    page = opened_at(PAGE, text=SENTENCES[1][0])
    content = json.dumps(reading.to_json()).encode()
    page.file_uploader(key="translation_saved_0").set_value(("saved.json", content, "application/json")).run()
    return open_tree(page)


def test_a_saved_reading_is_searched_again_as_it_was_where_its_model_is_here(searches: list[dict[str, Any]]) -> None:
    reading = service.read("translation", "general", SOURCE, beam=3, length_penalty=0.5)
    (tree,) = trees(saved(reading))
    (made,) = searches
    assert (made["variant"], made["source"], made["beam"], made["length_penalty"]) == ("general", SOURCE, 3, 0.5)
    ends = sorted((node for node in tree["nodes"] if node["text"] == "(end)"), key=lambda node: node["mark"])
    assert [node["score"] for node in ends] == [f"{one.score:.2f}".replace("-", "−") for one in reading.hypotheses]


@pytest.mark.parametrize("settings", [{"beam": 100}, {"beam": "3"}, {}])
def test_a_saved_reading_that_says_odd_things_of_its_search_is_not_searched_again(
    settings: dict[str, Any], searches: list[dict[str, Any]]
) -> None:
    reading = service.read("translation", "general", SOURCE)
    told = replace(reading, provenance=replace(reading.provenance, settings=settings))
    assert trees(saved(told)) == [] and searches == []
    other = replace(reading, provenance=replace(reading.provenance, digest="0"))
    assert trees(saved(other)) == [] and searches == [], "the model isn't here"


def test_on_the_page_that_compares_variants_there_is_a_tree_too(searches: list[dict[str, Any]]) -> None:
    page = opened_at(PAGE.with_name("compare.py"), task="translation", text=SOURCE, variants="general,additive")
    page.session_state["compare_translation_tree"] = True
    assert len(trees(shown(page.run()))) == 1
    assert [made["variant"] for made in searches] == ["general"]


def test_of_several_variants_one_is_chosen(searches: list[dict[str, Any]]) -> None:
    page = open_tree(opened_at(PAGE, text=SENTENCES[1][0], variants="additive,general"))
    assert [made["variant"] for made in searches] == ["additive"]
    shown(page.selectbox(key="translation_tree_variant").set_value("general").run())
    assert [made["variant"] for made in searches] == ["additive", "general"]


def test_a_beam_of_one_drops_nothing_and_a_given_output_is_not_searched(searches: list[dict[str, Any]]) -> None:
    for address in ({"beam": "1"}, {"own": "The cat.", "beam": "1"}):
        page = opened_at(PAGE, text=SOURCE, **address)
        assert LABEL not in [one.label for one in page.expander]


def test_a_long_search_can_be_stopped_and_taken_up(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "PRETRAINED", root)
    monkeypatch.setattr(readings, "_PATIENCE", 0)
    monkeypatch.setattr(readings, "_PAUSE", 0)
    page = opened_at(PAGE, text=SENTENCES[2][0])
    with monkeypatch.context() as patch:
        patch.setattr(service, "tree", halfway)
        page = open_tree(page)
        (bar,) = page.get("progress")
        assert (bar.proto.value, bar.proto.text) == (50, "Reading …")
    shown(page.button(key="translation_tree_stop").click().run())
    assert said(page) == ["Stopped."] and trees(page) == []
    shown(page.button(key="translation_tree_go_on").click().run())
    assert len(trees(page)) == 1 and said(page) == []


@pytest.mark.parametrize("task", [task.name for task in service.TASKS.values() if task.length_penalty is not None])
def test_every_page_whose_models_write_shows_its_search(task: str) -> None:
    page = opened_at(PAGE.with_name(f"{task}.py"), beam="3")
    page.session_state[f"{task}_tree"] = True
    (tree,) = trees(shown(page.run()))
    ends = sorted((node for node in tree["nodes"] if node["text"] == "(end)"), key=lambda node: node["mark"])
    (outputs,) = (one for one in page.radio if one.label.startswith("The best that the search found"))
    told = list(outputs.proto.captions)
    assert [plain(caption).split(",")[0] for caption in told] == [f"score {end['score']}" for end in ends]
