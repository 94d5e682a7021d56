"""A column of numbers: how it is scaled, and its cells as float64.

Whole numbers and fractions are shifted where float32 could not tell them apart; a missing cell
is an error, or NaN where the column imputes. Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.columns.cells import (
    COARSE,
    LARGEST,
    WHOLE_FLOAT32,
    as_numbers,
    column_key,
    missing_cells,
    too_coarse,
    wrong_cell,
)
from dltrain.data.columns.summation import mean_and_deviation
from dltrain.data.raw import Raw
from dltrain.errors import DataError, sentence

# Scalings that say something else once the numbers are shifted.
UNSHIFTED = ("log1p", "unit_norm")


@dataclass(frozen=True)
class NumberColumn:
    """A column of numbers: (x - offset - center) / scale.

    Of `log1p` the logarithm comes first, log(1 + x); of `unit_norm` the numbers of a row in all
    such columns are divided by their Euclidean norm.

    Attributes:
        missing: "error", "drop" or "impute".
        fill: For "impute" what a missing number becomes, before it is scaled.
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

    @property
    def raw_names(self) -> list[str]:
        """Names of its numbers in the raw matrix."""
        return [self.name]

    def read(self, raw: Raw, cells: pd.Series, rows: np.ndarray) -> np.ndarray:
        """Read cells, float64 (n, 1), minus the offset; NaN for a missing one.

        Raises:
            DataError: A cell is no number, has no logarithm, or is missing and not imputed.
        """
        numbers = read_numbers(raw, cells, rows, self.missing)
        if self.scaling == "log1p":
            check_logarithms(raw, cells, rows, numbers)
        return (numbers - self.offset)[:, np.newaxis]

    def to_json(self) -> dict[str, Any]:
        """Describe the column for preprocessing.json."""
        return dict(vars(self))


def learn_number(
    raw: Raw, cells: pd.Series, rows: np.ndarray, options: dict[str, Any]
) -> NumberColumn:
    """Learn the scaling of a column, and what fills its gaps: the median.

    Args:
        raw: All rows.
        cells: The train cells that are not missing.
        rows: The number of each cell's row.
        options: `scaling`, `missing` and `indicator`.

    Raises:
        DataError: A cell is no number, has no logarithm, or float32 cannot tell them apart.
    """
    scaling, missing = options["scaling"], options["missing"]
    numbers = read_numbers(raw, cells, rows, missing)
    if scaling == "log1p":
        check_logarithms(raw, cells, rows, numbers)
    offset = 0.0 if scaling in UNSHIFTED else _offset(numbers)
    _check_precision(cells, numbers, offset, scaling)
    center, scale = center_and_scale(numbers - offset, scaling)
    fill = float(np.median(numbers - offset)) if missing == "impute" else 0.0
    return NumberColumn(
        str(cells.name), scaling, center, scale, offset, missing, fill, options["indicator"]
    )


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
        expected = "a finite number" + " of at most 3.4e38" * bool(np.isfinite(numbers[position]))
        raise wrong_cell(raw, cells, rows, position, expected, "Mend the cell.")
    return numbers


def check_logarithms(raw: Raw, cells: pd.Series, rows: np.ndarray, numbers: np.ndarray) -> None:
    """Check that every number has a log(1 + x), as float32 too.

    Raises:
        DataError: One is -1 or less.
    """
    wrong = numbers.astype(np.float32) <= -1
    if wrong.any():
        way_out = "Mend the cell, or use another scaling."
        expected = "a number above -1 for `scaling: log1p`"
        raise wrong_cell(raw, cells, rows, int(np.argmax(wrong)), expected, way_out)


def center_and_scale(numbers: np.ndarray, scaling: str) -> tuple[float, float]:
    """Learn what is subtracted from numbers, and by what they are divided then.

    Args:
        numbers: float64 (n,), none missing.
        scaling: As in the file.

    Returns:
        Center, and a scale that is not 0; of the logarithms for `log1p`.
    """
    center, scale = 0.0, 1.0
    if scaling == "log1p":
        numbers, scaling = np.log1p(numbers), "standard"
    if scaling in ("none", "unit_norm"):
        return center, scale
    if numbers.min() == numbers.max():
        center = numbers[0]  # the mean of equal numbers may differ from them in the last digit
    elif scaling == "standard":
        center, scale = mean_and_deviation(numbers)
    elif scaling == "min_max":
        center, scale = numbers.min(), np.ptp(numbers)
    elif scaling == "robust":
        low, center, high = np.percentile(numbers, [25, 50, 75])
        scale = high - low
    return float(center), float(scale) or 1.0


def unit_norm(numbers: np.ndarray) -> np.ndarray:
    """Divide each row by its Euclidean norm; a row of zeros stays one.

    Args:
        numbers: float64 (n, columns).

    Example:
        >>> unit_norm(np.array([[3.0, 4.0], [0.0, 0.0]]))
        array([[0.6, 0.8],
               [0. , 0. ]])
    """
    norms = np.sqrt(np.square(numbers).sum(axis=1, keepdims=True))
    return numbers / np.where(norms == 0, 1.0, norms)


def _offset(numbers: np.ndarray) -> float:
    """Choose what is subtracted before numbers become float32; 0 where it holds them well.

    A constant column has no spread to compare with, but other rows may differ from it by little.
    """
    number = float(numbers[0])
    if numbers.min() == numbers.max():
        held = abs(number) < WHOLE_FLOAT32 and float(np.float32(number)) == number
        return 0.0 if held else number
    return float(np.round(mean_and_deviation(numbers)[0])) if too_coarse(numbers) else 0.0


def _check_precision(cells: pd.Series, numbers: np.ndarray, offset: float, scaling: str) -> None:
    lost = _is_lost(cells, numbers) or too_coarse(numbers - offset)
    if lost or (scaling == "log1p" and too_coarse(np.log1p(numbers))):
        got = f"numbers that differ by too little ({numbers.min():g} to {numbers.max():g})"
        way_out = "Shift or scale the column, or leave it out with `dataset.features.exclude`."
        if scaling in UNSHIFTED:
            got += f" for `scaling: {scaling}`"
            way_out = "Use another scaling, or leave the column out."
        message = sentence(got, "what float32 can tell apart", way_out)
        raise DataError(message, key=column_key(cells))


def _is_lost(cells: pd.Series, numbers: np.ndarray) -> bool:
    """Tell whether whole numbers are so large that not even float64 tells them apart."""
    if cells.dtype.kind not in "iu" or cells.min() == cells.max():
        return False
    return bool(np.spacing(np.abs(numbers).max()) > COARSE * numbers.std())
