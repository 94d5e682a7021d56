"""What the cells of a split's column say: a part, a group, or a time; errors name the row."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dltrain.data.columns import as_numbers
from dltrain.data.raw import Raw, as_words
from dltrain.data.splitting.shares import COLUMN, Parts, as_parts
from dltrain.errors import DataError, sentence, shown

WORDS = {
    "train": "train", "val": "val", "validation": "val", "valid": "val", "dev": "val",
    "test": "test",
}  # fmt: skip


def named_parts(raw: Raw, rows: np.ndarray, name: str) -> Parts:
    """Read which part each row belongs to.

    Args:
        raw: All rows.
        rows: Numbers of the rows to divide, ascending.
        name: The column whose words are train, val (or validation, valid, dev) and test, in any
            case.

    Returns:
        Positions in `rows` by part.

    Raises:
        DataError: A cell is empty or another word, or there is no train or no val row.
    """
    cells = _cells(raw, rows, name)
    codes, words = pd.factorize(cells)
    parts = np.array([WORDS.get(str(word).casefold(), "") for word in words])[codes]
    if (parts == "").any():
        position = int(np.argmax(parts == ""))
        got = f"{_spelled(cells, position)} in {raw.where(int(rows[position]))}"
        raise DataError(sentence(got, "train, val or test", "Mend the cell."), key=COLUMN)
    for part in ("train", "val"):
        if not (parts == part).any():
            way_out = "Name some in the column, or use another split."
            message = sentence(f"no {part} row in {shown(name)}", "at least one", way_out)
            raise DataError(message, key=COLUMN)
    return as_parts({part: np.flatnonzero(parts == part) for part in set(WORDS.values())})


def group_numbers(raw: Raw, rows: np.ndarray, name: str) -> np.ndarray:
    """Number the group of each row, in the order of their names, so not of the file.

    Returns:
        int64 (n,), 0 to groups - 1.

    Raises:
        DataError: A cell is empty.
    """
    return np.unique(_cells(raw, rows, name).astype(str), return_inverse=True)[1]


def time_numbers(raw: Raw, rows: np.ndarray, name: str) -> np.ndarray:
    """Number the time of each row, from the earliest.

    Times are numbers, or dates as ISO 8601 writes them; one without a zone is one of UTC.

    Returns:
        int64 (n,), equal for equal times.

    Raises:
        DataError: A cell is empty, or no time.
    """
    cells = _cells(raw, rows, name)
    if pd.api.types.is_datetime64_any_dtype(cells):
        return np.unique(cells, return_inverse=True)[1]
    numbers = pd.Series(as_numbers(cells))
    dates = pd.to_datetime(cells.astype(str), format="ISO8601", errors="coerce", utc=True)
    are_dates = numbers.isna().sum() > dates.isna().sum()
    times = dates.reset_index(drop=True) if are_dates else numbers.where(np.isfinite(numbers))
    if times.isna().any():
        position = int(times.isna().to_numpy().argmax())
        got = f"{_spelled(cells, position)} in {raw.where(int(rows[position]))}"
        expected = "a date such as 2026-01-31" if are_dates else "a number, or a date in ISO 8601"
        raise DataError(sentence(got, expected, "Mend the cell."), key=COLUMN)
    if pd.api.types.is_integer_dtype(cells):  # float64 would make large ones equal
        return np.unique(cells, return_inverse=True)[1]
    return np.unique(times, return_inverse=True)[1]


def _cells(raw: Raw, rows: np.ndarray, name: str) -> pd.Series:
    """Give the cells of the split's column, none of them empty.

    Raises:
        DataError: The data has no such column, or a cell is empty.
    """
    if raw.aside is None or name not in raw.aside:
        got = f"the column {shown(name)} for rows that are no table"
        raise DataError(sentence(got, "a table", "Use another split."), key=COLUMN)
    cells = as_words(raw.aside[name].iloc[rows])
    empty = cells.isna().to_numpy()
    if empty.any():
        first = raw.where(int(rows[np.argmax(empty)]))
        values = "value" if empty.sum() == 1 else "values"
        got = f"{empty.sum()} missing {values} in {shown(name)}, the first in {first}"
        raise DataError(sentence(got, "a value in every row", "Mend the file."), key=COLUMN)
    return cells


def _spelled(cells: pd.Series, position: int) -> str:
    cell = cells.iloc[position]
    return shown(cell.item() if hasattr(cell, "item") else cell)
