"""The sentences whose maps are kept while a variant learns, so that a page can show how they took shape."""

from pathlib import Path

from tokenizers import Tokenizer

from attnviz import bundles
from attnviz.tasks.base import Probe
from attnviz.tasks.texts import probe
from attnviz.tasks.translation.about import TASK
from attnviz.tasks.translation.reader import TranslationReader
from attnviz.tasks.translation.recipe import PROBES


def probes(root: Path = bundles.PRETRAINED) -> tuple[Probe, ...]:
    """The recipe's probes, which are the same for all variants."""
    tokenizer = Tokenizer.from_file(str(root / TASK.name / "tokenizer.json"))
    names = TranslationReader.names
    return tuple(probe(tokenizer, french, english, ("fr", "en"), names) for french, english in PROBES)
