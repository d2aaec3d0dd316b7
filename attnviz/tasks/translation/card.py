"""The model card of a translation bundle, written from its config and its scores."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attnviz.tasks import card
from attnviz.tasks.card import number, table
from attnviz.tasks.differences import kept, one_a_set, spread
from attnviz.tasks.translation import constructions
from attnviz.tasks.translation.about import TASK
from attnviz.tasks.translation.aligner import LONGEST

_QUERY = (
    "The query of every variant is the decoder's new state s_t, with input feeding (Luong et al. 2015, eq. 5); "
    "Bahdanau's own query was s_(t-1)."
)
_NO_QUERY = "It stands beside the variants with attention, to show what they gain."
_PURPOSE = (
    "It is for seeing attention at work, for teaching, and for experiments on how far a map can be believed. It is not "
    "a translation service: use no output of it unread."
)
_LIMITS = (
    "It learned from everyday sentences, picture captions and the European Parliament above all; on news and "
    "encyclopedia text its scores below are far lower. It makes fluent mistakes. It translates one sentence at a time, "
    "was trained on sentences of up to {longest} subwords, and knows no characters outside those of its French and "
    "English data. It translates text in another language into nonsense. Training text carries its authors' biases, "
    "and the model may repeat them: the gender of people, for one, is often a guess."
)
_MISLEADS = (
    "A weight says how much of an encoder state went into a step, not why a word was chosen. A state has read the "
    "whole sentence through the LSTM, so that weight on a word is not weight on that word alone. Weight on the end "
    "mark is shown apart and never redistributed."
)
_NO_MAP = (
    "All words are written from the same vector: there is nowhere to look. The longer a sentence, the less of it the "
    "vector holds; what it writes then is fluent and made up. But it is behind the variants with attention on short "
    "sentences too, and was so all through its training: the distance to them does not show the vector's limits alone."
)

_OWN = (
    f"`{constructions.NAME}` are pairs of our own from templates, for *ne … que*, *manquer*, *plaire*, times, "
    "telephone numbers and names."
)


def write_card(folder: Path) -> None:
    """Write `card.md` from the bundle's `config.json` and `scores.json`."""
    config, results = card.read(folder)
    recipe, variant = config["recipe"], TASK.variant(config["variant"])
    assert variant is not None
    shares = ", ".join(f"{name} {share:g}" for name, share in recipe["corpora"].items())
    own = f" {_OWN}" if constructions.NAME in recipe["corpora"] else ""
    sections = {
        "What it is": f"A small encoder-decoder of LSTMs with {variant.card}. It has {card.size(folder)}, and "
        f"{config['size']['vocabulary']:,} subwords that both languages share. "
        + (_QUERY if variant.attentive else _NO_QUERY),
        "What for": _PURPOSE,
        "What it can't do": _LIMITS.format(longest=recipe["longest"]),
        **({"Where the map misleads": _MISLEADS} if variant.attentive else {"No map": _NO_MAP}),
        "Data and licence": card.terms(f"This is the share of each corpus that an epoch shows: {shares}.{own}"),
        "Training": card.training(
            folder,
            TASK,
            on=f"on {config['target_tokens']:,} target tokens",
            dev="the dev sets",
            probes="sentences" if variant.attentive else None,
        ),
    }
    scores = card.scores(folder, TASK.name, results, _scores(results), figure="bleu", called="BLEU")
    card.write(folder, f"French to English, {TASK.called(config['variant'])}", sections, scores)


def _scores(results: card.Results) -> Iterator[str]:
    """Tables of what was kept: translation by test set and by length, and the map against the links of people."""
    texts = [result for result in results.values() if "bleu" in result["scores"]]
    rows = [_text_row(r, spread(r.get("variant", ""), kept(results), "bleu", r["split"])) for r in texts]
    yield table(["test set", "sentences", "BLEU", "chrF", "compared with"], rows)
    for result in one_a_set(results):
        if "bylength" in result["split"]:
            yield from _by_length(result)
    links = [
        (name, figures)
        for result in results.values()
        if "bleu" not in result["scores"]
        for name, figures in result["scores"].items()
        if figures.get("aer") is not None
    ]
    if links:
        yield (
            "The map against links that people drew, where the model had to write the reference. IBM model 1 is an "
            f"aligner without a network, which learned from every second training pair of up to {LONGEST} words:"
        )
        head = ["set", "pairs", "AER", "match", "argmax hit", "mass", "AER of the diagonal", "AER of IBM model 1"]
        yield table(head, (_link_row(name, figures) for name, figures in links))


def _text_row(result: Mapping[str, Any], apart: float | None) -> list[str]:
    scores = result["scores"]
    figures = [number(scores[figure], 1) for figure in ("bleu", "chrf")]
    return [result["split"], f"{result['n']:,}", *figures, _against(scores, apart)]


def _against(scores: Mapping[str, Any], apart: float | None) -> str:
    """Another variant's BLEU, and how often this one's is higher (paired bootstrap, Koehn 2004). apart: by how much a
    second seed of this one differs on the set."""
    other = scores.get("against")
    if other is None:
        return "-"
    wins = f"{other['share_of_wins']:.1%} of {other['samples']:,} random resamples of the set"
    seeds = "" if apart is None else f"; two seeds of this one are {apart:.1f} apart"
    return f"{other['variant']}: {other['bleu']:.1f}; this one is higher in {wins}{seeds}"


def _by_length(result: Mapping[str, Any]) -> Iterator[str]:
    bins = result["scores"]["by_length"]
    yield (
        f"By number of French words, on {result['split']}: BLEU, what chance gets (the references of other sentences "
        "of the same length), and the share of outputs that loop (three words in a row stand three times or more)."
    )
    rows = [
        ["BLEU", *(number(figures["bleu"], 1) for figures in bins.values())],
        ["chance", *(number(figures.get("chance"), 1) for figures in bins.values())],
        ["loops", *(f"{figures['loops']:.1%}" if "loops" in figures else "-" for figures in bins.values())],
    ]
    yield table(["", *bins], rows)
    if {"4-10", "61-80"} <= set(bins) and bins["4-10"]["bleu"]:
        yield f"At 61-80 words it keeps {bins['61-80']['bleu'] / bins['4-10']['bleu']:.0%} of its BLEU at 4-10."


def _link_row(name: str, figures: Mapping[str, Any]) -> list[str]:
    own = [number(figures[figure]) for figure in ("aer", "match", "argmax_hit", "mass")]
    guesses = [number(figures.get(guess, {}).get("aer")) for guess in ("diagonal", "ibm1")]
    return [name, f"{figures['n']:,}", *own, *guesses]
