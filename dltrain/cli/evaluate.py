"""`dltrain evaluate`."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli.arguments import AsJson, Part, RunPath, Trust
from dltrain.cli.ending import exit_codes


class Checkpoint(StrEnum):
    """Models of a run folder."""

    best = "best"
    last = "last"


def evaluate(
    run: RunPath,
    split: Annotated[Part | None, typer.Option(help="One part. Default: all of them.")] = None,
    checkpoint: Annotated[Checkpoint, typer.Option(help="Which model.")] = Checkpoint.best,
    data: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Evaluate all rows of another file.")
    ] = None,
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Evaluate the model of a run folder again.

    Writes nothing; so what it shows of test rows is not counted as an opening by the next `fit`.
    """
    if data is not None and split is not None:
        raise typer.BadParameter("--data evaluates all rows of a file; leave --split out.")
    with exit_codes():
        from dltrain import backend, reevaluation
        from dltrain.results import results
        from dltrain.runs.finding import folder_of
        from dltrain.terminal import aligned
        from dltrain.trust import trusting

        backend.options = backend.Options(helpers=False)
        folder, part = folder_of(run), None if split is None else split.value
        with trusting(trust):
            figures = reevaluation.evaluate(
                folder, checkpoint=checkpoint.value, split=part, data=data
            )
    table = results(figures)
    lines = aligned(table.header(), table.cells(main=True))
    typer.echo(json.dumps(figures, indent=2) if as_json else "\n".join(lines))
