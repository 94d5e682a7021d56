"""Rows in the order of time, and the windows that are cut out of them.

A window sees `window` rows and predicts the next `horizon` ones; the next window begins `stride`
rows later. The rows are kept once: windows are gathered when their numbers are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Series:
    """A table whose rows follow each other in time, as windows.

    Attributes:
        table: Numbers, float64, a column for each variable.
        window: Rows that a window sees.
        horizon: Rows behind them that are predicted; 0 where they are yet to come.
        stride: Rows from the start of one window to the next.
        first_line: Line of row 0 in its file; None where rows are no lines.
    """

    table: pd.DataFrame
    window: int
    horizon: int
    stride: int
    first_line: int | None = None

    def __len__(self) -> int:
        return max(0, (len(self.table) - self.window - self.horizon) // self.stride + 1)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of windows, rows of each, variables."""
        return (len(self), self.window, len(self.table.columns))

    @property
    def ends(self) -> np.ndarray:
        """For each window the row behind the last that it sees."""
        return np.arange(len(self)) * self.stride + self.window

    def rows_of(self, windows: np.ndarray) -> np.ndarray:
        """Number the rows that some windows see or predict, ascending, each once.

        Example:
            >>> series = Series(pd.DataFrame({"x": range(9)}), window=3, horizon=1, stride=2)
            >>> len(series), series.rows_of(np.array([0, 1])).tolist()
            (3, [0, 1, 2, 3, 4, 5])
        """
        used = np.zeros(len(self.table), bool)
        for offset in range(self.window + self.horizon):
            used[windows * self.stride + offset] = True
        return np.flatnonzero(used)

    def gathered(self, numbers: np.ndarray, windows: np.ndarray) -> np.ndarray:
        """Cut windows out of numbers.

        Args:
            numbers: Numbers of all rows, (rows, variables).
            windows: Which windows.

        Returns:
            (n, window, variables), of the type of the numbers.
        """
        view = np.lib.stride_tricks.sliding_window_view(numbers, self.window, axis=0)
        return np.ascontiguousarray(view[windows * self.stride].transpose(0, 2, 1))

    def next_values(self, numbers: pd.DataFrame) -> pd.DataFrame:
        """List what each window predicts.

        Args:
            numbers: The columns to predict, of all rows.

        Returns:
            A row for each window; for a column `x` its next values `x+1`, `x+2`, ….
        """
        columns = {
            next_name: numbers[name].to_numpy()[self.ends + step]
            for name in numbers.columns
            for step, next_name in enumerate(self.next_names(str(name)))
        }
        return pd.DataFrame(columns, index=range(len(self)))

    def next_names(self, name: str) -> list[str]:
        """Name the next values of a column."""
        return [f"{name}+{step}" for step in range(1, self.horizon + 1)]
