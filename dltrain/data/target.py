"""What is to be predicted: the task, its classes, and targets as numbers.

Task and classes are learned from the train rows alone; a class that only val or test rows
have is an error, because no model could ever predict it. Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw
from dltrain.data.target_checks import (
    TARGET,
    check_classes,
    check_labels,
    check_numbers,
    plain,
    refuse_missing,
    refuse_one_hot,
)
from dltrain.errors import DataError, did_you_mean, listed, sentence, shown

# Whole numbers with more different values than this are quantities, not classes.
MOST_CLASSES = 20


@dataclass(frozen=True)
class Target:
    """What was learned about the target.

    Attributes:
        task: "binary", "multiclass", "multilabel" or "regression".
        names: The target columns.
        classes: The classes in order, for binary the negative one first; the two codes of
            a multi-label column; empty for regression.
    """

    task: str
    names: tuple[str, ...]
    classes: tuple[Any, ...] = ()

    @property
    def outputs(self) -> int:
        """Numbers that a prediction has: one a class, label or quantity; one for binary."""
        return len(self.classes) if self.task == "multiclass" else len(self.names)

    @property
    def facts(self) -> dict[str, Any]:
        """Task and outputs by name, as the builders of the model take them."""
        return {"task": self.task, "outputs": self.outputs}

    def to_json(self) -> dict[str, Any]:
        """Describe the target for preprocessing.json."""
        return {"task": self.task, "names": list(self.names), "classes": list(self.classes)}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Target:
        """Restore what `to_json` wrote."""
        return cls(facts["task"], tuple(facts["names"]), tuple(facts["classes"]))


def infer_task(targets: pd.DataFrame) -> str:
    """Tell the task from the values of the target.

    Several columns of 0 and 1 are labels, several others are quantities. One column with two
    values is binary; words, and whole numbers with at most 20 different values, are classes;
    everything else is a quantity.

    Args:
        targets: One column for each target; the rows to judge by.

    Example:
        >>> infer_task(pd.DataFrame({"y": ["a", "b", "c"]}))
        'multiclass'
        >>> infer_task(pd.DataFrame({"y": [1.5, 2.0, 3.0]}))
        'regression'
    """
    if len(targets.columns) > 1:
        zero_one = all(set(targets[name].dropna().unique()) <= {0, 1} for name in targets)
        return "multilabel" if zero_one else "regression"
    column = targets.iloc[:, 0].dropna()
    different = column.nunique()
    if different <= 2:
        return "binary"
    if not _is_numeric(column):
        return "multiclass"
    whole = bool((column % 1 == 0).all())
    return "multiclass" if whole and different <= MOST_CLASSES else "regression"


def labels_for_split(raw: Raw, task: str | None) -> np.ndarray | None:
    """Give the class of each row, where the target has classes and a split can keep shares.

    Returns:
        (n,), or None for labels and quantities.
    """
    if raw.targets.isna().any(axis=None):
        refuse_missing(raw)
    several = len(raw.targets.columns) > 1
    if several or (task or infer_task(raw.targets)) not in ("binary", "multiclass"):
        return None
    return raw.targets.iloc[:, 0].to_numpy()


def learn_target(raw: Raw, train: np.ndarray, task: str | None) -> Target:
    """Learn task and classes from the train rows.

    Args:
        raw: All rows.
        train: Numbers of the train rows.
        task: The file's `task`, or None to tell it from the target.

    Raises:
        DataError: A target is missing or not finite, there is one class only, or the task
            does not fit the target.
    """
    rows = raw.targets.iloc[train]
    names = tuple(str(name) for name in rows.columns)
    if task is None:
        task = infer_task(rows)
        refuse_one_hot(rows, task)
    if task == "regression":
        check_numbers(raw)
        return Target(task, names)
    if task == "multilabel":
        check_labels(raw)
        return Target(task, names, (0, 1))
    if len(names) > 1:
        message = sentence(f"{len(names)} target columns", "one", f"Use another task than {task}.")
        raise DataError(message, key=TARGET)
    classes = tuple(plain(value) for value in sorted(rows.iloc[:, 0].unique()))
    check_classes(classes, task)
    return Target(task, names, classes)


def encode(raw: Raw, rows: np.ndarray, target: Target) -> np.ndarray:
    """Turn the targets of some rows into numbers.

    Returns:
        float32 (n, 1) of 0 and 1 for binary; int32 (n,) for multiclass; float32 (n, labels)
        for multi-label; float32 (n, quantities) for regression.

    Raises:
        DataError: A row has a class that no train row has.
    """
    table = raw.targets.iloc[rows]
    if target.task in ("regression", "multilabel"):
        return table.to_numpy(np.float32)
    codes = pd.Index(target.classes).get_indexer(pd.Index(table.iloc[:, 0]))
    if (codes < 0).any():
        row = int(rows[np.argmax(codes < 0)])
        value = plain(raw.targets.iloc[row, 0])
        got = f"the class {shown(value)} in {raw.where(row)}"
        expected = f"a class that a train row has ({listed(target.classes)})"
        raise DataError(sentence(got, expected, "Use another split or task."), key=TARGET)
    if target.task == "binary":
        return codes.astype(np.float32).reshape(-1, 1)
    return codes.astype(np.int32)


def class_weights(y: np.ndarray, target: Target, weights: str | dict[Any, float]) -> np.ndarray:
    """Give each class its weight in the loss.

    Args:
        y: Encoded targets of the train rows.
        target: What was learned about the target.
        weights: "balanced", or a map from class to weight; classes not named weigh 1.

    Returns:
        float32 (classes,).

    Raises:
        DataError: The task has no classes, or the map names an unknown one.

    Source:
        scikit-learn, compute_class_weight: rows / (classes × rows of the class).
    """
    key = ("training", "class_weight")
    if target.task not in ("binary", "multiclass"):
        got = f"class weights for {target.task}"
        raise DataError(sentence(got, "a task with classes", "Remove them."), key=key)
    codes = y.reshape(-1).astype(np.int64)
    if isinstance(weights, str):
        counts = np.bincount(codes, minlength=len(target.classes))
        return (len(codes) / (len(target.classes) * counts)).astype(np.float32)
    result = np.ones(len(target.classes), np.float32)
    for name, weight in weights.items():
        if name not in target.classes:
            expected = f"a class ({listed(target.classes)})"
            way_out = _spelling(name, target.classes)
            raise DataError(sentence(shown(name), expected, way_out), key=(*key, name))
        result[target.classes.index(name)] = weight
    return result


def _spelling(name: Any, classes: tuple[Any, ...]) -> str:
    if str(name) in map(str, classes):
        return f"Write it {'without' if isinstance(name, str) else 'in'} quotes."
    return did_you_mean(name, classes)


def _is_numeric(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column)
