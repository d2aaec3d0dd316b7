"""The field's words in a student's words: in a menu at the foot of each page, and as help beside texts with them."""

import re

import streamlit as st

_ATTENTION = {
    "attention": "Before each step, the model gives every part of the input a weight, and reads their weighted mean.",
    "energy": "How well a part of the input fits what is asked for at a step, as any number. A softmax makes weights "
    "of the energies of a step: exp of each, divided by the sum of all.",
    "weight": "How much one part of the input counts at one step, from 0 to 1. The weights of a step sum to 1, unless "
    "the variant says otherwise.",
    "map": "All weights together: a row for each step, a column for each part of the input.",
    "∅": "The weight on what is no part of the input: an end mark, or a place to look when there is nothing to "
    "look for.",
    "coverage": "The sum of the weights that one part of the input got at all steps. Near 0, it was passed over.",
    "entropy": "How spread out the weights of a step are: the sum of −w ln w over all weights w. It is 0 where one "
    "part has all the weight.",
    "nats": "The unit of entropy and divergence where logarithms are natural. Two parts with half of the weight each "
    "have an entropy of 0.69 nats, which is 1 bit.",
    "Jensen-Shannon divergence (JSD)": "How far apart two rows of weights are: 0 where they are alike, 0.69 nats where "
    "they have nothing in common.",
}
_VARIANTS = {
    "variant": "One of the models of a task. They differ in how they pay attention, so that you see what that changes.",
    "additive attention": "A small network of one layer computes each energy from what is asked for and a part of the "
    "input (Bahdanau et al. 2015).",
    "dot-product attention": "An energy is the product of two states, number by number, summed (Luong et al. 2015). "
    "The *scaled dot product* is divided by the root of their size (Vaswani et al. 2017).",
    "general attention": "Dot-product attention with a learned matrix between the two states (Luong et al. 2015).",
    "local attention": "It looks only at a window around one place that it predicts (Luong et al. 2015). Attention "
    "that looks at the whole input is called global.",
    "soft attention": "It reads the weighted mean of all parts of the input (Xu et al. 2015).",
    "hard attention": "It reads a single part of the input, which is drawn by the weights while it learns (Xu et al. "
    "2015).",
    "adaptive attention": "At each step it may look at the input or at what it has in mind already, the *sentinel* (Lu "
    "et al. 2017).",
    "pointer": "It can copy a word that it looks at, in place of choosing one of its own, and knows where it has "
    "looked before (See et al. 2017).",
    "attention-based encoder": "It asks with the last few words that it wrote, and reads the mean of a word and its "
    "neighbours (Rush et al. 2015).",
    "word-by-word attention": "Each word of the hypothesis looks at the premise (Rocktäschel et al. 2016). With *one "
    "look* the whole hypothesis looks once; *two-way*, the premise looks back at the hypothesis.",
    "match-LSTM (match)": "Each word of the hypothesis is compared with the words of the premise that it looks "
    "at, or with none of them (Wang and Jiang 2016).",
    "content attention": "It goes by what is heard at a moment. *Location* attention goes by where it listened before, "
    "and *hybrid* attention by both (Chorowski et al. 2015).",
}
_READING = {
    "model": "A network of many simple units, whose numbers were learned from examples. Here it reads an input, and "
    "writes an output or chooses a label.",
    "encoder": "The part of the model that reads the input.",
    "decoder": "The part of the model that writes the output, one piece after another.",
    "subword": "A piece of a word, as the model reads and writes it. Frequent words are one piece, rare ones more.",
    "premise": "The first of two texts, which is taken to be true.",
    "hypothesis": "The second of two texts. The premise entails it, contradicts it, or leaves it open (neutral).",
    "phoneme": "One of the sounds that a language tells words apart by: “bee” and “pea” differ in their first one. "
    "English has about 40. ARPABET writes them in capitals, such as SH, and the International Phonetic Alphabet (IPA) "
    "with a sign each, such as ʃ.",
    "frame": "One of the short stretches of equal length that a sound is cut into. A column of the map, a moment, is "
    "made of a few of them.",
    "spectrogram": "How loud a sound is at each pitch, low ones below, from moment to moment: the darker, the louder.",
    "TextGrid": "A file that says from when to when each sound or word is heard. Praat, a program of phoneticians, "
    "opens it.",
    "copying": "Taking a word from the input as it stands there, in place of choosing one of the model's own.",
    "beam": "The unfinished outputs that the search keeps at each step. A wider beam finds likelier outputs.",
    "log-probability": "The logarithm of how likely the model finds something. It is never above 0; nearer to 0 is "
    "likelier.",
    "length penalty": "An output's log-probability is divided by its length to the power of this number, so that "
    "outputs of different lengths can be compared.",
    "score": "The number by which the search sorts its outputs: the log-probability divided by a power of the length.",
}
_QUALITY = {
    "loss": "What a training makes as small as it can: how unlikely the model finds the right outputs.",
    "dev set": "Examples that a model does not learn from, by which it is watched while it learns. The *test set* is "
    "kept for the end.",
    "seed": "The number from which a training draws its chances. Another seed gives another model.",
    "baseline": "What one gets without the model, by chance or by a simple rule. A figure says little without it.",
    "bootstrap": "The test set is drawn anew many times from itself, to see how much of a difference is chance.",
    "calibration": "Whether a model is right as often as it says: at 0.8, in eight of ten cases. Its error (ECE) is "
    "the mean distance.",
    "BLEU": "How many runs of one to four words an output shares with a person's, from 0 to 100.",
    "chrF": "How many runs of letters an output shares with a person's, from 0 to 100.",
    "ROUGE": "How many words (1), pairs of words (2) and words in the same order (L) an output shares with a person's, "
    "from 0 to 100.",
    "CIDEr": "How much an output shares with several people's, where words count more the rarer they are.",
    "AER": "Alignment error rate: how far the links of a map are from the links that people drew between the words, "
    "from 0 (the same) to 1.",
    "F1": "The mean of two shares: how much of what was found is right, and how much of what is right was found.",
}
GROUPS = {
    "Attention and its maps": _ATTENTION,
    "Ways to pay attention": _VARIANTS,
    "Reading and writing": _READING,
    "Learning, and how good it is": _QUALITY,
}
TERMS = {term: meaning for group in GROUPS.values() for term, meaning in group.items()}
# Every page has these from its first lines on, so that a text which uses them is most often about something else.
_ON_EVERY_PAGE = frozenset({"attention", "map", "model", "variant"})


def show() -> None:
    """A menu with all words."""
    with st.popover("Words explained", icon=":material/menu_book:"):
        for name, terms in GROUPS.items():
            st.markdown(f"**{name}**\n" + "\n".join(f"- **{term}**: {meaning}" for term, meaning in terms.items()))


def explained(text: str) -> str | None:
    """Markdown that explains the words in this text, to be given as its help; None where there is none of them. The
    words that every page has are explained in the menu alone."""
    new = {term: meaning for term, meaning in TERMS.items() if term not in _ON_EVERY_PAGE}
    lines = [f"**{term}**: {meaning}" for term, meaning in new.items() if _word(term).search(text)]
    return "\n\n".join(lines) or None


def _word(term: str) -> re.Pattern[str]:
    """A term as a word of its own, or its plural."""
    name = re.escape(term.split(" (")[0])
    return re.compile(rf"(?<!\w){name}s?(?!\w)", re.IGNORECASE if term.islower() else 0)
