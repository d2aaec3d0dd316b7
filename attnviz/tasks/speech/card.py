"""The model card of a speech bundle, written from its config and its scores."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attnviz.tasks import card
from attnviz.tasks.card import number, table
from attnviz.tasks.speech.about import OWN_FOCUS, TASK
from attnviz.tasks.speech.corpus import PHONES
from attnviz.tasks.speech.parts import LONGEST, WHOLE

ENCODER = "encoder"  # the bundle of the pretrained encoder, which all variants start from

# The phone error rate of pocketsphinx 5.1.1 (allphone, context-independent, its phone language model, not tuned) on 100
# random recordings of test and 60 of each other split, as whoever made the corpus measured it.
POCKETSPHINX = {"utts:test": 0.558, "utts:test_seen": 0.553, "utts:test_nonnative": 0.764}

DATA = (
    "7.9 hours of English read speech: LibriSpeech (Panayotov et al. 2015, CC BY 4.0), speechocean762 (Zhang et al. "
    "2021), CMU ARCTIC prompts read by two speakers, VCTK and Common Voice. Phones and times are automatic."
)
LIMITS = (
    f"It knows {len(PHONES)} English phones without stress, of read speech at a close microphone. Learners' recordings "
    "are labelled with what they should have said. A key knows more than its 40 ms: convolutions and LSTMs bring in "
    "what is around it."
)
_WHAT = (
    "An LSTM that writes the phones of English speech, with {attention}. It reads one key for every 40 ms from an "
    "encoder of convolutions and bidirectional LSTMs. It has {size}. In all variants the query is the state of the "
    "step itself; in Chorowski et al. it is the state before. All variants share the encoder's pretraining, the "
    "decoder and the training."
)
_START = (
    "Its encoder began as `speech/encoder`, which had learned the phones and their times, so that keys told phones "
    "apart before attention had learned anything. In the first {frozen} epochs it stayed as it was. In the first "
    "{pieces} epochs, recordings were cut at silences into pieces, of at most {piece:g} seconds where possible. After "
    "them, up to {joined} whole recordings were heard as one, with silences of up to {silence:g} seconds between them, "
    "so that no silence is taken for the end."
)


def write_card(folder: Path) -> None:
    """Write `card.md` from the bundle's `config.json` and `scores.json`."""
    config, results = card.read(folder)
    variant = TASK.variant(config["variant"])
    assert variant is not None
    sections = {
        "What it is": _WHAT.format(attention=variant.card, size=card.size(folder)),
        "What it can't do": LIMITS,
        "Data and licence": card.terms(DATA),
        "Training": card.training(
            folder,
            TASK,
            on=f"on {config['recipe']['seconds']:g} seconds each, short recordings first",
            dev="dev",
            probes="recordings" if variant.attentive else None,
            also=_START.format(**config["recipe"]),
        ),
    }
    card.write(
        folder,
        f"Speech, {TASK.called(config['variant'])}",
        sections,
        card.scores(
            folder, TASK.name, results, _scores(results, _of_encoder(folder)), figure="per", called="phone error rate"
        ),
    )


def _of_encoder(folder: Path) -> Mapping[str, float]:
    """The phone error rate of the encoder alone by split, where its bundle lies beside this one."""
    beside = folder.parent / ENCODER
    if not (beside / "config.json").exists():
        return {}
    _, results = card.read(beside)
    return {result["split"]: result["scores"]["per"] for result in results.values()}


def _scores(results: card.Results, encoder: Mapping[str, float]) -> Iterator[str]:
    """Tables of what was kept: phone errors, when it listened, and what long recordings do to it."""
    read = [result for result in results.values() if "per" in result["scores"]]
    if read:
        yield (
            "Phone error rates: substitutions, insertions and deletions over the phones that were said, "
            f"{len(PHONES)} phones without silence. Writing nothing has 100%. The encoder alone writes the strongest "
            "phone of each key (CTC). pocketsphinx, whose own alignment the labels come from, wrote phones of 60 to "
            "100 random recordings of the split."
        )
        head = ["split", "recordings", "this variant", "encoder alone", "pocketsphinx", "nothing", "compared with"]
        yield table(head, (_error_row(result, encoder) for result in read))
    times = [(result["split"], figures) for result in read if (figures := result["scores"].get("times"))]
    if times:
        yield (
            "When it listens to a phone that it has to write: how much of the weight lies within the time in which the "
            "phone was spoken; how far its centre is from the middle of that time (median, of the phones that it would "
            "have written itself); each beside a map that is the same everywhere and phones that are evenly spaced. "
            "The last column is the share of steps that go back."
        )
        head = ["split", "phones", "would write", "weight inside", "everywhere", "evenly spaced"]
        head += ["distance in ms", "everywhere", "evenly spaced", "back"]
        yield table(head, (_time_row(split, figures) for split, figures in times))
    for result in results.values():
        if "joined" in result["scores"]:
            yield from _long(result)


def _error_row(result: Mapping[str, Any], encoder: Mapping[str, float]) -> list[str]:
    split, scores = result["split"], result["scores"]
    guesses = [_percent(of.get(split)) for of in (encoder, POCKETSPHINX)]
    return [split, f"{result['n']:,}", _percent(scores["per"]), *guesses, "100%", _against(scores.get("against"))]


def _against(other: Mapping[str, Any] | None) -> str:
    """Another variant's rate, and how often this one's is lower."""
    if other is None:
        return "-"
    wins = f"{other['share_of_wins']:.1%} of {other['samples']:,} random resamples of the set"
    return f"{other['variant']}: {_percent(other['per'])}; this one is lower in {wins}"


def _time_row(split: str, figures: Mapping[str, Any]) -> list[str]:
    guesses = ("", "_uniform", "_linear")
    inside = [number(figures[f"mass{guess}"]) for guess in guesses]
    far = [number(figures[f"centre_ms{guess}"], 0) for guess in guesses]
    recognised, back = (f"{figures[name]:.1%}" for name in ("recognised", "backward"))
    return [split, f"{figures['n']:,}", recognised, *inside, *far, back]


def _long(result: Mapping[str, Any]) -> Iterator[str]:
    joined, cut, other = (result["scores"].get(name) for name in ("joined", "cut", "against"))
    counts = {n: figures["n"] for n, figures in joined[OWN_FOCUS].items()}
    yield (
        f"Long recordings ({result['split']}): recordings of one speaker are joined and read whole, with the variant's "
        f"own focus ({OWN_FOCUS}) and with each that can be chosen while it writes. Phone error rates of all lists, "
        "and in brackets of speakers that it has heard in training and of others:"
    )
    head = ["focus", *(f"{n} joined ({count} lists)" for n, count in counts.items())]
    yield table(head, ([focus, *map(_by_speaker, by_number.values())] for focus, by_number in joined.items()))
    if cut:
        yield (
            f"The {cut[OWN_FOCUS]['n']} lists that are longer than {WHOLE:g} seconds, read whole, and cut at their "
            f"quietest places into parts of at most {LONGEST:g} seconds, as the app does:"
        )
        rows = ([focus, _percent(of["whole"]), _percent(of["cut"])] for focus, of in cut.items())
        yield table(["focus", "whole", "cut"], rows)
    if other:
        yield (
            f"{other['variant']} on the same lists, and in what share of {other['samples']:,} random resamples of them "
            "this variant is lower:"
        )
        rows = ([focus, *map(_won, by_number.values())] for focus, by_number in other["joined"].items())
        yield table(["focus", *counts], rows)


def _by_speaker(figures: Mapping[str, Any]) -> str:
    return f"{_percent(figures['per'])} ({_percent(figures['seen'])}; {_percent(figures['unseen'])})"


def _won(figures: Mapping[str, Any]) -> str:
    return f"{_percent(figures['per'])}; {figures['share_of_wins']:.1%}"


def _percent(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.1%}"
