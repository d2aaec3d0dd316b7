"""The model card of a speech bundle, written from its config and its scores."""

from pathlib import Path

from attnviz.tasks import card
from attnviz.tasks.speech.about import TASK

DATA = (
    "7.9 hours of English read speech: LibriSpeech (Panayotov et al. 2015, CC BY 4.0), speechocean762 (Zhang et al. "
    "2021), CMU ARCTIC prompts read by two speakers, VCTK and Common Voice. Phones and times are automatic."
)
LIMITS = (
    "It knows 39 English phones without stress, of read speech at a close microphone. Learners' recordings are "
    "labelled with what they should have said. A key knows more than its 40 ms: convolutions and LSTMs bring in what "
    "is around it."
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
    "{pieces} epochs, recordings were cut at silences into pieces, of at most {piece:g} seconds where possible."
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
        f"Speech, {config['variant']}",
        sections,
        card.scores(folder, TASK.name, results, (), figure="per", called="phone error rate"),
    )
