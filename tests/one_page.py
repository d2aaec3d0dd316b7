"""One page of the app on small bundles, in a process of its own, for journeys in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT, running

_APP = """
import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, {repository!r})
from attnviz import bundles

bundles.PRETRAINED = Path({root!r})
{before}
st.set_page_config(page_title="attnviz", layout="wide")
st.navigation([st.Page({page!r}, title={name!r}, default=True)], position="top").run()
"""


@contextmanager
def served(name: str, folder: Path, root: Path, before: str = "") -> Iterator[str]:
    """The address of the page `attnviz/web/pages/<name>.py`, run on the bundles under `root`.

    before: code that it runs first.
    """
    page = str(ROOT / "attnviz" / "web" / "pages" / f"{name}.py")
    app = _APP.format(repository=str(ROOT), root=str(root), before=before, page=page, name=name.capitalize())
    (folder / "app.py").write_text(app)
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_bytes((ROOT / ".streamlit" / "config.toml").read_bytes())
    with running(folder, folder / "log.txt") as url:
        yield url
