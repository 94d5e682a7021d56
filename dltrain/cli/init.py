"""`dltrain init`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli import completion
from dltrain.cli.ending import exit_codes
from dltrain.errors import ConfigError, DataError, sentence

STDOUT = "-"
COMMAND = "dltrain fit config.yaml"


def init(
    template: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEMPLATE]",
            help="One of `--list`; default: minimal.",
            autocompletion=completion.templates,
        ),
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List the templates, and write nothing.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A table to look at; its file is written.")
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="What to predict: a name, or a position, from 0 or negative from the end.",
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Where to; - is stdout.")
    ] = Path("config.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write a config to begin with: a template, or one for a table of your own.

    With --data, the columns, the task and the size of the network follow from the table.
    """
    with exit_codes():
        from dltrain.templates import shipped

        if listing:
            width = max(map(len, shipped.names()))
            typer.echo("\n".join(f"{name:<{width}}  {shipped.title(name)}"
                                 for name in shipped.names()))  # fmt: skip
            return
        _check(template, data, target, output, force)
        if data is None:
            text = shipped.text(template or shipped.DEFAULT)
        else:
            text = _for_table(data, target, output)
        if str(output) == STDOUT:
            typer.echo(text, nl=False)
            return
        _write(output, text.replace(COMMAND, f"dltrain fit {shlex.quote(output.name)}"), force)
    typer.echo(output)
    others = "" if data or template else "     (`dltrain init --list` shows other templates)"
    typer.echo(f"next    dltrain fit {shlex.quote(str(output))}{others}", err=True)


def _check(
    template: str | None, data: Path | None, target: str | None, output: Path, force: bool
) -> None:
    """Refuse what does not go together, before anything is read."""
    problems = []
    if template is not None and data is not None:
        problems.append(f"TEMPLATE: {sentence('one beside --data', 'one of the two')}")
    if target is not None and data is None:
        problems.append(f"--target: {sentence('it without --data', 'a table to look at')}")
    if data is not None and not data.is_file():
        got = f"the folder {data}" if data.is_dir() else f"{data}, which does not exist"
        problems.append(f"--data: {sentence(got, 'a file')}")
    if str(output) != STDOUT and output.exists() and not force:
        got = f"{output}, which exists"
        problems.append(f"--output: {sentence(got, 'a new file', '`--force` overwrites it.')}")
    if problems:
        raise ConfigError(problems)


def _for_table(data: Path, target: str | None, output: Path) -> str:
    from dltrain.templates.writing import config_for

    folder = Path() if str(output) == STDOUT else output.parent
    try:
        return config_for(data, target, folder)
    except DataError as error:
        error.key = ()  # there is no file yet whose keys could be wrong
        raise


def _write(output: Path, text: str, force: bool) -> None:
    """Write the file, and never over one that has come meanwhile."""
    try:
        with output.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        got = f"{output} ({error.strerror})"
        message = sentence(got, "a file that can be written", "Name another with `-o`.")
        raise ConfigError([f"--output: {message}"]) from error
