"""The skeleton of every reader whose task writes: search, forced outputs, the n best, many inputs at once, timing.

A task's reader is a `WritingReader` with the hooks in which tasks differ: they say what is read of an input
(`_prepare`, `_encode`, `_longest`), what the output is that a person gives (`_forced`), and how tokens become words and
weights become maps (`_written`, `_spelled`, `_maps`).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Any, Protocol

import torch

from attnviz.analysis.plain import encodable
from attnviz.analysis.tree import END, Level, Spelled, Tree, grow
from attnviz.attention import AttentionMap, Weights
from attnviz.errors import InputError
from attnviz.nn.beam import Inside as InsideOfStep
from attnviz.nn.beam import Length, OnLevel, OnStep, Stepper, Trace, normalised, replay, search
from attnviz.nn.focus import Chained, Refocus
from attnviz.nn.mechanisms import Memory
from attnviz.nn.one_row import Logits, OneRow, before, step_of
from attnviz.reading import Alternative, Given, Hypothesis, Pieces, Provenance, Reading
from attnviz.tasks.base import VERSION, Answer, Parts, Task, check_search, checked_focuses, clock
from attnviz.tasks.prepared import Prepared
from attnviz.tasks.weights import Room, by_name, check_weights
from attnviz.tasks.written import Written, by_word


class WritingModel(Protocol):
    """What the skeleton needs of a model; a task's reader knows its own."""

    @property
    def decoder(self) -> Stepper: ...

    @property
    def device(self) -> torch.device: ...


class WritingReader(ABC):
    """A trained variant of a task that writes. It holds no state between readings: many threads may share it.

    about: what the task says of itself. begin, end: the tokens before an output and after it. never: the tokens that
    are not written. finest: the name of the finest map. together: how many places the inputs have at most that are
    searched together, padding included. focuses: what can change the mechanism's own focus while an output is written,
    by name; where several are chosen, they are joined in this order (`Chained`).
    """

    about: Task
    task: str
    begin: int
    end: int
    never: tuple[int, ...]
    finest: str
    together: int
    focuses: Mapping[str, Refocus] = MappingProxyType({})

    model: WritingModel
    variant: str
    digest: str

    def read(
        self,
        source: Any,
        *,
        target: Any = None,
        weights: Mapping[str, Weights] | None = None,
        beam: int = 5,
        length_penalty: float | None = None,
        focus: str = "",
        length: str = "",
        on_step: OnStep | None = None,
    ) -> Reading:
        """Read one input: write an output for it, or take `target` as its output.

        beam: how many outputs the search keeps; all of them are in the Reading, best first. length_penalty: the score
        is the sum of log-probabilities over the number of tokens to this power; None is the task's own. weights: only
        with a `target`, float32 (queries, keys + 1) for the finest map by its name, with the rest as the last column.
        They are used in place of what the mechanism would choose, except for the end mark's row, which stays the
        mechanism's own; rows need not sum to 1. focus: the name of one of `focuses`, or several with commas between.
        length: how long an output that is written has to be, such as "8 words", where the task offers that. on_step:
        see OnStep; whatever it raises ends the reading.

        Raises InputError where the input or the target can't be read, where the weights don't fit, and for a focus or a
        length that the variant doesn't have.
        """
        now = clock(self.model.device.type)
        started = now()
        length_penalty = self._checked_penalty(beam, length_penalty)
        wanted = self._wanted(length)
        weights, focuses = by_name(weights), self._focuses(focus)
        if weights and target is None:
            raise InputError("Weights can be given only for a given output: give the target that they belong to.")
        prepared = self._prepare(source)
        written = None if target is None else self._forced(target)
        rows = None if written is None else self._given_weights(weights, written, prepared)
        settings: dict[str, Any] = {"length_penalty": length_penalty, "device": self.model.device.type}
        with torch.inference_mode():
            memory = replace(self._encode([prepared.row]), refocus=self._refocus(focuses))
            if written is None:
                settings["beam"] = beam
                settings |= {"length": length} if length else {}
                traces = self._search(memory, [prepared.row], beam, length_penalty, on_step, wanted)[0]
            else:
                traces = [self._replay(memory, written.tokens, rows, length_penalty, on_step)]
        hypotheses = tuple(self._hypothesis(trace, written or self._words(trace), prepared) for trace in traces)
        output, notes, forced = hypotheses[0], prepared.notes, None
        if written is not None:
            hypotheses, notes = (), notes + written.notes
            forced = written.forced or (encodable(target) if isinstance(target, str) else written.text)
        chosen = ",".join(focuses)
        return Reading(
            task=self.task,
            variant=self.variant,
            variant_name=self.about.called(self.variant),
            source=(prepared.source,),
            output=output.output,
            score=output.score,
            maps=output.maps,
            hypotheses=hypotheses,
            provenance=Provenance(self.digest, settings, now() - started, VERSION, notes),
            given=Given(
                forced=forced,
                name=encodable(prepared.name),
                edits=tuple(weights),
                focus=chosen,
                focus_name=self.about.focus_called(chosen),
            ),
        )

    def tree(
        self,
        source: Any,
        *,
        beam: int = 5,
        length_penalty: float | None = None,
        focus: str = "",
        length: str = "",
        on_step: OnStep | None = None,
    ) -> Tree:
        """The search for the outputs of one input, step by step: what `read` does with these options, and what it does
        not keep. Raises InputError as `read` does."""
        length_penalty = self._checked_penalty(beam, length_penalty)
        wanted, focuses = self._wanted(length), self._focuses(focus)
        prepared, levels = self._prepare(source), list[Level]()
        with torch.inference_mode():
            memory = replace(self._encode([prepared.row]), refocus=self._refocus(focuses))
            self._search(
                memory, [prepared.row], beam, length_penalty, on_step, wanted, lambda _, level: levels.append(level)
            )
        return grow(levels, self._read_off, partial(normalised, length_penalty=length_penalty))

    def row(self, source: Any, target: Any, place: int, *, name: str | None = None, focus: str = "") -> OneRow:
        """The row of the finest map at one step of a given output, to be replaced while all else stays as it was.

        place: of a token of the output, counted from 0. name: of the finest map; there is no need to give it. focus:
        see `read`. Under any weights it answers what `read` gives with the same `target` and with these weights in this
        row. Raises InputError as `read` does, for a variant without attention, and where there is no such token.
        """
        if name not in (None, self.finest):
            raise InputError(f"The map {name!r} has no rows that can be replaced: take those of {self.finest}.")
        prepared, tokens = self._prepare(source), self._tokens_to(target, place)
        with torch.no_grad():
            memory = replace(self._encode([prepared.row]), refocus=self._refocus(self._focuses(focus)))
        row = step_of(self.model.decoder, memory, tokens, place, begin=self.begin, rest=self.rest_key)
        if row is None:
            raise InputError("This variant has no attention, so it has no row of weights: choose another variant.")
        return row

    def without_each(
        self,
        source: Any,
        target: Any,
        place: int,
        *,
        name: str | None = None,
        focus: str = "",
        on_step: OnStep | None = None,
    ) -> Logits | None:
        """The log-probabilities (words, tokens of the vocabulary) at one step of a given output, where the model read
        the input without each of its words in turn, all in one batch. None where an input has no words to delete.

        The arguments are those of `row`. on_step: see `before`. Raises InputError as it does.
        """
        prepared, tokens = self._prepare(source), self._tokens_to(target, place)
        rows = self._without_each_word(prepared)
        if not rows:
            return None
        with torch.inference_mode():
            memory = replace(self._encode(rows), refocus=self._refocus(self._focuses(focus)))
            state, token = before(self.model.decoder, memory, tokens, place, begin=self.begin, on_step=on_step)
            found: Logits = self.model.decoder.step(token, state).log_probs.double().cpu().numpy()
        return found

    def parts(self, source: Any) -> Parts:
        """See `tasks.base.Reader`."""
        return Parts((source,))

    def outputs(self, sources: Sequence[Any], *, beam: int = 5, length_penalty: float | None = None) -> list[Answer]:
        """See `tasks.base.Reader`. Inputs of like length are searched together."""
        length_penalty = self._checked_penalty(beam, length_penalty)
        rows, counts, problems = list[Any](), list[int](), list[str]()
        for source in sources:
            try:
                parts, problem = [self._prepare(part).row for part in self.parts(source).sources], ""
            except InputError as refused:
                parts, problem = [], str(refused)
            rows += parts
            counts.append(len(parts))
            problems.append(problem)
        texts = iter([self._words(trace).text for trace in self._best(rows, beam, length_penalty)])
        return [
            Answer(" ".join(islice(texts, count)), problem) for count, problem in zip(counts, problems, strict=True)
        ]

    # What tasks differ in

    @property
    @abstractmethod
    def rest_key(self) -> bool:
        """Whether the variant has a key that is no input (end mark, sentinel)."""

    @property
    @abstractmethod
    def attentive(self) -> bool:
        """Whether the variant has attention."""

    @abstractmethod
    def _prepare(self, source: Any) -> Prepared:
        """An input, checked and ready to be read. Raises InputError."""

    @abstractmethod
    def _encode(self, rows: Sequence[Any]) -> Memory:
        """The memory of inputs as `_prepare` made them."""

    @abstractmethod
    def _places(self, row: Any) -> int:
        """How long an input is, in the places that `together` counts."""

    @abstractmethod
    def _longest(self, row: Any) -> int:
        """How many tokens the output of an input may have, the end mark included."""

    @abstractmethod
    def _forced(self, target: Any) -> Written:
        """The output that a person gave, in the model's tokens. Raises InputError."""

    @abstractmethod
    def _written(self, tokens: Sequence[int]) -> Written:
        """The output that the model wrote. tokens: without the end mark."""

    @abstractmethod
    def _spelled(self, token: int) -> str:
        """A token as a person reads it."""

    @abstractmethod
    def _maps(self, trace: Trace, weights: Weights, written: Written, prepared: Prepared) -> tuple[AttentionMap, ...]:
        """The maps of an output, the first one over words. weights: (tokens, keys), without the end mark's row."""

    def _without_each_word(self, prepared: Prepared) -> list[Any]:
        """The input without each of its words in turn, as `_encode` takes it; none where no word can be deleted."""
        return []

    # What all of them do

    def _tokens_to(self, target: Any, place: int) -> tuple[int, ...]:
        """The tokens of a given output with its end mark. Raises InputError where none of them is at `place`."""
        tokens = (*self._forced(target).tokens, self.end)
        if not 0 <= place < len(tokens) - 1:
            raise InputError(f"This {self.about.output} has {len(tokens) - 1} pieces, so none has number {place}.")
        return tokens

    def _best(self, rows: Sequence[Any], beam: int, length_penalty: float, focus: str = "") -> list[Trace]:
        """The best output for each of many inputs; see `_n_best`."""
        return [best for best, *_ in self._n_best(rows, beam, length_penalty, focus)]

    def _n_best(self, rows: Sequence[Any], beam: int, length_penalty: float, focus: str = "") -> list[list[Trace]]:
        """The outputs for each of many inputs, best first, where inputs of like length are searched together.

        focus: see `read`. Raises InputError for a focus that the variant doesn't have.
        """
        refocus = self._refocus(self._focuses(focus))
        places = list(map(self._places, rows))
        order = sorted(range(len(rows)), key=lambda i: places[i])
        traces: dict[int, list[Trace]] = {}
        while order:
            size = max(1, self.together // places[order[-1]])
            batch, order = order[-size:], order[:-size]
            with torch.inference_mode():
                together = [rows[i] for i in batch]
                memory = replace(self._encode(together), refocus=refocus)
                outputs = self._search(memory, together, beam, length_penalty)
            traces |= dict(zip(batch, outputs, strict=True))
        return [traces[i] for i in range(len(rows))]

    def _checked_penalty(self, beam: int, length_penalty: float | None) -> float:
        """The length penalty of a search; None is the task's own. Raises InputError where none can be with it."""
        penalty = (self.about.length_penalty or 0.0) if length_penalty is None else length_penalty
        check_search(beam, penalty)
        return penalty

    def _wanted(self, length: str) -> Length | None:
        """What an output has to keep to, for a length that a person chose. Raises InputError where it isn't offered."""
        if length:
            raise InputError(f"The length of a {self.about.output} can't be chosen: leave it out.")
        return None

    def _search(
        self,
        memory: Memory,
        rows: Sequence[Any],
        beam: int,
        length_penalty: float,
        on_step: OnStep | None = None,
        length: Length | None = None,
        on_level: OnLevel | None = None,
    ) -> list[list[Trace]]:
        """The best outputs for each row of the memory. rows: the inputs, each of which limits its own output."""
        return search(
            self.model.decoder,
            memory,
            begin=self.begin,
            end=self.end,
            never=self.never,
            beam=beam,
            length_penalty=length_penalty,
            max_tokens=[self._longest(row) for row in rows],
            length=length,
            on_step=on_step,
            on_level=on_level,
        )

    def _replay(
        self,
        memory: Memory,
        tokens: Sequence[int],
        weights: Weights | None = None,
        length_penalty: float = 1.0,
        on_step: OnStep | None = None,
        inside: InsideOfStep | None = None,
    ) -> Trace:
        """Let the decoder write `tokens`, and the end mark after them, whatever it would have written itself.

        weights: (tokens, keys), which are used in place of the mechanism's own where they are given. inside: see
        `replay`.
        """
        return replay(
            self.model.decoder,
            memory,
            (*tokens, self.end),
            begin=self.begin,
            never=self.never,
            length_penalty=length_penalty,
            weights=None if weights is None else torch.from_numpy(weights).to(self.model.device),
            inside=inside,
            on_step=on_step,
        )

    def _given_weights(self, weights: Mapping[str, Weights], written: Written, prepared: Prepared) -> Weights | None:
        """The weights (tokens, keys) that a person gave, as the decoder takes them, None where none were given."""
        room = Room(len(written.tokens), len(prepared.keys), self.rest_key)
        rows = check_weights(weights, {self.finest: room} if self.attentive else {}).get(self.finest)
        return rows if rows is None or self.rest_key else rows[:, :-1].copy()

    def _focuses(self, focus: str) -> list[str]:
        """The names of the focuses that were chosen, in the order of `focuses`. Raises InputError."""
        return checked_focuses(focus, self.focuses if self.attentive else ())

    def _refocus(self, names: Sequence[str]) -> Refocus | None:
        """The focuses of these names, as one; None for the mechanism's own alone."""
        chosen = tuple(self.focuses[name] for name in names)
        return Chained(chosen) if len(chosen) > 1 else next(iter(chosen), None)

    def _read_off(self, tokens: Sequence[int]) -> Spelled:
        """The tokens of an output as a person reads them; it may be none."""
        if not tokens:
            return Spelled("", "")
        written = self._written(tokens)
        return Spelled(written.text, written.units[-1], within=written.groups[-1] in written.groups[:-1])

    def _words(self, trace: Trace) -> Written:
        return self._written([token for token in trace.tokens if token != self.end])

    def _hypothesis(self, trace: Trace, written: Written, prepared: Prepared) -> Hypothesis:
        words, groups = range(len(written.words)), written.groups
        output = Pieces(
            text=written.text,
            labels=written.words,
            units=by_word(written.units, groups, len(words)),
            logprobs=tuple(sum(p for p, g in zip(trace.logprobs, groups, strict=False) if g == i) for i in words),
            alternatives=tuple(self._alternatives(trace, groups.index(i)) if i in groups else () for i in words),
            logprob=sum(trace.logprobs),
            unknown=written.guessed,
        )
        tokens = len(written.tokens)
        maps = () if trace.weights is None else self._maps(trace, trace.weights[:tokens], written, prepared)
        return Hypothesis(output, trace.score, maps)

    def _alternatives(self, trace: Trace, place: int) -> tuple[Alternative, ...]:
        return tuple(
            Alternative(END if token == self.end else self._spelled(token), logprob)
            for token, logprob in trace.alternatives[place]
        )
