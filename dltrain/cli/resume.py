"""`dltrain resume`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli import report
from dltrain.cli.arguments import RunPath, Trust, Verbose, Workers
from dltrain.cli.ending import FAILED, UNMET, exit_codes


def resume(
    run: RunPath,
    overrides: Annotated[
        list[str] | None,
        typer.Argument(metavar="[training.epochs=N]", help="More epochs than it began with."),
    ] = None,
    workers: Workers = None,
    trust: Trust = False,
    verbose: Verbose = False,
) -> None:
    """Continue a run or a study that was interrupted, or give a finished run more epochs.

    It ends in the bits that it would have had without the interruption. The run folder's path is
    the last line, and the only one on stdout.
    """
    with exit_codes():
        from dltrain import backend, runner
        from dltrain.run_folder import RunFolder
        from dltrain.runs.finding import folder_of
        from dltrain.trust import trusting

        folder = folder_of(run)
        backend.options = backend.Options(verbose=verbose, helpers=False)
        if RunFolder(folder).is_study():
            _resume_study(folder, overrides, workers, trust)
            return
        with trusting(trust):
            outcome = runner.resume(folder, overrides or ())
        report.draw(outcome.folder)
    typer.echo(folder)
    if outcome.unmet:
        raise typer.Exit(UNMET)


def _resume_study(
    folder: Path, overrides: list[str] | None, workers: int | None, trust: bool
) -> None:
    """Train the members that are not finished."""
    from dltrain.errors import DltrainError, sentence
    from dltrain.study.resuming import resume as resume_study
    from dltrain.trust import trusting

    if overrides:
        got = f"{overrides[0]} for a study"
        raise DltrainError(sentence(got, "no overrides", "Start a new study."))
    with trusting(trust):
        study = resume_study(folder, workers=workers)
    report.draw(study.folder)
    typer.echo(folder)
    if not study.whole:
        raise typer.Exit(FAILED)
