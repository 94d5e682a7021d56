"""`dltrain report`, and what `fit` and `resume` draw at their end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dltrain.cli import completion
from dltrain.cli.ending import exit_codes

if TYPE_CHECKING:
    from dltrain.run_folder import RunFolder


def report(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN...",
            help="The run folder, or several; or NAMEs for their latest runs.",
            autocompletion=completion.runs,
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="The page about several runs. Default: comparison.html.",
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Draw the report of a run folder again, or a page that compares several.

    Of one run plots/, report.html and model_card.md are written into its folder. The page's path is
    the only line on stdout.
    """  # fmt: skip
    if output is not None and len(runs) == 1:
        raise typer.BadParameter("-o is for several runs; one keeps its report in its folder.")
    with exit_codes():
        from dltrain.runs.finding import folder_of

        folders = [folder_of(run) for run in runs]
        if len(folders) == 1:
            from dltrain.report.writing import write_report

            page = write_report(folders[0])
        else:
            from dltrain.pages.writing import check_place
            from dltrain.report.comparing import write_comparison

            page = output or Path("comparison.html")
            check_place(page, "-o", ".html")
            write_comparison(folders, page)
    typer.echo(page)
    if show:
        import webbrowser

        webbrowser.open(page.absolute().as_uri())


def draw(folder: RunFolder | None) -> None:
    """Draw the report of a run that has just ended, if its file wants one; a failure is told.

    What goes wrong here is told and no more: the run is done, and `dltrain report` draws it again.
    """
    from dltrain.config import load
    from dltrain.leavings import is_wanted
    from dltrain.run_folder import RESOLVED

    if folder is None or not is_wanted(load(folder / RESOLVED).experiment):
        return
    from dltrain.report.writing import write_report

    try:
        write_report(folder.path)
    except KeyboardInterrupt:
        _say_without("interrupted")
    except Exception as error:  # a picture must not turn a finished run into a failed one
        _say_without(f"{type(error).__name__}: {error}")


def _say_without(reason: str) -> None:
    typer.echo(f"warning: no report was drawn ({reason}); `dltrain report` does it", err=True)
