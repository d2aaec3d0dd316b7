"""What a page tells of its models is for whoever reads it: no path of the machine that the figures come from."""

import pytest

from attnviz import service
from attnviz.web.panels.cards import anywhere, card_of


def test_a_command_names_no_folder_of_the_machine_it_ran_on() -> None:
    told = "python -m attnviz evaluate translation --variant local --data ../there/x --split test_pud --against none"
    assert anywhere(told) == told.replace("../there/x", "DIR")


@pytest.mark.parametrize("task", list(service.TASKS))
def test_cards_and_figures_name_no_folder_beside_the_repository(task: str) -> None:
    for variant in service.variants(task):
        card = card_of(service.digest(task, variant), task, variant)
        assert card.scores and "../" not in card.text
        assert not any("../" in row["command"] for row in card.scores)
