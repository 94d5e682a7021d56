"""Targets that are amounts: numbers as the column has them, and how the network sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.columns import LARGEST, as_numbers, too_coarse
from dltrain.data.columns.summation import mean_and_deviation
from dltrain.data.raw import Raw
from dltrain.data.targets.checks import TARGET
from dltrain.errors import DataError, sentence, shown

LOGARITHM = "log1p"


@dataclass(frozen=True)
class Scaling:
    """How the network sees amounts: (y - center) / scale, for log1p with log(1 + y) as y.

    Attributes:
        type: "standard", "min_max", "robust" or "log1p".
        center: What is subtracted, for each column.
        scale: What is divided by, for each column.
    """

    type: str
    center: tuple[float, ...]
    scale: tuple[float, ...]

    def apply(self, y: np.ndarray) -> np.ndarray:
        """Scale amounts, (n, columns); float64."""
        amounts = np.log1p(y, dtype=np.float64) if self.type == LOGARITHM else y
        return np.asarray((amounts - np.array(self.center)) / np.array(self.scale))

    def to_json(self) -> dict[str, Any]:
        """Describe the scaling for preprocessing.json."""
        return {"type": self.type, "center": list(self.center), "scale": list(self.scale)}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Scaling:
        """Restore what `to_json` wrote."""
        return cls(facts["type"], tuple(facts["center"]), tuple(facts["scale"]))


def read_amounts(raw: Raw, rows: np.ndarray, scaling: str | None = None) -> np.ndarray:
    """Read targets as numbers in their own unit.

    Args:
        raw: All rows.
        rows: Numbers of the rows.
        scaling: The kind of scaling, which may not take every number.

    Returns:
        float64 (n, columns).

    Raises:
        DataError: A cell is no number, not finite, or has no logarithm where it needs one.
    """
    columns = np.empty((len(rows), len(raw.targets.columns)))
    for position, name in enumerate(raw.targets.columns):
        numbers = as_numbers(raw.targets[name].iloc[rows])
        wrong = ~(np.abs(numbers) <= LARGEST)
        if wrong.any():
            at = int(np.argmax(wrong))
            raise DataError(_no_number(raw, name, numbers[at], int(rows[at])), key=TARGET)
        # As float32, which is what `Scaling` is given.
        if scaling == LOGARITHM and (too_low := numbers.astype(np.float32) <= -1).any():
            at = int(np.argmax(too_low))
            got = f"{numbers[at]:.15g} as '{name}' in {raw.where(int(rows[at]))}"
            message = sentence(got, "amounts above -1 for log1p", "Use `scaling: standard`.")
            raise DataError(message, key=(*TARGET, "scaling"))
        columns[:, position] = numbers
    return columns


def check_resolution(numbers: np.ndarray, names: tuple[str, ...]) -> None:
    """Check that float32 tells the amounts of each column apart; numbers are (n, columns)."""
    for name, column in zip(names, numbers.T, strict=True):
        if too_coarse(column):
            span = f"({column.min():g} to {column.max():g})"
            got = f"numbers as '{name}' that differ by too little {span}"
            way_out = "Shift or scale the column."
            message = sentence(got, "what float32 can tell apart", way_out)
            raise DataError(message, key=TARGET)


def check_spread(numbers: np.ndarray, names: tuple[str, ...]) -> None:
    """Check that not all amounts of a column are equal; numbers are those of the train rows.

    Raises:
        DataError: They are.
    """
    for name, column in zip(names, numbers.T, strict=True):
        if column.min() == column.max():
            got = f"one value of '{name}' ({column[0]:g}) in the train rows"
            message = sentence(got, "at least two", "Use more rows, or another target.")
            raise DataError(message, key=TARGET)


def learn_scaling(
    numbers: np.ndarray, kind: str, names: tuple[str, ...], steps: int = 1
) -> Scaling | None:
    """Learn how amounts are scaled, each column by itself; the next values of one target alike.

    Args:
        numbers: Those of the train rows, float64 (n, columns).
        kind: The file's `scaling`.
        names: The target columns.
        steps: Columns beside each other that are next values of one target.

    Returns:
        The scaling; None for "none".

    Raises:
        DataError: A column has no spread.

    Source:
        StandardScaler, MinMaxScaler and RobustScaler of scikit-learn.
    """
    if kind == "none":
        return None
    amounts = np.log1p(numbers) if kind == LOGARITHM else numbers
    facts = []
    for start in range(0, len(names), steps):
        together = amounts[:, start : start + steps].reshape(-1)
        facts += [_center_and_scale(together, kind, names[start])] * steps
    return Scaling(kind, tuple(one[0] for one in facts), tuple(one[1] for one in facts))


def _center_and_scale(column: np.ndarray, kind: str, name: str) -> tuple[float, float]:
    if kind == "min_max":
        center, scale = column.min(), np.ptp(column)
    elif kind == "robust":
        low, center, high = np.percentile(column, [25, 50, 75])
        scale = high - low
    else:
        center, scale = mean_and_deviation(column)
    if not scale:
        got = f"a column '{name}' of which half the train rows have one value ({center:g})"
        message = sentence(got, "a middle half with a spread", "Use `scaling: standard`.")
        raise DataError(message, key=(*TARGET, "scaling"))
    return float(center), float(scale)


def _no_number(raw: Raw, name: Any, number: float, row: int) -> str:
    where = f"as '{name}' in {raw.where(row)}"
    if np.isnan(number):
        cells: pd.Series = raw.targets[name]
        got = f"{shown(cells.iloc[row])} {where}"
        return sentence(got, "a number", "Use `task: multiclass`, or mend the row.")
    way_out = "Mend or remove the row."
    return sentence(f"{number:g} {where}", "a finite number of at most 3.4e38", way_out)
