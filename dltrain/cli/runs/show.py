"""`dltrain runs show`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from dltrain.cli import completion
from dltrain.cli.arguments import AsJson
from dltrain.cli.ending import exit_codes


def show(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="The run folder, or a name that means its latest run.",
            autocompletion=completion.named_runs,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show what a run is: config, data, model, status, epochs, seconds, figures, verdict, files.

    Of a study it shows the table with which the study has ended.
    """
    with exit_codes():
        from dltrain.runs import showing, tables
        from dltrain.runs.finding import find_one

        shown = showing.show(find_one(run))
    if as_json:
        typer.echo(json.dumps(shown.to_json(), indent=2, ensure_ascii=False))
        return
    for label, line in showing.facts(shown):
        typer.echo(showing.labelled(label, line))
    header, rows = showing.table(shown)
    if rows:
        typer.echo(f"\n{tables.as_text(header, rows)}\n")
    typer.echo(showing.labelled("files", showing.files_in_words(shown)))
    for name in sorted(shown.record.broken):
        typer.echo(f"broken: {shown.record.path}/{name}", err=True)
