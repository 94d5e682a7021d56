"""`dltrain report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli import completion
from dltrain.cli.ending import exit_codes


def report(
    run: Annotated[
        Path,
        typer.Argument(metavar="RUN", help="The run folder.", autocompletion=completion.runs),
    ],
) -> None:
    """Draw the report of a run folder again: plots, report.html and model_card.md."""
    with exit_codes():
        from dltrain.report.writing import write_report

        page = write_report(run)
    typer.echo(page)
