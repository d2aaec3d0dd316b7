"""What the reading of speech is: its variants, and what their models can't do."""

from pathlib import Path

from attnviz.tasks.base import Example, FocusChoice, Published, Task, Variant

SOUNDS = Path(__file__).parent / "sounds"
LENGTH_PENALTY = 1.0
OWN_FOCUS = "own"  # in scores: the focus that a mechanism was trained with, beside those of FOCUSES
# Seconds before and after the place where the step before listened. The way ahead is longer than most pauses in speech.
# The way back is short, so that a step can't return to a word that is over and write it again and again.
WINDOW_BEHIND, WINDOW_AHEAD = 0.4, 2.0

_CHOROWSKI = "[Chorowski et al. 2015](https://arxiv.org/abs/1506.07503)"
_QUERY = " In the paper the query is the decoder's state before the step; here it is the state that the step has made."

VARIANTS = (
    Variant(
        name="hybrid",
        called="hybrid",
        plain="Before each phoneme, a small network compares what has been written so far (s) with what is heard at "
        "each moment (h), and also looks at where the step before listened (f). So it finds the next moment that fits, "
        "and not one that sounds the same elsewhere.",
        equation=r"f_i = F * \alpha_{i-1} \qquad e_{ij} = w^\top \tanh(W s_i + V h_j + U f_{ij} + b) \qquad "
        r"\alpha_i = \operatorname{softmax}(e_i)",
        paper=f"{_CHOROWSKI}, equations 5 to 9.{_QUERY}",
        card="hybrid attention: what is heard and where the step before listened, together (Chorowski et al. 2015, "
        "eq. 5 to 9)",
    ),
    Variant(
        name="content",
        called="content",
        plain="Before each phoneme, a small network compares what has been written so far (s) with what is heard at "
        "each moment (h). It does not know where it listened before: two moments that sound the same look the same to "
        "it.",
        equation=r"e_{ij} = w^\top \tanh(W s_i + V h_j + b) \qquad \alpha_i = \operatorname{softmax}(e_i)",
        paper=f"[Bahdanau et al. 2015](https://arxiv.org/abs/1409.0473), as in {_CHOROWSKI}, section 2.1.{_QUERY}",
        card="content-based attention: only what is heard counts (Bahdanau et al. 2015)",
    ),
    Variant(
        name="location",
        called="location",
        plain="Where the step before listened (f) decides alone where to listen next, with what has been written so "
        "far (s). What is heard there has no say: it must guess how long each phoneme lasts.",
        equation=r"f_i = F * \alpha_{i-1} \qquad e_{ij} = w^\top \tanh(W s_i + U f_{ij} + b) \qquad "
        r"\alpha_i = \operatorname{softmax}(e_i)",
        paper=f"{_CHOROWSKI}, section 2.1 (location-based attention), with the features of equation 8.{_QUERY}",
        card="location-based attention: only where the step before listened counts (Chorowski et al. 2015, sec. 2.1)",
    ),
    Variant(
        name="none",
        called="no attention",
        plain="It has no attention. The whole sound is squeezed into one row of numbers, and every phoneme is written "
        "from it. There is nowhere to listen, so there is no map. It shows what the others gain.",
        equation=r"c_i = [\overrightarrow{h}_T;\ \overleftarrow{h}_1] \text{, the same at every step}",
        paper="[Cho et al. 2014](https://arxiv.org/abs/1406.1078)",
        card="no attention: every phone is written from the encoder's last states (after Cho et al. 2014)",
        attentive=False,
    ),
)

FOCUSES = (
    FocusChoice(
        name="smooth",
        called="More moments at once",
        exact="**smoothing**: each score goes through a sigmoid in place of the softmax, and the row is divided by its "
        f"sum ({_CHOROWSKI}, section 2.3). These models learned without it, and most often lose their place with it",
    ),
    FocusChoice(
        name="sharp",
        called="Fewer moments",
        exact="**sharpening**: scores are multiplied by a number above 1 before the softmax, so that the largest "
        f"weights become larger ({_CHOROWSKI}, section 2.3)",
    ),
    FocusChoice(
        name="window",
        called="Near the last moment only",
        exact="**windowing**: a step can listen only near the middle of where the step before listened, from "
        f"{WINDOW_BEHIND:g} seconds before it to {WINDOW_AHEAD:g} seconds after it; the first step can listen to the "
        f"first {WINDOW_AHEAD:g} seconds ({_CHOROWSKI}, section 2.3). In the paper both sides are equally long; "
        "here, that let a step return to a word that was over and write it again and again",
        finds_place=True,
    ),
)


def _sound(file: str, name: str, label: str, notice: str, person: str, reader: str) -> Example:
    """A recording of LibriSpeech, with its reader and terms as in CREDITS.md beside it."""
    credit = f"Read by {reader} for LibriVox; from LibriSpeech, Panayotov et al. 2015; CC BY 4.0."
    return Example(name, label, (str(SOUNDS / f"{file}.flac"),), notice, person, credit)


EXAMPLES = (
    _sound(
        "2830-3980-0016",
        "work",
        "Best work",
        "The variant hybrid writes every phoneme right. S, T, W and Z come twice, and each time it listens at another "
        "moment.",
        "it spoils one's best work",
        "Tim Perkins",
    ),
    _sound(
        "1089-134686-0035",
        "mountains",
        "Mountains",
        "Hybrid writes “in” as “ing”, and an M for the last N of “mountains”: the sounds are wrong, the moments fit.",
        "he had the faith in him that moves mountains",
        "Peter Bobbe",
    ),
    _sound(
        "1221-135766-0013",
        "outcast",
        "Outcast",
        "“infantile” ends like “tile”, as many people say it; the dictionary has only “till”. Hybrid writes T "
        "for the F of “infantile”, and also for the P of “pearl”.",
        "pearl was a born outcast of the infantile world",
        "Dianne",
    ),
    _sound(
        "1284-1180-0022",
        "oz",
        "Land of Oz",
        "Hybrid writes “don't know” as D OW N OW, with no T, as many people say it, and “much about” as W AH N T IH D "
        "AW T, like “wanted out”. Two in five of its phonemes differ from the dictionary's.",
        "i'm afraid i don't know much about the land of oz",
        "Daniel Anaya",
    ),
    _sound(
        "121-127105-0015",
        "chair",
        "Chair",
        "Hybrid writes “quitted” as K UH D IH D, as if it were “could” with an ending, and “into” as “and to”: it "
        "confuses sounds that are alike.",
        "he quitted the fire and dropped back into his chair",
        "Nikolle Doolin",
    ),
)
_TIMIT = "TIMIT, 3,696 training utterances; its core test set"
PUBLISHED = (
    Published("hybrid, with smoothing", "phoneme error rate", "17.6%", _TIMIT, f"{_CHOROWSKI}, table 1"),
    Published("hybrid", "phoneme error rate", "18.0%", _TIMIT, f"{_CHOROWSKI}, table 1"),
    Published("baseline: content", "phoneme error rate", "18.7%", _TIMIT, f"{_CHOROWSKI}, table 1"),
)

TASK = Task(
    name="speech",
    title="Speech",
    told="A model writes the sounds (phonemes) of English speech one by one. The map shows when it listened for each.",
    inputs=("sound",),
    opens="parts.open_parts",
    most_bytes=50_000_000,
    takes="the file of a recording",
    output="phonemes",
    outputs="phonemes",
    own="what was said in this recording, as English words or as phonemes in capitals",
    did="Heard",
    variants=VARIANTS,
    default="hybrid",
    examples=EXAMPLES,
    scores="a table of recordings (utts, with :SPLIT) gives the phone error rate from 0 to 1, and how well maps agree "
    "with when phones were spoken; a table of recordings to join (test_long) gives the error rate by their number, "
    "with each focus, whole and cut; their tars and phones.tsv.xz lie beside it",
    data="a table of recordings (utts.tsv.xz), when each phone was spoken (phones.tsv.xz), and tars of the recordings",
    split="utts:test",
    limits="The models are small, and learned from 8 hours of read English. They know 39 phonemes, but no stress, no "
    "words and no silence.",
    length_penalty=LENGTH_PENALTY,
    focuses=FOCUSES,
    published=PUBLISHED,
)
