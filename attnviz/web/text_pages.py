"""What the pages have in common whose tasks read a text and write one: read again, search again, draw, save."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attnviz.analysis.tree import Tree
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web import readings
from attnviz.web.files import opened, save
from attnviz.web.inputs import own_output
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.page import Drawn, OwnOutput, Run
from attnviz.web.panels import difference, written
from attnviz.web.panels.written import WrittenPanel
from attnviz.web.session import Session
from attnviz.web.views import sentences


def text_of(reading: Reading) -> str:
    """The text that was read."""
    return reading.texts[0].text


@dataclass(frozen=True)
class TextPage:
    """The functions of a `TaskPage` for a task that reads a text and writes one, with its session."""

    task: Task
    session: Session

    @property
    def own_output(self) -> OwnOutput:
        """How a person gives an output of their own for the text."""

        def read(shown: Sequence[Reading], target: str, run: Run) -> list[Reading]:
            names = [reading.variant for reading in shown]
            return self._force(text_of(shown[0]), names, target, run, own_output.place(self.session))

        return OwnOutput(lambda shown: text_of(shown[0]), read)

    def search_again(self, run: Run, place: str, reading: Reading) -> Tree | None:
        return readings.tree(place, self.task.name, reading.variant, text_of(reading), run.settings)

    def draw(
        self,
        panels: Sequence[WrittenPanel],
        look: Appearance,
        run: Run,
        lesson: str,
        live: bool,
        *,
        above: Callable[..., None] = sentences.show,
        further: Callable[[WrittenPanel], None] = lambda panel: None,
    ) -> Drawn:
        """Draw the panels, and the difference of two maps where it is wanted. above, further: see `written.show`."""
        written.select(self.session, panels)
        outputs = [panel.shown for panel in panels]
        compared: tuple[Reading, ...] = ()

        def read_again(reading: Reading, target: str, place: str) -> list[Reading]:
            return self._force(text_of(reading), [reading.variant], target, run, f"{self.session.owner}_{place}")

        def draw_difference() -> None:
            nonlocal compared
            compared = difference.of_outputs(self.session, outputs, look, read_again)

        written.show(
            self.session,
            self.task,
            panels,
            lesson,
            draw_difference if live else None,
            above=above,
            further=further,
        )
        return Drawn(outputs, compared)

    def save(self, drawn: Drawn, look: Appearance, link: str) -> None:
        choices = save.maps_over_words(drawn.shown, drawn.difference, look)
        save.show(self.session, choices, link, no_link=opened.no_link(self.session))

    def _force(self, text: str, variants: Sequence[str], output: str, run: Run, place: str) -> list[Reading]:
        return readings.of_one(place, self.task.name, text, variants, run.settings, run.status, output)
