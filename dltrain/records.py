"""What `fit` writes into the run folder, composed from facts: the twin of `narration`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain import environment, run_folder
from dltrain.assembly import unused_keys
from dltrain.config.checks.structure import hidden_layers
from dltrain.config.lint import allowed, heading
from dltrain.config.showing.resolved import resolved
from dltrain.data.targets import NamedTargets
from dltrain.model.keras_files import fingerprints
from dltrain.run_folder import RunFolder

# What config.resolved.yaml says about a column, by its type.
WORDS = {
    "category": ("type", "values", "unknown", "missing"),
    "number": ("type", "scaling", "missing"),
}

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from dltrain.assembly import Assembly
    from dltrain.config.composing.extending import Base
    from dltrain.training import Trained

BASES = "config"


def beginning(folder: RunFolder, assembly: Assembly, name: str) -> None:
    """Write what is known before the first epoch."""
    from dltrain.model.seeding import devices

    config, data = assembly.config, assembly.data
    folder.write_text(run_folder.CONFIG, config.text)
    bases(folder, config.bases)
    inputs = data.inputs.to_json()
    inferred = {"name": name, **_inferred(assembly), "columns": _columns(inputs)}
    text = resolved(config.experiment, inferred, unused_keys(data))
    folder.write_text(run_folder.RESOLVED, heading(allowed(config)) + text)
    facts = environment.describe(config.path, data.fingerprint, devices())
    if networks := fingerprints(hidden_layers(config.experiment).steps):
        facts["networks"] = networks
    folder.write_json(run_folder.ENVIRONMENT, facts)
    rows = sorted((int(row), part) for part in data.parts for row in data.parts[part].rows)
    folder.write_rows(run_folder.SPLIT, ("row", "part"), rows)
    facts = {"inputs": inputs, "target": data.target.to_json()}
    folder.write_json(run_folder.PREPROCESSING, facts)


def bases(folder: RunFolder, given: Iterable[Base]) -> None:
    """Write the files that the config extends below `config/`, each under a name of its own."""
    taken: set[str] = set()
    for base in given:
        name = _free_name(base.name, taken)
        taken.add(name.casefold())
        (folder / BASES).mkdir(exist_ok=True)
        folder.write_text(f"{BASES}/{name}", base.text)


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


def _inferred(assembly: Assembly) -> dict[str, Any]:
    """Say what the data told about loss and task, or about the task of each target."""
    target, loss = assembly.data.target, assembly.goal.loss
    if not isinstance(target, NamedTargets):
        return {"task": target.task, "loss": loss}
    return {"tasks": {name: one.task for name, one in target.each.items()}, "loss": loss}


def _columns(inputs: dict[str, Any]) -> dict[str, Any] | None:
    """Say in the file's words what was inferred about the columns of a table, if there is one."""
    if inputs["form"] == "several":
        each = (_columns(one) or {} for one in inputs["inputs"].values())
        return {name: facts for columns in each for name, facts in columns.items()}
    if "words" in inputs:
        facts = {word: inputs[word] for word in ("encoding", "vocabulary")}
        return {inputs["column"]: {"type": "text", **facts, "length": inputs["shape"][0]}}
    if inputs["form"] != "table":
        return None
    return {
        column["name"]: {word: column[word] for word in WORDS[column["type"]]}
        for column in inputs["columns"]
    }


def _free_name(path: str, taken: Collection[str]) -> str:
    """Name a file so that it stays in its folder, also on a disk where case does not count."""
    file = Path(re.sub(r"[^\w.-]+", "-", Path(path).name).lstrip("-."))
    # 40 characters of 4 bytes, a number and an ending fit into the 255 bytes of a name.
    stem, ending = file.stem[:40] or "base", file.suffix[:9]
    names = (f"{stem}{f'-{number}' * (number > 1)}{ending}" for number in count(1))
    return next(name for name in names if name.casefold() not in taken)
