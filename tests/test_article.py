"""A click on a word of an output, or of its text, selects it in the maps too."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from attnviz.axes import Words
from attnviz.web.views import article
from attnviz.web.views.map_view import MapView

MAP = SimpleNamespace(queries=Words.whole(("Fire", "in", "Lund")), keys=Words.whole(("A", "fire", "in", "Lund", ".")))


@dataclass
class View:
    """What a click needs of a view: its map, and a list in place of what is selected on a page."""

    map: Any
    chosen: list[tuple[int | None, int | None]] = field(default_factory=list)
    select_clicked = MapView.select_clicked

    def select(self, query: int | None, key: int | None) -> None:
        self.chosen.append((query, key))


@pytest.mark.parametrize(
    ("clicked", "chosen"),
    [
        ([0, 2, None], [(2, None)]),
        ([0, None, 4], [(None, 4)]),
        ([0, None, None], [(None, None)]),
        ([0, 3, 5], [(None, None)]),
        ([7, 0, 0], []),
        (None, []),
        ("abc", []),
    ],
)
def test_a_click_selects_a_word_that_is_there(clicked: Any, chosen: list[tuple[int | None, int | None]]) -> None:
    view = View(MAP)
    article._clicked(cast(Any, [view]), clicked)
    assert view.chosen == chosen


def test_a_click_beside_an_output_without_a_map_selects_in_the_first_map() -> None:
    blind, seeing = View(None), View(MAP)
    article._clicked(cast(Any, [blind, seeing]), [0, None, 1])
    assert (blind.chosen, seeing.chosen) == ([], [(None, 1)])
