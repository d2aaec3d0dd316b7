"""Several files of some readings in one: a zip, with a text that says what made them."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence

from attnviz.attention import ATTENTION
from attnviz.export.command import command
from attnviz.figures import legend, titles
from attnviz.figures.drawing import Drawing
from attnviz.reading import Reading

_ABOUT = "README.txt"
_WHEN = (1980, 1, 1, 0, 0, 0)  # of every file, so that the same files give the same bytes
_PACKED = (".png", ".webp", ".gif", ".npz")  # what is packed already


def zipped(files: Iterable[tuple[str, Callable[[], bytes]]], about: str) -> bytes:
    """The files, each made when its turn comes, under their names; `about` is README.txt. The same content has the same
    bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as together:
        together.writestr(zipfile.ZipInfo(_ABOUT, _WHEN), about)
        for name, content in files:
            packing = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            together.writestr(zipfile.ZipInfo(name, _WHEN), content(), packing)
    return buffer.getvalue()


def about(readings: Sequence[Reading], uses: Iterable[tuple[str, str]], map_name: str = ATTENTION) -> str:
    """What is in a folder of saved files, which models made it, and the commands that make it again. uses: the name of
    each file, and what it is for."""
    models = dict.fromkeys(f"{titles.title(r)} ({r.variant}): {r.provenance.digest}" for r in readings)
    notes = ["The file goes by its name: the command has to be run where it lies."] if not readings[0].texts else []
    lines = [
        legend.of_maps(readings, Drawing(map_name=map_name)),
        "",
        "The files",
        *(f"  {name}: {use}" for name, use in uses),
        "",
        "The models, by the SHA-256 of their weights",
        *(f"  {model}" for model in models),
        "",
        "The same again, in a terminal",
        *(f"  {line}" for line in dict.fromkeys(command(reading, map_name) for reading in readings)),
        *(f"  {note}" for note in notes),
        "",
        "attnviz opens the JSON and the HTML file under “Open a saved reading”, without the model.",
    ]
    return "\n".join(lines) + "\n"
