"""What the first page shows of each task: one of its examples, as its default variant reads it.

Models are loaded and examples read by one thread of the server, one after another, and once for all visitors. A page
that waits for them can be left at any moment.
"""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

from attnviz import service
from attnviz.errors import BundleError
from attnviz.reading import Reading
from attnviz.tasks.base import Example, Task, source_of

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="glimpses")
_lock = threading.Lock()
_asked: dict[str, tuple[str, Future[Reading]]] = {}  # by task, with the digest of the variant that reads


def example(task: Task) -> Example:
    """The example of the task that is shown."""
    return task.example(task.glimpse) or task.examples[0]


def ask(task: Task) -> Future[Reading]:
    """The reading of the example, or that it will come. Its `result` raises InputError and BundleError.

    Where it failed, it is tried again: the bundle may have been mended.
    """
    try:
        digest = service.digest(task.name, task.default)
    except BundleError as problem:
        absent: Future[Reading] = Future()
        absent.set_exception(problem)
        return absent
    with _lock:
        known, future = _asked.get(task.name, ("", None))
        if future is None or known != digest or (future.done() and future.exception()):
            future = _thread.submit(service.read, task.name, task.default, source_of(example(task).inputs))
            _asked[task.name] = digest, future
        return future
