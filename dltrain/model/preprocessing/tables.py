"""The columns of a table as Keras layers: raw cells to the numbers that the network is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

Facts = dict[str, Any]


def prepared(first: Any, columns: list[Facts]) -> Any:
    """Turn the raw matrix into the prepared one, both as KerasTensors.

    Args:
        first: The raw matrix, float32 (n, columns).
        columns: The columns, as preprocessing.json holds them.

    Returns:
        float32 (n, inputs); `first` itself where nothing is prepared.
    """
    if _prepares_nothing(columns):
        return first
    parts = [
        *_scaled_numbers(first, columns), *_matches(first, columns), *_gaps(first, columns),
    ]  # fmt: skip
    return keras.ops.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]


def _prepares_nothing(columns: list[Facts]) -> bool:
    return all(
        column["type"] == "number"
        and column["center"] == 0
        and column["scale"] == 1
        and column["missing"] != "impute"
        for column in columns
    )


def _scaled_numbers(first: Any, columns: list[Facts]) -> Iterator[Any]:
    """Fill, shift and scale the number columns, all at once."""
    numbers = [index for index, column in enumerate(columns) if column["type"] == "number"]
    if numbers:
        center, scale, fill = (
            np.array([columns[index][fact] for index in numbers], np.float32)
            for fact in ("center", "scale", "fill")
        )
        cells = keras.ops.take(first, numbers, axis=1)
        if any(columns[index]["missing"] == "impute" for index in numbers):
            cells = keras.ops.where(keras.ops.isnan(cells), fill, cells)
        # Not keras.layers.Normalization: it takes any deviation below 1e-7 for 1e-7.
        yield (cells - center) / scale


def _matches(first: Any, columns: list[Facts]) -> Iterator[Any]:
    """Turn the category columns into one 0/1 input for each value, all at once."""
    pairs = [
        (index, code)
        for index, column in enumerate(columns)
        if column["type"] == "category"
        for code in column["codes"]
    ]
    if pairs:
        looked_at = keras.ops.take(first, [index for index, _ in pairs], axis=1)
        codes = np.array([code for _, code in pairs], np.float32)
        yield keras.ops.cast(keras.ops.equal(looked_at, codes), "float32")


def _gaps(first: Any, columns: list[Facts]) -> Iterator[Any]:
    """Say with one 0/1 input a column where its value is missing, all at once."""
    positions = [index for index, column in enumerate(columns) if column["indicator"]]
    if positions:
        gaps = keras.ops.isnan(keras.ops.take(first, positions, axis=1))
        yield keras.ops.cast(gaps, "float32")
