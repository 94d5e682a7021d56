"""Arguments that several commands take: the file, and what is changed in it."""

from __future__ import annotations

from typing import Annotated

import typer

from dltrain.cli import completion

ConfigFile = Annotated[
    str, typer.Argument(metavar="CONFIG", help="The YAML file.", autocompletion=completion.files)
]
Overrides = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[KEY=VALUE]...",
        help="Values that replace the file's.",
        autocompletion=completion.overrides,
    ),
]
Trust = Annotated[
    bool, typer.Option("--trust", help="Let the file run a Python function of its own.")
]
Without = Annotated[
    list[str] | None, typer.Option(metavar="KEY", help="Remove a key from the file.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Processes for trainings that cannot run side by side. Default: one a core.",
    ),
]
