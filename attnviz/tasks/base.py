"""What a task says of itself, and what every reader offers and checks.

Each task has `about.py` with one `Task`, plain data without torch: the page, the terminal, the card and the figures
read it, so that no shared file has to name a task.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from attnviz.attention import AttentionMap, Weights
from attnviz.errors import InputError
from attnviz.media import Photo
from attnviz.reading import Alternative, Reading

VERSION = "1.0.0"
LARGEST_BEAM = 100
LARGEST_PENALTY = 10.0

OnStep = Callable[[int, int], None]  # is called before each step: how many are done, and how many there can be


@dataclass(frozen=True)
class Variant:
    """A way to pay attention (or none), as a student and a model card are told about it.

    name: as its folder and the terminal have it. called: as a person calls it, on screen and in figures. plain: what it
    does, in a student's words. equation: LaTeX; several equations are parted by `\\qquad`. paper: Markdown that says
    where it is from. card: Markdown that goes on from "with", such as "additive attention (Bahdanau et al. 2015)".
    attentive: whether its readings have a map. own_decoder: whether it also writes with another network than the
    task's other variants, since its paper has that one. looks_once: whether its map has a single row for the whole
    output, where those of other variants have one for each piece of it. sums: a sentence on why a row of its map sums
    to less than 1; empty where rows sum to 1.
    """

    name: str
    called: str
    plain: str
    equation: str
    paper: str
    card: str
    attentive: bool = True
    own_decoder: bool = False
    looks_once: bool = False
    sums: str = ""


@dataclass(frozen=True)
class Example:
    """Something to begin with, one click away.

    name: in the address. label: on the page. inputs: one for each of the task's inputs, a text or the path of a file.
    notice: one line that says what to notice in it. person: what a person would answer, where there is one answer for
    the whole input. credit: who made a file, and under which terms.
    """

    name: str
    label: str
    inputs: tuple[str, ...]
    notice: str
    person: str = ""
    credit: str = ""


@dataclass(frozen=True)
class FocusChoice:
    """What may change the mechanism's own focus while an output is written. name: as the terminal and the address have
    it. called: in a student's words. exact: Markdown that gives the exact term, what it does, and where it is from.
    finds_place: whether it helps a model that has lost its place in the input."""

    name: str
    called: str
    exact: str
    finds_place: bool = False


@dataclass(frozen=True)
class Published:
    """A figure that a paper reports of its own model: for orientation, since its corpus and its size are others than
    here.

    model: as the paper calls it. figure: the metric, such as "BLEU". value: as it is printed there. corpus: what it
    learned from and was tested on. paper: Markdown that says which paper, and which table of it.
    """

    model: str
    figure: str
    value: str
    corpus: str
    paper: str


@dataclass(frozen=True)
class Task:
    """What a task is.

    name: its folder's, and the one that the terminal and the address have. title, told: the head of its page, a name
    and one sentence. inputs: what a person gives, by name, such as ("text",). takes: the same in words for the
    terminal's help. output: what is made of it, such as "summary"; outputs: several of them. own: what a person may
    type in place of the models' output, such as "an English summary of this text"; empty for a task that does not
    write. did: a verb for what the models do, such as "Summarised". do: the same as the button says it that starts
    them, such as "Summarise"; empty where choosing an input starts them. variants: in the order in which they are
    shown, the default first and the one without attention last. default: the variant that is shown first.
    length_penalty: of the search, None for a task that does not write. labels: of a task that classifies. scores: what
    `evaluate` tells, for the terminal's help. data: what the folder of corpora holds, and split: the name of one of its
    sets, likewise. limits: what the models can't do. caution: what to bear in mind beside every output. dev: what the
    figure is by which a training is followed, less being better. focuses: what may change the mechanisms' own focus.
    lengths: the units in which the length of an output can be chosen, such as "words". shortens: whether an output
    leaves most of the input out, and says the rest in the input's language. published: what the papers report of their
    own models. slow_imports: modules that its models need and that take seconds to import, so that the app imports them
    in the background. opens: of a task whose input is a file, the function in the task's folder that opens it, as
    "module.function"; it raises InputError for a file that can't be read. most_bytes: how large such a file may be.
    glimpse: the name of the example that the app's first page shows; empty for the first one.
    """

    name: str
    title: str
    told: str
    inputs: tuple[str, ...]
    takes: str
    output: str
    outputs: str
    own: str
    did: str
    variants: tuple[Variant, ...]
    default: str
    examples: tuple[Example, ...]
    scores: str
    data: str
    split: str
    limits: str
    caution: str = ""
    length_penalty: float | None = None
    labels: tuple[str, ...] = ()
    do: str = ""
    dev: str = "loss on the dev sets"
    focuses: tuple[FocusChoice, ...] = ()
    lengths: tuple[str, ...] = ()
    shortens: bool = False
    published: tuple[Published, ...] = ()
    slow_imports: tuple[str, ...] = ()
    opens: str = ""
    most_bytes: int = 0
    glimpse: str = ""

    def variant(self, name: str) -> Variant | None:
        """The variant of that name, or None. A second seed (`additive.seed2`) gives the variant that it repeats."""
        return next((variant for variant in self.variants if variant.name == name.split(".")[0]), None)

    def called(self, name: str) -> str:
        """What a person calls the variant of that name: "word-by-word", or "additive, seed 2" for a second seed."""
        variant = self.variant(name)
        if variant is None:
            return name.replace("_", "-")
        _, _, seed = name.partition(".seed")
        return f"{variant.called}, seed {seed}" if seed else variant.called

    def focus_called(self, focus: str) -> str:
        """What a person calls a focus, or several with commas between, within a line: "fewer moments and near the last
        moment only". It is empty where the task has no focus of that name."""
        called = {one.name: f"{one.called[:1].lower()}{one.called[1:]}" for one in self.focuses}
        names = focus.split(",")
        return " and ".join(called[name] for name in names) if called.keys() >= set(names) else ""

    def example(self, name: str) -> Example | None:
        """The example of that name, or None."""
        return next((example for example in self.examples if example.name == name), None)


def source_of(inputs: Sequence[str]) -> Any:
    """What a task's reader reads: its only input, or all of them as a tuple."""
    return inputs[0] if len(inputs) == 1 else tuple(inputs)


@dataclass(frozen=True)
class Row:
    """One figure of a variant on one set, beside what is got without its model. value: None where the figure is not
    defined for this variant. baselines: by what a person calls them, in the order in which they are shown. counted:
    what there are n of, such as "words" where a set has fewer inputs."""

    figure: str
    set: str
    n: int
    value: float | None
    baselines: Mapping[str, float | None]
    better: Literal["higher", "lower"] = "higher"
    counted: str = "inputs"


@dataclass(frozen=True)
class Bin:
    """Inputs of `least` to `most` words: how many they are, and the figure of their outputs together.

    chance: what good outputs get that belong to other inputs of the bin. loops: the share of outputs that repeat
    themselves without end. Both are None where they were not measured.
    """

    least: int
    most: int
    n: int
    value: float
    chance: float | None = None
    loops: float | None = None


@dataclass(frozen=True)
class ByLength:
    """What the length of an input does to a variant. figure: what `value` is, such as "BLEU". meaning: what it says,
    after its name: "says how close …". unit: what is counted, such as "words of the French sentence". set, n: what was
    scored, and how many inputs it has. inputs: the same in a student's words. signature: how the figure was computed.
    bins: the shortest inputs first."""

    figure: str
    meaning: str
    unit: str
    set: str
    n: int
    inputs: str
    signature: str
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Comparison:
    """A variant's figure on a set beside what something else gets there, and how surely it is the better one.

    other: what it is compared with, as a person calls it; others: its figure. wins: in what share of `samples` random
    drawings of the set this variant's figure is the better one (paired bootstrap).
    """

    figure: str
    set: str
    n: int
    own: float
    other: str
    others: float
    wins: float
    samples: int
    better: Literal["higher", "lower"] = "higher"


@dataclass(frozen=True)
class Evidence:
    """How far a variant can be believed, from its `scores.json`.

    how: Markdown that says what the rows are and how to read them. rows: the figures of its maps; none where none were
    kept. told: what they come to, as Markdown sentences. by_length: None where no such scores were kept. compared: the
    figures of its outputs beside those of others.
    """

    how: str = ""
    rows: tuple[Row, ...] = ()
    told: tuple[str, ...] = ()
    by_length: ByLength | None = None
    compared: tuple[Comparison, ...] = ()


@dataclass(frozen=True)
class Probe:
    """A fixed input whose map is kept while a variant learns.

    read: what was read, in short. wrote: what stood beside it, such as the output that the model was made to write.
    told: the same in a sentence. over: makes an attention map of what was kept of it, float32 (rows, columns), as the
    model had it. photo: what a map over a Grid lies on.
    """

    read: str
    wrote: str
    told: str
    over: Callable[[Weights], AttentionMap]
    photo: Photo | None = None


@dataclass(frozen=True)
class Shaping:
    """How the map of a fixed input took shape: at each of `steps` of the training, the map at that moment."""

    probe: Probe
    steps: tuple[int, ...]
    maps: tuple[AttentionMap, ...]


@dataclass(frozen=True)
class Parts:
    """An input as it is read: whole, or part by part where it is too long for that.

    sources: in order, each as `Reader.read` takes it. notes: sentences about what was done to the input before. name:
    that of its file. Both are empty where the input is read whole: then its reading has them.
    """

    sources: tuple[Any, ...]
    notes: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, eq=False)
class Inside:
    """What a model computed on its way to an output that it was made to write, in tokens (the finest units).

    reading: what came of it. states: h_j, float32 (keys, key size), of every key, the end mark last. queries: s_i
    (tokens, size). energies: e_ij (tokens, keys). weights: alpha_ij (tokens, keys). contexts: c_i (tokens, key size).
    alternatives: for each token what was likeliest there, best first.
    """

    reading: Reading
    states: Weights
    queries: Weights
    energies: Weights
    weights: Weights
    contexts: Weights
    alternatives: tuple[tuple[Alternative, ...], ...]


@dataclass(frozen=True)
class Answer:
    """What came of one of many inputs, without its maps. problem: a sentence that says why there is no output; the text
    is empty then."""

    text: str
    problem: str = ""


class Reader(Protocol):
    """A trained variant of a task, ready to read. Many threads may share one: it holds no state between readings."""

    task: str
    variant: str
    digest: str

    def read(
        self,
        source: Any,
        *,
        target: Any = None,
        weights: Mapping[str, Weights] | None = None,
        beam: int = 5,
        length_penalty: float = 1.0,
        focus: str = "",
        on_step: OnStep | None = None,
    ) -> Reading:
        """Read an input.

        target: an output that the model has to take in place of its own. weights: for a forced reading, and for every
        reading of a classifier, float32 (queries, keys + 1) by the name of the finest map, with the rest as the last
        column, used in place of what the mechanism would choose. beam, length_penalty: of the search, where a task
        writes. focus: what changes the mechanism's own focus in this reading, such as "window", or several with commas
        between. on_step: is told of every step of a task that writes, and whatever it raises ends the reading. Raises
        InputError for an input that can't be read, for weights that don't fit, and for a focus that the variant doesn't
        have.
        """
        ...

    def parts(self, source: Any) -> Parts:
        """The parts of an input, each of which `read` reads; most inputs are read whole. Raises InputError for an input
        that can't be read."""
        ...

    def outputs(
        self, sources: Sequence[Any], *, beam: int = 5, length_penalty: float | None = None
    ) -> Sequence[Answer]:
        """What is made of many inputs, in their order: the text of the output that `read` would give, without maps, and
        much sooner. An input that can't be read has an Answer that says why. Raises InputError for a search that can't
        be."""
        ...


def clock(device: str) -> Callable[[], float]:
    """What tells the seconds that a reading takes on this device. On a CPU only the work of this thread counts, so
    that other programs change little; that is all of the work where torch has one thread, as `service` has it. On a GPU
    all the time counts."""
    return time.thread_time if device == "cpu" else time.perf_counter


def check_search(beam: int, length_penalty: float) -> None:
    """Raises InputError unless a beam search can run with these settings."""
    if not isinstance(beam, int) or not 1 <= beam <= LARGEST_BEAM:
        raise InputError(f"The beam size is {beam!r}: choose a whole number from 1 to {LARGEST_BEAM}.")
    if not isinstance(length_penalty, (int, float)) or not 0 <= length_penalty <= LARGEST_PENALTY:
        raise InputError(f"The length penalty is {length_penalty!r}: choose a number from 0 to {LARGEST_PENALTY:g}.")


def checked_focuses(focus: str, offered: Iterable[str]) -> list[str]:
    """The names in `focus`, which has commas between them, each once and in the order in which they are offered; none
    where it is empty. Raises InputError for a name that isn't offered."""
    names, offered = {name.strip() for name in focus.split(",")} if focus else set(), list(offered)
    unknown = next(iter(sorted(names - set(offered))), None)
    if unknown is not None:
        what_to_do = f"choose from {', '.join(offered)}" if offered else "leave it out"
        raise InputError(f"This variant has no focus {unknown!r}: {what_to_do}.")
    return [name for name in offered if name in names]


def check_text(text: object, name: str, word: type | tuple[type, ...] = str) -> None:
    """Raises InputError unless it is a string, or words already split."""
    if not isinstance(text, str) and not (isinstance(text, Sequence) and all(isinstance(part, word) for part in text)):
        raise InputError(f"The {name} is neither text nor words: give a string, or a list of strings.")
