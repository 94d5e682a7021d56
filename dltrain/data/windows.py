"""Windows over a time series: how each variable is scaled, and the numbers.

What is learned comes from the rows that train windows see or predict. The saved model takes raw
windows, float32, and scales them itself. Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.columns.cells import as_numbers, column_key, plain
from dltrain.data.columns.number import NumberColumn, learn_number, read_numbers
from dltrain.data.raw import Raw
from dltrain.errors import DataError, sentence, shown

# Numbers that all windows together may hold: 2 GB as float32, of which training needs two.
MOST_NUMBERS = 500_000_000
LEAVE_OUT = "leave the column out with `dataset.features.exclude`."
NO_NUMBER = f"If it holds the times, name it as `dataset.time`; else {LEAVE_OUT}"


@dataclass(frozen=True)
class WindowInputs:
    """What was learned about the variables of a time series.

    Attributes:
        columns: The variables, in order.
        window: Rows that a window sees.
        horizon: Rows behind them that are predicted.
        stride: Rows from the start of one window to the next.
    """

    columns: tuple[NumberColumn, ...]
    window: int
    horizon: int
    stride: int
    form: str = "windows"

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one window."""
        return (self.window, len(self.columns))

    @property
    def columns_read(self) -> list[str]:
        """Names of the variables."""
        return [one.name for one in self.columns]

    def raw(self, raw: Raw, rows: np.ndarray) -> np.ndarray:
        """Give windows as the saved model takes them, float32 (n, window, variables)."""
        return self.prepared(raw, rows)[0]

    def prepared(self, raw: Raw, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give windows as the saved model takes them, and scaled, both float32.

        Raises:
            DataError: A number has no logarithm, or there are too many windows for the memory.
        """
        assert raw.series is not None
        _check_memory(len(rows) * self.window * len(self.columns))
        table = as_table(raw)
        every = table.numbers()
        numbers = np.concatenate(
            [one.read(table, table.cells(one.name, every), every) for one in self.columns], axis=1
        )
        scaled = (self._logarithms(numbers) - self._facts("center")) / self._facts("scale")
        return (
            raw.series.gathered(numbers.astype(np.float32), rows),
            raw.series.gathered(scaled.astype(np.float32), rows),
        )

    def to_json(self) -> dict[str, Any]:
        """Describe what was learned, for preprocessing.json."""
        return {
            "form": self.form,
            "shape": list(self.shape),
            "columns": [one.to_json() for one in self.columns],
            "horizon": self.horizon,
            "stride": self.stride,
        }

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> WindowInputs:
        """Restore what `to_json` wrote."""
        columns = tuple(NumberColumn(**column) for column in facts["columns"])
        return cls(columns, facts["shape"][0], facts["horizon"], facts["stride"])

    def _logarithms(self, numbers: np.ndarray) -> np.ndarray:
        taken = [one.scaling == "log1p" for one in self.columns]
        result = numbers.copy()
        result[:, taken] = np.log1p(numbers[:, taken])
        return result

    def _facts(self, name: str) -> np.ndarray:
        return np.array([getattr(one, name) for one in self.columns], np.float64)


def learn_windows(raw: Raw, train: np.ndarray, dataset: dict[str, Any]) -> WindowInputs:
    """Learn the scaling of each variable from the rows that train windows see or predict.

    Args:
        raw: All windows.
        train: Numbers of the train windows.
        dataset: The `dataset` section as plain data, for `columns` and `scaling`.

    Raises:
        DataError: A number has no logarithm, or float32 cannot tell the numbers apart.
    """
    assert raw.series is not None
    series, table = raw.series, as_table(raw)
    rows = series.rows_of(train)
    columns = []
    for name in series.table.columns:
        scaling = (dataset["columns"].get(name) or {}).get("scaling") or dataset["scaling"]
        options = {"scaling": scaling, "missing": "error", "indicator": False}
        columns.append(learn_number(table, table.cells(name, rows), rows, options))
    return WindowInputs(tuple(columns), series.window, series.horizon, series.stride)


def series_numbers(rows: Raw, columns: pd.DataFrame) -> pd.DataFrame:
    """Read the columns of a series as numbers, none of them missing.

    Args:
        rows: The rows, for messages.
        columns: Their cells.

    Returns:
        float64, of the same shape.

    Raises:
        DataError: A cell is missing or no number.
    """
    numbers = {}
    for name in columns.columns:
        cells = columns[name]
        gaps = cells.isna().to_numpy()
        if gaps.any():
            count, first = int(gaps.sum()), rows.where(int(np.argmax(gaps)))
            got = f"{count} missing {'value' if count == 1 else 'values'}, the first in {first}"
            way_out = f"Fill them in, or {LEAVE_OUT}"
            raise DataError(sentence(got, "a value in every row", way_out), key=column_key(cells))
        words = np.isnan(as_numbers(cells))
        if words.mean() > 0.5:
            first = plain(cells.iloc[int(np.argmax(words))])
            got, way_out = f"words such as {shown(first)}", NO_NUMBER
            raise DataError(sentence(got, "numbers", way_out), key=column_key(cells))
        numbers[name] = read_numbers(rows, cells, rows.numbers(), "error")
    return pd.DataFrame(numbers, index=columns.index)


def as_table(raw: Raw) -> Raw:
    """Give the rows that the windows are cut out of as a table, whose errors name rows."""
    assert raw.series is not None
    return replace(raw, form="table", first_line=raw.series.first_line, series=None)


def _check_memory(numbers: int) -> None:
    if numbers > MOST_NUMBERS:
        got = f"windows with {numbers:,} numbers".replace(",", " ")
        most = f"at most {MOST_NUMBERS:,}".replace(",", " ")
        way_out = "Use a larger `stride` or a smaller `window`."
        raise DataError(sentence(got, most, way_out), key=("dataset", "window"))
