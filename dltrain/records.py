"""What `fit` writes into the run folder, composed from facts: the twin of `narration`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dltrain import environment, run_folder
from dltrain.assembly import unused_keys
from dltrain.config.resolved import resolved
from dltrain.run_folder import RunFolder

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from dltrain.assembly import Assembly
    from dltrain.training import Trained


def beginning(folder: RunFolder, assembly: Assembly, name: str) -> None:
    """Write what is known before the first epoch."""
    from dltrain.model.seeding import devices

    config, data = assembly.config, assembly.data
    folder.write_text(run_folder.CONFIG, config.text)
    inferred = {"name": name, "task": data.target.task, "loss": assembly.goal.loss}
    inputs = data.inputs.to_json()
    if inputs["form"] == "table":
        inferred["columns"] = _columns(inputs)
    text = resolved(config.experiment, inferred, unused_keys(data))
    folder.write_text(run_folder.RESOLVED, text)
    facts = environment.describe(config.path, data.fingerprint, devices())
    folder.write_json(run_folder.ENVIRONMENT, facts)
    rows = sorted((int(row), part) for part in data.parts for row in data.parts[part].rows)
    folder.write_rows(run_folder.SPLIT, ("row", "part"), rows)
    facts = {"inputs": inputs, "target": data.target.to_json()}
    folder.write_json(run_folder.PREPROCESSING, facts)


def history(folder: RunFolder, trained: Trained) -> None:
    """Write figures and seconds of the epochs so far."""
    names = list(dict.fromkeys(name for row in trained.history for name in row))
    rows = ([row.get(name, "") for name in names] for row in trained.history)
    folder.write_rows(run_folder.HISTORY, names or ["epoch"], rows)
    seconds = ((epoch, round(time, 6)) for epoch, time in enumerate(trained.seconds, start=1))
    folder.write_rows(run_folder.TIMING, ("epoch", "seconds"), seconds)


def model(
    folder: RunFolder, assembly: Assembly, saved: keras.Model, checkpoint: str, weights: Any
) -> None:
    """Give the network some weights, and save the model that shares them.

    Args:
        folder: Where to.
        assembly: Its network gets the weights.
        saved: The joined model.
        checkpoint: "best" or "last".
        weights: Weights in the network's order.
    """
    assembly.network.set_weights(weights)
    with folder.whole(run_folder.MODELS[checkpoint]) as path:
        saved.save(path)


def predictions(folder: RunFolder, table: pd.DataFrame) -> None:
    """Write a DataFrame of predictions."""
    with folder.whole(run_folder.PREDICTIONS) as path:
        table.to_csv(path, index=False, lineterminator="\n")


def _columns(inputs: dict[str, Any]) -> dict[str, Any]:
    """Say in the file's words what was inferred about the columns of a table."""
    words = {"number": ("type", "scaling"), "category": ("type", "values", "unknown")}
    return {
        column["name"]: {word: column[word] for word in words[column["type"]]}
        for column in inputs["columns"]
    }
