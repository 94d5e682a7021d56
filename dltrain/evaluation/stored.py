"""predictions.csv read back: what is true and what was predicted, ready for figures.

Imports: NumPy and run_folder, and pandas when something is read; no TensorFlow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dltrain import run_folder
from dltrain.config.text.skimming import skim_key
from dltrain.errors import FolderError, one_of, sentence
from dltrain.evaluation.answers import PART, Answers, read_answers
from dltrain.evaluation.statistics import Statistics, statistics_of
from dltrain.run_folder import RunFolder
from dltrain.terms import EXCLUSIVE

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
        each = list(read_answers(path, target, parts=(part,), most=None))
        if all(part in one.parts for one in each):
            return {one.target: _stored(one, _threshold(thresholds, one.target)) for one in each}
        others = _parts(path)
    raise FolderError(sentence(f"the part {part}, of which {path} has no row", one_of(others)))


def _parts(path: Path) -> list[str]:
    """Name the parts that have rows."""
    import pandas as pd

    return [str(one) for one in pd.read_csv(path, usecols=[PART], dtype=str)["part"].unique()]


def _stored(answers: Answers, threshold: float) -> Stored:
    """Bring the answers of the only part that was read into the form of `statistics_of`."""
    rows, task = answers.rows, answers.task
    if task == "autoencoder":
        return Stored(task, rows.rows, rows.said, rows.errors, rows.said, (), threshold)
    if task in EXCLUSIVE:
        labels = np.array(answers.classes)[rows.truth, None]
        shares = rows.shares.astype(np.float32)
        given = shares[:, 1] if task == "binary" else shares
        return Stored(task, rows.rows, labels, rows.truth, given, answers.classes, threshold)
    given = rows.shares.astype(np.float32) if task == "multilabel" else rows.said
    return Stored(task, rows.rows, rows.truth, rows.truth, given, answers.names, threshold)


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
