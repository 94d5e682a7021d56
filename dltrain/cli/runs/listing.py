"""`dltrain runs list`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli import completion
from dltrain.cli.arguments import AsJson
from dltrain.cli.ending import exit_codes
from dltrain.cli.runs.formats import AsCsv, AsMarkdown, check_one


def list_runs(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the runs are.", show_default=True)
    ] = Path("runs"),
    sort: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="Sort by a column, the least first. Default: the latest run first.",
            autocompletion=completion.columns,
        ),
    ] = None,
    reverse: Annotated[bool, typer.Option("--reverse", help="Turn the order around.")] = False,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION",
            help="Show runs that meet it, such as optimizer.type=adam or 'val.loss<0.4'; "
            "also != <= > >=. May be given several times: all have to hold.",
            autocompletion=completion.columns,
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN,COLUMN…",
            help="Show these columns; with a + in front, show them too.",
            autocompletion=completion.several_columns,
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Show at most so many runs.")] = None,
    as_markdown: AsMarkdown = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List runs and studies, and their figures.

    Columns are run, name, status, study, smoke, reason, started, ended, epochs, best_epoch,
    stopped_early, seconds, seconds.PHASE, verdict; figures by part, such as val.loss and
    test.accuracy, and of baselines, such as baselines.majority.test.accuracy; and every key of the
    config, such as optimizer.type or architecture.layers.0.units.
    """
    check_one(as_markdown, as_csv, as_json)
    with exit_codes():
        from dltrain.runs import tables
        from dltrain.runs.listing import listing

        found = listing(
            folder, sort=sort, reverse=reverse, where=where or (), columns=columns, limit=limit
        )
    for note in found.notes:
        typer.echo(note, err=True)
    if as_json:
        typer.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
        return
    if as_csv:
        typer.echo(tables.as_csv(found.columns, found.rows))
        return
    write, shown = tables.as_markdown if as_markdown else tables.as_text, found.for_reading()
    typer.echo(write(shown.columns, shown.rows, shown.exact))
