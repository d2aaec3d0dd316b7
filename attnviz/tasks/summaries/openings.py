"""What of an article is read: its opening, as the models learned to read, or the whole of it.

The corpora have the first sentence of a story, the second one too where the first has fewer than 8 words, and 8 to 60
words in all: what is read follows that. Who pastes an article from a page pastes more: tags, a title, a byline. What is
left out is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from attnviz.analysis.html import words_of
from attnviz.analysis.plain import plain
from attnviz.analysis.sentences import ENGLISH, split

ENOUGH = 8  # words: sentences are added until there are as many
MOST_WORDS = 60  # of an opening
MOST_WORDS_OF_WHOLE = 5_000
MOST_CHARACTERS = 400_000  # of what is looked at, tags included: some 60,000 words
_TITLE = 20  # words that a line without a full stop may have, to be a title
_ENDS = (".", "!", "?", "…", '"', "”", "’", "'", ")", "]", "»")


@dataclass(frozen=True)
class Opening:
    """What is read of a text. words: how many these are, and of: how many the article has, as white space parts them.
    notes: sentences about what is left out. sentences: how many these are; 0 where one is cut off."""

    text: str
    words: int
    of: int
    notes: tuple[str, ...] = ()
    sentences: int = 0


def opening(typed: str) -> Opening:
    """The first sentence of an article, and more where it has fewer than ENOUGH words, as in the openings that the
    models were trained on, but no more than MOST_WORDS. Where no sentence ends, these are the first words."""
    sentences, notes = _sentences(typed)
    read: list[str] = []
    count = 0
    for sentence in sentences:
        words = sentence.split()
        if read and (len(read) >= ENOUGH or len(read) + len(words) > MOST_WORDS):
            break
        read += words
        count += 1
    taken = _opening(read[:MOST_WORDS], sentences, notes)
    return replace(taken, sentences=count) if len(read) <= MOST_WORDS else taken


def whole(typed: str) -> Opening:
    """The whole article, of which at most MOST_WORDS_OF_WHOLE words are read."""
    sentences, notes = _sentences(typed)
    words = [word for sentence in sentences for word in sentence.split()]
    if len(words) > MOST_WORDS_OF_WHOLE:
        told = f"This text has {len(words):,} words; only the first {MOST_WORDS_OF_WHOLE:,} were read."
        notes = [*notes, told]
    return _opening(words[:MOST_WORDS_OF_WHOLE], sentences, notes)


def _opening(words: Sequence[str], sentences: Sequence[str], notes: Sequence[str]) -> Opening:
    return Opening(" ".join(words), len(words), sum(len(sentence.split()) for sentence in sentences), tuple(notes))


def _sentences(typed: str) -> tuple[list[str], list[str]]:
    """The sentences of the article's body, and what is left out of what was typed."""
    notes = []
    if len(typed) > MOST_CHARACTERS:
        notes.append(f"This text has {len(typed):,} characters; only the first {MOST_CHARACTERS:,} were looked at.")
        typed = typed[:MOST_CHARACTERS]
    text = words_of(typed)
    if text != typed:
        notes.append("There are tags of a web page in this text: only its words were read.")
    # Characters without ink and half pairs of characters would count as words, though nobody sees them.
    sentences = [sentence for line in split(text, ENGLISH) if (sentence := " ".join(plain(line).split()))]
    body = list(dropwhile(_is_title, sentences)) or sentences
    if left := len(sentences) - len(body):
        lines = "The first line was" if left == 1 else f"The first {left} lines were"
        notes.append(f"{lines} taken for {'a title' if left == 1 else 'title and byline'}, and not read.")
    return body, notes


def _is_title(line: str) -> bool:
    """Whether a line before an article is a title, a name or a date: short, and no sentence."""
    return len(line.split()) <= _TITLE and not line.endswith(_ENDS)
