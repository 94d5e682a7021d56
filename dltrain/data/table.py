"""Tables: the type of each column, what is learned from its train rows, and the numbers.

The prepared matrix has first the number columns, shifted and scaled, then for each value of
each category column one input of 0 or 1. Preparing is vectorised over all columns. The raw
matrix is what the saved model takes: float32, columns in the table's order, names as the
position of their value, large numbers shifted by a fixed offset so that float32 can tell
them apart. Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw
from dltrain.errors import DataError, Key, listed, sentence, shown

# float32 rounding above this share of a column's spread is too coarse: the column is shifted.
COARSE = 1e-4
MOST_VALUES = 1_000
UNKNOWN = -1.0
LARGEST_CODE = 2**24


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers: (x - offset - center) / scale."""

    name: str
    scaling: str
    center: float
    scale: float
    offset: float = 0.0
    type: str = "number"


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


Column = NumberColumn | CategoryColumn


@dataclass(frozen=True)
class TableInputs:
    """What was learned about the columns of a table, in the table's order."""

    columns: tuple[Column, ...]
    form: str = "table"

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one prepared row."""
        return (len(self.input_names),)

    @cached_property
    def numbers(self) -> list[int]:
        """Positions of the number columns."""
        return [index for index, one in enumerate(self.columns) if isinstance(one, NumberColumn)]

    @cached_property
    def center(self) -> np.ndarray:
        """Center of each number column, float64."""
        return np.array([one.center for one in self.columns if isinstance(one, NumberColumn)])

    @cached_property
    def scale(self) -> np.ndarray:
        """Scale of each number column, float64."""
        return np.array([one.scale for one in self.columns if isinstance(one, NumberColumn)])

    @cached_property
    def categories(self) -> list[int]:
        """Position of the category column that each 0/1 input looks at."""
        return [
            index
            for index, one in enumerate(self.columns)
            if isinstance(one, CategoryColumn)
            for _ in one.values
        ]

    @cached_property
    def codes(self) -> np.ndarray:
        """Code that turns each 0/1 input on, float64."""
        found = [one.codes for one in self.columns if isinstance(one, CategoryColumn)]
        return np.array([code for codes in found for code in codes], dtype=np.float64)

    @cached_property
    def input_names(self) -> list[str]:
        """Names of the prepared matrix's columns."""
        numbers = [one.name for one in self.columns if isinstance(one, NumberColumn)]
        categories = [one for one in self.columns if isinstance(one, CategoryColumn)]
        return numbers + [f"{one.name}={value}" for one in categories for value in one.values]

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give rows as the saved model takes them, float32 (n, columns)."""
        return self.matrix(raw, rows).astype(np.float32)

    def prepared(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give rows as the network takes them, float32 (n, inputs)."""
        matrix = self.matrix(raw, rows)
        result = np.empty((len(rows), len(self.input_names)), np.float32)
        result[:, : len(self.numbers)] = (matrix[:, self.numbers] - self.center) / self.scale
        result[:, len(self.numbers) :] = matrix[:, self.categories] == self.codes
        return result

    def matrix(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Turn the cells of some rows into numbers.

        Returns:
            float64 (n, columns); -1 or the code itself for unknown values of a category.

        Raises:
            DataError: A cell is missing, no number, or a value that may not be unknown.
        """
        table = pd.DataFrame(raw.features)
        result = np.empty((len(rows), len(self.columns)), np.float64)
        for index, column in enumerate(self.columns):
            cells = table[column.name].iloc[rows]
            if isinstance(column, NumberColumn):
                result[:, index] = _numbers(raw, cells, rows) - column.offset
            else:
                result[:, index] = _codes(raw, cells, rows, column)
        return result

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        columns = [
            {**vars(one), "values": list(one.values)} if isinstance(one, CategoryColumn) else vars(one)
            for one in self.columns
        ]
        return {"form": self.form, "columns": columns, "inputs": self.input_names}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> TableInputs:
        """Restore what `to_json` wrote."""
        columns: list[Column] = []
        for column in facts["columns"]:
            if column["type"] == "number":
                columns.append(NumberColumn(**column))
            else:
                columns.append(CategoryColumn(**column | {"values": tuple(column["values"])}))
        return cls(tuple(columns))


def learn_table(raw: Raw, train: np.ndarray, dataset: dict[str, Any]) -> TableInputs:
    """Learn type, scaling and values of each column from the train rows.

    Args:
        raw: All rows.
        train: Numbers of the train rows.
        dataset: The `dataset` section as plain data, for `columns` and `scaling`.

    Raises:
        DataError: A cell is missing or not what its column says.
    """
    table = pd.DataFrame(raw.features)
    return TableInputs(
        tuple(
            _learn_column(raw, str(name), train, dataset["columns"].get(name), dataset["scaling"])
            for name in table.columns
        )
    )


def _learn_column(
    raw: Raw, name: str, train: np.ndarray, given: dict[str, Any] | None, scaling: str
) -> Column:
    cells = pd.DataFrame(raw.features)[name].iloc[train]
    _refuse_missing(raw, cells, train)
    given = given or {"type": _column_type(raw, cells, train)}
    if given["type"] == "category":
        values = given.get("values") or _values(cells)
        _check_values(name, values)
        return CategoryColumn(name, tuple(values), given.get("unknown", "zeros"))
    numbers = _numbers(raw, cells, train)
    offset = _offset(numbers)
    scaling = given.get("scaling") or scaling
    center, scale = _center_and_scale(numbers - offset, scaling)
    return NumberColumn(name, scaling, center, scale, offset)


def _column_type(raw: Raw, cells: pd.Series, rows: np.ndarray) -> str:
    """Call a column of words a category, and everything else numbers."""
    if pd.api.types.is_numeric_dtype(cells):
        return "number"
    is_word = pd.to_numeric(cells, errors="coerce").isna().to_numpy()
    if not is_word.any():
        return "number"
    if is_word.mean() < 0.5:
        row = int(rows[np.argmax(is_word)])
        got = f"{shown(cells[is_word].iloc[0])} in {raw.where(row)}, among {int((~is_word).sum())} numbers"
        way_out = "Mend the cell, or say whether the column is `number` or `category`."
        raise DataError(sentence(got, "numbers, or words alone", way_out), key=_key(cells))
    return "category"


def _values(cells: pd.Series) -> list[Any]:
    """List the different values, sorted; whole numbers where all are, else words."""
    numbers = pd.to_numeric(cells, errors="coerce")
    if numbers.notna().all() and (numbers % 1 == 0).all():
        return [int(value) for value in sorted(numbers.unique())]
    return sorted(str(value) for value in cells.unique())


def _check_values(name: str, values: list[Any]) -> None:
    key = ("dataset", "columns", name)
    if len(values) > MOST_VALUES:
        got = f"a category with {len(values)} values"
        way_out = "Leave the column out with `dataset.features.exclude`."
        raise DataError(sentence(got, f"at most {MOST_VALUES}", way_out), key=key)
    kinds = {isinstance(value, str) for value in values}
    too_large = [value for value in values if not isinstance(value, str) and abs(value) >= LARGEST_CODE]
    if len(kinds) > 1 or too_large:
        got = shown(too_large[0]) if too_large else f"words and numbers ({listed(values)})"
        way_out = "Write all of them as words, in quotes."
        raise DataError(sentence(got, "words, or whole numbers below 2**24", way_out), key=key)


def _numbers(raw: Raw, cells: pd.Series, rows: np.ndarray) -> np.ndarray:
    """Read cells as finite float64 numbers."""
    _refuse_missing(raw, cells, rows)
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64)
    with np.errstate(over="ignore"):
        wrong = ~np.isfinite(numbers.astype(np.float32))
    if wrong.any():
        position = int(np.argmax(wrong))
        got = f"{shown(_plain(cells.iloc[position]))} in {raw.where(int(rows[position]))}"
        raise DataError(sentence(got, "a finite number", "Mend the cell."), key=_key(cells))
    return numbers


def _codes(
    raw: Raw, cells: pd.Series, rows: np.ndarray, column: CategoryColumn
) -> np.ndarray:
    """Read cells as the codes of a category's values; any other value matches none."""
    _refuse_missing(raw, cells, rows)
    if isinstance(column.values[0], str):
        found = pd.Index(column.values).get_indexer(pd.Index(cells.astype(str))).astype(np.float64)
        known = found >= 0
    else:
        found = pd.to_numeric(cells, errors="coerce").fillna(UNKNOWN).to_numpy(np.float64)
        known = np.isin(found, column.codes)
    if column.unknown == "error" and not known.all():
        position = int(np.argmin(known))
        got = f"{shown(_plain(cells.iloc[position]))} in {raw.where(int(rows[position]))}"
        expected = f"one of {listed(column.values)}"
        raise DataError(sentence(got, expected, "`unknown: zeros` would allow it."), key=_key(cells))
    if not isinstance(column.values[0], str):
        found = np.where(known, found, _free_code(column))
    return found


def _free_code(column: CategoryColumn) -> float:
    """Find a number that stands for no value of the column."""
    return min(0.0, *column.codes) - 1


def _refuse_missing(raw: Raw, cells: pd.Series, rows: np.ndarray) -> None:
    missing = cells.isna().to_numpy()
    if missing.any():
        count = int(missing.sum())
        first = raw.where(int(rows[np.argmax(missing)]))
        got = f"{count} missing {'value' if count == 1 else 'values'}, the first in {first}"
        way_out = "Mend the file, or leave the column out with `dataset.features.exclude`."
        raise DataError(sentence(got, "a value in every row", way_out), key=_key(cells))


def _offset(numbers: np.ndarray) -> float:
    """Find the shift without which float32 could not tell a column's numbers apart."""
    rounding = np.abs(numbers.astype(np.float32) - numbers).max()
    if rounding <= COARSE * numbers.std():
        return 0.0
    return float(np.round(numbers.mean()))


def _center_and_scale(numbers: np.ndarray, scaling: str) -> tuple[float, float]:
    center, scale = 0.0, 1.0
    if scaling == "standard":
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
