"""`dltrain cv`."""

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
    StudyName,
    Trust,
    Verbose,
    Without,
    Workers,
)
from dltrain.cli.ending import FAILED, exit_codes


def cv(
    config: ConfigFile,
    overrides: Overrides = None,
    name: StudyName = None,
    output: Output = RUNS,
    without: Without = None,
    test: Annotated[
        bool, typer.Option("--test", help="Open the file's own test rows as well.")
    ] = False,
    smoke: Smoke = False,
    workers: Workers = None,
    trust: Trust = False,
    verbose: Verbose = False,
) -> None:
    """Cross-validate CONFIG: a training for each fold, judged by rows that it has not seen.

    `cross_validation.folds`, `.repeats` and `.seeds` say how many. The folder's path is the last
    line, and the only one on stdout.
    """
    with exit_codes():
        from dltrain.config import load

        checked = load(config, overrides or (), without=without or ())

        from dltrain import backend
        from dltrain.study.cross_validation import cross_validate
        from dltrain.trust import trusting

        backend.options = backend.Options(verbose=verbose, helpers=False)
        with trusting(trust):
            study = cross_validate(
                checked, output=output, name=name, test=test, smoke=smoke, workers=workers
            )
        report.draw(study.folder)
    typer.echo(study.folder.path)
    if not study.whole:
        raise typer.Exit(FAILED)
