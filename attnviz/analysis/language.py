"""A guess at the language of a text, which is made only where it is all but certain.

Each word of the text speaks for the languages that have it as a common word, and each three letters in a row speak
against those in which they are rare. This is naive Bayes with few numbers: what a word is worth and what a trigram is
worth were chosen on sentences of 2 to 10 words, not learned.
"""

import re
import unicodedata

from attnviz.analysis.language_tables import COMMON, RARITY
from attnviz.analysis.ordinary import ordinary
from attnviz.analysis.phrases import is_address
from attnviz.analysis.plain import plain

LANGUAGES = tuple(COMMON)

_COMMON_WORD = 3.0  # nats for a language that has a word alone; a word that several have is worth less to each
_TRIGRAM = 0.25  # of each nat of a trigram's rarity, since neighbouring trigrams overlap
_MARGIN = 3.0  # nats between the likeliest language and the next one
_BEHIND = 2.0  # nats between the likeliest language and one of whose common words there is none
_LEAST_COMMON = 0.25  # of the words; what has fewer is none of these languages, or names
_MIXED = 1 / 3  # of the common words: so many of another language's own make a text a mixed one
_LEAST_TO_DOUBT = 10  # different words, before a text is doubted for having few common ones
_FEW_COMMON = 1 / 8  # of the words
_FEW_USUAL = 1 / 4  # of the trigrams
_USUAL = 1  # nats at most, by which a trigram that is usual in a language is rarer there than elsewhere

_APOSTROPHE = "'"
_WORD = re.compile(rf"[^\W\d_]+(?:{_APOSTROPHE}(?=\w))?")
_SENTENCE_END = frozenset(".!?:")


def guess(text: str) -> str:
    """The language of the text, one of LANGUAGES; empty where it can't be known: too short, mixed, names, numbers."""
    words = _words(text)
    common, scores = _common(words), _scores(words)
    *_, second, first = sorted(range(len(LANGUAGES)), key=scores.__getitem__)
    own = COMMON[LANGUAGES[first]]
    others = max(sum(word not in own for word in found) for found in common)
    certain = (
        scores[first] - scores[second] >= _MARGIN
        and len(common[first]) >= max(1, _LEAST_COMMON * len(words))
        and others < _MIXED * len(common[first])
    )
    return LANGUAGES[first] if certain else ""


def doubt(text: str, language: str) -> str:
    """Why a text is hardly in a language, such as "looks like Spanish"; empty if it is in it, or can't be known.

    A text in another script than the Latin one is in none of LANGUAGES. Where its language can't be told, a text still
    doesn't look like `language` if it has none of its common words, but those of another one; or if it is longer, and
    has hardly any of its common words and of its usual trigrams.
    """
    if in_another_script(text):
        return f"does not look like {language}"
    if guessed := guess(text):
        return "" if guessed == language else f"looks like {guessed}"
    words = _words(text)
    common, scores = [len(found) for found in _common(words)], _scores(words)
    here, first = LANGUAGES.index(language), max(range(len(LANGUAGES)), key=scores.__getitem__)
    other = not common[here] and common[first] >= max(1, _LEAST_COMMON * len(words))
    behind = other and len(words) > 1 and scores[first] - scores[here] >= _BEHIND
    long = len(set(words)) >= _LEAST_TO_DOUBT
    strange = long and common[here] < _FEW_COMMON * len(words) and _usual(words, here) < _FEW_USUAL
    return f"does not look like {language}" if behind or strange else ""


def in_another_script(text: str) -> bool:
    """Whether most letters of the text are not of Latin script."""
    letters = [c for c in ordinary(plain(text)) if c.isalpha()]
    latin = sum(c.isascii() or unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return 2 * latin < len(letters)


def _words(text: str) -> list[str]:
    """The words that tell a language, in lower case: neither addresses nor names, which are those that begin with a
    capital within a sentence."""
    text = " ".join(part for part in ordinary(plain(text)).split() if not is_address(part))
    capitals, words, end = text.isupper(), [], 0
    for match in _WORD.finditer(text):
        begins = end == 0 or not _SENTENCE_END.isdisjoint(text[end : match.start()])
        if capitals or begins or match[0].islower():
            words.append(match[0].lower())
        end = match.end()
    return words


def _common(words: list[str]) -> list[list[str]]:
    """Those of the words that are common ones in each language."""
    return [[word for word in words if word in COMMON[language]] for language in LANGUAGES]


def _scores(words: list[str]) -> list[float]:
    """How much speaks for each language, in nats."""
    scores = [0.0] * len(LANGUAGES)
    for word in words:
        having = [place for place, language in enumerate(LANGUAGES) if word in COMMON[language]]
        for place in having:
            scores[place] += _COMMON_WORD / len(having) ** 0.5
        for trigram in _trigrams(word):
            for place, rarity in enumerate(RARITY.get(trigram, ())):
                scores[place] -= _TRIGRAM * rarity
    return scores


def _usual(words: list[str], language: int) -> float:
    """The share of the trigrams that are usual in a language, which is given by its place in LANGUAGES."""
    trigrams = [trigram for word in words for trigram in _trigrams(word)]
    return sum(trigram in RARITY and RARITY[trigram][language] <= _USUAL for trigram in trigrams) / len(trigrams)


def _trigrams(word: str) -> list[str]:
    """Each three letters in a row of a word, of which a space is the edge."""
    spelled = f" {word.rstrip(_APOSTROPHE)} "
    return [spelled[start : start + 3] for start in range(len(spelled) - 2)]
