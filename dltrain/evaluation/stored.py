"""predictions.csv read back: what is true and what was predicted, ready for figures.

Imports: pandas and run_folder; no TensorFlow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dltrain import run_folder
from dltrain.config.text.skimming import skim_key
from dltrain.errors import FolderError, one_of, sentence
from dltrain.evaluation.predictions import with_name
from dltrain.evaluation.statistics import Statistics, statistics_of
from dltrain.run_folder import RunFolder

CLASSES = ("binary", "multiclass")
HALF = 0.5


@dataclass(frozen=True)
class Stored:
    """Predictions of one target for the rows of a part.

    Attributes:
        task: Such as "binary".
        rows: Numbers of the rows, int (n,), ascending.
        labels: What is true, in the words of the file: text (n, 1) for classes, else float
            (n, columns).
        truth: The same as `statistics_of` takes it.
        given: Probabilities or amounts, as `statistics_of` takes them.
        names: Names of the classes or labels.
        threshold: Probability above which a class or label is given.
    """

    task: str
    rows: np.ndarray
    labels: np.ndarray
    truth: np.ndarray
    given: np.ndarray
    names: Sequence[str]
    threshold: float

    def statistics(self) -> Statistics:
        """Describe the figures of the task as functions of what rows weigh."""
        return statistics_of(
            self.task, self.truth, self.given, threshold=self.threshold, names=self.names
        )


def read_stored(folder: RunFolder, part: str) -> dict[str, Stored]:
    """Read the predictions of a part.

    Args:
        folder: A run folder.
        part: "train", "val" or "test".

    Returns:
        Predictions by target; the name is empty where there is one target alone.

    Raises:
        FolderError: A file is missing or broken, or holds no row of the part.
    """
    target = folder.read_json(run_folder.PREPROCESSING, "target")
    thresholds = _thresholds(folder)
    with folder.reading(run_folder.PREDICTIONS, "predictions as `fit` writes them") as path:
        cells = pd.read_csv(path, dtype=str, keep_default_na=False)
        parts = list(dict.fromkeys(cells["part"]))
        cells = cells[cells["part"] == part].astype({"row": "int64"}).sort_values("row")
        if part in parts:
            return {
                name: _stored(_Columns(cells, name), facts, _threshold(thresholds, name))
                for name, facts in target.get("targets", {"": target}).items()
            }
    got = f"the part {part}, of which {path} has no row"
    raise FolderError(sentence(got, one_of(parts) if parts else "rows"))


@dataclass(frozen=True)
class _Columns:
    """The columns of one target.

    Attributes:
        cells: All columns, as text.
        target: The target's name where there are several.
    """

    cells: pd.DataFrame
    target: str

    def texts(self, names: Sequence[str]) -> np.ndarray:
        own = [with_name(name, self.target) if self.target else name for name in names]
        return self.cells[own].to_numpy(dtype=str)

    def numbers(self, names: Sequence[str], dtype: type = np.float64) -> np.ndarray:
        """Read numbers; through their own precision, so that they are what was written."""
        return self.texts(names).astype(dtype)


def _stored(columns: _Columns, facts: dict[str, Any], threshold: float) -> Stored:
    rows, task = columns.cells["row"].to_numpy(), facts["task"]
    if task == "autoencoder":
        errors = columns.numbers(["error"])
        nothing = np.empty((len(rows), 0))
        return Stored(task, rows, nothing, errors[:, 0], nothing, (), threshold)
    if task in CLASSES:
        names = [str(one) for one in facts["classes"]]
        labels = columns.texts(["target"])
        truth = _codes(labels[:, 0], names)
        shares = columns.numbers([f"p_{name}" for name in names], np.float32)
        given = shares[:, 1] if task == "binary" else shares
        return Stored(task, rows, labels, truth, given, names, threshold)
    names = [str(one) for one in facts["names"]]
    labels = columns.numbers(list(_named("target", names)))
    if task == "multilabel":
        given = columns.numbers([f"p_{name}" for name in names], np.float32)
    else:
        given = columns.numbers(list(_named("prediction", names)))
    return Stored(task, rows, labels, labels, given, names, threshold)


def _named(word: str, names: Sequence[str]) -> Iterator[str]:
    """Name the columns of several outputs, or the column of one."""
    return (word if len(names) == 1 else f"{word}_{name}" for name in names)


def _codes(labels: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Give the number of each class.

    Raises:
        KeyError: There is no such class.
    """
    codes = {name: number for number, name in enumerate(names)}
    return np.array([codes[one] for one in labels.tolist()], dtype=np.int64)


def _thresholds(folder: RunFolder) -> Any:
    """Find the threshold of a run, or a map of them by target."""
    metrics = folder.read_json(run_folder.METRICS)
    if "threshold" in metrics:
        return metrics["threshold"]
    with folder.reading(run_folder.RESOLVED, "the config of the run") as path:
        said = skim_key(path.read_text(encoding="utf-8"), "evaluation", path.name) or {}
    return said.get("threshold", HALF)


def _threshold(thresholds: Any, target: str) -> float:
    one = thresholds.get(target) if isinstance(thresholds, dict) else thresholds
    return float(one) if isinstance(one, int | float) else HALF
