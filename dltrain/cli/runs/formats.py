"""`--md`, `--csv` and `--json`: the forms of what is printed, one at a time."""

from __future__ import annotations

from typing import Annotated

import typer

AsMarkdown = Annotated[bool, typer.Option("--md", help="Print Markdown.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV, with all digits.")]


def check_one(*wanted: bool) -> None:
    """Check that at most one form is asked for.

    Raises:
        BadParameter: There are more.
    """
    if sum(wanted) > 1:
        raise typer.BadParameter("--md, --csv and --json exclude each other.")
