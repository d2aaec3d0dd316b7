"""The terminal: read, batch, train, evaluate and export, with the same options for every task.

Each command is a file of its own. torch and whatever else takes long is imported inside the commands. What went wrong
is one sentence on standard error, with exit code 2.
"""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from attnviz import service
from attnviz.cli import batch, evaluate, export, read, train
from attnviz.errors import BundleError, InputError


class OneSentence(TyperGroup):
    """Whatever goes wrong for a person is told in one sentence, without usage, frames or a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except typer.TyperException as problem:
            _stop(f"{problem.format_message().rstrip('.')} (--help tells more).", 2)
        except (InputError, BundleError) as problem:
            _stop(str(problem), 2)
        except (KeyboardInterrupt, typer.Abort):
            _stop("Stopped.", 130)
        else:
            sys.exit(code or 0)


def _stop(message: str, code: int) -> None:
    print(message, file=sys.stderr)
    sys.exit(code)


app = typer.Typer(
    cls=OneSentence,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=f"""See what an attention model looks at.

TASK is one of: {", ".join(service.TASKS)}. Every command has a --help with examples.""",
)
app.command(help=read.HELP)(read.read)
app.command(help=batch.HELP)(batch.batch)
app.command(help=train.HELP)(train.train)
app.command(help=evaluate.HELP)(evaluate.evaluate)
app.command(help=export.HELP)(export.export)
