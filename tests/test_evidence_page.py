"""The page of evidence: every number is the bundles' own, and the papers' figures stand apart."""

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import attnviz
from attnviz import learned, service
from attnviz.figures import agreement
from attnviz.tasks.base import Row, Task
from attnviz.web.panels.cards import anywhere
from attnviz.web.panels.evidence import table_row
from attnviz.web.text import escape, figure_of

PAGE = Path(attnviz.__file__).parent / "web" / "pages" / "evidence.py"
TASKS = list(service.TASKS.values())


@pytest.fixture(scope="module", params=TASKS, ids=list(service.TASKS))
def opened(request: pytest.FixtureRequest) -> tuple[Task, AppTest]:
    """The page at the address of a task."""
    app = AppTest.from_file(str(PAGE), default_timeout=600)
    app.query_params["task"] = request.param.name
    app.run()
    assert not app.exception and not app.error and not app.warning
    return request.param, app


def cells(app: AppTest, number: int) -> dict[str, list[str]]:
    """A table of the page: its rows by what they are, without marks."""
    table = app.table[number].value
    return {
        str(label): [str(cell).strip("*") for cell in row] for label, row in zip(table.index, table.values, strict=True)
    }


def test_the_first_table_has_every_variant_with_its_own_figures(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    names, table = service.variants(task.name), app.table[0].value
    count = len(names)
    assert list(table.columns)[:count] == [escape(task.called(name)) for name in names]
    rows = cells(app, 0)
    first = service.outputs(task.name, names[0])[0]
    values = [next(iter(service.outputs(task.name, name))).value for name in names]
    assert next(iter(rows.values()))[:count] == [figure_of(value, digits(task, first.figure)) for value in values]
    assert f"{first.n:,}" in next(iter(rows))
    trained = [learned.training(task.name, name) for name in names]
    assert rows["parameters, millions"][:count] == [f"{round(one.parameters / 1e6, 1)}" for one in trained]
    assert rows["hours of training"][:count] == [f"{one.hours:.2f}" for one in trained]


def digits(task: Task, figure: str) -> int:
    """How many digits a figure of outputs has after the point: those of its largest value."""
    rows = (row for name in service.variants(task.name) for row in service.outputs(task.name, name))
    values = [value for row in rows if row.figure == figure for value in (row.value, *row.baselines.values())]
    return 1 if max(abs(value) for value in values if value is not None) >= 2 else 3


def test_all_values_of_a_figure_have_as_many_digits(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    first = service.outputs(task.name, service.variants(task.name)[0])[0]
    sets = {row.set for name in service.variants(task.name) for row in service.outputs(task.name, name)}
    lines = list(cells(app, 0).items())[: len(sets)]
    shown = [part for _, line in lines for cell in line for part in cell.split("–") if part]
    assert len(lines) == len(sets) and {len(cell.partition(".")[2]) for cell in shown} == {digits(task, first.figure)}


def test_what_outputs_are_compared_with_stands_beside_them(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    names = service.variants(task.name)
    first = service.outputs(task.name, names[0])[0]
    assert [column.replace("\\", "") for column in app.table[0].value.columns[len(names) :]] == [
        f":small[{guess}]" for guess in first.baselines
    ]
    for guess, cell in zip(first.baselines, next(iter(cells(app, 0).values()))[len(names) :], strict=True):
        known = [next(iter(service.outputs(task.name, name))).baselines[guess] for name in names]
        assert set(cell.split("–")) == {
            figure_of(value, digits(task, first.figure)) for value in (min(known), max(known))
        }


def test_each_figure_names_commands_that_run_anywhere(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    commands = [line for block in app.code for line in str(block.value).splitlines()]
    assert commands and all(line.startswith(f"python -m attnviz {verb(line)} {task.name} ") for line in commands)
    assert all("--data DIR" in line and ".." not in line for line in commands)


def verb(command: str) -> str:
    return command.split()[3]


def test_each_sentence_names_the_command_that_made_its_numbers(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    lists = [str(block.value).splitlines() for block in app.code]
    for name in service.variants(task.name):
        every = service.evidence(task.name, name)
        for command, (of_maps, _) in service.made(task.name, name).items():
            if every.rows and set(of_maps.told) & set(every.told):
                assert any(anywhere(command) in commands for commands in lists), command


def test_what_a_map_is_compared_with_is_told_for_all_variants(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    kept = {name: service.evidence(task.name, name).rows for name in service.variants(task.name)}
    guesses = list(dict.fromkeys(name for rows in kept.values() for row in rows for name in row.baselines))
    (table,) = (one.value for one in app.table if set(map(escape, guesses)) <= {plain(str(name)) for name in one.value})
    columns = [plain(str(name)) for name in table]
    first = next(rows[0] for rows in kept.values() if rows)
    beside = [row for rows in kept.values() for row in rows if (row.figure, row.set) == (first.figure, first.set)]
    for guess in first.baselines:
        known = [value for row in beside if (value := row.baselines[guess]) is not None]
        told = dict.fromkeys(figure_of(value) for value in (min(known), max(known)))
        assert table.iloc[0, columns.index(escape(guess))] == "–".join(told)


def test_a_chart_shows_how_well_each_map_agrees_with_what_people_marked(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    rows = [row for name in service.variants(task.name) for row in service.evidence(task.name, name).rows]
    known = [row.value for row in rows if row.figure == rows[0].figure and row.value is not None]
    charts = [json.loads(one.proto.spec) for one in app.get("plotly_chart")]
    (dots,) = (line for chart in charts for line in chart["data"] if line["name"] == agreement.MAP)
    assert sorted(dots["x"]) == sorted(known)
    signs = next(one.value for one in app.caption if one.value.startswith(f"● {agreement.MAP}"))
    assert all(escape(name) in signs for name in rows[0].baselines)


def plain(column: str) -> str:
    return column.removeprefix(":small[").removesuffix("]")


def test_differences_stand_in_tables_with_their_share_of_drawings(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    kept = {name: service.evidence(task.name, name).compared for name in service.variants(task.name)}
    every = [(name, one) for name, compared in kept.items() for one in compared]
    told = [one.value for one in app.markdown if "beside **" in one.value]
    assert len(told) == len({one.other for _, one in every})
    for name, one in every:
        gain = one.own - one.others
        shown = f"{abs(gain):.{1 if max(one.own, one.others) >= 2 else 3}f} :small[:gray[{one.wins:.0%}]]"
        tables = [table.value for table in app.table if escape(task.called(name)) in table.value]
        columns = [str(cell) for table in tables for cell in table[escape(task.called(name))]]
        assert any(cell.lstrip("+−") == shown for cell in columns)


def test_it_says_what_a_second_training_changes_or_that_it_is_not_known(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    twice = any(learned.seeds(task.name, name) for name in service.variants(task.name))
    (told,) = (one.value for one in app.markdown if "trained again from" in one.value)
    assert twice != ("is not known" in told)


def test_what_the_papers_report_stands_apart_with_corpus_metric_and_source(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    table = app.table[len(app.table) - 1].value
    assert task.published and len(table) == len(task.published)
    for one, (_, row) in zip(task.published, table.iterrows(), strict=True):
        assert row["its figure"] == f"{escape(one.figure)} {escape(one.value)}"
        assert row["its data"] == escape(one.corpus) and row["from"] == one.paper
        assert re.search(r"\]\(https://", one.paper) and one.corpus
    assert any("Don't hold them against the numbers above" in one.value for one in app.markdown)
    others = [str(cell) for number in range(len(app.table) - 1) for row in cells(app, number).values() for cell in row]
    assert not {one.value for one in task.published} & set(others)


def test_a_map_takes_shape_on_the_page(opened: tuple[Task, AppTest]) -> None:
    task, app = opened
    if not any(service.shapings(task.name, name) for name in service.variants(task.name)):
        assert any(one.value.startswith("There are no maps from the training") for one in app.caption)
        return
    variant = next(box for box in app.selectbox if box.label == "Variant").value
    assert len(learned.probes(task.name, variant)[0]) >= 15, "the variant that was watched longest comes first"
    assert len(next(box for box in app.selectbox if box.label == "Input").options) == 6


def test_the_address_says_which_task() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=600)
    app.query_params["task"] = "alchemy"
    app.run()
    assert not app.exception
    assert "The address says “alchemy” for “task”" in app.warning[0].value.replace("\u2060", "").replace("\\", "")


@pytest.mark.parametrize(
    ("value", "shown"), [(0.8015, "0.801"), (50.05, "50.0"), (1.6915, "1.692"), (1365.0, "1,365.0"), (None, "–")]
)
def test_a_share_has_three_digits_and_a_larger_figure_one(value: float | None, shown: str) -> None:
    assert figure_of(value) == shown


def test_a_command_hides_where_the_data_lay() -> None:
    assert anywhere("python -m attnviz evaluate t --data ../a/b --split c") == (
        "python -m attnviz evaluate t --data DIR --split c"
    )


def test_a_row_says_what_it_was_measured_on() -> None:
    words = table_row("pointer", Row("Same word", "BBC articles", 3_290, 0.9, {}, counted="words"))
    inputs = table_row("pointer", Row("AER", "gold", 100, 0.2, {}, "lower"))
    assert (words["measured on"], inputs["measured on"]) == ("3,290 words", "100 inputs")
