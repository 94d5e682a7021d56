"""`dltrain config explain`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from dltrain.cli import completion
from dltrain.cli.ending import exit_codes

if TYPE_CHECKING:
    from rich.console import Console

    from dltrain.config.showing.explanation import Explanation, Rows

MOST_COLUMNS = 100
INDENT = 2


def explain(
    key: Annotated[
        str,
        typer.Argument(
            metavar="[KEY]",
            help="Such as training.epochs, optimizer.sgd.momentum or dense.units.",
            autocompletion=completion.keys,
        ),
    ] = "",
) -> None:
    """Say what a key of the file means, what it may be, its default, and an example."""
    with exit_codes():
        from rich.console import Console

        from dltrain.config.showing.explanation import explain as explained

        _show(Console(highlight=False), explained(key))


def _show(console: Console, explanation: Explanation) -> None:
    if explanation.key:
        console.print(explanation.key, style="bold", markup=False)
    _rows(console, [("", explanation.meaning)] if explanation.meaning else [])
    types = [("types", ", ".join(explanation.types))] if explanation.types else []
    for rows in (explanation.facts, types, explanation.keys):
        if rows:
            console.print()
        _rows(console, rows)
    if explanation.example:
        console.print()
        for line in explanation.example.split("\n"):
            console.print(f"{' ' * 2 * INDENT}{line}", markup=False, soft_wrap=True, style="dim")
    if not explanation.key:
        console.print("\n`dltrain config explain KEY` says more about one.", markup=False)


def _rows(console: Console, rows: Rows) -> None:
    """Print labels and their texts, wrapped behind the longest label."""
    from rich.text import Text

    longest = max((len(label) for label, _ in rows), default=0)
    margin = " " * (INDENT + longest + (2 if longest else 0))
    width = max(min(console.width, MOST_COLUMNS) - len(margin), 20)
    for label, text in rows:
        first, *others = textwrap.wrap(text, width, break_on_hyphens=False) or [""]
        gap = " " * (len(margin) - INDENT - len(label))
        line = Text.assemble(" " * INDENT, (label, "cyan"), gap, first)
        console.print(line, soft_wrap=True)
        for other in others:
            console.print(margin + other, markup=False, soft_wrap=True)
