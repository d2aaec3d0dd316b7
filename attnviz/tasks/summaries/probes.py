"""The texts whose maps are kept while a variant learns, so that a page can show how they took shape."""

from pathlib import Path

from tokenizers import Tokenizer

from attnviz import bundles
from attnviz.tasks.base import Probe
from attnviz.tasks.summaries.about import TASK
from attnviz.tasks.summaries.reader import SummaryReader
from attnviz.tasks.summaries.recipe import PROBES
from attnviz.tasks.texts import probe


def probes(root: Path = bundles.PRETRAINED) -> tuple[Probe, ...]:
    """The recipe's probes, which are the same for all variants."""
    tokenizer = Tokenizer.from_file(str(root / TASK.name / "tokenizer.json"))
    names = SummaryReader.names
    return tuple(probe(tokenizer, body, headline, ("en", "en"), names) for body, headline in PROBES)
