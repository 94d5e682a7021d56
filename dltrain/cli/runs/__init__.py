"""`dltrain runs …`: look at what runs have left, side by side. Light: no TensorFlow."""

from __future__ import annotations

import typer

from dltrain.cli.runs import compare, listing, show

app = typer.Typer(
    name="runs",
    help="List, show and compare runs.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("list")(listing.list_runs)
app.command("show")(show.show)
app.command("compare")(compare.compare)
