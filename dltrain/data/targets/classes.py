"""Exclusive classes: which there are, their order, the number of each, and their weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw
from dltrain.data.targets.checks import TARGET, plain
from dltrain.errors import DataError, did_you_mean, listed, sentence, shown
from dltrain.terms import EXCLUSIVE


def learn_classes(raw: Raw, train: np.ndarray, declared: list[Any] | None) -> tuple[Any, ...]:
    """Learn the classes of the train rows.

    Args:
        raw: All rows; the target is their one column.
        train: Numbers of the train rows.
        declared: The classes in the file's order; None to sort those of the train rows.

    Raises:
        DataError: The train rows have other classes than are declared, or words and numbers.
    """
    cells = raw.targets.iloc[train, 0]
    if declared is None:
        return _sorted([plain(value) for value in cells.unique()])
    codes = _codes(cells, declared)
    key = (*TARGET, "classes")
    if (codes < 0).any():
        at = int(np.argmax(codes < 0))
        got = f"the class {shown(plain(cells.iloc[at]))} in {raw.where(int(train[at]))}"
        way_out = "Add it to `classes`, or mend the row."
        raise DataError(sentence(got, f"one of `classes` ({listed(declared)})", way_out), key=key)
    rows = np.bincount(codes, minlength=len(declared))
    if not rows.all():
        got = f"no train row of the class {shown(declared[int(np.argmin(rows))])}"
        way_out = "Remove it from `classes`, or use another split."
        raise DataError(sentence(got, "one of each class", way_out), key=key)
    return tuple(declared)


def _sorted(found: list[Any]) -> tuple[Any, ...]:
    if len({isinstance(value, str) for value in found}) > 1:
        got = f"words and numbers ({listed(found)}) as classes"
        way_out = "Mend the rows, or list the classes in `classes`."
        raise DataError(sentence(got, "words alone, or numbers alone", way_out), key=TARGET)
    return tuple(sorted(found))


def class_numbers(raw: Raw, rows: np.ndarray, classes: tuple[Any, ...]) -> np.ndarray:
    """Give the number of the class of some rows, (n,).

    Raises:
        DataError: A row has a class that no train row has.
    """
    codes = _codes(raw.targets.iloc[rows, 0], classes)
    if (codes < 0).any():
        row = int(rows[np.argmax(codes < 0)])
        got = f"the class {shown(plain(raw.targets.iloc[row, 0]))} in {raw.where(row)}"
        expected = f"a class that a train row has ({listed(classes)})"
        raise DataError(sentence(got, expected, "Use another split or task."), key=TARGET)
    return codes


def _codes(cells: pd.Series, classes: list[Any] | tuple[Any, ...]) -> np.ndarray:
    """Find the number of each cell's class by its spelling; -1 for none of them."""
    positions, values = pd.factorize(cells)
    numbers = {str(name): number for number, name in enumerate(classes)}
    # The last one is that of a missing cell, whose position is -1.
    return np.array([*(numbers.get(str(plain(value)), -1) for value in values), -1])[positions]


def check_classes(classes: tuple[Any, ...], task: str) -> None:
    """Check that there are as many classes as the task wants, and that each can be a class."""
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


def check_order(task: str, classes: tuple[Any, ...], *, is_given: bool) -> None:
    """Check that a target has classes, and that these have an order.

    Args:
        task: The task.
        classes: The classes.
        is_given: Whether the file lists them, or they are bins.
    """
    key = (*TARGET, "ordered")
    if task not in EXCLUSIVE:
        way_out = "Say `task: multiclass`, give it `bins`, or remove `ordered`."
        message = sentence(f"an order for {task}", "a target with classes", way_out)
        raise DataError(message, key=key)
    if not is_given and any(isinstance(value, str) for value in classes):
        got = f"words ({listed(classes)}), whose order only you know"
        message = sentence(got, "their order", "List them in `classes`.")
        raise DataError(message, key=key)


def class_weights(y: np.ndarray, target: Any, weights: str | dict[Any, float]) -> np.ndarray:
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
    if target.task not in EXCLUSIVE:
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
