"""Facts as plain data: what NumPy and pandas give becomes what JSON takes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# The most rows of which values are counted one by one; ranges and gaps are those of all rows.
MOST_ROWS = 1_000_000


def finite(value: Any) -> Any:
    """Turn a value into plain data, recursively; None for what is no finite number.

    Example:
        >>> finite({"a": np.float32(0.5), "b": np.array([1, 2]), "c": float("nan")})
        {'a': 0.5, 'b': [1, 2], 'c': None}
    """
    if isinstance(value, dict):
        return {str(key): finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, np.generic | np.ndarray):
        return finite(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def some(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Draw at most so many of some rows, in their order; all where there are no more."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
