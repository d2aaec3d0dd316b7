"""The chart of how well maps agree with what people marked: it shows the bundles' own figures, and nothing else."""

import pytest

from attnviz import service
from attnviz.export import agreement as files
from attnviz.figures import agreement, legend
from attnviz.tasks.base import Row, Task

STORY = Row("AER", "Story", 9, 0.3, {"a guess": 0.5, "an aligner": None}, "lower")
ROWS = {
    "additive": [
        STORY,
        Row("AER", "Parliament", 8, 0.2, {"a guess": 0.6}, "lower"),
        Row("Pointing", "Story", 9, 1, {}),
    ],
    "hard": [Row("AER", "Story", 9, None, {"a guess": 0.5}, "lower"), Row("AER", "Parliament", 8, 0.4, {}, "lower")],
}


def test_the_first_figure_is_drawn_set_by_set_and_what_has_no_value_is_left_out() -> None:
    drawn = agreement.dots(ROWS)
    assert [(dot.row.set, dot.variant, dot.row.value) for dot in drawn] == [
        ("Story", "additive", 0.3),
        ("Parliament", "additive", 0.2),
        ("Parliament", "hard", 0.4),
    ]
    assert agreement.dots({"hard": [Row("AER", "Story", 9, None, {}, "lower")]}) == [] == agreement.dots({})


def test_each_guess_stands_on_the_line_of_its_map() -> None:
    figure = agreement.screen(agreement.dots(ROWS), dark=False)
    guess, own = figure.data
    assert (own.name, list(own.x)) == (agreement.MAP, [0.3, 0.2, 0.4])
    assert (guess.name, list(guess.x), list(guess.y)) == ("a guess", [0.5, 0.6], list(own.y[:2]))
    assert list(figure.layout.yaxis.tickvals) == list(own.y)
    assert list(figure.layout.yaxis.ticktext) == ["additive", "additive", "hard"]
    assert [one.text for one in figure.layout.annotations] == ["<b>Story</b>", "<b>Parliament</b>"]
    places = sorted([*own.y, *(one.y for one in figure.layout.annotations)])
    assert places == [0, 1, 2, 3, 4], "every name and every map has a line of its own"


@pytest.mark.parametrize(("better", "told"), [("higher", "further right is better"), ("lower", "further left is")])
def test_it_says_in_words_where_better_values_lie(better: str, told: str) -> None:
    drawn = agreement.dots({"additive": [Row("A figure", "a set", 1, 0.5, {}, better)]})  # type: ignore[arg-type]
    assert told in agreement.screen(drawn, dark=True).layout.xaxis.title.text
    assert told in agreement.alt_text(drawn) and told in legend.of_agreement(drawn, {"additive": "0" * 64})


@pytest.mark.parametrize("task", service.TASKS.values(), ids=list(service.TASKS))
def test_every_variant_with_a_figure_of_its_map_is_in_the_figure_on_paper(task: Task) -> None:
    names = service.variants(task.name)
    drawn = agreement.dots({task.called(name): service.evidence(task.name, name).rows for name in names})
    digests = {task.called(name): service.digest(task.name, name) for name in names}
    svg = files.save(drawn, "svg", legend.of_agreement(drawn, digests)).decode()
    rows = {name: service.evidence(task.name, name).rows for name in names}
    for name, of in rows.items():
        known = [row for row in of if row.figure == drawn[0].row.figure and row.value is not None]
        shown = [dot.row for dot in drawn if dot.variant == task.called(name)]
        assert len(shown) == len(known) and all(row in known for row in shown)
        if known:
            assert task.called(name) in svg and digests[task.called(name)][:12] in svg
    assert all(f">{name}<" in svg for name in {dot.row.set for dot in drawn})
    assert files.save(drawn, "png", "A caption.").startswith(b"\x89PNG")
    assert files.save(drawn, "pdf", "A caption.").startswith(b"%PDF")
