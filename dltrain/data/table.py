"""Tables: the type of each column, what is learned from its train rows, and the numbers.

The prepared matrix is what the network trains on; `columns/layout.py` says which inputs it has.
The raw matrix is what the saved model takes: float32, columns in the table's order, names as the
position of their value, dates as their parts, NaN for what is missing, numbers shifted by a fixed
offset where float32 could not tell them apart. Preparing is vectorised over all columns.
Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.columns import LARGEST, Column, NumberColumn, column_from_json, learn_column
from dltrain.data.columns.layout import Layout
from dltrain.data.columns.number import unit_norm
from dltrain.data.raw import Raw


@dataclass(frozen=True)
class TableInputs:
    """What was learned about the columns of a table, in the table's order."""

    columns: tuple[Column, ...]
    form: str = "table"

    @cached_property
    def layout(self) -> Layout:
        """Where the numbers of each column stand."""
        return Layout(self.columns)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one prepared row."""
        return (len(self.layout.input_names),)

    @property
    def columns_read(self) -> list[str]:
        """Names of the columns of a table that are read."""
        return [one.name for one in self.columns]

    @property
    def input_names(self) -> list[str]:
        """Names of the prepared matrix's columns."""
        return self.layout.input_names

    @property
    def vocabulary(self) -> int | None:
        """Where all columns are categories of integers, how many different numbers they have."""
        integers = [one.what for one in self.layout.integers if one.what.encoding == "integer"]
        whole = len(integers) == len(self.columns)
        return max(one.numbers for one in integers) if whole else None

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give rows as the saved model takes them, float32 (n, raw names)."""
        return self.matrix(raw, rows).astype(np.float32)

    def matrix(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Turn the cells of some rows into numbers.

        Returns:
            float64 (n, raw names); a code below all others for unknown values of a category, and
            NaN for imputed cells.

        Raises:
            DataError: A cell is missing, not of its column's type, or a value that may not be
                unknown.
        """
        numbers = self._numbers_at_once(pd.DataFrame(raw.features), rows)
        if numbers is not None:
            return numbers
        result = np.empty((len(rows), len(self.layout.raw_names)), np.float64)
        for one in self.layout.placed:
            end = one.at + len(one.what.raw_names)
            result[:, one.at : end] = one.what.read(raw, raw.cells(one.name, rows), rows)
        return result

    def prepared_matrix(self, matrix: np.ndarray) -> np.ndarray:
        """Fill and scale the numbers of `matrix`, and turn its codes into inputs.

        Args:
            matrix: As `matrix` gives it, float64 (n, raw names).

        Returns:
            float32 (n, inputs).
        """
        layout = self.layout
        result = np.empty((len(matrix), *self.shape), np.float32)
        end = len(layout.scaled)
        result[:, :end] = self._scaled(matrix)
        for one in layout.cyclic:
            result[:, end], result[:, end + 1] = one.what.wave(matrix[:, one.at])
            end += 2
        for category in layout.integers:
            result[:, end] = category.what.to_integers(matrix[:, category.at])
            end += 1
        for category in layout.one_hot:
            start, end = end, end + len(category.what.values)
            codes = np.array(category.what.codes)
            result[:, start:end] = matrix[:, category.at, np.newaxis] == codes
        result[:, end:] = np.isnan(matrix[:, [one.at for one in layout.indicators]])
        return result

    def unknown_values(self, raw: Raw, rows: np.ndarray) -> dict[str, int]:
        """Count in some rows the cells of categories that are none of their values.

        Returns:
            By column, only where there are some.
        """
        counts = {}
        for one in (*self.layout.integers, *self.layout.one_hot):
            codes = one.what.read(raw, raw.cells(one.name, rows), rows)[:, 0]
            counts[one.name] = int(one.what.unknown_cells(codes).sum())
        return {name: count for name, count in counts.items() if count}

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        facts = {
            "form": self.form,
            "columns": [one.to_json() for one in self.columns],
            "raw": self.layout.raw_names,
            "inputs": self.layout.input_names,
        }
        return facts | ({"vocabulary": self.vocabulary} if self.vocabulary else {})

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> TableInputs:
        """Restore what `to_json` wrote."""
        return cls(tuple(column_from_json(column) for column in facts["columns"]))

    def _scaled(self, matrix: np.ndarray) -> np.ndarray:
        """Fill, shift and scale all numbers at once, float64."""
        layout = self.layout
        numbers = matrix[:, [one.at for one in layout.scaled]]
        np.copyto(numbers, layout.facts("fill"), where=np.isnan(numbers))
        if layout.logarithms.any():
            numbers[:, layout.logarithms] = np.log1p(numbers[:, layout.logarithms])
        numbers -= layout.facts("center")
        numbers /= layout.facts("scale")
        if layout.unit_norms.any():
            numbers[:, layout.unit_norms] = unit_norm(numbers[:, layout.unit_norms])
        return numbers

    def _numbers_at_once(self, table: pd.DataFrame, rows: np.ndarray) -> np.ndarray | None:
        """Read a table of finite numbers in one go; None where a column needs a look."""
        if not all(isinstance(one, NumberColumn) for one in self.columns):
            return None
        cells = table.iloc[rows][self.columns_read]
        if any(not isinstance(one, np.dtype) or one.kind not in "biuf" for one in cells.dtypes):
            return None
        numbers = cells.to_numpy(np.float64)
        if not (np.abs(numbers) <= LARGEST).all():
            return None
        if (numbers[:, self.layout.logarithms].astype(np.float32) <= -1).any():
            return None
        return np.subtract(numbers, self.layout.facts("offset"), order="C")


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
