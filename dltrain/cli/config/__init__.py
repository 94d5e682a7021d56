"""`dltrain config …`: look at config files and at their language. Light: no TensorFlow."""

from __future__ import annotations

import typer

from dltrain.cli.config import diff, explain, schema, show

app = typer.Typer(
    name="config",
    help="Show, compare and explain config files.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("show")(show.show)
app.command("diff")(diff.diff)
app.command("schema")(schema.schema)
app.command("explain")(explain.explain)
