"""One column of a table: its type, what is learned from its train cells, and its numbers.

Whole numbers and fractions are read as float64, and shifted where float32 could not tell them
apart; words are read as the position of their value. Imports: NumPy and pandas.
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
MOST_VALUES = 1_000


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers: (x - offset - center) / scale."""

    name: str
    scaling: str
    center: float
    scale: float
    offset: float = 0.0
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
    """

    name: str
    values: tuple[Any, ...]
    unknown: str = "zeros"
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
    return CategoryColumn(facts["name"], tuple(facts["values"]), facts["unknown"])


def learn_column(
    raw: Raw, name: str, train: np.ndarray, given: dict[str, Any] | None, scaling: str
) -> Column:
    """Learn a column's type, if the config does not say it, and its scaling or values.

    Args:
        raw: All rows.
        name: The column.
        train: Numbers of the train rows.
        given: What `dataset.columns` says about it, or None.
        scaling: `dataset.scaling`, for number columns that say nothing else.

    Raises:
        DataError: A cell is missing or not what the column says.
    """
    cells = pd.DataFrame(raw.features)[name].iloc[train]
    _refuse_missing(raw, cells, train)
    given = given or {"type": _column_type(raw, cells, train)}
    if given["type"] == "category":
        values = given.get("values") or _values(cells)
        _check_values(name, values)
        return CategoryColumn(name, tuple(values), given.get("unknown", "zeros"))
    return _learn_numbers(
        name, cells, read_numbers(raw, cells, train), given.get("scaling") or scaling
    )


def _learn_numbers(name: str, cells: pd.Series, numbers: np.ndarray, scaling: str) -> NumberColumn:
    offset = _offset(numbers)
    if _is_lost(cells, numbers) or too_coarse(numbers - offset):
        got = f"numbers that differ by too little ({numbers.min():g} to {numbers.max():g})"
        way_out = "Shift or scale the column, or leave it out with `dataset.features.exclude`."
        raise DataError(sentence(got, "what float32 can tell apart", way_out), key=_key(cells))
    center, scale = _center_and_scale(numbers - offset, scaling)
    return NumberColumn(name, scaling, center, scale, offset)


def _offset(numbers: np.ndarray) -> float:
    """Choose what is subtracted before numbers become float32; 0 where it holds them well.

    A constant column has no spread to compare with, but other rows may differ from it by little.
    """
    number = float(numbers[0])
    if numbers.min() == numbers.max():
        held = abs(number) < WHOLE_FLOAT32 and float(np.float32(number)) == number
        return 0.0 if held else number
    return float(np.round(numbers.mean())) if too_coarse(numbers) else 0.0


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


def _is_lost(cells: pd.Series, numbers: np.ndarray) -> bool:
    """Tell whether whole numbers are so large that not even float64 tells them apart."""
    if cells.dtype.kind not in "iu" or cells.min() == cells.max():
        return False
    return bool(np.spacing(np.abs(numbers).max()) > COARSE * numbers.std())


def _column_type(raw: Raw, cells: pd.Series, rows: np.ndarray) -> str:
    """Call a column of words a category, and everything else numbers."""
    if pd.api.types.is_numeric_dtype(cells):
        return "number"
    codes, values = pd.factorize(cells)
    is_word = np.isnan(as_numbers(values))[codes]
    if not is_word.any():
        return "number"
    if is_word.mean() < 0.5:
        first = int(np.argmax(is_word))
        where = raw.where(int(rows[first]))
        got = f"{shown(cells.iloc[first])} in {where}, among {(~is_word).sum()} numbers"
        way_out = "Mend the cell, or say whether the column is `number` or `category`."
        raise DataError(sentence(got, "numbers, or words alone", way_out), key=_key(cells))
    return "category"


def _values(cells: pd.Series) -> list[Any]:
    """List the different values, sorted: whole numbers where each is one, else words.

    Example:
        >>> _values(pd.Series(["10", "2"])), _values(pd.Series(["1", "01"]))
        ([2, 10], ['01', '1'])
    """
    words = pd.factorize(cells)[1]
    numbers = as_numbers(words)
    whole = (np.abs(numbers) < WHOLE_FLOAT32) & (numbers == np.round(numbers))
    if whole.all() and len(np.unique(numbers)) == len(words):
        return [int(value) for value in sorted(numbers)]
    return sorted(str(value) for value in words)


def _check_values(name: str, values: list[Any]) -> None:
    key = ("dataset", "columns", name)
    if len(values) > MOST_VALUES:
        got = f"a category with {len(values)} values"
        way_out = "Leave the column out with `dataset.features.exclude`."
        raise DataError(sentence(got, f"at most {MOST_VALUES}", way_out), key=key)
    kinds = {isinstance(value, str) for value in values}
    numbers = [value for value in values if not isinstance(value, str)]
    too_large = [value for value in numbers if abs(value) >= WHOLE_FLOAT32]
    if len(kinds) > 1 or too_large:
        got = shown(too_large[0]) if too_large else f"words and numbers ({listed(values)})"
        way_out = "Write all of them as words, in quotes."
        raise DataError(sentence(got, "words, or whole numbers below 2**24", way_out), key=key)


def read_numbers(raw: Raw, cells: pd.Series, rows: np.ndarray) -> np.ndarray:
    """Read cells as finite float64 numbers."""
    _refuse_missing(raw, cells, rows)
    numbers = as_numbers(cells)
    fitting = np.abs(numbers) <= LARGEST
    if not fitting.all():
        position = int(np.argmin(fitting))
        cell = _plain(cells.iloc[position])
        got = f"{shown(cell)} in {raw.where(int(rows[position]))}"
        expected = "a finite number" + " of at most 3.4e38" * bool(np.isfinite(numbers[position]))
        raise DataError(sentence(got, expected, "Mend the cell."), key=_key(cells))
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
    """Read cells as the codes of a category's values; any other value matches none."""
    _refuse_missing(raw, cells, rows)
    positions, values = pd.factorize(cells)
    if isinstance(column.values[0], str):
        codes = pd.Index(column.values).get_indexer(values.astype(str)).astype(np.float64)
    else:
        codes = as_numbers(values)
    found = np.where(np.isin(codes, column.codes), codes, np.nan)[positions]
    known = ~np.isnan(found)
    if column.unknown == "error" and not known.all():
        position = int(np.argmin(known))
        got = f"{shown(_plain(cells.iloc[position]))} in {raw.where(int(rows[position]))}"
        expected = f"one of {listed(column.values)}"
        message = sentence(got, expected, "`unknown: zeros` would allow it.")
        raise DataError(message, key=_key(cells))
    # A number that stands for no value of the column.
    return np.where(known, found, min(0.0, *column.codes) - 1)


def _refuse_missing(raw: Raw, cells: pd.Series, rows: np.ndarray) -> None:
    missing = cells.isna().to_numpy()
    if missing.any():
        count = int(missing.sum())
        first = raw.where(int(rows[np.argmax(missing)]))
        got = f"{count} missing {'value' if count == 1 else 'values'}, the first in {first}"
        way_out = "Mend the file, or leave the column out with `dataset.features.exclude`."
        raise DataError(sentence(got, "a value in every row", way_out), key=_key(cells))


def _center_and_scale(numbers: np.ndarray, scaling: str) -> tuple[float, float]:
    center, scale = 0.0, 1.0
    if scaling != "none" and numbers.min() == numbers.max():
        center = numbers[0]  # the mean of equal numbers may differ from them in the last digit
    elif scaling == "standard":
        center, scale = numbers.mean(), numbers.std()
    elif scaling == "min_max":
        center, scale = numbers.min(), np.ptp(numbers)
    elif scaling == "robust":
        low, center, high = np.percentile(numbers, [25, 50, 75])
        scale = high - low
    return float(center), float(scale) or 1.0


def _key(cells: pd.Series) -> Key:
    return ("dataset", "columns", str(cells.name))


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
