"""The lessons of summaries: none so far."""

from attnviz.tasks.lesson import Lesson

LESSONS: tuple[Lesson, ...] = ()
