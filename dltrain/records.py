"""What `fit` writes into the run folder, composed from facts: the twin of `narration`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

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
    "boolean": ("type", "missing"),
    "category": ("type", "encoding", "dimension", "values", "unknown", "missing"),
    "date": ("type", "format", "parts", "cyclic", "missing"),
    "number": ("type", "scaling", "missing"),
}
MOST_VALUES = 1_000

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from dltrain.assembly import Assembly
    from dltrain.config import Config
    from dltrain.config.composing.extending import Base
    from dltrain.data import Data
    from dltrain.training import Trained

BASES = "config"


def beginning(folder: RunFolder, assembly: Assembly, name: str, *, smoke: bool = False) -> None:
    """Write what is known before the first epoch; the last file says that all of it is there."""
    from dltrain.model.seeding import devices

    config, data = assembly.config, assembly.data
    text = resolution(assembly, name)
    folder.write_text(run_folder.RESOLVED, text)
    folder.write_text(run_folder.CONFIG, config.text)
    bases(folder, config.bases)
    facts = environment.describe(config.path, data.fingerprint, devices())
    facts |= {"smoke": smoke, "files": files_of(config)}
    if networks := fingerprints(hidden_layers(config.experiment).steps):
        facts["networks"] = networks
    folder.write_json(run_folder.ENVIRONMENT, facts)
    split(folder, {name: part.rows for name, part in data.parts.items()})
    folder.write_json(run_folder.PREPROCESSING, preprocessing(data))
    folder.write_text(run_folder.BEGUN_WITH, text)


def going_on(folder: RunFolder, assembly: Assembly, name: str) -> None:
    """Write what is other than in the beginning: the number of epochs, and what computes."""
    from dltrain.model.seeding import devices

    text = resolution(assembly, name)
    for file in (run_folder.RESOLVED, run_folder.BEGUN_WITH):
        folder.write_text(file, text)
    facts = folder.read_json(run_folder.ENVIRONMENT)
    facts["resumed"] = [*facts.get("resumed", []), environment.surroundings(devices())]
    folder.write_json(run_folder.ENVIRONMENT, facts)


def resolution(assembly: Assembly, name: str) -> str:
    """Spell out the config with every default and inference, and with what it allows."""
    return heading(allowed(assembly.config)) + resolved_text(assembly, name)


def files_of(config: Config) -> dict[str, str]:
    """Give the sha256 of a config file and of those that it extends, by absolute path."""
    texts = {config.path: config.text} | {Path(base.name): base.text for base in config.bases}
    return {str(path.absolute()): text_sha256(text) for path, text in texts.items()}


def text_sha256(text: str) -> str:
    """Tell a text from all others.

    Returns:
        64 hexadecimal digits.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def preprocessing(data: Data) -> dict[str, Any]:
    """Say what was learned from the train rows, as preprocessing.json holds it."""
    return {"inputs": data.inputs.to_json(), "target": data.target.to_json()}


def config_sha256(assembly: Assembly) -> str:
    """Tell a config from all others that do something else; its name does not count.

    Returns:
        sha256 of config.resolved.yaml without its name and comments, 64 hexadecimal digits.
    """
    return text_sha256(resolved_text(assembly, ""))


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
    numbers = (int(row["epoch"]) for row in trained.history)
    pairs = zip(numbers, trained.seconds, strict=False)  # somebody may interrupt between the two
    seconds = ((epoch, round(time, 6)) for epoch, time in pairs)
    folder.write_rows(run_folder.TIMING, ("epoch", "seconds"), seconds)


def gradients(folder: RunFolder, norms: Iterable[Sequence[Any]]) -> None:
    """Write the norm of the loss's gradient by epoch and layer, and the loss of the same rows."""
    folder.write_rows(run_folder.GRADIENTS, ("epoch", "layer", "norm", "loss"), norms)


def model(
    folder: RunFolder, assembly: Assembly, saved: keras.Model, checkpoint: str, weights: Any
) -> None:
    """Save the model that shares the network's weights as it would be with some others.

    Args:
        folder: Where to.
        assembly: Its network keeps its own weights.
        saved: The joined model.
        checkpoint: "best" or "last".
        weights: Weights in the network's order.
    """
    own = assembly.network.get_weights()
    try:
        assembly.network.set_weights(weights)
        with folder.whole(run_folder.MODELS[checkpoint]) as path:
            saved.save(path)
    finally:
        assembly.network.set_weights(own)


def split(folder: RunFolder, parts: Mapping[str, np.ndarray], chunk: int = 2**16) -> None:
    """Write the part of each row, by the number of the row.

    Args:
        folder: Where to.
        parts: Row numbers by part, in any order.
        chunk: Rows that are spelled at once.
    """
    names, n_rows = list(parts), max(int(rows.max()) for rows in parts.values()) + 1
    part_of = np.full(n_rows, -1, np.int8)
    for number, rows in enumerate(parts.values()):
        part_of[rows] = number
    with folder.whole(run_folder.SPLIT) as path, path.open("w", encoding="utf-8", newline="") as to:
        to.write("row,part\n")
        for start in range(0, n_rows, chunk):
            numbers = enumerate(part_of[start : start + chunk].tolist(), start)
            to.write("".join(f"{row},{names[part]}\n" for row, part in numbers if part >= 0))


def predictions(folder: RunFolder, tables: Iterable[pd.DataFrame]) -> None:
    """Write DataFrames of predictions one below the other."""
    with (
        folder.whole(run_folder.PREDICTIONS) as path,
        path.open("w", encoding="utf-8", newline="") as file,
    ):
        for number, table in enumerate(tables):
            table.to_csv(file, index=False, header=not number, lineterminator="\n")


def resolved_text(assembly: Assembly, name: str) -> str:
    """Spell out the config with every default and inference."""
    inputs = assembly.data.inputs.to_json()
    learned = {"columns": _columns(inputs), "text": _text(inputs)}
    if hasattr(assembly.config.experiment.dataset, "file"):
        learned["images"] = {"size": inputs["shape"][:2]}
    inferred = {"name": name, **_inferred(assembly), **learned}
    return resolved(assembly.config.experiment, inferred, unused_keys(assembly.data))


def _inferred(assembly: Assembly) -> dict[str, Any]:
    """Say what data and network told: engine, loss and task, or the task of each target."""
    target = assembly.data.target
    facts: dict[str, Any] = {"loss": assembly.goal.loss, "engine": assembly.engine.name}
    if not isinstance(target, NamedTargets):
        return facts | {"task": target.task}
    return facts | {"tasks": {name: one.task for name, one in target.each.items()}}


def _columns(inputs: dict[str, Any]) -> dict[str, Any] | None:
    """Say in the file's words what was inferred about the columns of a table, if there is one."""
    if inputs["form"] == "several":
        each = (_columns(one) or {} for one in inputs["inputs"].values())
        return {name: facts for columns in each for name, facts in columns.items()}
    if "words" in inputs:
        return {inputs["column"]: {"type": "text", **(_text(inputs) or {})}}
    if inputs["form"] not in ("table", "windows"):
        return None
    return {column["name"]: dict(_words(column)) for column in inputs["columns"]}


def _words(column: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Spell out a column; values by the thousand follow from the train rows again."""
    for word in WORDS[column["type"]]:
        value = column[word]
        if value is not None and not (word == "values" and len(value) > MOST_VALUES):
            yield word, value


def _text(inputs: dict[str, Any]) -> dict[str, Any] | None:
    """Say in the file's words what was inferred about the texts, if the input is one."""
    if inputs["form"] != "tokens":
        return None
    facts = {word: inputs[word] for word in ("encoding", "vocabulary")}
    return facts | {"length": inputs["shape"][0]}


def _free_name(path: str, taken: Collection[str]) -> str:
    """Name a file so that it stays in its folder, also on a disk where case does not count."""
    file = Path(re.sub(r"[^\w.-]+", "-", Path(path).name).lstrip("-."))
    # 40 characters of 4 bytes, a number and an ending fit into the 255 bytes of a name.
    stem, ending = file.stem[:40] or "base", file.suffix[:9]
    names = (f"{stem}{f'-{number}' * (number > 1)}{ending}" for number in count(1))
    return next(name for name in names if name.casefold() not in taken)
