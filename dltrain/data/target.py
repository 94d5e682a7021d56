"""What is to be predicted: the task, its classes, and targets as numbers.

Task and classes are learned from the train rows alone; a class that only val or test rows
have is an error, because no model could ever predict it. Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.column import LARGEST, as_numbers, too_coarse
from dltrain.data.raw import Raw
from dltrain.errors import DataError, Key, did_you_mean, listed, sentence, shown

TARGET: Key = ("dataset", "target")
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
        _refuse_missing(raw)
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
        _refuse_one_hot(rows, task)
    if task == "regression":
        _check_numbers(raw)
        return Target(task, names)
    if task == "multilabel":
        _check_labels(raw)
        return Target(task, names, (0, 1))
    if len(names) > 1:
        message = sentence(f"{len(names)} target columns", "one", f"Use another task than {task}.")
        raise DataError(message, key=TARGET)
    classes = tuple(_plain(value) for value in sorted(rows.iloc[:, 0].unique()))
    _check_classes(classes, task)
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
        value = _plain(raw.targets.iloc[row, 0])
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


def _plain(value: Any) -> Any:
    """Turn a NumPy scalar into a Python value; a whole float becomes an int."""
    value = value.item() if hasattr(value, "item") else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _refuse_missing(raw: Raw) -> None:
    for name in raw.targets.columns:
        missing = raw.targets[name].isna().to_numpy()
        if missing.any():
            first = raw.where(int(np.argmax(missing)))
            got = f"{_counted(missing.sum())} without '{name}', the first in {first}"
            way_out = "Remove them; words such as NA, None and null mean a missing value."
            raise DataError(sentence(got, "a target in every row", way_out), key=TARGET)


def _refuse_one_hot(targets: pd.DataFrame, task: str) -> None:
    if task == "multilabel" and (targets.sum(axis=1) == 1).all():
        got = f"{len(targets.columns)} target columns with exactly one 1 in each row"
        way_out = "Give one column of classes, or say `task: multilabel`."
        raise DataError(
            sentence(got, "classes, or labels that may go together", way_out), key=TARGET
        )


def _check_numbers(raw: Raw) -> None:
    for name in raw.targets.columns:
        numbers = as_numbers(raw.targets[name])
        wrong = ~(np.abs(numbers) <= LARGEST)
        if wrong.any():
            raise DataError(_no_number(raw, name, numbers, int(np.argmax(wrong))), key=TARGET)
        if too_coarse(numbers):
            span = f"({numbers.min():g} to {numbers.max():g})"
            got = f"numbers as '{name}' that differ by too little {span}"
            way_out = "Shift or scale the column."
            message = sentence(got, "what float32 can tell apart", way_out)
            raise DataError(message, key=TARGET)


def _no_number(raw: Raw, name: str, numbers: np.ndarray, row: int) -> str:
    where = f"as '{name}' in {raw.where(row)}"
    if np.isnan(numbers[row]):
        got = f"{shown(raw.targets[name].iloc[row])} {where}"
        return sentence(got, "a number", "Use `task: multiclass`, or mend the row.")
    way_out = "Mend or remove the row."
    return sentence(f"{numbers[row]:g} {where}", "a finite number of at most 3.4e38", way_out)


def _check_labels(raw: Raw) -> None:
    for name in raw.targets.columns:
        wrong = ~raw.targets[name].isin([0, 1]).to_numpy()
        if wrong.any():
            row = int(np.argmax(wrong))
            got = f"{shown(_plain(raw.targets[name].iloc[row]))} as '{name}' in {raw.where(row)}"
            way_out = "Mend the row, or use another task."
            raise DataError(sentence(got, "0 or 1 in every label column", way_out), key=TARGET)


def _check_classes(classes: tuple[Any, ...], task: str) -> None:
    if len(classes) < 2:
        got = f"one class ({listed(classes)}) in the train rows"
        message = sentence(got, "at least two", "Use more rows, or another target.")
        raise DataError(message, key=TARGET)
    if task == "binary" and len(classes) > 2:
        got = f"{len(classes)} classes ({listed(classes)})"
        message = sentence(got, "two for `task: binary`", "Use `task: multiclass`.")
        raise DataError(message, key=TARGET)
    if any(isinstance(value, float) for value in classes):
        fraction = next(value for value in classes if isinstance(value, float))
        got = f"the number {fraction:g} as a class"
        message = sentence(got, "words or whole numbers", "Use `task: regression`.")
        raise DataError(message, key=TARGET)


def _counted(rows: int) -> str:
    return f"{rows} {'row' if rows == 1 else 'rows'}"
