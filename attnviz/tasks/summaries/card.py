"""The model card of a summary bundle, written from its config and its scores."""

from pathlib import Path

from attnviz.tasks import card
from attnviz.tasks.summaries.about import TASK


def write_card(folder: Path) -> None:
    """Write `card.md` from the bundle's `config.json` and `scores.json`."""
    config, results = card.read(folder)
    variant = TASK.variant(config["variant"])
    assert variant is not None
    sections = {
        "What it is": f"A small network with {variant.card}. It has {card.size(folder)}.",
        "Training": card.training(
            folder,
            TASK,
            on=f"on {config['target_tokens']:,} target tokens",
            dev="the dev sets",
            probes="texts" if variant.attentive else None,
        ),
    }
    scores = card.scores(folder, TASK.name, results, (), figure="rouge-l-f", called="ROUGE-L")
    card.write(folder, f"Summaries, {TASK.called(config['variant'])}", sections, scores)
