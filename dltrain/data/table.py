"""Tables: the type of each column, what is learned from its train rows, and the numbers.

The prepared matrix has first the number columns, shifted and scaled, then for each value of
each category column one input of 0 or 1, then one such input for each column that had missing
cells in train rows. Preparing is vectorised over all columns. The raw matrix is what the saved
model takes: float32, columns in the table's order, names as the position of their value, NaN
for what is missing, numbers shifted by a fixed offset where float32 could not tell them apart.
Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.column import (
    CategoryColumn,
    Column,
    NumberColumn,
    column_from_json,
    numbers_at_once,
    read_codes,
    read_numbers,
)
from dltrain.data.learning import learn_column
from dltrain.data.raw import Raw


@dataclass(frozen=True)
class TableInputs:
    """What was learned about the columns of a table, in the table's order."""

    columns: tuple[Column, ...]
    form: str = "table"

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one prepared row."""
        return (len(self.input_names),)

    @property
    def columns_read(self) -> list[str]:
        """Names of the columns of a table that are read."""
        return [one.name for one in self.columns]

    @cached_property
    def numbers(self) -> list[int]:
        """Positions of the number columns."""
        return [index for index, one in enumerate(self.columns) if isinstance(one, NumberColumn)]

    @cached_property
    def center(self) -> np.ndarray:
        """Center of each number column, float64."""
        return self._facts("center")

    @cached_property
    def scale(self) -> np.ndarray:
        """Scale of each number column, float64."""
        return self._facts("scale")

    @cached_property
    def offset(self) -> np.ndarray:
        """What the raw matrix lacks of each number column, float64."""
        return self._facts("offset")

    @cached_property
    def fill(self) -> np.ndarray:
        """What a missing number of each number column becomes, float64."""
        return self._facts("fill")

    @cached_property
    def indicators(self) -> list[int]:
        """Positions of the columns with an input that says where a value is missing."""
        return [index for index, one in enumerate(self.columns) if one.indicator]

    @cached_property
    def input_names(self) -> list[str]:
        """Names of the prepared matrix's columns."""
        numbers = [one.name for one in self.columns if isinstance(one, NumberColumn)]
        categories = [one for one in self.columns if isinstance(one, CategoryColumn)]
        values = [f"{one.name}={value}" for one in categories for value in one.values]
        return (
            numbers + values + [f"{self.columns[index].name} missing" for index in self.indicators]
        )

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give rows as the saved model takes them, float32 (n, columns)."""
        return self.matrix(raw, rows).astype(np.float32)

    def prepared_matrix(self, matrix: np.ndarray) -> np.ndarray:
        """Fill and scale the numbers of `matrix`, and turn its codes into inputs of 0 and 1.

        Returns:
            float32 (n, inputs).
        """
        result = np.empty((len(matrix), *self.shape), np.float32)
        numbers = matrix[:, self.numbers]
        np.copyto(numbers, self.fill, where=np.isnan(numbers))
        numbers -= self.center
        numbers /= self.scale
        end = len(self.numbers)
        result[:, :end] = numbers
        for index, column in enumerate(self.columns):
            if isinstance(column, CategoryColumn):
                start, end = end, end + len(column.values)
                result[:, start:end] = matrix[:, index, np.newaxis] == np.array(column.codes)
        result[:, end:] = np.isnan(matrix[:, self.indicators])
        return result

    def matrix(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Turn the cells of some rows into numbers.

        Returns:
            float64 (n, columns); a code below all others for unknown values of a category, and
            NaN for imputed cells.

        Raises:
            DataError: A cell is missing, no number, or a value that may not be unknown.
        """
        table = pd.DataFrame(raw.features)
        if len(self.numbers) == len(self.columns):
            numbers = numbers_at_once(table.iloc[rows][[one.name for one in self.columns]])
            if numbers is not None:
                return np.subtract(numbers, self.offset, order="C")
        result = np.empty((len(rows), len(self.columns)), np.float64)
        for index, column in enumerate(self.columns):
            cells = table[column.name].iloc[rows]
            if isinstance(column, NumberColumn):
                result[:, index] = read_numbers(raw, cells, rows, column.missing) - column.offset
            else:
                result[:, index] = read_codes(raw, cells, rows, column)
        return result

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        return {
            "form": self.form,
            "columns": [one.to_json() for one in self.columns],
            "inputs": self.input_names,
        }

    def _facts(self, name: str) -> np.ndarray:
        return np.array([getattr(self.columns[index], name) for index in self.numbers], np.float64)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> TableInputs:
        """Restore what `to_json` wrote."""
        return cls(tuple(column_from_json(column) for column in facts["columns"]))


def learn_table(raw: Raw, train: np.ndarray, dataset: dict[str, Any]) -> TableInputs:
    """Learn type, scaling and values of each column from the train rows.

    Args:
        raw: All rows.
        train: Numbers of the train rows.
        dataset: The `dataset` section as plain data, for `columns`, `scaling` and `missing`.

    Raises:
        DataError: A cell is missing or not what its column says.
    """
    table = pd.DataFrame(raw.features)
    return TableInputs(
        tuple(learn_column(raw, str(name), train, dataset) for name in table.columns)
    )
