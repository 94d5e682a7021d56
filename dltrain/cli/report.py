"""`dltrain report`, and what `fit`, `cv`, `sweep` and `resume` draw at their end."""

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
            help="The folder of a run or a study, or several runs; or NAMEs for the latest.",
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
    """Draw the report of a run or a study again, or a page that compares several runs.

    Of one run plots/, report.html and model_card.md are written into its folder, of a study plots/
    and report.html. The page's path is the only line on stdout.
    """
    if output is not None and len(runs) == 1:
        raise typer.BadParameter("-o is for several runs; one keeps its report in its folder.")
    with exit_codes():
        from dltrain.runs.finding import folder_of

        folders = [folder_of(run) for run in runs]
        if len(folders) == 1:
            page = _write(folders[0])
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
    """Draw the report of what has just ended, if its file wants one; a failure is told.

    What goes wrong here is told and no more: all is done, and `dltrain report` draws it again.

    Args:
        folder: The folder of a run or a study; None where nothing was trained.
    """
    from dltrain.config import load
    from dltrain.leavings import is_wanted

    if folder is None or not is_wanted(load(_config(folder)).experiment):
        return
    try:
        _write(folder.path)
    except KeyboardInterrupt:
        _say_without("interrupted")
    except Exception as error:  # a picture must not turn a finished run into a failed one
        _say_without(f"{type(error).__name__}: {error}")


def _write(folder: Path) -> Path:
    """Draw the report of a run or a study."""
    from dltrain.run_folder import STATUS, RunFolder
    from dltrain.terms import STUDY_KIND

    if RunFolder(folder).is_study():
        if RunFolder(folder).read_json(STATUS)[STUDY_KIND] == "tune":
            from dltrain.report.searching import write_search_report
            from dltrain.report.writing import write_report

            page = write_search_report(folder)
            write_report(folder / "best")
            return page
        from dltrain.report.studies.writing import write_study_report

        return write_study_report(folder)
    from dltrain.report.writing import write_report

    return write_report(folder)


def _config(folder: RunFolder) -> Path:
    """Find the file that says whether a report is wanted: all members of a study agree on it."""
    from dltrain.run_folder import MEMBER_CONFIGS, RESOLVED, STUDY

    if not folder.is_study():
        return folder / RESOLVED
    if (folder / "best" / RESOLVED).is_file():
        return folder / "best" / RESOLVED
    first = folder.read_json(STUDY, "members")[0]["name"]
    return folder / MEMBER_CONFIGS / f"{first}.yaml"


def _say_without(reason: str) -> None:
    typer.echo(f"warning: no report was drawn ({reason}); `dltrain report` does it", err=True)
