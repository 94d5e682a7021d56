"""`dltrain tune`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli import report
from dltrain.cli.arguments import ConfigFile, Overrides, Trust, Verbose, Without, Workers
from dltrain.cli.ending import exit_codes


def tune(
    config: ConfigFile,
    overrides: Overrides = None,
    name: Annotated[str | None, typer.Option("-n", "--name", help="The study's name.")] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="Where NAME/TIME is made.")] = Path(
        "runs"
    ),
    without: Without = None,
    smoke: Annotated[
        bool, typer.Option("--smoke", help="At most 256 rows and 2 epochs, to see that it works.")
    ] = False,
    workers: Workers = None,
    trust: Trust = False,
    verbose: Verbose = False,
) -> None:
    """Search the space that CONFIG's `search` names; KerasTuner chooses the trials.

    The best trial is trained once more, alone, in best/; best.yaml is its file. The folder's path
    is the last line, and the only one on stdout.
    """
    with exit_codes():
        from dltrain.config import load

        checked = load(config, overrides or (), without=without or ())

        from dltrain import backend
        from dltrain.study.search import tuning
        from dltrain.trust import trusting

        backend.options = backend.Options(verbose=verbose, helpers=False)
        with trusting(trust):
            study = tuning.tune(checked, output=output, name=name, smoke=smoke, workers=workers)
        if study.metrics:  # a worker of a chief has none
            report.draw(study.folder)
    typer.echo(study.folder.path)
