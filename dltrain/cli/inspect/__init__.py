"""`dltrain inspect …`: look at the data of a config file, or at its network; train nothing."""

from __future__ import annotations

import typer

from dltrain.cli.inspect import data, model

app = typer.Typer(
    name="inspect",
    help="Look at the data or the network of a config file.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("data")(data.data)
app.command("model")(model.model)
