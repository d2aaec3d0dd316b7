"""The figures that a trained variant's bundle keeps, as its goals are held against them."""

from typing import Any

from attnviz import bundles


def kept(task: str, variant: str, split: str) -> dict[str, Any]:
    """The figures of a whole set, those that were kept last."""
    whole = [
        result["scores"]
        for command, result in bundles.scores(task, variant).items()
        if result["split"] == split and "--limit" not in command
    ]
    assert whole, f"{task}/{variant} has not been scored on {split}"
    return dict(whole[-1])
