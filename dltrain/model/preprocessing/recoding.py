"""From the raw input that several models share to what one of them takes, as Keras operations."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

Facts = dict[str, Any]


def recoded(first: Any, recoding: Facts) -> Any:
    """Turn the common raw input into that of one model.

    Args:
        first: A KerasTensor, or a map of them by input.
        recoding: How it follows; nothing where it is the same.

            inputs: The same for each of several inputs, by name.
            shift: What is added to each number of a row, (numbers,).
            codes: By the position of a column, as text, the model's code for -1, which stands for
                an unknown value, and for 0, 1, …
            length: How many of the last tokens it takes.
            tokens: Its number of each token.

    Returns:
        What the model takes, of the same form.
    """
    if isinstance(first, dict):
        each = recoding.get("inputs", {})
        return {name: recoded(one, each.get(name, {})) for name, one in first.items()}
    taken = first
    if "shift" in recoding:
        taken = taken + np.array(recoding["shift"], np.float32)
    if "codes" in recoding:
        taken = _with_codes(taken, recoding["codes"])
    if "length" in recoding:
        # A slice without an end would not survive saving.
        length = first.shape[1]
        taken = keras.ops.take(
            taken, np.arange(length - recoding["length"], length, dtype=np.int32), axis=1
        )
    if "tokens" in recoding:
        numbers = np.array(recoding["tokens"], np.int32)
        taken = keras.ops.take(numbers, taken, axis=0)
    return taken


def _with_codes(matrix: Any, codes: dict[str, list[float]]) -> Any:
    """Replace the codes of some columns of a matrix, float32 (n, columns); NaN stays NaN."""
    width = matrix.shape[1]
    columns = np.array(list(map(int, codes)), np.int32)
    sizes = np.array([len(one) for one in codes.values()], np.int32)
    # All lookups stand behind each other in one table.
    table = np.concatenate([np.array(one, np.float32) for one in codes.values()])
    starts = np.cumsum(sizes).astype(np.int32) - sizes
    given = keras.ops.take(matrix, columns, axis=1)
    # Comparisons with NaN are false, so a gap is looked up as an unknown value and put back.
    whole = keras.ops.equal(given, keras.ops.floor(given))
    known = keras.ops.logical_and(whole, given >= np.float32(0))
    known = keras.ops.logical_and(known, given < (sizes - 1).astype(np.float32))
    code = keras.ops.cast(keras.ops.where(known, given, np.float32(-1)), "int32")
    found = keras.ops.take(table, code + (starts + 1), axis=0)
    found = keras.ops.where(keras.ops.isnan(given), given, found)
    order = np.arange(width, dtype=np.int32)
    order[columns] = width + np.arange(len(columns), dtype=np.int32)
    both = keras.ops.concatenate([matrix, found], axis=1)
    return keras.ops.take(both, order, axis=1)
