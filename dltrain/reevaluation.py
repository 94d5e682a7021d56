"""Evaluate a run again from its folder alone; nothing is written."""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dltrain import backend, run_folder
from dltrain.assembly import goal_of
from dltrain.config import Experiment, load
from dltrain.data import prepare_rows
from dltrain.data.inputs import Inputs, inputs_from_json
from dltrain.data.preparation import read_raw
from dltrain.data.raw import Raw
from dltrain.data.sources import read
from dltrain.data.sources.files import absent_path
from dltrain.data.sources.user_module import file_of
from dltrain.data.targets import Targets, targets_from_json
from dltrain.errors import DataError, FolderError, Key, one_of, sentence
from dltrain.run_folder import RunFolder

OTHER_DATA = "data"
WAY_OUT = "`--data FILE` evaluates other data."
SAME_ROWS = (
    "A python source has to give the same rows each time: seed what it draws. Where its code or "
    "what it reads was changed, put that back, or start a new run with `dltrain fit`."
)
# What Keras raises about a file that is no model, or not whole.
BROKEN = (EOFError, KeyError, OSError, TypeError, ValueError, zipfile.BadZipFile, zlib.error)


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
        What metrics.json holds but for the baselines: {"checkpoint", "epoch", "splits", …}.

    Raises:
        FolderError: The folder is no run folder, or incomplete.
        DataError: The data has changed since the run, or does not fit the model.
    """
    folder = RunFolder.open(run)
    config = load(folder.file(run_folder.RESOLVED))
    rows = folder.read_split()
    ensemble = (folder / run_folder.ENSEMBLE).is_file()
    if ensemble:
        _check_ensemble(folder, checkpoint, split, data)
    if split is not None and split not in rows:
        expected = f"{one_of(rows)}, which this run has"
        raise FolderError(sentence(f"the part {split}", expected))
    path = folder.file(run_folder.MODELS[checkpoint])
    epoch = None if ensemble else _epoch(folder, checkpoint)
    values = config.experiment
    if data is None:
        closed = values.evaluation.test == "never" and split != "test"
        open_parts = [name for name in rows if name != "test" or not closed]
        if ensemble:
            open_parts = list(folder.read_json(run_folder.ENSEMBLE, "judged"))
        wanted = [split] if split else open_parts
        raw = _own_rows(folder, values, rows)
        numbers = {name: np.array(rows[name]) for name in wanted}
    else:
        raw = _other_rows(values, data)
        numbers = {OTHER_DATA: raw.numbers()}
    size = values.training.batch_size
    batch_size = len(rows["train"]) if size == "full" else int(size)
    judged = _judged(folder, path, values, raw, numbers, batch_size)
    return {"checkpoint": checkpoint, "epoch": epoch} | judged


def threshold_of(folder: RunFolder, experiment: Experiment) -> float:
    """Give the threshold by which a run decides: the chosen one in metrics.json, or the file's."""
    if (folder / run_folder.METRICS).exists() and experiment.evaluation.threshold_rule:
        return float(folder.read_json(run_folder.METRICS, "threshold"))
    return experiment.evaluation.decides_at


def load_model(path: Path) -> Any:
    """Load a model of a run folder with plain Keras, not compiled.

    Raises:
        FolderError: The file is broken.
    """
    import keras

    try:
        return keras.saving.load_model(path, compile=False)
    except BROKEN as error:
        raise FolderError(sentence(f"{path}, which is broken", "a Keras model")) from error


def read_preprocessing(folder: RunFolder) -> tuple[Inputs, Targets]:
    """Restore from preprocessing.json what was learned from the train rows.

    Raises:
        FolderError: It is missing or broken.
    """
    facts = folder.read_json(run_folder.PREPROCESSING)
    with folder.reading(run_folder.PREPROCESSING, "what `fit` writes there"):
        return inputs_from_json(facts["inputs"]), targets_from_json(facts["target"])


def check_place(experiment: Experiment, way_out: str = "", key: Key = ()) -> None:
    """Check that the data of a run is still there, before it is read.

    Raises:
        DataError: It is not.
    """
    if absent := absent_path(experiment.dataset.model_dump().get("path")):
        got = f"{absent}, which does not exist"
        raise DataError(sentence(got, "the data of the run", way_out), key=key)


def check_fingerprint(
    folder: RunFolder, fingerprint: str, dataset: Mapping[str, Any], way_out: str, key: Key = ()
) -> None:
    """Check that data that was read is what the run has read.

    Args:
        folder: The run folder.
        fingerprint: sha256 of what was read.
        dataset: The section as plain data.
        way_out: What to do where a file has changed.
        key: The key that the mistake belongs to.

    Raises:
        DataError: It has changed; of a python source, it gave other rows.
    """
    recorded = folder.read_json(run_folder.ENVIRONMENT, "data", "sha256")
    if fingerprint == recorded:
        return
    got, expected = f"the sha256 {fingerprint[:12]}…", f"{recorded[:12]}…"
    if dataset["type"] == "python":
        function = dataset["function"]
        file = file_of(function, dataset["folder"] or ".")
        place = "" if file is None else f" in {file}"
        got = f"rows with {got} from {function}{place}, which gave others this time"
        key, way_out = key and (*key, "function"), SAME_ROWS
    else:
        got = f"data with {got}"
    raise DataError(sentence(got, f"{expected} as when {folder.path} was made", way_out), key=key)


def _check_ensemble(
    folder: RunFolder, checkpoint: str, split: str | None, data: Path | None
) -> None:
    """Check that an ensemble has the model that is asked for, and rows to judge it by.

    Raises:
        FolderError: It has neither epochs nor, unless some are named, rows that no member has seen.
    """
    if checkpoint != "best":
        got = f"the checkpoint {checkpoint} of {folder.path}, an ensemble"
        raise FolderError(sentence(got, "best, its only model"))
    if not (split or data or folder.read_json(run_folder.ENSEMBLE, "judged")):
        got = f"{folder.path}, an ensemble whose members have seen all rows that are open"
        way_out = f"`--split` names a part all the same. {WAY_OUT}"
        raise FolderError(sentence(got, "rows to judge it by", way_out))


def _epoch(folder: RunFolder, checkpoint: str) -> int:
    """Find the epoch of a checkpoint: of the best in status.json, the last in history.csv."""
    if checkpoint == "best":
        return int(folder.read_json(run_folder.STATUS, "best_epoch"))
    with folder.reading(run_folder.HISTORY, "a row for each epoch") as path:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        return int(rows[-1]["epoch"])


def _own_rows(folder: RunFolder, experiment: Experiment, rows: Mapping[str, Sequence[int]]) -> Raw:
    """Read the run's own data again, and check that it is the same."""
    dataset = experiment.dataset.model_dump()
    check_place(experiment, WAY_OUT)
    raw = read_raw(dataset, experiment.split.model_dump(), experiment.training.sample_weight)
    check_fingerprint(folder, raw.fingerprint, dataset, WAY_OUT)
    if max(int(np.max(numbers)) for numbers in rows.values()) >= len(raw):
        got = f"{folder / run_folder.SPLIT}, which is broken"
        raise FolderError(sentence(got, f"rows 0 to {len(raw) - 1} of the data"))
    return raw


def _other_rows(experiment: Experiment, data: Path) -> Raw:
    """Read other data in the way of the run's own."""
    dataset = experiment.dataset.model_dump()
    if "path" not in dataset:
        got = f"--data for a run on `type: {dataset['type']}`"
        raise DataError(sentence(got, "a run whose data is a file"))
    if not data.exists():
        raise DataError(sentence(f"{data}, which does not exist", "data to evaluate"))
    return read(dataset | {"path": str(data)})


def _judged(
    folder: RunFolder,
    path: Path,
    experiment: Experiment,
    raw: Raw,
    numbers: dict[str, np.ndarray],
    batch_size: int,
) -> dict[str, Any]:
    """Prepare rows by what preprocessing.json holds, and judge a saved model by them."""
    inputs, target = read_preprocessing(folder)
    parts = {name: prepare_rows(raw, rows, inputs, target) for name, rows in numbers.items()}
    backend.start()

    from dltrain.evaluation.judging import judge
    from dltrain.evaluation.outputs import outputs_by_part
    from dltrain.model.building import compile_model
    from dltrain.model.passes import computing

    threshold = threshold_of(folder, experiment)
    goal = goal_of(experiment, target).in_own_unit().at_threshold(threshold)
    model = load_model(path)
    compile_model(model, goal)
    with computing("evaluation"):
        outputs = outputs_by_part(model, goal, parts, batch_size)
        return judge(
            model, goal, parts, outputs, target,
            batch_size=batch_size, threshold=threshold, seed=experiment.seed,
        )  # fmt: skip
