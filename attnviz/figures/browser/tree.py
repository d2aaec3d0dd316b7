"""A beam search as a tree that a browser draws (`tree.js`): a column for each step, the best output along the top, and
below it what else was held. What was dropped is faint and ends where it was dropped.

The arrow keys walk along the branches and up and down a step. A sentence says of each node what became of it.
"""

from typing import Any

from attnviz.analysis.tree import Node, Tree
from attnviz.figures import likely, words
from attnviz.figures.browser.parts import figure
from attnviz.figures.colours import Theme

TREE = figure("tree", '<div class="tree"></div>', ["tree"], ["parts", "tree"])

_LONGEST = 40  # characters of what stands before a piece, in a sentence
_MARKS = {"dropped": "×", "left": "…"}  # of the last node of a branch; an end has its rank
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def tree(drawn: Tree, theme: Theme) -> dict[str, Any]:
    """What `tree.js` draws."""
    return {
        "nodes": [
            {
                "text": label(node),
                "parent": node.parent,
                "column": node.step,
                "row": row,
                "kind": _kind(node),
                "mark": f"{node.rank}." if node.ends else _MARKS.get(_kind(node), ""),
                "probability": likely.told(node.logprob),
                "score": score(node),
                "told": told(drawn, node),
            }
            for node, row in zip(drawn.nodes, rows(drawn), strict=True)
        ],
        "steps": drawn.shown,
        "alt": summary(drawn),
        "colours": {"page": theme.page, "text": theme.text, "muted": theme.muted, "grid": theme.grid,
                    "line": theme.lines[0], "outline": theme.outline},
    }  # fmt: skip


def label(node: Node) -> str:
    """The piece, after a dot where it goes on with the word before it."""
    return ("·" if node.within else "") + words.shown(node.piece)


def score(node: Node) -> str:
    return f"{node.score:.2f}".replace("-", "−")


def rows(drawn: Tree) -> list[int]:
    """The row of each node: in each step from 0 on, without a gap, and so that no two branches cross. What leads to a
    better output stands higher, then what was held longer."""
    children: list[list[int]] = [[] for _ in drawn.nodes]
    first: list[int] = []
    for place, node in enumerate(drawn.nodes):
        (first if node.parent is None else children[node.parent]).append(place)

    def last(place: int) -> tuple[bool, int, int, float]:
        node = drawn.nodes[place]
        return not node.rank, node.rank, -node.until, -node.score

    found, counts = [0] * len(drawn.nodes), [0] * drawn.shown
    open_ = sorted(first, key=last, reverse=True)
    while open_:
        place = open_.pop()
        step = drawn.nodes[place].step
        found[place] = counts[step]
        counts[step] += 1
        open_ += sorted(children[place], key=last, reverse=True)
    return found


def summary(drawn: Tree) -> str:
    """What the search did, in plain text."""
    found, held, gone = map(_number, (drawn.outputs, max(drawn.held), drawn.dropped))
    told = (
        f"In {_number(drawn.steps)} steps the search found {found} output{'s' * (drawn.outputs != 1)}. After each step "
        f"it held the {held} beginnings that scored best, and dropped the others: {gone} in all."
    )
    return told if drawn.steps == drawn.shown else f"{told} Only the first {drawn.shown} steps are shown."


def told(drawn: Tree, node: Node) -> str:
    """What the search had at this node, and what became of it: a sentence of plain text."""
    at, before = f"At step {node.step + 1}", drawn.nodes[node.parent].text if node.parent is not None else ""
    figures = f"probability {likely.told(node.logprob)}, score {score(node)}"
    if node.ends:
        best = "the best output" if node.rank == 1 else f"output {node.rank} of {drawn.outputs} by score"
        return f"{at} the search ended {_tail(before)} ({figures}): this is {best}."
    after = f" after {_tail(before)}" if before else ""
    goes_on = ", which goes on with that word" if node.within else ""
    return f"{at} the search held {words.quoted(node.piece)}{after}{goes_on} ({figures}); {_fate(drawn, node)}."


def _fate(drawn: Tree, node: Node) -> str:
    if node.rank == 1:
        return "it is in the best output"
    if node.rank:
        return f"it is in output {node.rank} of {drawn.outputs} by score"
    here = node.until == node.step
    if node.left:
        full = drawn.outputs >= max(drawn.held)
        when = f"had its {_number(drawn.outputs)} outputs" if full else "ended"
        return f"{'it' if here else 'what followed'} was left unfinished when the search {when}"
    if not here:
        return f"what followed was dropped, the last of it after step {node.until + 1}"
    others = drawn.held[node.step + 1]
    return (
        f"it was dropped, since {_number(others)} other beginning{'s' * (others != 1)} scored better at the next step"
    )


def _kind(node: Node) -> str:
    if node.rank:
        return "best" if node.rank == 1 else "output"
    here = node.until == node.step
    return ("left" if node.left else "dropped") if here else "faint"


def _tail(text: str) -> str:
    """The end of a text, quoted, from the beginning of a word where one begins there."""
    line = words.shown(text)
    if len(line) > _LONGEST:
        end = line[-_LONGEST:]
        line = f"…{end.partition(' ')[2] or end}"
    return f"“{line}”"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
