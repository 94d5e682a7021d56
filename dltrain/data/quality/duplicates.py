"""Rows that stand in two parts, feature for feature and with the same target."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw

# About 0.5 s for a table of 20 columns.
MOST_ROWS = 1_000_000


def copies(raw: Raw, parts: Mapping[str, np.ndarray]) -> dict[tuple[str, str], int]:
    """Count the rows of a part that are exact copies of rows of an earlier part.

    Windows over one series are never compared: neighbours see the same rows by design, and no two
    parts predict the same one.

    Args:
        raw: All rows.
        parts: Numbers of the rows of each part.

    Returns:
        Rows of the later part that the earlier one has too, by both names; only where there are.
    """
    if raw.form == "windows":
        return {}
    keys = {name: np.sort(_keys(raw, rows)) for name, rows in parts.items()}
    counts = {
        (one, other): int(_are_in(keys[one], keys[other]).sum())
        for one, other in combinations(parts, 2)
    }
    return {names: count for names, count in counts.items() if count}


def _are_in(keys: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Tell which of the others are among some keys, which ascend, bool (others,)."""
    at = np.minimum(np.searchsorted(keys, others), len(keys) - 1)
    return np.asarray(keys[at] == others)


def _keys(raw: Raw, rows: np.ndarray) -> np.ndarray:
    """Give a number of 64 bits for each row, equal where rows are, uint64 (n,).

    Two of a million different rows have the same number with a chance of 3e-8.
    """
    targets = _of_table(raw.targets.iloc[rows])
    if isinstance(raw.features, pd.DataFrame):
        return _of_table(raw.features.iloc[rows]) * np.uint64(3) + targets
    features = np.asarray(raw.features)
    keys = np.fromiter((hash(features[row].tobytes()) for row in rows), np.int64, len(rows))
    return keys.view(np.uint64) * np.uint64(3) + targets


def _of_table(table: pd.DataFrame) -> np.ndarray:
    if not len(table.columns):
        return np.zeros(len(table), np.uint64)
    return pd.util.hash_pandas_object(table, index=False).to_numpy(np.uint64)
