"""`dltrain runs compare`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from dltrain.cli import completion
from dltrain.cli.arguments import AsJson, Part
from dltrain.cli.ending import exit_codes
from dltrain.cli.runs.formats import AsCsv, AsMarkdown, check_one

if TYPE_CHECKING:
    from dltrain.runs.layout import Section


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN",
            help="Run folders, or names that mean their latest run.",
            autocompletion=completion.named_runs,
        ),
    ],
    split: Annotated[Part, typer.Option(help="Which part.")] = Part.test,
    as_markdown: AsMarkdown = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Compare runs with the first of them: config keys, figures, and whether they truly differ.

    Runs on the same rows of the same data are paired. A difference of figures has its 95 % interval
    by the bootstrap, accuracy is judged by McNemar's exact test; a run is better, worse, or not
    distinguishable.
    """
    check_one(as_markdown, as_csv, as_json)
    with exit_codes():
        from dltrain.runs import layout, tables
        from dltrain.runs.comparing import compare as compared

        found = compared(runs, split.value)
    if as_json:
        typer.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
    elif as_csv:
        typer.echo(tables.as_csv(layout.LONG, list(layout.long_rows(found))))
    else:
        typer.echo("\n\n".join(_lines(layout.sections(found), markdown=as_markdown)))


def _lines(sections: Iterable[Section], *, markdown: bool) -> Iterable[str]:
    from dltrain.runs import tables

    write = tables.as_markdown if markdown else tables.as_text
    for one in sections:
        title = [f"### {one.title}", ""] if markdown else [one.title]
        table = [write(one.header, one.rows, one.exact)] if one.rows else []
        notes = ["", *(f"- {note}" for note in one.notes)] if markdown and table else one.notes
        yield "\n".join([*title, *table, *notes])
