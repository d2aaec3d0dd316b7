"""The model card of an entailment bundle, written from its config and its scores."""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from attnviz.tasks import card, differences
from attnviz.tasks.card import number, table
from attnviz.tasks.entailment import changes
from attnviz.tasks.entailment.about import LABELS, TASK

_WHAT = (
    "Two small LSTMs on fixed word vectors with {attention}. For an English premise and hypothesis, it tells whether "
    "the one follows from the other (entailment), can't be true with it (contradiction), or neither (neutral). It has "
    "{size}. All variants share the vectors, the form of projection, LSTMs and score, and the recipe. Unlike in the "
    "papers, each output of an LSTM has the word added that was just read{attentive}."
)
_PURPOSE = (
    "It is for seeing attention at work, for teaching, and for experiments on how far a map can be believed. It is no "
    "judge of whether something is true: let no decision hang on its labels."
)
_LIMITS = (
    "It learned from what people wrote about photos above all. It knows little of long texts and of words that turn a "
    "sentence round, such as “stopped”, and a good part of its accuracy comes from the hypothesis alone{alone}. It was "
    "trained on texts of up to {longest} words and reads the first 250. A word outside the list of vectors gets one "
    "guessed from its spelling, and the reading names it. The pairs carry their writers' prejudices, and the model may "
    "repeat them."
)
_VECTORS = (
    "They come from all-MiniLM-L6-v2, which was itself fine-tuned on training pairs of SNLI and MultiNLI and saw the "
    "captions of Flickr30k (the source of SNLI's premises) without labels. Scores here are not comparable with those "
    "of the papers, whose vectors are word2vec and GloVe. See `vectors.md`."
)
_MISLEADS = (
    "A weight says how much of an LSTM's output at a premise word went into a step, not why the label was chosen; such "
    "an output is a word and, added to it, what was read before. The weight on NULL, which stands for no word, is "
    "shown apart and never redistributed. Before training, the score was highest where two words are alike."
)
_ATTENTIVE = (
    ", there is the word NULL to look at, punctuation marks are read but never looked at, and the score does not begin "
    "at random"
)
_NO_MAP = "Only the last state is asked for the label: there is nowhere to look."
_DATA = (
    "These are the pairs of each corpus that an epoch shows: {pairs}. The full train part of SNLI (550,000 pairs) was "
    "not obtainable where the bundles were made; `train` takes it where it is there."
)
_MARKED = (
    "The map against words that people highlighted (contradictions, one annotator): AUPRC. A map that knows nothing "
    "puts the words in a chance order, so that is the figure to beat. It is higher than the share of words that are "
    "highlighted, which one threshold for all words would give: among few words, chance often puts a highlighted one "
    "near the top. The last column needs no model either: words that the other side lacks come first."
)
_LINKED = (
    "The map against links that people drew, and guesses that need no model: pointing, and AER. “Any word” links each "
    "hypothesis word to some premise word by chance; “equal words” links those that are spelled alike."
)
_CHANGED = (
    "Pairs that differ in one thing, from which their label follows, by what differs. No two words that are exchanged "
    "here were exchanged in training. “From the hypothesis alone” is a linear model that learned such pairs and never "
    "sees the premise; “any label” is one of the three by chance."
)
CHANCE = 1 / len(LABELS)


def write_card(folder: Path) -> None:
    """Write `card.md` from the bundle's `config.json` and `scores.json`."""
    config, results = card.read(folder)
    recipe, variant = config["recipe"], TASK.variant(config["variant"])
    assert variant is not None
    pairs = ", ".join(f"{name} {count:,}" for name, count in recipe["pairs_of"].items())
    weighed = "The loss weighs the three labels alike. " if recipe["balanced"] else ""
    sections = {
        "What it is": _WHAT.format(
            attention=variant.card, size=card.size(folder), attentive=_ATTENTIVE if variant.attentive else ""
        ),
        "What for": _PURPOSE,
        "What it can't do": _LIMITS.format(longest=recipe["longest"], alone=_alone(results)),
        "Warning: the word vectors flatter": _VECTORS,
        **({"Where the map misleads": _MISLEADS} if variant.attentive else {"No map": _NO_MAP}),
        "Data and licence": card.terms(_DATA.format(pairs=pairs)),
        "Training": card.training(
            folder,
            TASK,
            on=f"of {recipe['pairs']} pairs",
            dev="snli_dev",
            probes="pairs" if variant.attentive else None,
            also=f"{weighed}All choices were made on snli_dev and the highlights of its pairs.",
        ),
    }
    compared = differences.told(TASK, config["variant"], results, "accuracy", "accuracy")
    blocks = chain(_scores(results), map(card.paragraph, compared))
    scores = card.scores(folder, TASK.name, results, blocks, figure="accuracy", called="accuracy")
    card.write(folder, f"Entailment, {TASK.called(config['variant'])}", sections, scores)


def _scores(results: card.Results) -> Iterator[str]:
    """Tables of what was kept: labels by set and by source, and the map against highlights and links."""
    labelled = [result for result in differences.one_a_set(results) if "accuracy" in result["scores"]]
    if labelled:
        head = ["set", "pairs", "accuracy", "from the hypothesis alone", "macro F1", "ECE", "such pairs in training"]
        yield table(head, [row for result in labelled for row in _label_rows(result)])
    changed = [
        [kind.called, f"{figures['n']:,}", *map(number, (figures["accuracy"], figures.get("hypothesis_alone"), CHANCE))]
        for result in labelled
        for name, kind in changes.KINDS.items()
        if (figures := result["scores"].get("by_source", {}).get(f"{changes.SOURCE}{name}"))
    ]
    if changed:
        yield card.paragraph(_CHANGED)
        yield table(["what differs", "pairs", "accuracy", "from the hypothesis alone", "any label"], changed)
    gold = [
        (name, figures)
        for result in results.values()
        if "accuracy" not in result["scores"]
        for name, figures in result["scores"].items()
    ]
    marked = [(name, side, figures[side]) for name, figures in gold for side in _SIDES if side in figures]
    if marked:
        yield card.paragraph(_MARKED)
        head = ["split, side", "pairs", "map", "chance order", "share highlighted", "words the other side lacks"]
        yield table(head, [_marked_row(*row) for row in marked if row[2]["n"]])
    linked = [(name, figures) for name, figures in gold if "pointing" in figures]
    if linked:
        yield card.paragraph(_LINKED)
        head = ["set", "pairs", "map", "any word", "equal words", "AER: map", "any word", "equal words"]
        yield table(head, [_linked_row(*row) for row in linked if "exact" in row[1]])


def _alone(results: card.Results) -> str:
    """How much of SNLI a model tells that never sees the premise, in brackets, where it was measured."""
    kept = (r["scores"].get("hypothesis_alone") for r in results.values() if r["split"] == "snli_test")
    share = next(filter(None, kept), None)
    return f" (a linear model of its words that sees nothing else has {share:.1%} of snli_test right)" if share else ""


_SIDES = ("premise", "hypothesis")


def _label_rows(result: Mapping[str, Any]) -> Iterator[list[str]]:
    scores = result["scores"]
    sources = {name: rows for name, rows in scores.get("by_source", {}).items() if not name.startswith(changes.SOURCE)}
    for name, figures in ((result["split"], {"n": result["n"], **scores}), *sources.items()):
        numbers = [number(figures.get(figure)) for figure in ("accuracy", "hypothesis_alone", "macro_f1", "ece")]
        yield [name, f"{figures['n']:,}", *numbers, "yes" if figures["in_training"] else "no"]


def _marked_row(name: str, side: str, figures: Mapping[str, Any]) -> list[str]:
    guesses = [number(figures[guess]) for guess in ("random", "uniform", "only_here")]
    return [f"{name}, {side}", f"{figures['n']:,}", number(figures.get("auprc")), *guesses]


def _linked_row(name: str, figures: Mapping[str, Any]) -> list[str]:
    sources = (figures, figures["random"], figures["exact"])
    numbers = [number(source.get(figure)) for figure in ("pointing", "aer") for source in sources]
    return [name, f"{figures['n']:,}", *numbers]
