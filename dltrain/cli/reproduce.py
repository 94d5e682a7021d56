"""`dltrain reproduce`."""

from __future__ import annotations

import json

import typer

from dltrain.cli.arguments import RUNS, AsJson, Output, RunPath, Trust, Verbose
from dltrain.cli.ending import OTHER_BITS, exit_codes


def reproduce(
    run: RunPath,
    output: Output = RUNS,
    trust: Trust = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Run a finished run again from its own folder, and compare the bits.

    Weights, history, figures, predictions, split and preprocessing are compared. The exit code is
    0 where all of them agree, else 1; then the recorded facts that differ are named: versions,
    machine, threads, data. Nothing is written into RUN.
    """
    with exit_codes():
        from dltrain import backend, reproducing
        from dltrain.runs.finding import folder_of
        from dltrain.trust import trusting

        folder = folder_of(run)
        backend.options = backend.Options(verbose=verbose, helpers=False)
        with trusting(trust):
            found = reproducing.reproduce(folder, output=output)
    if as_json:
        typer.echo(json.dumps(found.to_json(), indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(found.lines()))
    if not found.same:
        raise typer.Exit(OTHER_BITS)
