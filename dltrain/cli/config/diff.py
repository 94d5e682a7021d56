"""`dltrain config diff`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dltrain.cli import completion
from dltrain.cli.arguments import AsJson
from dltrain.cli.ending import exit_codes

if TYPE_CHECKING:
    from dltrain.config.showing.comparison import Difference

ONE = typer.Argument(
    metavar="A", help="A YAML file, or a run folder.", autocompletion=completion.configs
)
OTHER = typer.Argument(
    metavar="B", help="Another one, or another run folder.", autocompletion=completion.configs
)


def diff(
    one: Annotated[Path, ONE],
    other: Annotated[Path, OTHER],
    as_json: AsJson = False,
) -> None:
    """Print what differs between two config files, defaults spelled out.

    One line for each key: `KEY: OLD → NEW`. The exit code is 0, differences or not.
    """
    with exit_codes():
        from dltrain.config.showing.comparison import differences

        found = list(differences(_values(one), _values(other)))
    if as_json:
        typer.echo(json.dumps([one.to_json() for one in found], indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(map(_line, found)) or "no difference")


def _values(path: Path) -> dict[str, Any]:
    from dltrain.config import load
    from dltrain.config.showing.resolved import spelled_out

    file = path / "config.resolved.yaml" if path.is_dir() else path
    return spelled_out(load(file).experiment, {})


def _line(difference: Difference) -> str:
    from dltrain.config.showing.comparison import MISSING
    from dltrain.config.text.writing import to_yaml
    from dltrain.errors import dotted

    key = dotted(difference.key)
    old, new = (
        "" if value is MISSING else to_yaml(value, one_line=True)
        for value in (difference.old, difference.new)
    )
    if difference.old is MISSING:
        return f"{key}: added {new}"
    return f"{key}: {old} → {new}" if difference.new is not MISSING else f"{key}: removed {old}"
