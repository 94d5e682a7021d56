"""`dltrain lr-find`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli.arguments import ConfigFile, Overrides, Trust, Without
from dltrain.cli.ending import exit_codes

NOTHING_FOUND = 1


def lr_find(
    config: ConfigFile,
    overrides: Overrides = None,
    lowest: Annotated[float, typer.Option("--min", help="The first learning rate.")] = 1e-7,
    highest: Annotated[float, typer.Option("--max", help="The last learning rate.")] = 10.0,
    steps: Annotated[
        int | None,
        typer.Option(
            help="Steps of each repeat. Default: one pass over the train rows, at least 200 and at "
            "most 500."
        ),
    ] = None,
    repeats: Annotated[
        int, typer.Option(help="How often, with the seeds that follow; the losses are averaged.")
    ] = 3,
    plot: Annotated[
        Path | None,
        typer.Option("-o", "--plot", metavar="FILE", help="Draw the curve: .svg or .png."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the curve as JSON.")] = False,
    without: Without = None,
    trust: Trust = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Show TensorFlow's log.")
    ] = False,
) -> None:
    """Find a learning rate for CONFIG: train a little at rates that grow, and watch the loss.

    The override of the suggestion is the only line on stdout:
    dltrain fit CONFIG $(dltrain lr-find CONFIG). Writes nothing but the plot. Where the loss has
    no usable descent there is no suggestion, and the exit code is 1.
    """  # fmt: skip
    with exit_codes():
        from dltrain.config import load

        checked = load(config, overrides or (), without=without or ())

        from dltrain import backend
        from dltrain.study import rate_plots, rate_words
        from dltrain.study.range_test import check_range, find_rate
        from dltrain.terminal import Terminal
        from dltrain.trust import trusting

        check_range(lowest, highest, steps, repeats)
        if plot is not None:
            rate_plots.check_plot(plot)
        backend.options = backend.Options(verbose=verbose, helpers=False)
        terminal = Terminal()
        with trusting(trust):
            found = find_rate(
                checked, lowest=lowest, highest=highest, steps=steps, repeats=repeats,
                terminal=terminal,
            )  # fmt: skip
        if plot is not None:
            rate_plots.write_plot(found, plot)
        rate_words.conclude(terminal, found, plot)
    if as_json:
        typer.echo(found.to_json())
    elif found.override is not None:
        typer.echo(found.override)
    if found.override is None:
        raise typer.Exit(NOTHING_FOUND)
