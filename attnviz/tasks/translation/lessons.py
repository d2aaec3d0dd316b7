"""The lessons of translation. The sentences are our own."""

from collections.abc import Sequence

from attnviz.attention import SUBWORDS, AttentionMap
from attnviz.reading import Reading
from attnviz.tasks.lesson import (
    Lesson,
    Seen,
    Sight,
    Tour,
    choice_of_key,
    first_of,
    map_of,
    place_of,
    step_of,
    strongest_key,
)
from attnviz.tasks.translation.about import TASK

_COLOURS = ("femme", "robe", "rouge", "chien")
_OWNERS = ("Elle", "pommes", "son", "sac")
_SHARES = ("less than half", "between half and nine tenths", "nine tenths or more")
_PIECES = ("at the same piece of the French name", "at the first piece of the name", "at all pieces alike", "nowhere")
_SINKS = ("at “jardin” again", "at “le”", "at the full stop and the end mark", "at all words alike")
_DATES = ("dernière", "année", "l'", "Paris")
_LETTERS = ("A", "B")
_BY_NAME = {example.name: example for example in TASK.examples}
_ORDER, _LONG = _BY_NAME["order"], _BY_NAME["long"]


def _weight(attention: AttentionMap, query: int, word: str) -> float:
    """The weight of a query on all places where a French word stands."""
    places = [place for place, label in enumerate(attention.keys.labels) if label == word]
    return float(attention.weights[query, places].sum())


def _reordering(readings: Sequence[Reading]) -> Seen:
    attention = map_of(readings[0])
    red, dress = (place_of(attention.queries.labels, word) for word in ("red", "dress"))
    key, after = strongest_key(attention, red), strongest_key(attention, dress)
    labels = attention.keys.labels
    return Seen(
        choice_of_key(attention, key, _COLOURS),
        f"While it writes “red”, {attention.weights[red, key]:.2f} of its weight lies on “{labels[key]}”. For “dress”, "
        f"which comes next, {attention.weights[dress, after]:.2f} lies on “{labels[after]}”: it goes back by "
        f"{key - after} word.",
        red,
        key,
    )


def _agreement(readings: Sequence[Reading]) -> Seen:
    attention = map_of(readings[0])
    owner = first_of(attention.queries.labels, ("his", "her", "its", "their"))
    key = strongest_key(attention, owner)
    return Seen(
        choice_of_key(attention, key, _OWNERS),
        f"It writes “{attention.queries.labels[owner]}”, with {attention.weights[owner, key]:.2f} of its weight on "
        f"“{attention.keys.labels[key]}” and {_weight(attention, owner, 'Elle'):.2f} on “Elle”, the only word that "
        "says whose bag it is.",
        owner,
        key,
    )


def _copied(readings: Sequence[Reading]) -> Seen:
    attention = map_of(readings[0])
    name = place_of(attention.queries.labels, "Bartolomeu")
    weight = _weight(attention, name, "Bartolomeu")
    others = [row.max() for place, row in enumerate(attention.weights) if place != name]
    return Seen(
        step_of(weight, (0.5, 0.9)),
        f"While it writes “Bartolomeu”, {weight:.2f} of its weight lies on the French “Bartolomeu”. For the other "
        f"words the strongest weight is {sum(others) / len(others):.2f} on average.",
        name,
        place_of(attention.keys.labels, "Bartolomeu"),
    )


def _split(readings: Sequence[Reading]) -> Seen:
    attention = map_of(readings[0], SUBWORDS)
    name = place_of(readings[0].output.labels, "Ljubljana")
    rows = [place for place, group in enumerate(attention.queries.groups) if group == name]
    if len(rows) < 2:
        raise LookupError("the name is written in one piece")
    pieces = [attention.queries.labels[row] for row in rows]
    keys = [strongest_key(attention, row) for row in rows]
    same = [
        float(attention.weights[row, key])
        for row, key, piece in zip(rows, keys, pieces, strict=True)
        if attention.keys.labels[key] == piece
    ]
    half = len(rows) / 2
    choice = 0 if len(same) > half else 1 if keys.count(keys[0]) > half else 2
    mean = sum(same) / len(same) if same else 0.0
    return Seen(
        choice,
        f"It writes the name in {len(rows)} pieces, {' · '.join(pieces)}. {len(same)} of them look most at the same "
        f"piece of the French name, with {mean:.2f} of the weight on average.",
        rows[1],
        keys[1],
    )


def _sink(readings: Sequence[Reading]) -> Seen:
    attention = map_of(readings[0], SUBWORDS)
    garden = place_of(readings[0].output.labels, "garden")
    rows = [place for place, group in enumerate(attention.queries.groups) if group == garden]
    if len(rows) != 2:
        raise LookupError("“garden” is not written in two pieces")
    first, last = rows
    weights = [_weight(attention, last, "jardin"), _weight(attention, last, "le")]
    sink = _weight(attention, last, ".") + float(attention.rest[last])
    return Seen(
        2 if sink > 0.5 else 0 if weights[0] > 0.5 else 1 if weights[1] > 0.5 else 3,
        f"“{attention.queries.labels[first]}” has {_weight(attention, first, 'jardin'):.2f} of its weight on “jardin”. "
        f"“{attention.queries.labels[last]}” has {weights[0]:.2f} there, and {sink:.2f} on the full stop and the end "
        "mark (∅): what has to follow is known already.",
        last,
        place_of(attention.keys.labels, "."),
    )


def _squeezed(readings: Sequence[Reading]) -> Seen:
    wanted = _words(_LONG.person)
    kept = [len(wanted & _words(reading.output.text)) for reading in readings]
    mapless = [place for place, reading in enumerate(readings) if not reading.maps]
    if len(mapless) != 1:
        raise LookupError("not exactly one of the readings is without a map")
    (without,) = mapless
    return Seen(
        without,
        f"A person's translation has {len(wanted)} different words. {_LETTERS[without]}, without attention, has "
        f"{kept[without]} of them, and {_LETTERS[1 - without]}, with attention, has {kept[1 - without]}.",
    )


def _words(text: str) -> set[str]:
    return {word.strip(".,").casefold() for word in text.split()}


def _beside(readings: Sequence[Reading]) -> Seen:
    attention = map_of(readings[0])
    last = place_of(attention.queries.labels, "last")
    key, right = strongest_key(attention, last), place_of(attention.keys.labels, "dernière")
    return Seen(
        choice_of_key(attention, key, _DATES),
        f"While it writes “last”, {attention.weights[last, key]:.2f} of its weight lies on "
        f"“{attention.keys.labels[key]}” and {attention.weights[last, right]:.2f} on “dernière”, {abs(right - key)} "
        "words further on.",
        last,
        key,
    )


TOUR = Tour(
    variant="additive",
    inputs=_ORDER.inputs,
    sights=(
        Sight(
            "woman",
            "femme",
            "Each row is a word that the model wrote, each column a word that it read. The more a cell stands out, the "
            "more it looked there: while it wrote “woman”, {weight} of its weight lay on “femme”.",
        ),
        Sight(
            "red",
            "rouge",
            "See how “red dress” crosses “robe rouge”: the model goes past the dress to its colour ({weight}), and "
            "then back.",
        ),
        Sight(
            "is",
            "traverse",
            "Two words can come from one: “is” looks at “traverse” ({weight}), and so does “crossing”.",
        ),
        Sight(
            "A",
            "",
            "The narrow column ∅ is for what is no French word. At the first word the model has little to go by: "
            "{weight} lies there.",
        ),
        Sight(
            "his",
            "son",
            "To look at the right word is not to be right: “his” looks at “son” ({weight}), which does not say whose "
            "dog it is. A person writes “her”.",
        ),
    ),
)

# By the name of an example, a subword that is written and one that is read: with more energy where they meet, the model
# writes another word.
LEVERS = {
    "order": ("red", "noir"),
    "agreement": ("green", "banc"),
    "negation": ("like", "mange"),
    "repeated": ("cat", "chien"),
    "long": ("teacher", "étudiants"),
    "several": ("live", "appelle"),
}

LESSONS = (
    Lesson(
        name="reordering",
        title="Word order",
        variants=("additive",),
        inputs=_ORDER.inputs,
        question="French puts the colour after the thing: “robe rouge”. Which French word does the model look at most "
        "while it writes “red”?",
        choices=_COLOURS,
        see=_reordering,
        person="A person links the words in the same way: “red” with “rouge”, and “dress” with “robe”. But “son” does "
        "not show whose dog it is: “his” is a guess, and a person writes “her”.",
        takeaway="Attention is not bound to the order of the input. Where the strongest cells leave the diagonal, the "
        "two languages order their words differently.",
    ),
    Lesson(
        name="agreement",
        title="Agreement",
        variants=("additive",),
        inputs=("Elle a trois pommes vertes dans son sac.",),
        question="English says “his” or “her”, by whose bag it is. Which French word does the model look at most while "
        "it writes that word?",
        choices=_OWNERS,
        see=_agreement,
        person="A person writes “her bag”, because of “Elle” at the beginning of the sentence.",
        takeaway="French “son” goes by the bag, English “his” or “her” by the owner. A sharp map shows which word was "
        "translated; it does not show that all that matters was taken into account.",
    ),
    Lesson(
        name="copy",
        title="A copied name",
        variants=("additive",),
        inputs=("Monsieur Bartolomeu parle avec Zoé dans le jardin.",),
        question="The name “Bartolomeu” stays as it is. How much of its weight does the model lay on the French name "
        "while it writes it?",
        choices=_SHARES,
        see=_copied,
        person="A person looks at the name, and at nothing else, while copying it letter by letter.",
        takeaway="To copy a name a model has to look at it closely, because nothing else tells what comes next. So "
        "rows of names are among the sharpest of a map.",
    ),
    Lesson(
        name="split",
        title="A word in pieces",
        variants=("additive",),
        inputs=("Il habite à Ljubljana.",),
        question="The model reads and writes frequent pieces of words, and this name is cut into several of them. "
        "Where does it look while it writes a piece?",
        choices=_PIECES,
        see=_split,
        person="A person copies a strange name in the same way, a few letters at a time.",
        takeaway="A model sees subwords, not words. A map over words adds up the pieces of a word, and hides how a "
        "word was spelled.",
        map=SUBWORDS,
    ),
    Lesson(
        name="sink",
        title="The second half of a word",
        variants=("additive",),
        inputs=("Les enfants jouent dans le jardin.",),
        question="The model writes “garden” in two pieces. While it writes the first one, it looks at “jardin”. Where "
        "does it look while it writes the second one?",
        choices=_SINKS,
        see=_sink,
        person="A person who has written “gard” need not look at all to go on with “en”.",
        takeaway="The weights of a row have to sum to 1, even where no word is needed. Full stops and end marks serve "
        "as such a sink: weight there says little.",
        map=SUBWORDS,
    ),
    Lesson(
        name="squeezed",
        title="Without attention",
        variants=("none", "additive"),
        inputs=_LONG.inputs,
        question="One model can look back at every word. The other one had to squeeze the whole sentence into one row "
        "of numbers, and writes from that. Which translation was written without attention?",
        choices=_LETTERS,
        see=_squeezed,
        person=f"A person writes: {_LONG.person}",
        takeaway="One row of numbers holds a short sentence, but not a long one: the beginning survives, and the rest "
        "is made up. Attention was invented to mend this (Bahdanau et al. 2015).",
        unnamed=True,
    ),
    Lesson(
        name="beside",
        title="Last year",
        variants=("local",),
        inputs=("Nous sommes allés à Paris l'année dernière.",),
        question="“l'année dernière” is “last year”. Which French word does the model with local attention look at "
        "most while it writes “last”?",
        choices=_DATES,
        see=_beside,
        person="A person links “last” with “dernière”.",
        takeaway="The model reads the sentence in both directions before it writes, so what it keeps at a word also "
        "knows the words around it. A translation can be right while its map is off by a word or two.",
    ),
)
