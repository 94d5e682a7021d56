"""`dltrain validate`."""

from __future__ import annotations

from typing import Annotated

import typer

from dltrain.cli.ending import exit_codes
from dltrain.errors import ConfigError


def validate(
    configs: Annotated[list[str], typer.Argument(metavar="CONFIG...", help="The YAML files.")],
) -> None:
    """Check config files; train nothing."""
    from dltrain.config import load

    problems: list[str] = []
    for config in configs:
        try:
            load(config)
        except ConfigError as error:
            problems.extend(error.problems)
        else:
            typer.echo(f"{config}: valid")
    with exit_codes():
        if problems:
            raise ConfigError(problems)
