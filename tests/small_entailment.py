"""Small entailment bundles, made on the spot: real files, vectors of a few words, and weights drawn at random."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import torch

from attnviz import bundles
from attnviz.tasks.entailment import vectors
from attnviz.tasks.entailment.about import TASK
from attnviz.tasks.entailment.corpus import split_words
from attnviz.tasks.entailment.model import VARIANTS, EntailmentModel, Size
from tests.test_entailment_vectors import npz

SIZE = Size(vector=8, hidden=6, score=4)
KNOWN = sorted(
    {word.lower() for example in TASK.examples for text in example.inputs for word in split_words(text)}
    | set("a dog dogs cat cats runs not . ,".split())
)
COMMAND = "python -m attnviz evaluate entailment --variant {} --file {}"
GOLD = {
    "esnli_highlights.jsonl": {
        "test": {
            "n": 9,
            "premise": {"n": 9, "auprc": 0.4321, "random": 0.2811, "uniform": 0.2, "only_here": 0.5678},
            "hypothesis": {"n": 9, "auprc": None, "random": 0.4171, "uniform": 0.3, "only_here": 0.6543},
        }
    },
    "alignments.jsonl": {
        "msr-rte2.test": {
            "n": 8,
            "pointing": 0.6123,
            "aer": 0.3987,
            "random": {"pointing": 0.1234, "aer": 0.8765},
            "exact": {"pointing": 0.7871, "aer": 0.2345},
        }
    },
}


def small_root(folder: Path, variants: Iterable[str] = VARIANTS) -> Path:
    """A folder as `pretrained/`, which holds these variants of entailment, with figures for their maps."""
    task = folder / "entailment"
    task.mkdir(parents=True, exist_ok=True)
    digest = vectors.convert(npz(folder / "vectors.npz", KNOWN), task)
    for variant in variants:
        torch.manual_seed(7)
        model = EntailmentModel(variant, SIZE)
        with torch.no_grad():
            for weights in model.parameters():
                weights.normal_(std=0.4)
        config = {
            "task": "entailment",
            "variant": variant,
            "mechanism": variant,
            "size": asdict(SIZE),
            "recipe": {"sources": {"snli": 1.0}},
            "vectors_sha256": digest,
        }
        bundles.write(task / variant, dict(model.state_dict()), config)
        kept = {
            COMMAND.format(variant, name): {
                "task": "entailment",
                "variant": variant,
                "split": name,
                "n": 9,
                "scores": scores,
            }
            for name, scores in GOLD.items()
        }
        (task / variant / bundles.SCORES).write_text(json.dumps(kept))
        (task / variant / "card.md").write_text(f"# Entailment, {variant}\n")
    return folder
