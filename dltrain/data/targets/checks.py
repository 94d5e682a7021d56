"""What every target is checked for, whatever its task, and how its values are spelled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.columns.cells import as_numbers
from dltrain.data.raw import Raw
from dltrain.errors import DataError, Key, sentence, shown

TARGET: Key = ("dataset", "target")


def plain(value: Any) -> Any:
    """Turn a NumPy scalar into a Python value; a whole float becomes an int."""
    value = value.item() if hasattr(value, "item") else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def refuse_missing(raw: Raw, rows: np.ndarray | None = None) -> None:
    """Refuse rows without a target.

    Args:
        raw: All rows.
        rows: Numbers of the rows to look at. Default: all.
    """
    rows = raw.numbers() if rows is None else rows
    for name in raw.targets.columns:
        missing = raw.targets[name].iloc[rows].isna().to_numpy()
        if missing.any():
            first = raw.where(int(rows[np.argmax(missing)]))
            got = f"{_counted(missing.sum())} without '{name}', the first in {first}"
            way_out = "Remove them; words such as NA, None and null mean a missing value."
            raise DataError(sentence(got, "a target in every row", way_out), key=TARGET)


def refuse_words_among_amounts(raw: Raw, most_classes: int) -> None:
    """Refuse a few words in a column that would be amounts without them.

    Args:
        raw: All rows; no target is missing.
        most_classes: Different numbers that may still be classes.
    """
    if len(raw.targets.columns) > 1:
        return
    cells = raw.targets.iloc[:, 0]
    positions, values = pd.factorize(cells)
    numbers = as_numbers(values)
    is_word = np.isnan(numbers)[positions]
    if is_word.any() and is_word.mean() < 0.5 and (~np.isnan(numbers)).sum() > most_classes:
        row = int(np.argmax(is_word))
        got = f"{shown(plain(cells.iloc[row]))} as '{cells.name}' in {raw.where(row)}"
        among = f"{got}, among {(~is_word).sum()} numbers"
        way_out = "Mend the row, or say `task: multiclass`."
        raise DataError(sentence(among, "numbers, or classes", way_out), key=TARGET)


def refuse_several(names: tuple[str, ...], task: str) -> None:
    """Refuse several columns for a task that has one."""
    if len(names) > 1:
        message = sentence(f"{len(names)} target columns", "one", f"Use another task than {task}.")
        raise DataError(message, key=TARGET)


def _counted(rows: int) -> str:
    return f"{rows} {'row' if rows == 1 else 'rows'}"
