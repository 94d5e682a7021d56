"""`dltrain config show`."""

from __future__ import annotations

from typing import Annotated

import typer

from dltrain.cli.arguments import ConfigFile, Overrides, Without
from dltrain.cli.ending import exit_codes


def show(
    config: ConfigFile,
    overrides: Overrides = None,
    without: Without = None,
    provenance: Annotated[
        bool, typer.Option("--provenance", help="Say behind each value where it comes from.")
    ] = False,
) -> None:
    """Print CONFIG with every value spelled out, Keras's defaults included.

    What comes out loads again and means the same. What is null by default is left out, and so is
    what only the data tells, such as the task.
    """
    with exit_codes():
        from dltrain.config import load
        from dltrain.config.showing.provenance import shown_config

        checked = load(config, overrides or (), without=without or ())
        text = shown_config(checked, provenance=provenance)
    typer.echo(text, nl=False)
