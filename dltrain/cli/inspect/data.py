"""`dltrain inspect data`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli.arguments import AsJson, ConfigFile, Overrides, Trust, Without
from dltrain.cli.ending import exit_codes


def data(
    config: ConfigFile,
    overrides: Overrides = None,
    without: Without = None,
    rows: Annotated[
        int,
        typer.Option(min=0, max=1000, help="Train rows to show as the network sees them."),
    ] = 5,
    as_json: AsJson = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with plots, for a browser.")
    ] = None,
    trust: Trust = False,
) -> None:
    """Show the data that CONFIG describes: rows, targets, columns, warnings, prepared rows.

    Reads, splits and learns as `fit` does, without TensorFlow. docs/inspect.md says what it means
    to look at test rows.
    """
    with exit_codes():
        from dltrain.config import load
        from dltrain.pages.writing import check_place, write

        checked = load(config, overrides or (), without=without or ())
        if html is not None:
            check_place(html, "--html")

        from dltrain.inspection.data.blocks import blocks
        from dltrain.inspection.data.looking import document, look
        from dltrain.inspection.tables import show
        from dltrain.trust import trusting

        with trusting(trust):
            seen = look(checked)
        facts = document(seen, rows)
        if html is not None:
            from dltrain.inspection.data.page import page

            write(html, page(seen, facts))
        if as_json:
            typer.echo(json.dumps(facts, indent=2, ensure_ascii=False, allow_nan=False))
        else:
            show(blocks(facts))
