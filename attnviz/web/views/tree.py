"""The page's component for the tree of a beam search."""

from attnviz.analysis.tree import Tree
from attnviz.figures import colours
from attnviz.figures.browser.tree import TREE, tree
from attnviz.web.theme import dark
from attnviz.web.views import components


def show(drawn: Tree, *, key: str) -> None:
    """Draw the tree."""
    _component(key=key, data=tree(drawn, colours.theme(dark())))


_component = components.of(TREE)
