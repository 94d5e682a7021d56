"""Windows over a time series as Keras layers: raw numbers to what the network is given."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np


def prepared(first: Any, columns: list[dict[str, Any]]) -> Any:
    """Scale the variables of windows, as a KerasTensor.

    Args:
        first: Raw windows, float32 (n, window, variables).
        columns: The variables, as preprocessing.json holds them.

    Returns:
        float32 of the same shape; `first` itself where nothing is scaled.
    """
    center, scale = (
        np.array([column[fact] for column in columns], np.float32) for fact in ("center", "scale")
    )
    logarithms = np.array([column["scaling"] == "log1p" for column in columns])
    if not logarithms.any() and not center.any() and (scale == 1).all():
        return first
    numbers = first
    if logarithms.any():
        taken = keras.ops.log1p(keras.ops.where(logarithms, first, np.float32(0)))
        numbers = keras.ops.where(logarithms, taken, first)
    return (numbers - center) / scale
