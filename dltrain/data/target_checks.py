"""What a target column may not hold: gaps, words for numbers, numbers for labels, one class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.column import LARGEST, as_numbers, too_coarse
from dltrain.data.raw import Raw
from dltrain.errors import DataError, Key, listed, sentence, shown

TARGET: Key = ("dataset", "target")


def plain(value: Any) -> Any:
    """Turn a NumPy scalar into a Python value; a whole float becomes an int."""
    value = value.item() if hasattr(value, "item") else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def refuse_missing(raw: Raw) -> None:
    """Refuse rows without a target."""
    for name in raw.targets.columns:
        missing = raw.targets[name].isna().to_numpy()
        if missing.any():
            first = raw.where(int(np.argmax(missing)))
            got = f"{_counted(missing.sum())} without '{name}', the first in {first}"
            way_out = "Remove them; words such as NA, None and null mean a missing value."
            raise DataError(sentence(got, "a target in every row", way_out), key=TARGET)


def refuse_one_hot(targets: pd.DataFrame, task: str) -> None:
    """Refuse label columns that are one column of classes, spelled as 0 and 1."""
    if task == "multilabel" and (targets.sum(axis=1) == 1).all():
        got = f"{len(targets.columns)} target columns with exactly one 1 in each row"
        way_out = "Give one column of classes, or say `task: multilabel`."
        raise DataError(
            sentence(got, "classes, or labels that may go together", way_out), key=TARGET
        )


def check_numbers(raw: Raw) -> None:
    """Check that every target is a number that float32 holds, and tells from the others."""
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


def check_labels(raw: Raw) -> None:
    """Check that every label is 0 or 1."""
    for name in raw.targets.columns:
        wrong = ~raw.targets[name].isin([0, 1]).to_numpy()
        if wrong.any():
            row = int(np.argmax(wrong))
            got = f"{shown(plain(raw.targets[name].iloc[row]))} as '{name}' in {raw.where(row)}"
            way_out = "Mend the row, or use another task."
            raise DataError(sentence(got, "0 or 1 in every label column", way_out), key=TARGET)


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


def _counted(rows: int) -> str:
    return f"{rows} {'row' if rows == 1 else 'rows'}"
