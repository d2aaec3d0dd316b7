"""What every page has around its content."""

from attnviz.web import menu, popovers, style, theme


def draw() -> None:
    """Draw it, before anything else of the page."""
    style.page()
    menu.close()
    theme.follow()
    popovers.reach()
