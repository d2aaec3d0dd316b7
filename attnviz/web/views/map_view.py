"""A map with what is shown beside it, and what is selected in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from attnviz.figures import maps, screen, words
from attnviz.reading import KEY_NAME, QUERY_NAME, AttentionMap, Pieces
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


@dataclass(frozen=True)
class MapView:
    """A map with the sentences that it is over.

    place: where it stands on the page, which stays the same when another map takes its place. key: what its widgets'
    keys begin with, which stays the same for as long as the map is over the same words. minus: the map that is
    subtracted, for a difference. sides: what the two of a difference are called, as plain text. strongest: how many
    keys of each row are shown, 0 for all. told: Markdown below the sentences. title: what tells it from others that
    stand beside it. note, caution: plain text below the output. group: the same words are selected in all views of a
    group. copied: the places of the output's words that were copied, None where the model can't copy. forced: whether
    a person gave the output. ribbon: the map is shown as a ribbon rather than a matrix.
    """

    place: str
    key: str
    source: Sequence[Pieces]
    output: Pieces
    map: AttentionMap | None
    minus: AttentionMap | None = None
    sides: tuple[str, str] | None = None
    stretch: bool = False
    strongest: int = 0
    side: int = screen.USUAL_SIDE
    told: str = ""
    title: str = ""
    note: str = ""
    caution: str = ""
    group: str = ""
    copied: tuple[int, ...] | None = None
    forced: bool = False
    ribbon: bool = False

    @property
    def query_name(self) -> str:
        """What a person calls the map's rows, and the text that they are."""
        return self.map.query_name if self.map else QUERY_NAME

    @property
    def key_name(self) -> str:
        """What a person calls the map's columns, and the text that they are."""
        return self.map.key_name if self.map else KEY_NAME

    @property
    def shown(self) -> AttentionMap | None:
        return self.map if self.map is None or self.minus is None else maps.subtract(self.map, self.minus)

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
    def ever_selected(self) -> bool:
        """Whether anything was ever selected or deselected."""
        return self.following in self._session

    def select(self, query: int | None, key: int | None) -> None:
        if self.map is not None:
            queries = () if query is None else self.map.queries.labels[: query + 1]
            self._session[self.following] = Selected(self.map.keys.labels, key, queries)

    @property
    def following(self) -> str:
        """What all views have in common in which the same words are selected."""
        return self.group or self.place

    @property
    def _session(self) -> Session:
        return Session("selected", [Name(self.following, Selected)])

    @cached_property
    def heatmap(self) -> screen.Heatmap | None:
        """The heatmap, or None where there is no map."""
        if self.map is None:
            return None
        return screen.heatmap(
            self.map, self.minus, stretch=self.stretch, strongest=self.strongest, side=self.side, unread=self.unread
        )

    @property
    def width(self) -> int:
        """About how many px the map takes."""
        if self.ribbon:
            return _RIBBON
        return 320 if self.heatmap is None else max(320, self.heatmap.width)

    @property
    def unread(self) -> frozenset[int]:
        """The words of the input that the model knows no subword of."""
        return words.unread(self.source)
