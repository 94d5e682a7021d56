"""The columns of a table as Keras layers: raw cells to the numbers that the network is given.

The twin of `data/table.py`, which holds the same steps for NumPy and says which inputs there are.
Columns that are embedded are one number each; the network holds their vectors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

Facts = dict[str, Any]
# Something that is filled, shifted and scaled, with its position in the raw matrix.
Placed = tuple[int, Facts]


def raw_numbers(column: Facts) -> list[Facts]:
    """Give what a column is in the raw matrix: the parts of a date, else itself."""
    return column["raw"] if column["type"] == "date" else [column]


def prepared(first: Any, columns: list[Facts]) -> Any:
    """Turn the raw matrix into the prepared one, both as KerasTensors.

    Args:
        first: The raw matrix, float32 (n, raw numbers).
        columns: The columns, as preprocessing.json holds them.

    Returns:
        float32 (n, inputs); `first` itself where nothing is prepared.
    """
    if _prepares_nothing(columns):
        return first
    parts = [
        *_scaled_numbers(first, _scaled(columns)),
        *_waves(first, _cyclic(columns)),
        *_integers(first, columns),
        *_matches(first, columns),
        *_gaps(first, columns),
    ]
    return keras.ops.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]


def embedded(columns: list[Facts]) -> Iterator[Placed]:
    """Give the columns that are embedded, each with its position in the prepared matrix."""
    start = len(_scaled(columns)) + 2 * len(_cyclic(columns))
    for at, (_, column) in enumerate(_categories(columns, one_hot=False), start):
        if column["encoding"] == "embedding":
            yield at, column


def _placed(columns: list[Facts]) -> list[Placed]:
    """Give each column with the first of its positions in the raw matrix."""
    starts = np.cumsum([0, *(len(raw_numbers(column)) for column in columns)])
    return [(int(start), column) for start, column in zip(starts, columns, strict=False)]


def _scaled(columns: list[Facts]) -> list[Placed]:
    placed = _placed(columns)
    numbers = [one for one in placed if one[1]["type"] == "number"]
    truths = [one for one in placed if one[1]["type"] == "boolean"]
    return [*numbers, *truths, *(one for one in _date_parts(columns) if not one[1]["period"])]


def _cyclic(columns: list[Facts]) -> list[Placed]:
    return [one for one in _date_parts(columns) if one[1]["period"]]


def _date_parts(columns: list[Facts]) -> Iterator[Placed]:
    for start, column in _placed(columns):
        if column["type"] == "date":
            for at, part in enumerate(column["raw"], start):
                yield at, part | {"missing": column["missing"]}


def _categories(columns: list[Facts], *, one_hot: bool) -> list[Placed]:
    return [
        (at, column)
        for at, column in _placed(columns)
        if column["type"] == "category" and (column["encoding"] == "one_hot") == one_hot
    ]


def _prepares_nothing(columns: list[Facts]) -> bool:
    return all(
        column["type"] == "number"
        and column["scaling"] not in ("log1p", "unit_norm")
        and column["center"] == 0
        and column["scale"] == 1
        and column["missing"] != "impute"
        for column in columns
    )


def _scaled_numbers(first: Any, placed: list[Placed]) -> Iterator[Any]:
    """Fill, shift and scale numbers, booleans and parts of dates, all at once."""
    if not placed:
        return
    center, scale, fill = (
        np.array([one.get(fact, float(fact == "scale")) for _, one in placed], np.float32)
        for fact in ("center", "scale", "fill")
    )
    cells = keras.ops.take(first, [at for at, _ in placed], axis=1)
    if any(one["missing"] == "impute" for _, one in placed):
        cells = keras.ops.where(keras.ops.isnan(cells), fill, cells)
    if (logarithms := _scaled_as("log1p", placed)).any():
        # One factor is 0: each number goes one of two ways.
        cells = cells * (1 - logarithms) + keras.ops.log1p(cells * logarithms)
    # Not keras.layers.Normalization: it takes any deviation below 1e-7 for 1e-7.
    cells = (cells - center) / scale
    if (unit_norms := _scaled_as("unit_norm", placed)).any():
        cells = cells * (1 - unit_norms) + _unit_norm(cells * unit_norms)
    yield cells


def _scaled_as(scaling: str, placed: list[Placed]) -> np.ndarray:
    """Say with 1 and 0 which numbers are scaled in some way."""
    return np.array([one.get("scaling") == scaling for _, one in placed], np.float32)


def _unit_norm(cells: Any) -> Any:
    """Divide rows by their Euclidean norm; first by their largest, whose square may be no float32.

    A row of zeros stays one.
    """
    largest = keras.ops.max(keras.ops.abs(cells), axis=1, keepdims=True)
    zeros = keras.ops.cast(keras.ops.equal(largest, 0), "float32")
    cells = cells / (largest + zeros)
    squares = keras.ops.sum(keras.ops.square(cells), axis=1, keepdims=True)
    return cells / keras.ops.sqrt(squares + zeros)


def _waves(first: Any, placed: list[Placed]) -> Iterator[Any]:
    """Turn parts of dates that come round again into sine and cosine; 0 for a missing one."""
    for at, part in placed:
        cells = keras.ops.take(first, [at], axis=1)
        angle = (cells - part["first"]) * (2 * math.pi / part["period"])
        both = keras.ops.concatenate([keras.ops.sin(angle), keras.ops.cos(angle)], axis=1)
        if part["missing"] == "impute":
            both = keras.ops.where(keras.ops.isnan(both), 0.0, both)
        yield both


def _integers(first: Any, columns: list[Facts]) -> Iterator[Any]:
    """Turn the codes of categories into 1, 2 and so on; 0 stands for unknown ones."""
    placed = _categories(columns, one_hot=False)
    ranges = [one for one in placed if _is_range(one[1]["codes"])]
    listed = [one for one in placed if one not in ranges]
    parts = [*_counted(first, ranges), *(_looked_up(first, *one) for one in listed)]
    if not (ranges and listed):
        yield from parts
        return
    order = [[*ranges, *listed].index(one) for one in placed]
    yield keras.ops.take(keras.ops.concatenate(parts, axis=1), order, axis=1)


def _is_range(codes: list[float]) -> bool:
    """Tell whether codes follow one another, as the positions of words do."""
    return codes == [codes[0] + at for at in range(len(codes))]


def _counted(first: Any, placed: list[Placed]) -> Iterator[Any]:
    """Turn codes that follow one another into numbers from 1, all columns at once."""
    if not placed:
        return
    least = np.array([column["codes"][0] for _, column in placed], np.float32)
    largest = np.array([column["codes"][-1] for _, column in placed], np.float32)
    cells = keras.ops.take(first, [at for at, _ in placed], axis=1)
    known = keras.ops.logical_and(
        keras.ops.logical_and(cells >= least, cells <= largest),
        keras.ops.equal(cells, keras.ops.floor(cells)),
    )
    numbers = keras.ops.where(known, cells - (least - 1), 0.0)
    gaps = np.array([_gap(column) for _, column in placed], np.float32)
    yield numbers + keras.ops.cast(keras.ops.isnan(cells), "float32") * gaps


def _looked_up(first: Any, at: int, column: Facts) -> Any:
    """Turn codes into their places among the values, from 1."""
    cells = keras.ops.take(first, at, axis=1)
    order = np.argsort(column["codes"])
    codes = np.array(column["codes"], np.float32)[order]
    places = keras.ops.minimum(keras.ops.searchsorted(codes, cells), len(codes) - 1)
    known = keras.ops.cast(keras.ops.equal(keras.ops.take(codes, places), cells), "float32")
    numbers = keras.ops.take((order + 1).astype(np.float32), places) * known
    gaps = keras.ops.cast(keras.ops.isnan(cells), "float32") * float(_gap(column))
    return keras.ops.expand_dims(numbers + gaps, axis=1)


def _gap(column: Facts) -> int:
    """Give the number of a missing value: one more than the last, or that of unknown ones."""
    return len(column["codes"]) + 1 if column["indicator"] else 0


def _matches(first: Any, columns: list[Facts]) -> Iterator[Any]:
    """Turn the other categories into one 0/1 input for each value, all at once."""
    pairs = [
        (at, code) for at, column in _categories(columns, one_hot=True) for code in column["codes"]
    ]
    if pairs:
        looked_at = keras.ops.take(first, [at for at, _ in pairs], axis=1)
        codes = np.array([code for _, code in pairs], np.float32)
        yield keras.ops.cast(keras.ops.equal(looked_at, codes), "float32")


def _gaps(first: Any, columns: list[Facts]) -> Iterator[Any]:
    """Say with one 0/1 input a column where its value is missing, all at once."""
    integers = [at for at, _ in _categories(columns, one_hot=False)]
    positions = [
        at for at, column in _placed(columns) if column["indicator"] and at not in integers
    ]
    if positions:
        gaps = keras.ops.isnan(keras.ops.take(first, positions, axis=1))
        yield keras.ops.cast(gaps, "float32")
