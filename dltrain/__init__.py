"""Train deep-learning models from YAML files.

    run = dltrain.fit("heart.yaml", {"optimizer.learning_rate": 1e-3})
    run = dltrain.Run("runs/heart/20261120-210301")

Importing this package is cheap: TensorFlow is imported by the first call that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain.errors import ConfigError, DataError, DltrainError, ModelError, RunError

if TYPE_CHECKING:
    from dltrain.run import Run

    __version__: str

__all__ = ["ConfigError", "DataError", "DltrainError", "ModelError", "Run", "RunError", "fit"]


def fit(
    config: str | Path,
    overrides: Mapping[str, Any] | None = None,
    *,
    output: str | Path = "runs",
    name: str | None = None,
    quiet: bool = False,
    trust: bool = False,
) -> Run:
    """Train what a config file describes, as `dltrain fit` does.

    Args:
        config: The YAML file.
        overrides: Values by dotted key, such as {"training.epochs": 5}.
        output: Folder below which NAME/TIME is made.
        name: The run's name; default: the file's.
        quiet: Show no progress.
        trust: Let the file run a Python function of its own.

    Returns:
        The run that was left.

    Raises:
        DltrainError: The file, the data or the model is wrong, or the training failed.
    """
    from dltrain.config import load
    from dltrain.run import Run
    from dltrain.runner import fit as run_experiment
    from dltrain.terminal import Terminal
    from dltrain.trust import trusting

    checked = load(config, overrides or {})
    terminal = Terminal(quiet=quiet)
    with trusting(trust):
        outcome = run_experiment(checked, output=Path(output), name=name, terminal=terminal)
    assert outcome.folder is not None  # only a dry run leaves none
    return Run(outcome.folder.path)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def __getattr__(name: str) -> Any:
    """Import on first use what help and completion, which answer at once, do not need."""
    if name == "Run":
        from dltrain.run import Run

        return Run
    if name == "__version__":
        from importlib import metadata

        return metadata.version("dltrain")
    raise AttributeError(f"module 'dltrain' has no attribute {name!r}")
