"""What windows over a time series see: each variable of the rows that they are cut out of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dltrain.data.raw import Raw
from dltrain.data.windows import WindowInputs

Facts = dict[str, Any]

# What was learned about a variable that says something.
LEARNED = ("scaling", "center", "scale", "offset")
MOST_POINTS = 2_000


def series_facts(raw: Raw, inputs: WindowInputs, windows: Mapping[str, np.ndarray]) -> Facts:
    """Describe the series and each of its variables.

    Args:
        raw: All windows.
        inputs: What was learned about the variables.
        windows: Numbers of the windows of each part.

    Returns:
        Rows of the series, and of each variable its spread over the rows that train windows see
        or predict, and what was learned.
    """
    assert raw.series is not None
    table, train = raw.series.table, raw.series.rows_of(windows["train"])
    variables = []
    for column in inputs.columns:
        numbers = table[column.name].to_numpy(np.float64)[train]
        learned = column.to_json()
        variables.append({
            "name": column.name,
            "min": numbers.min(), "mean": numbers.mean(),
            "deviation": numbers.std(), "max": numbers.max(),
            "learned": {key: learned[key] for key in LEARNED},
        })  # fmt: skip
    return {"rows": len(table), "counted_rows": len(train), "variables": variables}


def points(
    raw: Raw, name: str, windows: Mapping[str, np.ndarray]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Give the rows and values of a variable by part, thinned out where there are very many.

    What windows of two parts see is drawn as the earlier part's.
    """
    assert raw.series is not None
    numbers = raw.series.table[name].to_numpy(np.float64)
    taken = np.zeros(len(numbers), bool)
    found = {}
    for part, chosen in windows.items():
        rows = raw.series.rows_of(chosen)
        own = rows[~taken[rows]]
        taken[own] = True
        own = own[:: max(1, len(numbers) // MOST_POINTS)]
        found[part] = (own, numbers[own])
    return found
