"""The page that compares variants of a task in detail."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

import attnviz
from attnviz import service
from attnviz.tasks.base import Task, source_of
from attnviz.web.inputs import text
from attnviz.web.inputs.own_file import InputFile
from attnviz.web.panels import side_by_side
from attnviz.web.text import escape
from tests.journeys import nothing_scrolls_sideways, settled, visit

PAGE = Path(attnviz.__file__).parent / "web" / "pages" / "compare.py"
several = [task for task in service.TASKS.values() if len(service.variants(task.name)) > 1]
tasks = pytest.mark.parametrize("task", several, ids=lambda task: task.name)


def opened(task: Task, **address: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=600)
    for name, value in {"task": task.name, **address}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception and not app.error and not app.warning
    return app


def rows(app: AppTest) -> dict[str, list[str]]:
    table = app.table[0].value
    return {str(label): [str(cell) for cell in row] for label, row in zip(table.index, table.values, strict=True)}


def sentence(app: AppTest) -> str:
    """The sentence that says what the comparison shows, without what escapes it."""
    told = [one.value for one in app.markdown if one.value.startswith("**") and one.value.endswith(".**")]
    return told[-1].replace("\\", "").replace("\u2060", "")


@tasks
def test_variants_stand_side_by_side_with_their_numbers(task: Task) -> None:
    app = opened(task)
    names = app.session_state[f"compare_{task.name}_variants"]
    assert names[0] == service.variants(task.name)[0] and len(set(names)) == 2
    assert list(app.table[0].value.columns) == [escape(task.called(name)) for name in names]
    assert any(one.value == "How far two maps lie apart" for one in app.subheader), "their maps can be compared"
    told = rows(app)
    assert len(told["log-probability"]) == len(names) == len(told["parameters, millions"])
    assert all(float(entropy) >= 0 for entropy in told["mean entropy, nats"])
    assert sentence(app)
    again = service.read(task.name, names[0], source_of(task.examples[0].inputs))
    first = told[task.output][0].replace("\\", "").replace("\u2060", "")
    assert first.replace(":orange-background[", "").replace("]", "").split() == again.output.text.split()


def test_under_the_same_output_nothing_parts_the_outputs_and_the_likeliest_is_told() -> None:
    task = service.TASKS["translation"]
    free, same = opened(task), opened(task, forced="1")
    assert (
        "Both write the same up to word 11; then additive writes “his”, and general writes “her”." in sentence(free)
        and ":orange-background" in rows(free)[task.output][0]
    )
    assert "made to write the same" in sentence(same)
    outputs = rows(same)[task.output]
    assert outputs[0] == outputs[1] and ":orange-background" not in outputs[0]


def test_the_rows_of_two_maps_have_a_distance_each() -> None:
    app = opened(service.TASKS["translation"], variants="additive,general,none", pair="additive:general")
    distances = app.dataframe[-1].value["distance"]
    assert len(distances) > 5 and np.all((distances >= 0) & (distances <= np.log(2)))
    assert rows(app)["mean entropy, nats"][2] == "–"
    assert "There is no map of “no attention”." in sentence(app)


def test_a_text_that_is_too_long_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MOST_CHARACTERS", 20)
    told = [one.value for one in opened(service.TASKS["translation"]).info]
    assert len(told) == 1 and "only the first 20 were read" in told[0]


def test_what_is_compared_has_the_length_that_was_chosen() -> None:
    task = service.TASKS["summaries"]
    app = opened(task, length="6 words", variants="pointer,additive")
    outputs = [output.replace(":orange-background[", "").replace("]", "") for output in rows(app)[task.output]]
    assert [len(output.split()) for output in outputs] == [6, 6]
    assert "6 words" in app.query_params["length"]


def test_a_single_look_is_said_not_to_be_comparable_with_looks_of_each_word() -> None:
    task = service.TASKS["entailment"]
    told = "their entropy and coverage are not of the same thing"
    assert any(told in one.value for one in opened(task, variants="word_by_word,attention").caption)
    assert not any(told in one.value for one in opened(task, variants="word_by_word,two_way").caption)


@pytest.mark.parametrize(("value", "told"), [(43.2, 45), (188.0, 200), (5.4, 5.5), (1234.0, 1000), (0.0, 0)])
def test_a_time_is_told_to_half_of_its_first_digit(value: float, told: float) -> None:
    assert side_by_side._rounded(value) == pytest.approx(told)


@pytest.mark.parametrize("name", ["translation", "captions"])
def test_the_mean_distance_of_two_maps_is_told_once(name: str) -> None:
    app = opened(service.TASKS[name])
    told = [one.value for one in (*app.markdown, *app.caption)]
    assert sum("the mean of all rows is" in one or "mean distance of their rows" in one for one in told) == 1
    assert any("was made to write it" in one.value for one in app.caption)


def test_one_variant_is_not_compared() -> None:
    app = opened(service.TASKS["translation"], variants="additive")
    assert "two to four" in app.info[0].value and not app.table


def test_a_file_of_ones_own_is_carried_over_from_the_pages_of_its_task() -> None:
    task = service.TASKS["captions"]
    app = AppTest.from_file(str(PAGE), default_timeout=600)
    content = Path(task.examples[1].inputs[0]).read_bytes()
    app.session_state["captions_file"] = InputFile("mine.jpg", content)
    app.query_params.update({"task": task.name, "carried": "1", "variants": "soft,adaptive"})
    app.run()
    assert not app.exception and not app.error
    assert any("Your photo: mine" in one.value for one in app.caption)
    assert "carried" not in app.query_params


def test_texts_that_no_address_holds_are_carried_over_as_they_were_read() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=600)
    app.session_state["summaries_text"] = "<p>A fire destroyed a bakery.</p>"
    app.session_state["compare_texts"] = ("A fire destroyed a bakery.",)
    app.query_params.update({"task": "summaries", "carried": "1", "variants": "pointer,bow"})
    app.run()
    assert not app.exception and not app.error
    assert app.text_area[0].value == "A fire destroyed a bakery." and "carried" not in app.query_params


def test_what_a_page_shows_is_compared_in_detail_one_click_away(tab: Page, app_url: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 800})
    visit(tab, app_url, "translation", text="Le chien noir dort.", variants="general", beam="2")
    tab.get_by_role("button", name="Compare in detail").click()
    expect(tab.get_by_role("heading", name="Where they look")).to_be_visible()
    expect(tab.get_by_role("textbox", name="Text")).to_have_value("Le chien noir dort.")
    settled(tab)
    for part in ("/compare?", "task=translation", "beam=2", "variants=general%2Cadditive"):
        assert part in tab.url
    expect(tab.locator(".heatmap")).to_have_count(3)
    nothing_scrolls_sideways(tab)
    tab.get_by_test_id("stMain").get_by_role("radio", name="Entailment").click()
    expect(tab.get_by_role("textbox", name="Premise")).to_be_visible()
    settled(tab)
    assert "task=entailment" in tab.url and "text=" not in tab.url
