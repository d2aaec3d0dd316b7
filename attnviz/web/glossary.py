"""The field's words in a student's words: in a menu at the foot of each page, and as help beside texts with them."""

import re

import streamlit as st

TERMS = {
    "attention": "Before each step, the network gives every part of the input a weight, and reads their weighted mean.",
    "weight": "How much one part of the input counts at one step, from 0 to 1. The weights of a step sum to 1, unless "
    "the variant says otherwise.",
    "map": "All weights together: a row for each step, a column for each part of the input.",
    "∅": "The weight on what is no part of the input: an end mark, or a place to look when there is nothing to "
    "look for.",
    "encoder": "The part of the network that reads the input.",
    "decoder": "The part of the network that writes the output, one piece after another.",
    "phoneme": "One of the sounds that a language tells words apart by: “bee” and “pea” differ in their first one. "
    "English has about 40. ARPABET writes them in capitals, such as SH, and the International Phonetic Alphabet (IPA) "
    "with a sign each, such as ʃ.",
    "spectrogram": "How loud a sound is at each pitch, low ones below, from moment to moment: the darker, the louder.",
    "TextGrid": "A file that says from when to when each sound or word is heard. Praat, a program of phoneticians, "
    "opens it.",
    "subword": "A piece of a word, as the network reads and writes it. Frequent words are one piece, rare ones more.",
    "beam": "The unfinished outputs that the search keeps at each step. A wider beam finds likelier outputs.",
    "length penalty": "An output's log-probability is divided by its length to the power of this number, so that "
    "outputs of different lengths can be compared.",
    "log-probability": "The logarithm of how likely the model finds something. It is never above 0; nearer to 0 is "
    "likelier.",
    "score": "The number by which the search sorts its outputs: the log-probability divided by a power of the length.",
    "BLEU": "How many runs of one to four words an output shares with a person's, from 0 to 100.",
    "chrF": "How many runs of letters an output shares with a person's, from 0 to 100.",
    "ROUGE": "How many words (1), pairs of words (2) and words in the same order (L) an output shares with a person's, "
    "from 0 to 100.",
    "copying": "Taking a word from the input as it stands there, in place of choosing one of the network's own.",
    "CIDEr": "How much an output shares with several people's, where words count more the rarer they are.",
    "AER": "Alignment error rate: how far the links of a map are from the links that people drew between the words, "
    "from 0 (the same) to 1.",
    "F1": "The mean of two shares: how much of what was found is right, and how much of what is right was found.",
    "calibration": "Whether a model is right as often as it says: at 0.8, in eight of ten cases. Its error (ECE) is "
    "the mean distance.",
    "baseline": "What one gets without the model, by chance or by a simple rule. A figure says little without it.",
    "bootstrap": "The test set is drawn anew many times from itself, to see how much of a difference is chance.",
    "seed": "The number from which a training draws its chances. Another seed gives another network.",
}


def show() -> None:
    """A menu with all words."""
    with st.popover("Words explained", icon=":material/menu_book:"):
        st.markdown("\n".join(f"- **{term}**: {meaning}" for term, meaning in TERMS.items()))


def explained(text: str) -> str | None:
    """Markdown that explains the words in this text, to be given as its help; None where there is none of them."""
    lines = [f"**{term}**: {meaning}" for term, meaning in TERMS.items() if _word(term).search(text)]
    return "\n\n".join(lines) or None


def _word(term: str) -> re.Pattern[str]:
    """A term as a word of its own, or its plural."""
    name = re.escape(term.split(" (")[0])
    return re.compile(rf"(?<!\w){name}s?(?!\w)", re.IGNORECASE if term.islower() else 0)
