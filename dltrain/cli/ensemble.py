"""`dltrain ensemble`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from dltrain.cli import completion, report
from dltrain.cli.arguments import RUNS, Output, Trust
from dltrain.cli.ending import exit_codes


class Method(StrEnum):
    """Ways to join predictions."""

    average = "average"
    vote = "vote"
    weighted = "weighted"


def ensemble(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN",
            help="Run folders, names that mean their latest run, or the folder of a cv.",
            autocompletion=completion.named_runs,
        ),
    ],
    method: Annotated[
        Method,
        typer.Option(
            help="The mean of probabilities or amounts, the majority of classes, or the mean with "
            "the weights that predict the val rows best."
        ),
    ] = Method.average,
    name: Annotated[
        str | None,
        typer.Option("-n", "--name", help="The ensemble's name. Default: FIRST-ensemble."),
    ] = None,
    output: Output = RUNS,
    test: Annotated[
        bool, typer.Option("--test", help="Open test rows that the members have kept closed.")
    ] = False,
    trust: Trust = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Show TensorFlow's log.")
    ] = False,
) -> None:
    """Join finished runs into one plain Keras model, and judge it beside its members.

    The members need the same data, test rows, target and classes; their layers may differ. Nothing
    is trained. The new run folder's path is the last line, and the only one on stdout.
    """
    with exit_codes():
        from dltrain import backend
        from dltrain.study.ensemble import ensemble as joined
        from dltrain.trust import trusting

        backend.options = backend.Options(verbose=verbose, helpers=False)
        with trusting(trust):
            done = joined(runs, output=output, name=name, method=method.value, test=test)
        report.draw(done.folder)
    typer.echo(done.folder.path)
