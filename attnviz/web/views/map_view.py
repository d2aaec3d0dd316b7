"""A map with what is shown beside it, and what is selected in it."""

from dataclasses import dataclass

from attnviz.attention import AttentionMap
from attnviz.axes import Axis
from attnviz.figures.browser.over_words import WordMap
from attnviz.web.session import Name, Session

_RIBBON = 480  # px that a ribbon takes


@dataclass(frozen=True)
class Selected:
    """What is selected over the input `keys`: a key by its index, and an output word by all words up to it.

    So an output word is found again wherever the same words were written, whichever variant wrote them.
    """

    keys: tuple[str, ...]
    key: int | None
    queries: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MapView(WordMap):
    """A map with the sentences that it is over, where it stands on a page.

    place: where, which stays the same when another map takes its place. key: what its widgets' keys begin with, which
    stays the same for as long as the map is over the same words. told: Markdown below the sentences. group: the same
    words are selected in all views of a group. ribbon: the map is shown as a ribbon rather than a matrix. stretchable:
    the page's menu can stretch its colours.
    """

    place: str
    key: str
    told: str = ""
    group: str = ""
    ribbon: bool = False
    stretchable: bool = False

    @property
    def selected(self) -> tuple[int | None, int | None]:
        """The indices of the query and the key that are selected."""
        selected: Selected | None = self._session[self.following]
        if self.map is None or selected is None or selected.keys != self.map.keys.labels:
            return None, None
        count = len(selected.queries)
        same = count and self.map.queries.labels[:count] == selected.queries
        return (count - 1 if same else None), selected.key

    @property
    def chosen(self) -> str:
        """The output up to the word that is selected in the views of the group; empty where none is."""
        selected: Selected | None = self._session[self.following]
        return "" if selected is None else " ".join(selected.queries)

    @property
    def ever_selected(self) -> bool:
        """Whether anything was ever selected or deselected."""
        return self.following in self._session

    def select(self, query: int | None, key: int | None) -> None:
        if self.map is not None:
            queries = () if query is None else self.map.queries.labels[: query + 1]
            self._session[self.following] = Selected(self.map.keys.labels, key, queries)

    def select_clicked(self, query: object, key: object) -> None:
        """Select what a component says was clicked. What is no place on the map is none: a click may come late, when
        there is another map."""
        if self.map is not None:
            self.select(_on(query, self.map.queries), _on(key, self.map.keys))

    @property
    def following(self) -> str:
        """What all views have in common in which the same words are selected."""
        return self.group or self.place

    @property
    def _session(self) -> Session:
        return Session("selected", [Name(self.following, Selected)])

    @property
    def width(self) -> int:
        """About how many px the map takes."""
        if self.ribbon:
            return _RIBBON
        return 320 if self.heatmap is None else max(320, self.heatmap.width)


def selected_row(group: str, words: AttentionMap, finest: AttentionMap) -> int | None:
    """The row of a map that is selected in the views of a group, counted from 1; None where there is none.

    words, finest: the same map over words and over the units below them, either of which may be in sight. Of a word
    that is selected, it is the row of the first unit.
    """
    selected: Selected | None = Session("selected", [Name(group, Selected)])[group]
    if selected is None or not selected.queries:
        return None
    count = len(selected.queries)
    for shown in (finest, words):
        if (selected.keys, selected.queries) == (shown.keys.labels, shown.queries.labels[:count]):
            return count if shown is finest else finest.queries.groups.index(count - 1) + 1
    return None


def select_row(group: str, attention: AttentionMap, row: object) -> None:
    """Select what a figure says was chosen in it: a row of the map by its place, or none."""
    place = _on(row, attention.queries)
    queries = () if place is None else attention.queries.labels[: place + 1]
    Session("selected", [Name(group, Selected)])[group] = Selected(attention.keys.labels, None, queries)


def _on(place: object, axis: Axis) -> int | None:
    """The place, where it is one of the axis."""
    return place if isinstance(place, int) and 0 <= place < len(axis) else None
