"""`dltrain tune`."""

from __future__ import annotations

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
from dltrain.cli.ending import exit_codes


def tune(
    config: ConfigFile,
    overrides: Overrides = None,
    name: StudyName = None,
    output: Output = RUNS,
    without: Without = None,
    smoke: Smoke = False,
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
