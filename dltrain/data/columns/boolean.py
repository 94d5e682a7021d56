"""A column of true and false: one input of 0 or 1.

Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.columns.cells import as_words, missing_cells, wrong_cell
from dltrain.data.raw import Raw

TRUE = ("true", "yes", "t", "y", "on", "1")
FALSE = ("false", "no", "f", "n", "off", "0")
TRUTH = dict.fromkeys(TRUE, 1.0) | dict.fromkeys(FALSE, 0.0)


@dataclass(frozen=True)
class BooleanColumn:
    """A column of true and false, yes and no, or 1 and 0.

    Attributes:
        missing: "error", "drop" or "impute".
        fill: For "impute" what a missing cell becomes: what most train rows have.
        indicator: Whether an input of 0 or 1 says where a cell is missing.
    """

    name: str
    missing: str = "error"
    fill: float = 0.0
    indicator: bool = False
    type: str = "boolean"

    @property
    def raw_names(self) -> list[str]:
        """Names of its numbers in the raw matrix."""
        return [self.name]

    def read(self, raw: Raw, cells: pd.Series, rows: np.ndarray) -> np.ndarray:
        """Read cells as 0 and 1, float64 (n, 1); NaN for a missing one.

        Raises:
            DataError: A cell is neither true nor false, or missing and not imputed.
        """
        gaps = missing_cells(raw, cells, rows, self.missing)
        positions, values = pd.factorize(cells)
        truth = as_words(values).str.lower().map(TRUTH).to_numpy(np.float64)
        found = np.append(truth, np.nan)[positions]
        wrong = np.isnan(found) & ~gaps
        if wrong.any():
            expected = "true or false, yes or no, t or f, y or n, on or off, 1 or 0"
            way_out = "Mend the cell, or use `type: category`."
            raise wrong_cell(raw, cells, rows, int(np.argmax(wrong)), expected, way_out)
        return found[:, np.newaxis]

    def to_json(self) -> dict[str, Any]:
        """Describe the column for preprocessing.json."""
        return dict(vars(self))


def learn_boolean(
    raw: Raw, cells: pd.Series, rows: np.ndarray, options: dict[str, Any]
) -> BooleanColumn:
    """Learn what fills the gaps of a column: true where more than half of the train rows are.

    Args:
        raw: All rows.
        cells: The train cells that are not missing.
        rows: The number of each cell's row.
        options: `missing` and `indicator`.

    Raises:
        DataError: A cell is neither true nor false.
    """
    name, missing, indicator = str(cells.name), options["missing"], options["indicator"]
    truth = BooleanColumn(name, missing).read(raw, cells, rows)
    fill = float(truth.mean() > 0.5) if missing == "impute" else 0.0
    return BooleanColumn(name, missing, fill, indicator)
