"""Arguments that several commands take: the file and what is changed in it, the run, its parts."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
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
RunPath = Annotated[
    Path,
    typer.Argument(
        metavar="RUN",
        help="The run folder, or the NAME of runs for the latest.",
        autocompletion=completion.runs,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Show TensorFlow's log.")]
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


class Part(StrEnum):
    """Parts of the data."""

    train = "train"
    val = "val"
    test = "test"


Output = Annotated[Path, typer.Option("-o", "--output", help="Where NAME/TIME is made.")]
RUNS = Path("runs")
Smoke = Annotated[
    bool, typer.Option("--smoke", help="At most 256 rows and 2 epochs, to see that it works.")
]
StudyName = Annotated[str | None, typer.Option("-n", "--name", help="The study's name.")]
