"""The task that a target has where the file does not say it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.targets.multilabel import zeros_and_ones

# Whole numbers with more different values than this are quantities, not classes.
MOST_CLASSES = 20
FIRST_ROWS = 10_000


def task_of(targets: pd.DataFrame, options: dict[str, Any]) -> str | None:
    """Give the task that the file says, or that an option stands for; None where bins tell it.

    Args:
        targets: One column for each target; the rows to judge by.
        options: What the file says about the target.
    """
    if options.get("task"):
        return str(options["task"])
    if options.get("separator"):
        return "multilabel"
    if options.get("classes"):
        return by_classes(len(options["classes"]))
    if options.get("scaling", "none") != "none":
        return "regression"
    return None if options.get("bins") else infer_task(targets)


def by_classes(number: int) -> str:
    """Name the task of a target with so many classes."""
    return "binary" if number == 2 else "multiclass"


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
        are_labels = all(
            not np.isnan(zeros_and_ones(targets[name].dropna())).any() for name in targets
        )
        return "multilabel" if are_labels else "regression"
    column = targets.iloc[:, 0].dropna()
    different = column.iloc[:FIRST_ROWS].nunique()
    if different <= MOST_CLASSES:
        different = column.nunique()  # of 20 million amounts it would take 500 MB
    if different <= 2:
        return "binary"
    if not pd.api.types.is_numeric_dtype(column):
        return "multiclass"
    whole = bool((column % 1 == 0).all())
    return "multiclass" if whole and different <= MOST_CLASSES else "regression"
