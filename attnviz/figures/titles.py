"""What a reading is called: the same words on screen, on paper and in the names of files."""

from attnviz.figures import words
from attnviz.reading import Reading

OUTPUT_GIVEN = "output given"  # by a person, or taken from another variant
_MOST_WORDS = 4  # that are named among those left out
_LONGEST_WORD = 20  # characters
_LONGEST_FOCUS = 80


def title(reading: Reading) -> str:
    """The variant by its name for people, and what a person did: "additive, without “not”, output 2 of 5" or "hybrid,
    near the last moment only"."""
    given = reading.given
    parts = [reading.name]
    if given.focus:
        called = given.focus_name or f"focus {given.focus.replace(',', ' and ')}"  # as files from elsewhere name it
        parts.append(words.cut(words.shown(called), _LONGEST_FOCUS))
    if given.left_out:
        parts.append(f"without {left_out(reading)}")
    if given.forced is not None:
        parts.append(OUTPUT_GIVEN)
    if given.rank > 1:
        parts.append(f"output {given.rank} of {len(reading.hypotheses)}")
    if given.edits:
        parts.append("weights given")
    return ", ".join(parts)


def left_out(reading: Reading) -> str:
    """The words that were left out of the input, of which at most four are named: "“a”, “b”"."""
    every = reading.given.left_out
    named = ", ".join(f"“{words.cut(words.shown(word), _LONGEST_WORD)}”" for word in every[:_MOST_WORDS])
    return f"{named} …" if len(every) > _MOST_WORDS else named


def subtitle(reading: Reading) -> str:
    """How likely a classifier finds each label: "yes 0.81, no 0.16, perhaps 0.03". It is empty for a task
    that writes."""
    return ", ".join(f"{label} {probability:.2f}" for label, probability in reading.probabilities.items())


def minus(first: Reading, second: Reading) -> str:
    """What the difference of two readings' maps is called: "additive − general"."""
    return f"{title(first)} \N{MINUS SIGN} {title(second)}"
