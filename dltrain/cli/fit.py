"""`dltrain fit`."""

from __future__ import annotations

from typing import Annotated

import typer

from dltrain.cli import report
from dltrain.cli.arguments import (
    RUNS,
    ConfigFile,
    Output,
    Overrides,
    Smoke,
    Trust,
    Verbose,
    Without,
)
from dltrain.cli.ending import UNMET, exit_codes


def fit(
    config: ConfigFile,
    overrides: Overrides = None,
    name: Annotated[str | None, typer.Option("-n", "--name", help="The run's name.")] = None,
    output: Output = RUNS,
    without: Without = None,
    smoke: Smoke = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check file, data and model; train nothing.")
    ] = False,
    trust: Trust = False,
    verbose: Verbose = False,
) -> None:
    """Train what CONFIG describes, evaluate it and leave a run folder.

    The run folder's path is the last line, and the only one on stdout.
    """
    with exit_codes():
        from dltrain.config import load

        checked = load(config, overrides or (), without=without or ())

        from dltrain import backend, runner
        from dltrain.trust import trusting

        backend.options = backend.Options(verbose=verbose, helpers=False)
        with trusting(trust):
            outcome = runner.fit(checked, output=output, name=name, smoke=smoke, dry_run=dry_run)
        report.draw(outcome.folder)
    if outcome.folder is not None:
        typer.echo(outcome.folder.path)
    if outcome.unmet:
        raise typer.Exit(UNMET)
