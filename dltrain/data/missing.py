"""Rows with missing values, where the file says to leave them out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw
from dltrain.errors import DataError, sentence


def kept_rows(raw: Raw, dataset: dict[str, Any]) -> np.ndarray:
    """Number the rows that have a value in every column whose `missing` is drop.

    Args:
        raw: All rows.
        dataset: The section as plain data, for `columns` and `missing`.

    Raises:
        DataError: Every row lacks one.
    """
    if raw.form != "table":
        return raw.numbers()
    table = pd.DataFrame(raw.features)
    dropping = [name for name in table if _treatment(str(name), dataset) == "drop"]
    complete = table[dropping].notna().all(axis=1).to_numpy()
    if not complete.any():
        way_out = "Leave out columns with many, or let `missing` be impute."
        message = sentence("a missing value in every row", "rows without", way_out)
        raise DataError(message, key=("dataset", "missing"))
    return np.flatnonzero(complete)


def _treatment(name: str, dataset: dict[str, Any]) -> str:
    given = dataset["columns"].get(name) or {}
    return str(given.get("missing") or dataset["missing"])
