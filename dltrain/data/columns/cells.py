"""The cells of one column: which are missing, which are numbers, and whether float32 holds them.

Imports: NumPy and pandas.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw
from dltrain.errors import DataError, Key, sentence, shown

# float32 rounding above this share of a column's spread is too coarse: the column is shifted.
COARSE = 1e-4
# Every whole number below is a float32.
WHOLE_FLOAT32 = 2**24
LARGEST = float(np.finfo(np.float32).max)
WAYS_OUT = {
    "drop": "Leave such rows out here too, as the training did.",
    "error": "Mend the file, let `dataset.missing` be drop or impute, or leave the column out "
    "with `dataset.features.exclude`.",
}


def too_coarse(numbers: np.ndarray) -> bool:
    """Tell whether float32 would round numbers that differ by more than a share of their spread.

    Example:
        >>> seconds = np.array([1_600_000_000.0, 1_600_000_001.0])
        >>> too_coarse(seconds), too_coarse(seconds - 1_600_000_000)
        (True, False)
    """
    if numbers.min() == numbers.max():
        return False
    rounding = np.abs(numbers.astype(np.float32) - numbers).mean()
    return bool(rounding > COARSE * numbers.std())


def as_numbers(cells: pd.Series | pd.Index) -> np.ndarray:
    """Read cells as float64; what is no number becomes NaN."""
    numbers = pd.to_numeric(pd.Series(cells), errors="coerce")
    return numbers.to_numpy(np.float64, na_value=np.nan)


def as_words(cells: pd.Index) -> pd.Series:
    """Spell cells as a file would, without blanks around them.

    Whole numbers among fractions, as a column of whole numbers with gaps holds them, are spelled
    without a point.

    Example:
        >>> as_words(pd.Index([1.0, 2.5, " a"], dtype=object)).tolist()
        ['1', '2.5', 'a']
    """
    words = pd.Series(cells, dtype=cells.dtype).astype(str).str.strip()
    return words.str.replace(r"^(-?\d+)\.0$", r"\1", regex=True)


def missing_cells(raw: Raw, cells: pd.Series, rows: np.ndarray, missing: str) -> np.ndarray:
    """Find the missing cells of a column.

    Args:
        raw: All rows, for messages.
        cells: The cells of one column.
        rows: The number of each cell's row.
        missing: "error", "drop" or "impute".

    Returns:
        bool (n,).

    Raises:
        DataError: There is one, and the column does not impute.
    """
    gaps = cells.isna().to_numpy()
    if missing != "impute" and gaps.any():
        count = int(gaps.sum())
        first = raw.where(int(rows[np.argmax(gaps)]))
        got = f"{count} missing {'value' if count == 1 else 'values'}, the first in {first}"
        raise DataError(sentence(got, "a value in every row", WAYS_OUT[missing]),
                        key=column_key(cells))  # fmt: skip
    return gaps


def wrong_cell(
    raw: Raw, cells: pd.Series, rows: np.ndarray, position: int, expected: str, way_out: str
) -> DataError:
    """Make the error for a cell that is not what its column says.

    Args:
        raw: All rows.
        cells: The cells of one column.
        rows: The number of each cell's row.
        position: Which of the cells.
        expected: What it should be.
        way_out: What the user can do.
    """
    got = f"{shown(plain(cells.iloc[position]))} in {raw.where(int(rows[position]))}"
    return DataError(sentence(got, expected, way_out), key=column_key(cells))


def column_key(cells: pd.Series) -> Key:
    """Name the place of a column in the file."""
    return ("dataset", "columns", str(cells.name))


def plain(value: Any) -> Any:
    """Turn a NumPy scalar into a Python value, and a date into its words."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value
