"""`dltrain config schema`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from dltrain.cli.ending import exit_codes


def schema(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write it to a file.")
    ] = None,
) -> None:
    """Print the JSON Schema of config files, for completion and checks in editors.

    In VS Code and other editors with the yaml-language-server, the first line of a config file
    names it: `# yaml-language-server: $schema=dltrain.schema.json`.
    """
    with exit_codes():
        from dltrain.config.schema import file_schema
        from dltrain.errors import DltrainError, sentence

        text = json.dumps(file_schema(), ensure_ascii=False, separators=(",", ":")) + "\n"
        if output is not None:
            try:
                output.write_text(text, encoding="utf-8")
            except OSError as error:
                reason = str(error.strerror).lower()
                got = sentence(reason, "a file that can be written")
                raise DltrainError(f"{output}: {got}") from error
    typer.echo(text if output is None else str(output), nl=output is not None)
