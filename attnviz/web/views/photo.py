"""The page's component for photos. Nothing is told to the page: everything happens in the browser."""

from attnviz.attention import AttentionMap
from attnviz.figures.browser.photo import PHOTO, photo
from attnviz.figures.photo import Look
from attnviz.media import Photo
from attnviz.reading import Pieces
from attnviz.web.text import key_of
from attnviz.web.views import components


def show(
    picture: Photo,
    output: Pieces,
    attention: AttentionMap | None,
    look: Look,
    *,
    group: str,
    alt: str,
    key: str,
    chosen: int | None = None,
    linked: bool = False,
) -> None:
    """Draw the photo and the words of `output`, with their weights where there is a map over a Grid.

    group: the same word or place is followed in all photos of a group. chosen: the place of the word that is chosen
    at first, where it isn't the first one that names a thing. linked: whether a link to the page holds which one is
    chosen.
    """
    drawn = photo(picture, output, attention, look, alt)
    told = {"id": key_of(picture.content, output.text, attention and attention.name), "group": group, "linked": linked}
    _component(key=key, data={**drawn, **told, **({} if chosen is None else {"first": chosen})})


_component = components.of(PHOTO)
