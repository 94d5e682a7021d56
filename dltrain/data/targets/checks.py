"""What every target is checked for, whatever its task, and how its values are spelled."""

from __future__ import annotations

from typing import Any

import numpy as np

from dltrain.data.raw import Raw
from dltrain.errors import DataError, Key, sentence

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


def refuse_several(names: tuple[str, ...], task: str) -> None:
    """Refuse several columns for a task that has one."""
    if len(names) > 1:
        message = sentence(f"{len(names)} target columns", "one", f"Use another task than {task}.")
        raise DataError(message, key=TARGET)


def _counted(rows: int) -> str:
    return f"{rows} {'row' if rows == 1 else 'rows'}"
