"""What is learned about a column from its train cells: type, scaling, values, and what fills gaps.

Missing cells teach nothing but that there are some. Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.column import (
    COARSE,
    WHOLE_FLOAT32,
    CategoryColumn,
    Column,
    NumberColumn,
    as_numbers,
    column_key,
    missing_cells,
    read_numbers,
    too_coarse,
)
from dltrain.data.raw import Raw
from dltrain.errors import DataError, listed, sentence, shown

MOST_VALUES = 1_000


def learn_column(raw: Raw, name: str, train: np.ndarray, dataset: dict[str, Any]) -> Column:
    """Learn a column's type, if the config does not say it, and its scaling or values.

    Args:
        raw: All rows.
        name: The column.
        train: Numbers of the train rows.
        dataset: The `dataset` section as plain data, for `columns`, `scaling` and `missing`.

    Raises:
        DataError: A cell is missing or not what the column says.
    """
    given = dataset["columns"].get(name) or {}
    missing = given.get("missing") or dataset["missing"]
    cells = pd.DataFrame(raw.features)[name].iloc[train]
    gaps = missing_cells(raw, cells, train, missing)
    present, rows = cells[~gaps], train[~gaps]
    if present.empty:
        way_out = "Leave the column out with `dataset.features.exclude`."
        message = sentence("no value in any train row", "at least one", way_out)
        raise DataError(message, key=column_key(cells))
    if (given.get("type") or _column_type(raw, present, rows)) == "category":
        values = given.get("values") or _values(present)
        _check_values(name, values)
        unknown = given.get("unknown", "zeros")
        return CategoryColumn(name, tuple(values), unknown, missing, bool(gaps.any()))
    numbers = read_numbers(raw, present, rows, missing)
    column = _learn_numbers(present, numbers, given.get("scaling") or dataset["scaling"])
    if missing == "impute":
        fill = float(np.median(numbers - column.offset))
        return replace(column, missing=missing, fill=fill, indicator=bool(gaps.any()))
    return replace(column, missing=missing)


def _learn_numbers(cells: pd.Series, numbers: np.ndarray, scaling: str) -> NumberColumn:
    offset = _offset(numbers)
    if _is_lost(cells, numbers) or too_coarse(numbers - offset):
        got = f"numbers that differ by too little ({numbers.min():g} to {numbers.max():g})"
        way_out = "Shift or scale the column, or leave it out with `dataset.features.exclude`."
        raise DataError(
            sentence(got, "what float32 can tell apart", way_out), key=column_key(cells)
        )
    center, scale = _center_and_scale(numbers - offset, scaling)
    return NumberColumn(str(cells.name), scaling, center, scale, offset)


def _offset(numbers: np.ndarray) -> float:
    """Choose what is subtracted before numbers become float32; 0 where it holds them well.

    A constant column has no spread to compare with, but other rows may differ from it by little.
    """
    number = float(numbers[0])
    if numbers.min() == numbers.max():
        held = abs(number) < WHOLE_FLOAT32 and float(np.float32(number)) == number
        return 0.0 if held else number
    return float(np.round(numbers.mean())) if too_coarse(numbers) else 0.0


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
        raise DataError(sentence(got, "numbers, or words alone", way_out), key=column_key(cells))
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
