"""What is learned about a column from its train cells: type, scaling, values, what fills gaps.

Missing cells teach nothing but that there are some. Imports: NumPy and pandas.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.columns.boolean import learn_boolean
from dltrain.data.columns.category import learn_category
from dltrain.data.columns.cells import column_key, missing_cells
from dltrain.data.columns.column import Column
from dltrain.data.columns.date import learn_date
from dltrain.data.columns.inferring import column_type
from dltrain.data.columns.number import learn_number
from dltrain.data.raw import Raw
from dltrain.errors import DataError, sentence

LEARNERS: dict[str, Callable[[Raw, pd.Series, np.ndarray, dict[str, Any]], Column]] = {
    "boolean": learn_boolean,
    "category": learn_category,
    "date": learn_date,
    "number": learn_number,
}


def learn_column(raw: Raw, name: str, train: np.ndarray, dataset: dict[str, Any]) -> Column:
    """Learn a column's type, if the config does not say it, and what its type needs.

    Args:
        raw: All rows.
        name: The column.
        train: Numbers of the train rows.
        dataset: The `dataset` section as plain data, for `columns`, `scaling` and `missing`.

    Raises:
        DataError: A cell is missing or not what the column says.
    """
    given = dataset["columns"].get(name) or {}
    options = {"scaling": dataset["scaling"], "missing": dataset["missing"]}
    options |= {word: value for word, value in given.items() if value is not None}
    cells = raw.cells(name, train)
    gaps = missing_cells(raw, cells, train, options["missing"])
    present, rows = cells[~gaps], train[~gaps]
    if present.empty:
        way_out = "Leave the column out with `dataset.features.exclude`."
        message = sentence("no value in any train row", "at least one", way_out)
        raise DataError(message, key=column_key(cells))
    kind = options.get("type") or raw.types.get(name) or column_type(raw, present, rows)
    return LEARNERS[kind](raw, present, rows, options | {"indicator": bool(gaps.any())})
