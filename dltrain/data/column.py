"""One column of a table: what was learned about it, and its cells as numbers.

Whole numbers and fractions are read as float64, and shifted where float32 could not tell them
apart; words are read as the position of their value; a missing cell is an error, or NaN where
the column imputes. Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw
from dltrain.errors import DataError, Key, listed, sentence, shown

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


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers: (x - offset - center) / scale.

    Attributes:
        missing: "error", "drop" or "impute".
        fill: For "impute" what a missing number becomes, before center and scale.
        indicator: Whether an input of 0 or 1 says where a number is missing.
    """

    name: str
    scaling: str
    center: float
    scale: float
    offset: float = 0.0
    missing: str = "error"
    fill: float = 0.0
    indicator: bool = False
    type: str = "number"

    def to_json(self) -> dict[str, Any]:
        """Describe the column for preprocessing.json."""
        return dict(vars(self))


@dataclass(frozen=True)
class CategoryColumn:
    """A column of names or codes: one input of 0 or 1 for each value.

    Attributes:
        values: Names, or whole numbers, in the order of the inputs.
        unknown: "zeros" or "error", for any other value.
        missing: "error", "drop" or "impute".
        indicator: Whether an input of 0 or 1 says where the value is missing, which is then one
            more value; else it is unknown.
    """

    name: str
    values: tuple[Any, ...]
    unknown: str = "zeros"
    missing: str = "error"
    indicator: bool = False
    type: str = "category"

    @property
    def codes(self) -> tuple[float, ...]:
        """What stands for each value in the raw matrix: a number itself, or a name's position."""
        if isinstance(self.values[0], str):
            return tuple(float(index) for index in range(len(self.values)))
        return tuple(float(value) for value in self.values)

    def to_json(self) -> dict[str, Any]:
        """Describe the column for preprocessing.json, with the code of each value."""
        return vars(self) | {"values": list(self.values), "codes": list(self.codes)}


Column = NumberColumn | CategoryColumn


def column_from_json(facts: dict[str, Any]) -> Column:
    """Restore what `to_json` wrote."""
    if facts["type"] == "number":
        return NumberColumn(**facts)
    facts = {name: facts[name] for name in facts if name != "codes"}
    return CategoryColumn(**facts | {"values": tuple(facts["values"])})


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


def read_numbers(raw: Raw, cells: pd.Series, rows: np.ndarray, missing: str) -> np.ndarray:
    """Read cells as float64 numbers, finite but for NaN where one is missing and imputed.

    Args:
        raw: All rows, for messages.
        cells: The cells of one column.
        rows: The number of each cell's row.
        missing: "error", "drop" or "impute".

    Raises:
        DataError: A cell is no number, or missing and not imputed.
    """
    gaps = missing_cells(raw, cells, rows, missing)
    numbers = as_numbers(cells)
    fitting = (np.abs(numbers) <= LARGEST) | gaps
    if not fitting.all():
        position = int(np.argmin(fitting))
        cell = _plain(cells.iloc[position])
        got = f"{shown(cell)} in {raw.where(int(rows[position]))}"
        expected = "a finite number" + " of at most 3.4e38" * bool(np.isfinite(numbers[position]))
        raise DataError(sentence(got, expected, "Mend the cell."), key=column_key(cells))
    return numbers


def numbers_at_once(cells: pd.DataFrame) -> np.ndarray | None:
    """Read a table of finite numbers in one go, float64; None where a column needs a look."""
    if any(dtype.kind not in "biuf" for dtype in cells.dtypes):
        return None
    numbers = cells.to_numpy(np.float64)
    return numbers if (np.abs(numbers) <= LARGEST).all() else None


def as_numbers(cells: pd.Series | pd.Index) -> np.ndarray:
    """Read cells as float64; what is no number becomes NaN."""
    return pd.to_numeric(pd.Series(cells), errors="coerce").to_numpy(np.float64)


def read_codes(raw: Raw, cells: pd.Series, rows: np.ndarray, column: CategoryColumn) -> np.ndarray:
    """Read cells as the codes of a category's values.

    Returns:
        float64 (n,); a code that matches none for any other value; NaN for a missing one.

    Raises:
        DataError: A value is unknown, or missing, where it may not be.
    """
    gaps = missing_cells(raw, cells, rows, column.missing)
    positions, values = pd.factorize(cells)
    if isinstance(column.values[0], str):
        codes = pd.Index(column.values).get_indexer(values.astype(str)).astype(np.float64)
    else:
        codes = as_numbers(values)
    # The last one is that of a missing cell, whose position is -1.
    found = np.append(np.where(np.isin(codes, column.codes), codes, np.nan), np.nan)[positions]
    unknown = np.isnan(found) & ~(gaps & column.indicator)
    if column.unknown == "error" and unknown.any():
        position = int(np.argmax(unknown))
        value = "a missing value" if gaps[position] else shown(_plain(cells.iloc[position]))
        got = f"{value} in {raw.where(int(rows[position]))}"
        expected = f"one of {listed(column.values)}"
        message = sentence(got, expected, "`unknown: zeros` would allow it.")
        raise DataError(message, key=column_key(cells))
    # A number that stands for no value of the column.
    none = min(0.0, *column.codes) - 1
    return np.where(np.isnan(found) & ~gaps, none, found)


def missing_cells(raw: Raw, cells: pd.Series, rows: np.ndarray, missing: str) -> np.ndarray:
    """Find the missing cells of a column.

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


def column_key(cells: pd.Series) -> Key:
    """Name the place of a column in the file."""
    return ("dataset", "columns", str(cells.name))


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
