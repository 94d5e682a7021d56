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

# What the saved model is called, and the trained part in it.
JOINED = "model"
TRAINED = ("network", "trained_network")

DTYPES = {"array": "float32", "images": "uint8", "table": "float32", "tokens": "int32"}


def network_input(inputs: Facts) -> tuple[Any, Any]:
    """Make the input of the trained network.

    Args:
        inputs: What was learned about the inputs, as preprocessing.json holds it.

    Returns:
        The input and what the first layer sees, two KerasTensors; the same one where nothing
        happens in between; two maps by name where there are several inputs.
    """
    if inputs["form"] != "several":
        return _one_input(inputs, "input")
    both = {name: _one_input(one, name, f"{name}_") for name, one in inputs["inputs"].items()}
    return {name: one[0] for name, one in both.items()}, {
        name: one[1] for name, one in both.items()
    }


def _one_input(inputs: Facts, name: str, prefix: str = "") -> tuple[Any, Any]:
    form = inputs["form"]
    shape = (len(inputs["inputs"]),) if form == "table" else tuple(inputs["shape"])
    first = keras.Input(shape, dtype=DTYPES[form], name=name)
    if form == "images":
        return first, _scaled(first, inputs)
    if inputs.get("encoding") == "multi_hot":
        tokens = inputs["vocabulary"]
        layer = keras.layers.CategoryEncoding(tokens, "multi_hot", name=f"{prefix}multi_hot")
        return first, layer(first)
    return first, first


def joined(network: keras.Model, inputs: Facts) -> keras.Model:
    """Join preprocessing and network into the model that is saved.

    Args:
        network: The trained network; its weights are shared, not copied.
        inputs: What was learned about the inputs, as preprocessing.json holds it.

    Returns:
        A new model, not compiled, that takes raw rows: for tables float32 (n, columns); a map of
        them by name where there are several inputs.
    """
    # A model without the loss and metrics of the training, which would be saved inside this one.
    bare = keras.Model(network.input, network.output, name=TRAINED[0])
    if inputs["form"] != "several":
        first, prepared = _raw_input(inputs, "raw")
        return bare if first is prepared else keras.Model(first, bare(prepared), name=JOINED)
    both = {name: _raw_input(one, name) for name, one in inputs["inputs"].items()}
    if all(first is prepared for first, prepared in both.values()):
        return bare
    firsts = {name: first for name, (first, _) in both.items()}
    if TRAINED[0] in firsts:  # an input may have any name, and no two layers the same
        bare = keras.Model(network.input, network.output, name=TRAINED[1])
    return keras.Model(firsts, bare({name: one for name, (_, one) in both.items()}), name=JOINED)


def _raw_input(inputs: Facts, name: str) -> tuple[Any, Any]:
    """Make an input of the saved model, and what the network is given of it."""
    columns = inputs.get("columns", [])
    if inputs["form"] != "table" or _prepares_nothing(columns):
        shape = (len(columns),) if inputs["form"] == "table" else tuple(inputs["shape"])
        first = keras.Input(shape, dtype=DTYPES[inputs["form"]], name=name)
        return first, first
    first = keras.Input((len(columns),), dtype="float32", name=name)
    parts = [
        *_scaled_numbers(first, columns), *_matches(first, columns), *_gaps(first, columns),
    ]  # fmt: skip
    return first, keras.ops.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]


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
        column["type"] == "number"
        and column["center"] == 0
        and column["scale"] == 1
        and column["missing"] != "impute"
        for column in columns
    )
