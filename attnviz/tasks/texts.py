"""What readers of texts have in common: what a person typed as words and subwords, and subwords as an output."""

from collections.abc import Sequence
from itertools import pairwise

from tokenizers import Tokenizer

from attnviz.errors import InputError
from attnviz.reading import SUBWORDS, AttentionMap, Weights, Words, over_words
from attnviz.tasks.base import Probe, check_text
from attnviz.tasks.subwords import Encoded, Word, bare, decode, encode, join_words, normalise, recut, split_words
from attnviz.tasks.writing import Written

Text = str | Sequence[str | Word]


def words_of(text: Text, language: str, name: str, what_to_do: str) -> list[Word]:
    """The words of a text, or the words that it was split into already. language: "en" or "fr".

    name, what_to_do: of what is asked for, as the message of the InputError has it that is raised where it is neither
    text nor words, or has no word.
    """
    check_text(text, name, (str, Word))
    if isinstance(text, str):
        words = split_words(normalise(text), language)
    else:
        words = _spaced(
            [Word(w, True) if isinstance(w, str) else w for w in text], any(isinstance(w, str) for w in text)
        )
    if not words:
        raise InputError(f"There is nothing to read. {what_to_do}")
    if not any(c.isalnum() for word in words for c in word.text):
        raise InputError(f"There is no word in this text. {what_to_do}")
    return words


def _spaced(words: list[Word], guess: bool) -> list[Word]:
    """Words that came without their spacing get that of ordinary text: no space before a full stop or after `l'`."""
    if not guess or not words:
        return words
    rest = [
        Word(b.text, not (b.text[:1] in set(".,)]-'") or (a.text.endswith("'") and len(a.text) > 1)))
        for a, b in pairwise(words)
    ]
    return [words[0], *rest]


def cut(tokenizer: Tokenizer, words: Sequence[Word], language: str) -> Encoded:
    """The subwords of these words, which a person may have split or typed in other than ordinary characters."""
    parts, owners = recut(words, language)
    encoded = encode(tokenizer, parts)
    return Encoded(encoded.ids, [owners[group] for group in encoded.groups], encoded.units)


def given(words: Sequence[Word], encoded: Encoded, notes: Sequence[str] = ()) -> Written:
    """The output that a person gave, in these words and subwords."""
    return Written(
        text=join_words(words),
        words=tuple(word.text for word in words),
        tokens=tuple(encoded.ids),
        units=tuple(encoded.units),
        groups=tuple(encoded.groups),
        notes=tuple(notes),
    )


def written(tokenizer: Tokenizer, tokens: Sequence[int]) -> Written:
    """The output that a model wrote in these tokens, without the end mark."""
    subwords = [str(tokenizer.id_to_token(token)) for token in tokens]
    words, groups = decode(subwords)
    return given(words, Encoded(list(tokens), groups, [bare(subword) for subword in subwords]))


def probe(
    tokenizer: Tokenizer,
    source: str,
    output: str,
    languages: tuple[str, str],
    names: tuple[str, str, str],
) -> Probe:
    """A source and the output that was forced on it while a variant learned, whose map is shown over words.

    languages: of the source and of the output. names: what a person calls the output, the source and the rest. A column
    beyond the source's subwords is the rest, and a row beyond the output's is the end mark's, which is left out.
    """
    (keys, key_words), (queries, query_words) = (
        (encode(tokenizer, words), [word.text for word in words])
        for words in (
            split_words(normalise(text), language) for text, language in zip((source, output), languages, strict=True)
        )
    )
    query_name, key_name, rest_name = names

    def over(kept: Weights) -> AttentionMap:
        rows, count = kept[: len(queries.ids)], len(keys.ids)
        subwords = AttentionMap(
            name=SUBWORDS,
            queries=Words(tuple(queries.units), tuple(queries.groups)),
            keys=Words(tuple(keys.units), tuple(keys.groups)),
            weights=rows[:, :count],
            rest=rows[:, count:].sum(axis=1),
            query_name=query_name,
            key_name=key_name,
            rest_name=rest_name,
        )
        return over_words(subwords, query_words, key_words)

    return Probe(source, output, over)
