"""The model card of a summary bundle, written from its config and its scores."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attnviz.analysis.bootstrap import SAMPLES
from attnviz.tasks import card
from attnviz.tasks.card import number, table
from attnviz.tasks.summaries.about import TASK
from attnviz.tasks.summaries.evidence import RANKED, RANKED_ANEW, TEXTS, better_lead, sets
from attnviz.tasks.summaries.rouge import BYTES, LEAD

_QUERY = "The query is the decoder's new state s_t, with input feeding (Luong et al. 2015, eq. 5)"
_WINDOW = (
    "Its decoder is that of the paper: a network that knows its last {window} subwords alone. The output matrix is the "
    "embedding, so that it is as large as the other variants."
)
_DECODERS = {
    "pointer": f"{_QUERY}. Its switch reads what the step made of state, context and the word before; See et al. give "
    "it these three themselves. Rare words are read in pieces, which are all in the vocabulary, so that there are no "
    "extended ids. The coverage loss counts from epoch {covered} on; in the paper it counts in a short last phase "
    "alone.",
    "additive": f"{_QUERY}; Bahdanau's own query was s_(t-1). Nallapati et al. used GRUs and a larger network.",
    "abs": f"{_WINDOW} The query is the words themselves, with one embedding for the headline and one for the text.",
    "conv": _WINDOW,
    "bow": _WINDOW,
}
_PURPOSES = {
    True: "It is for seeing attention at work, for teaching, and for experiments on how far a map can be believed.",
    False: "It is for seeing what attention adds, and for teaching.",
}
_READ = "It writes headlines, not summaries of long texts. Use none of its headlines unread."
_LIMITS = (
    "It learned to write a headline from the first sentence or two of an English news text of 2020 to 2023, and knows "
    "names and events of that time. It can state what the text does not say. A whole article is beyond what it saw: it "
    "reads all of it, and writes from its beginning at best. It has read tabloids too, and repeats their tone and "
    "their views of people."
)
_MISLEADS = "A weight says how much of what was noted at a word went into a step, not why a word was chosen."
_OF_STATES = (
    " What is noted is the state of an LSTM that has read all of the text, so that weight on a word is not weight on "
    "that word alone."
)
_OF_NEIGHBOURS = (
    " What is noted is the mean of the word and of its neighbours, up to two on each side, so that weight on a word is "
    "not weight on that word alone."
)
_COPIED = (
    " A word counts as copied where more than half of its probability came from pointing at it; it may have been "
    "written as well."
)
_NO_MAP = "All words are written from one summary of the text: there is nowhere to look."
_ROUGE = {"rouge-1-f": "ROUGE-1", "rouge-2-f": "ROUGE-2", "rouge-l-f": "ROUGE-L"}


def write_card(folder: Path) -> None:
    """Write `card.md` from the bundle's `config.json` and `scores.json`."""
    config, results = card.read(folder)
    recipe, variant = config["recipe"], TASK.variant(config["variant"])
    assert variant is not None
    shares = ", ".join(f"{name} {share:g}" for name, share in recipe["corpora"].items())
    misleads = _MISLEADS + (_OF_NEIGHBOURS if variant.name == "abs" else _OF_STATES)
    misleads += _COPIED if variant.name == "pointer" else ""
    decoder = _DECODERS[variant.name].format(window=config["size"]["window"], covered=recipe["covered"] + 1)
    sections = {
        "What it is": f"A small network with {variant.card}. It has {card.size(folder)}, and "
        f"{config['size']['vocabulary']:,} subwords (pieces of words); what these can't spell is read and written "
        f"in bytes. {decoder}",
        "What for": f"{_PURPOSES[variant.attentive]} {_READ}",
        "What it can't do": _LIMITS,
        **({"Where the map misleads": misleads} if variant.attentive else {"No map": _NO_MAP}),
        "Data and licence": card.terms(
            f"This is how often an epoch shows each corpus: {shares}. Headlines In Title Case are left out."
        ),
        "Training": card.training(
            folder,
            TASK,
            on=f"on {config['target_tokens']:,} target tokens",
            dev="the dev sets",
            probes="texts" if variant.attentive else None,
        ),
    }
    scores = card.scores(folder, TASK.name, results, _scores(results), figure="rouge-l-f", called="ROUGE-L")
    card.write(folder, f"Summaries, {TASK.called(config['variant'])}", sections, scores)


def _scores(results: card.Results) -> Iterator[str]:
    """Tables of what was kept: ROUGE beside that of the first words, what is repeated, new and copied."""
    named = list(_each_with_its_reranked(sets(results).items()))
    compared = any("against" in figures for _, figures in named)
    yield card.paragraph(
        f"This table has ROUGE F1 of the whole headline and recall of its first {BYTES} bytes (rouge-score, with its "
        f"stemmer). Each figure stands beside that of the better one of two leads: the first {LEAD} words, and as many "
        f"first words as {BYTES} bytes hold. “Above lead” is the share of {SAMPLES:,} random drawings of the texts in "
        f"which its ROUGE-L is above that of the better lead (paired bootstrap).{_files(results)}"
    )
    kinds = {"F1": "f", "recall": "recall75"}
    head = ["set", "texts", *(f"{called} {kind}" for kind in kinds for called in _ROUGE.values()), "above lead"]
    head += ["compared with"] if compared else []
    rows = (_rouge_row(name, figures, list(kinds.values())) for name, figures in named)
    yield table(head, (row[: len(head)] for row in rows))
    if tuned := next((figures["extractive"] for _, figures in named if "extractive" in figures), None):
        yield card.paragraph(_extractive(tuned))
    yield card.paragraph(
        "This table has the mean number of words, and shares: of repeated pairs of words; of words that the text "
        "lacks, in these headlines and in the people's; of the words that the text has, those whose strongest word of "
        "the text is the same word; of the words that count as copied, those in the text; and of the others, those "
        "that are not."
    )
    head = ["set", "words", "repeated", "new", "people's new", "same word", "copied, in text", "written, not in text"]
    yield table(head, (_other_row(name, figures) for name, figures in named))


def _each_with_its_reranked(named: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The sets, and after each what ABS+ makes of it."""
    for name, figures in named:
        yield name, figures
        if "extractive" in figures:
            yield f"{name}, {RANKED_ANEW}", {"n": figures["n"], **figures["extractive"]}


def _files(results: card.Results) -> str:
    """A further sentence, with the names of the sets in commands; empty where they have no others."""
    scored = {result["split"] for result in results.values()}
    named = "; ".join(f"{texts} is {name}" for name, texts in TEXTS.items() if name in scored)
    return f" In commands the sets are called otherwise: {named}." if named else ""


def _rouge_row(name: str, figures: Mapping[str, Any], kinds: list[str]) -> list[str]:
    of_kinds = [figure.removesuffix("f") + kind for kind in kinds for figure in _ROUGE]
    leads = figures["lead"]
    beside = [f"{number(figures[f], 1)} ({number(leads[better_lead(figures, f)][f], 1)})" for f in of_kinds]
    wins = leads[better_lead(figures, "rouge-l-f")]["share_of_wins"]["rouge-l-f"]
    return [name, f"{figures['n']:,}", *beside, f"{wins:.1%}", _against(figures)]


def _extractive(tuned: Mapping[str, Any]) -> str:
    """What ABS+ is, and how it was tuned."""
    on, (first, *weights) = tuned["tuned_on"], tuned["weights"].items()
    listed = ", ".join(f"{name} {weight:g}" for name, weight in weights)
    return (
        f"Ranked anew (ABS+): of this variant, the {on['beam']} {RANKED}. The weight of the {first[0]} is 1; those of "
        f"the counts were tuned on the dev set, {on['set']} (at most {on['most']} texts): {listed}."
    )


def _against(figures: Mapping[str, Any]) -> str:
    """Another variant's ROUGE-L, and how often this one's is higher (paired bootstrap)."""
    if not (other := figures.get("against")):
        return "-"
    name, of = TASK.called(other["variant"]), other["rouge-l-f"]
    return f"{name}: ROUGE-L {of['value']:.1f}; this one is higher in {of['share_of_wins']:.1%} of samples"


def _other_row(name: str, figures: Mapping[str, Any]) -> list[str]:
    check, gate = figures.get("copy_check") or {}, figures.get("gate") or {}
    shares = [figures["repetition"], figures["novelty"], figures["novelty_reference"], check.get("same")]
    shares += [gate.get("copied_in_text"), gate.get("written_not_in_text")]
    return [name, number(figures["words"], 1), *(number(share) for share in shares)]
