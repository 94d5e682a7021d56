"""Evaluate a run again from its folder alone; nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dltrain import backend, run_folder
from dltrain.config import Experiment, load
from dltrain.data import Data, prepare_rows
from dltrain.data.inputs import Inputs, inputs_from_json
from dltrain.data.sources import read
from dltrain.data.target import Target
from dltrain.errors import DataError, FolderError, one_of, sentence
from dltrain.run_folder import RunFolder

OTHER_DATA = "data"


def evaluate(
    run: str | Path, *, checkpoint: str = "best", split: str | None = None, data: Path | None = None
) -> dict[str, Any]:
    """Evaluate a saved model on the run's own rows, or on another file.

    Args:
        run: The run folder.
        checkpoint: "best" or "last".
        split: One part; default: the parts that metrics.json holds.
        data: Another file or folder of the same kind; all its rows are evaluated.

    Returns:
        {"checkpoint", "epoch", "splits": {part: {figure: value}}}, as in metrics.json.

    Raises:
        FolderError: The folder is no run folder, or incomplete.
        DataError: The data has changed since the run, or does not fit the model.
    """
    folder = RunFolder.open(run)
    config = load(folder.file(run_folder.RESOLVED))
    rows = folder.read_split()
    if split is not None and split not in rows:
        expected = f"{one_of(rows)}, which this run has"
        raise FolderError(sentence(f"the part {split}", expected))
    path = folder.file(run_folder.MODELS[checkpoint])
    epoch = _epoch(folder, checkpoint)
    prepared = _rows(folder, config.experiment, rows, data)
    if data is None:
        closed = config.experiment.evaluation.test == "never"
        parts = [split] if split else [name for name in rows if name != "test" or not closed]
    else:
        parts = [OTHER_DATA]
    size = config.experiment.training.batch_size
    batch_size = len(rows["train"]) if size == "full" else int(size)
    figures = _figures(path, config.experiment, prepared, parts, batch_size)
    return {"checkpoint": checkpoint, "epoch": epoch, "splits": figures}


def load_model(path: Path) -> Any:
    """Load a model of a run folder with plain Keras, not compiled.

    Raises:
        FolderError: The file is broken.
    """
    import keras

    try:
        return keras.saving.load_model(path, compile=False)
    except (ValueError, OSError, KeyError) as error:
        raise FolderError(sentence(f"{path}, which is broken", "a Keras model")) from error


def read_preprocessing(folder: RunFolder) -> tuple[Inputs, Target]:
    """Restore from preprocessing.json what was learned from the train rows.

    Raises:
        FolderError: It is missing or broken.
    """
    facts = folder.read_json(run_folder.PREPROCESSING)
    with folder.reading(run_folder.PREPROCESSING, "what `fit` writes there"):
        return inputs_from_json(facts["inputs"]), Target.from_json(facts["target"])


def _epoch(folder: RunFolder, checkpoint: str) -> int:
    """Find the epoch of a checkpoint: of the best in metrics.json, the last in history.csv."""
    if checkpoint == "best":
        return int(folder.read_json(run_folder.METRICS, "epoch"))
    lines = folder.file(run_folder.HISTORY).read_text(encoding="utf-8").splitlines()
    return len(lines) - 1


def _rows(
    folder: RunFolder, experiment: Experiment, rows: dict[str, list[int]], data: Path | None
) -> Data:
    """Read the rows again and prepare them by what preprocessing.json holds."""
    inputs, target = read_preprocessing(folder)
    dataset = experiment.dataset.model_dump()
    if data is not None:
        dataset["path"] = str(data)
    elif "path" in dataset and not Path(dataset["path"]).exists():
        got = f"{dataset['path']}, which does not exist"
        raise DataError(sentence(got, "the data of the run", "`--data FILE` evaluates other data."))
    raw = read(dataset)
    if data is None:
        _check_fingerprint(folder, raw.fingerprint)
        numbers = {name: np.array(part) for name, part in rows.items()}
        if max(map(max, rows.values())) >= len(raw):
            got = f"{folder / run_folder.SPLIT}, which is broken"
            raise FolderError(sentence(got, f"rows 0 to {len(raw) - 1} of the data"))
    else:
        numbers = {OTHER_DATA: np.arange(len(raw))}
    return Data(
        parts={name: prepare_rows(raw, part, inputs, target) for name, part in numbers.items()},
        inputs=inputs,
        target=target,
        columns=raw.features.shape[1],
        fingerprint=raw.fingerprint,
        stratified=False,
    )


def _check_fingerprint(folder: RunFolder, fingerprint: str) -> None:
    recorded = folder.read_json(run_folder.ENVIRONMENT, "data", "sha256")
    if fingerprint != recorded:
        got = f"data with the sha256 {fingerprint[:12]}…"
        expected = f"{recorded[:12]}… as when {folder.path} was made"
        way_out = "`--data FILE` evaluates other data."
        raise DataError(sentence(got, expected, way_out))


def _figures(
    path: Path, experiment: Experiment, data: Data, parts: list[str], batch_size: int
) -> dict[str, dict[str, float | None]]:
    backend.start()

    from dltrain.evaluation.figures import figures_by_part, without_nan
    from dltrain.model import building

    goal = building.objective(
        experiment.loss,
        experiment.metrics,
        **data.target.facts,
        label_smoothing=experiment.regularization.label_smoothing,
        threshold=experiment.evaluation.threshold,
    )
    model = load_model(path)
    building.compile_model(model, goal)
    return without_nan(figures_by_part(model, goal, data, parts, batch_size))
