"""A beam search in numbers: a table with a row for each node of its tree, and the tree as indented text."""

from attnviz.analysis.tree import Node, Tree
from attnviz.export.numbers import table
from attnviz.figures import likely
from attnviz.figures.browser.tree import label, rows, score

COLUMNS = (
    "step",
    "node",
    "parent",
    "piece",
    "text up to here",
    "probability",
    "log-probability",
    "sum",
    "score",
    "kept or dropped",
    "held until step",
)


def to_csv(drawn: Tree) -> bytes:
    """The tree as CSV (see `numbers.table`) with `COLUMNS` as header.

    Steps and nodes count from 1; a node of the first step has no parent. sum: of the log-probabilities up to here.
    score: what the search sorts its outputs by.
    """
    return table(COLUMNS, (_row(number, node) for number, node in enumerate(drawn.nodes, 1)))


def _row(number: int, node: Node) -> tuple[object, ...]:
    parent = "" if node.parent is None else node.parent + 1
    chance = likely.probability(node.logprob)
    numbers = (chance, node.logprob, node.total, node.score)
    return node.step + 1, number, parent, label(node), node.text, *numbers, became(node), node.until + 1


def became(node: Node) -> str:
    """What became of a node, in few words."""
    if node.rank:
        return f"output {node.rank}"
    return "left unfinished" if node.left else "dropped"


def to_text(drawn: Tree) -> str:
    """The tree with a line for each branch, from where it parts from others to where it parts again or ends, and below
    it, further right, what follows it; what leads to a better output comes first. Each line has its first step, its
    pieces, and the score of the last of them."""
    order = rows(drawn)
    children: dict[int | None, list[int]] = {}
    for place in sorted(range(len(drawn.nodes)), key=order.__getitem__, reverse=True):
        children.setdefault(drawn.nodes[place].parent, []).append(place)
    lines, stack = [], [(place, 0) for place in children.get(None, [])]
    while stack:
        place, depth = stack.pop()
        branch = [drawn.nodes[place]]
        while len(after := children.get(place, [])) == 1:
            (place,) = after
            branch.append(drawn.nodes[place])
        fate = "" if after else f", {became(branch[-1])}"
        pieces = " ".join(map(label, branch))
        lines.append(f"{'  ' * depth}{branch[0].step + 1}: {pieces}  ({score(branch[-1])}{fate})")
        stack += [(place, depth + 1) for place in after]
    return "\n".join(lines)
