"""`dltrain resume`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli import completion, report
from dltrain.cli.arguments import Trust
from dltrain.cli.ending import UNMET, exit_codes


def resume(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN",
            help="The run folder, or the NAME of runs for the latest.",
            autocompletion=completion.runs,
        ),
    ],
    overrides: Annotated[
        list[str] | None,
        typer.Argument(metavar="[training.epochs=N]", help="More epochs than it began with."),
    ] = None,
    trust: Trust = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Show TensorFlow's log.")
    ] = False,
) -> None:
    """Continue a run that was interrupted, or give a finished one more epochs.

    It ends in the bits that it would have had without the interruption. The run folder's path is
    the last line, and the only one on stdout.
    """
    with exit_codes():
        from dltrain import backend, runner
        from dltrain.runs.finding import folder_of
        from dltrain.trust import trusting

        folder = folder_of(run)
        backend.options = backend.Options(verbose=verbose, helpers=False)
        with trusting(trust):
            outcome = runner.resume(folder, overrides or ())
        report.draw(outcome.folder)
    typer.echo(folder)
    if outcome.unmet:
        raise typer.Exit(UNMET)
