"""`dltrain inspect model`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli.arguments import AsJson, ConfigFile, Overrides, Trust, Verbose, Without
from dltrain.cli.ending import exit_codes


def model(
    config: ConfigFile,
    overrides: Overrides = None,
    without: Without = None,
    as_json: AsJson = False,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw a diagram of the layers.")
    ] = None,
    verbose: Verbose = False,
    trust: Trust = False,
) -> None:
    """Show the network that CONFIG describes: layers, shapes, parameters, operations, memory.

    Reads the data for its shapes, builds the network and trains nothing.
    """
    with exit_codes():
        from dltrain.config import load

        checked = load(config, overrides or (), without=without or ())

        from dltrain import backend
        from dltrain.inspection.model.blocks import blocks
        from dltrain.inspection.model.diagram import diagram
        from dltrain.inspection.model.looking import look
        from dltrain.inspection.tables import show
        from dltrain.pages.writing import check_place, write
        from dltrain.trust import trusting

        if svg is not None:
            check_place(svg, "--svg")
        backend.options = backend.Options(verbose=verbose, helpers=False)
        with trusting(trust):
            facts = look(checked)
        if svg is not None:
            write(svg, diagram(facts))
        if as_json:
            typer.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        else:
            show(blocks(facts))
