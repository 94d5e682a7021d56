"""Train deep-learning models from YAML files.

    run = dltrain.fit("heart.yaml", {"optimizer.learning_rate": 1e-3})
    run = dltrain.Run("runs/heart/20261120-210301")

Importing this package is cheap: TensorFlow is imported by the first call that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from dltrain.errors import ConfigError, DataError, DltrainError, ModelError, RunError
from dltrain.run import Run

__version__ = metadata.version("dltrain")
__all__ = ["ConfigError", "DataError", "DltrainError", "ModelError", "Run", "RunError", "fit"]


def fit(
    config: str | Path,
    overrides: Mapping[str, Any] | None = None,
    *,
    output: str | Path = "runs",
    name: str | None = None,
    quiet: bool = False,
) -> Run:
    """Train what a config file describes, as `dltrain fit` does.

    Args:
        config: The YAML file.
        overrides: Values by dotted key, such as {"training.epochs": 5}.
        output: Folder below which NAME/TIME is made.
        name: The run's name; default: the file's.
        quiet: Show no progress.

    Returns:
        The run that was left.

    Raises:
        DltrainError: The file, the data or the model is wrong, or the training failed.
    """
    from dltrain.config import load
    from dltrain.runner import fit as run_experiment
    from dltrain.terminal import Terminal

    checked = load(config, overrides or {})
    terminal = Terminal(quiet=quiet)
    outcome = run_experiment(checked, output=Path(output), name=name, terminal=terminal)
    assert outcome.folder is not None  # only a dry run leaves none
    return Run(outcome.folder.path)
