"""The type of a column that the config does not say: what its train cells look like.

Imports: NumPy and pandas.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_datetime64_any_dtype, is_numeric_dtype

from dltrain.data.columns.cells import as_numbers, column_key, plain
from dltrain.data.columns.date import are_dates
from dltrain.data.raw import Raw
from dltrain.errors import DataError, sentence, shown


def column_type(raw: Raw, cells: pd.Series, rows: np.ndarray) -> str:
    """Tell the type of a column: number, boolean, date, or else category.

    Words are numbers, dates as ISO 8601 writes them, or true and false where all of them are.

    Args:
        raw: All rows, for messages.
        cells: The train cells that are not missing.
        rows: The number of each cell's row.

    Raises:
        DataError: More than half are numbers, or dates, and the others are not.
    """
    if is_bool_dtype(cells):
        return "boolean"
    if is_numeric_dtype(cells):
        return "number"
    if is_datetime64_any_dtype(cells):
        return "date"
    positions, values = pd.factorize(cells)
    if set(values.astype(str).str.lower()) <= {"true", "false"}:
        return "boolean"
    is_number = ~np.isnan(as_numbers(values))
    if _are_all(is_number[positions], "number", raw, cells, rows):
        return "number"
    if _are_all(are_dates(values)[positions], "date", raw, cells, rows):
        return "date"
    return "category"


def _are_all(alike: np.ndarray, kind: str, raw: Raw, cells: pd.Series, rows: np.ndarray) -> bool:
    """Tell whether all cells are of one kind; refuse a few among them that are not."""
    if alike.mean() > 0.5 and not alike.all():
        first = int(np.argmin(alike))
        where = raw.where(int(rows[first]))
        got = f"{shown(plain(cells.iloc[first]))} in {where}, among {alike.sum()} {kind}s"
        way_out = f"Mend the cell, or say whether the column is `{kind}` or `category`."
        message = sentence(got, f"{kind}s, or words alone", way_out)
        raise DataError(message, key=column_key(cells))
    return bool(alike.all())
