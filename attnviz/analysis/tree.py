"""The beam search as a tree: what it held at each step, what became of it, and which outputs it found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_STEPS = 100  # of a search that a tree shows

END = "(end)"  # the end mark, as a person reads it


@dataclass(frozen=True)
class Branch:
    """How an output goes on at a step. parent: its place among those that were held before. logprob: of the token."""

    parent: int
    token: int
    logprob: float


@dataclass(frozen=True)
class Level:
    """What a step of a search leaves of one input. held: the outputs that go on, best first; none once the input is
    done. ended: those that the end mark finishes."""

    held: tuple[Branch, ...]
    ended: tuple[Branch, ...]


@dataclass(frozen=True)
class Spelled:
    """Tokens as a person reads them. text: all of them. piece: the last one. within: whether the last one goes on with
    the word of the one before it."""

    text: str
    piece: str
    within: bool = False


@dataclass(frozen=True)
class Node:
    """What was written at one step of an output that the search held, or the end mark of one that it finished.

    step: counted from 0. parent: the place of the node before it in the tree, None at the first step. text: the output
    up to here. piece, within: see `Spelled`. logprob: of this step. total: the sum of log-probabilities up to here.
    score: the same as outputs are sorted by it. rank: of the best output that it leads to, counted from 1; 0 where it
    leads to none. until: the last step at which the search held anything that begins so. left: the search still held
    it when it ended.
    """

    step: int
    parent: int | None
    text: str
    piece: str
    within: bool
    ends: bool
    logprob: float
    total: float
    score: float
    rank: int
    until: int
    left: bool

    @property
    def dropped(self) -> bool:
        """Whether everything that begins so had to make way for outputs that scored better."""
        return not self.rank and not self.left


@dataclass(frozen=True)
class Tree:
    """A search, step by step: a parent stands before its children.

    held: how many outputs were held after each step. outputs: how many were finished. dropped: how many branches ended
    without one while the search went on. There are more steps than nodes show where the search took more than
    `MOST_STEPS`.
    """

    nodes: tuple[Node, ...]
    held: tuple[int, ...]
    outputs: int
    dropped: int

    @property
    def steps(self) -> int:
        """How many steps the search took."""
        return len(self.held)

    @property
    def shown(self) -> int:
        """How many of them the nodes show."""
        return min(self.steps, MOST_STEPS)


@dataclass(frozen=True)
class _Found:
    """A node while the tree grows. tokens, logprobs: from the first step on."""

    parent: int | None
    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    ends: bool


def grow(
    levels: Sequence[Level], spell: Callable[[Sequence[int]], Spelled], score: Callable[[float, int], float]
) -> Tree:
    """The tree of a search.

    levels: one for each of its steps. spell: reads tokens, without the end mark. score: of a sum of log-probabilities
    and the number of tokens that it is over.
    """
    found, last = _found(levels)
    scores = [score(sum(one.logprobs), len(one.logprobs)) for one in found]
    until, ranks = [len(one.tokens) - 1 for one in found], [0] * len(found)
    left = [place in last for place in range(len(found))]
    ended = [place for place, one in enumerate(found) if one.ends]
    for rank, place in enumerate(sorted(ended, key=lambda place: -scores[place]), 1):
        ranks[place] = rank
    for place in reversed(range(len(found))):  # what becomes of a node is what becomes of its children
        parent = found[place].parent
        if parent is not None:
            ranks[parent] = min(filter(None, (ranks[parent], ranks[place])), default=0)
            until[parent] = max(until[parent], until[place])
            left[parent] |= left[place]
    nodes = []
    for place, one in enumerate(found):
        if len(one.tokens) > MOST_STEPS:
            break
        spelled = spell(one.tokens[:-1] if one.ends else one.tokens)
        nodes.append(
            Node(
                step=len(one.tokens) - 1,
                parent=one.parent,
                text=spelled.text,
                piece=END if one.ends else spelled.piece,
                within=spelled.within and not one.ends,
                ends=one.ends,
                logprob=one.logprobs[-1],
                total=sum(one.logprobs),
                score=scores[place],
                rank=ranks[place],
                until=until[place],
                left=left[place] and not ranks[place],
            )
        )
    inner = {one.parent for one in found}
    dropped = sum(not (ranks[place] or left[place] or place in inner) for place in range(len(found)))
    return Tree(tuple(nodes), tuple(len(level.held) for level in levels), len(ended), dropped)


def _found(levels: Sequence[Level]) -> tuple[list[_Found], set[int]]:
    """The nodes, step by step, and the places of those that were held when the search ended."""
    found, before = list[_Found](), list[int]()
    for level in levels:
        here = before if not level.held else []
        for branches, ends in ((level.held, False), (level.ended, True)):
            for branch in branches:
                parent = before[branch.parent] if before else None
                tokens, logprobs = ((), ()) if parent is None else (found[parent].tokens, found[parent].logprobs)
                if not ends:
                    here.append(len(found))
                found.append(_Found(parent, (*tokens, branch.token), (*logprobs, branch.logprob), ends))
        before = here
    return found, set(before)
