"""The page's component for photos. Everything happens in the browser. Where a panel follows the figure, it tells the
page what is chosen (`followed`)."""

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
    place: int | None = None,
) -> None:
    """Draw the photo and the words of `output`, with their weights where there is a map over a Grid.

    group: the same word or place is followed in all photos of a group. chosen: the place of the word that is chosen
    at first, where it isn't the first one that names a thing. place: of the reading among those of the page, where what
    is chosen is followed under the name `<group>_<place>`; a link to the page holds what is chosen in the first one.
    """
    drawn = photo(picture, output, attention, look, alt)
    told = {"id": key_of(picture.content, output.text, attention and attention.name), "group": group, "place": place}
    _component(key=key, data={**drawn, **told, **({} if chosen is None else {"first": chosen})})


_component = components.of(PHOTO)
