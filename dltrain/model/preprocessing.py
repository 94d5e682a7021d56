"""What was learned from the data, as plain Keras layers.

Pictures and tokens are scaled and expanded inside the network, so they stay small in memory.
Tables are prepared before the training; the model that is saved joins the same steps with
the trained network, so it takes raw numbers and loads without dltrain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

Facts = dict[str, Any]

DTYPES = {"array": "float32", "images": "uint8", "table": "float32", "tokens": "int32"}


def network_input(inputs: Facts) -> tuple[Any, Any]:
    """Make the input of the trained network.

    Args:
        inputs: What was learned about the inputs, as preprocessing.json holds it.

    Returns:
        The input and what the first layer sees, two KerasTensors; the same one where nothing
        happens in between.
    """
    form = inputs["form"]
    shape = (len(inputs["inputs"]),) if form == "table" else tuple(inputs["shape"])
    first = keras.Input(shape, dtype=DTYPES[form], name="input")
    if form == "images":
        return first, _scaled(first, inputs)
    if inputs.get("encoding") == "multi_hot":
        expand = keras.layers.CategoryEncoding(inputs["vocabulary"], "multi_hot", name="multi_hot")
        return first, expand(first)
    return first, first


def joined(network: keras.Model, inputs: Facts) -> keras.Model:
    """Join preprocessing and network into the model that is saved.

    Args:
        network: The trained network; its weights are shared, not copied.
        inputs: What was learned about the inputs, as preprocessing.json holds it.

    Returns:
        A new model, not compiled, that takes raw rows: for tables float32 (n, columns).
    """
    # A model without the loss and metrics of the training, which would be saved inside this one.
    bare = keras.Model(network.input, network.output, name="network")
    if inputs["form"] != "table" or _prepares_nothing(inputs["columns"]):
        return bare
    first = keras.Input((len(inputs["columns"]),), dtype="float32", name="raw")
    parts = [*_scaled_numbers(first, inputs["columns"]), *_matches(first, inputs["columns"])]
    prepared = keras.ops.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]
    return keras.Model(first, bare(prepared), name="model")


def _scaled_numbers(first: Any, columns: list[Facts]) -> Iterator[Any]:
    """Shift and scale the number columns, all at once."""
    numbers = [index for index, column in enumerate(columns) if column["type"] == "number"]
    if numbers:
        center, scale = (
            np.array([columns[index][fact] for index in numbers], np.float32)
            for fact in ("center", "scale")
        )
        # Not keras.layers.Normalization: it takes any deviation below 1e-7 for 1e-7.
        yield (keras.ops.take(first, numbers, axis=1) - center) / scale


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


def _scaled(first: Any, inputs: Facts) -> Any:
    if inputs["scaling"] == "standard":
        layer = keras.layers.Normalization(
            mean=inputs["mean"], variance=inputs["variance"], name="scaling"
        )
        return layer(first)
    factor = 1 / 255 if inputs["scaling"] == "0_1" else 1.0
    return keras.layers.Rescaling(factor, name="scaling")(first)


def _prepares_nothing(columns: list[Facts]) -> bool:
    return all(
        column["type"] == "number" and column["center"] == 0 and column["scale"] == 1
        for column in columns
    )
