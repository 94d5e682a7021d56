"""The command line: one small file for each command; parse, call one function, print one result.

Help and the light commands import no heavy library: a command imports what it needs inside.
"""

from __future__ import annotations

import typer

from dltrain.cli import (
    cache,
    config,
    cv,
    ensemble,
    evaluate,
    fit,
    init,
    inspect,
    lr_find,
    report,
    reproduce,
    resume,
    runs,
    sweep,
    tune,
    validate,
)

app = typer.Typer(
    name="dltrain",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("fit")(fit.fit)
app.command("resume")(resume.resume)
app.command("reproduce")(reproduce.reproduce)
app.command("ensemble")(ensemble.ensemble)
app.command("evaluate")(evaluate.evaluate)
app.command("report")(report.report)
app.command("cv")(cv.cv)
app.command("sweep")(sweep.sweep)
app.command("lr-find")(lr_find.lr_find)
app.command("tune")(tune.tune)
app.command("validate")(validate.validate)
app.command("init")(init.init)
app.add_typer(config.app)
app.add_typer(runs.app)
app.add_typer(cache.app)
app.add_typer(inspect.app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(metadata.version("dltrain"))
        raise typer.Exit


@app.callback()
def dltrain(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    """Train deep-learning models from YAML files."""


def main() -> None:
    """Run the command line."""
    app()
