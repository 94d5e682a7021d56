"""What was learned from the data, as plain Keras layers.

Pictures and tokens are scaled and expanded inside the network, so they stay small in memory.
Tables are prepared before the training; the model that is saved joins the same steps with
the trained network, so it takes raw numbers and loads without dltrain.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from dltrain.data.inputs import ImageInputs, Inputs, TokenInputs
from dltrain.data.table import TableInputs

DTYPES = {"array": "float32", "images": "uint8", "table": "float32", "tokens": "int32"}


def network_input(inputs: Inputs) -> tuple[Any, Any]:
    """Make the input of the trained network.

    Returns:
        The input and what the first layer sees, two KerasTensors; the same one where nothing
        happens in between.
    """
    first = keras.Input(inputs.shape, dtype=DTYPES[inputs.form], name="input")
    if isinstance(inputs, ImageInputs):
        return first, _scaled(first, inputs)
    if isinstance(inputs, TokenInputs) and inputs.encoding == "multi_hot":
        expanded = keras.layers.CategoryEncoding(inputs.vocabulary, "multi_hot", name="multi_hot")
        return first, expanded(first)
    return first, first


def joined(network: keras.Model, inputs: Inputs) -> keras.Model:
    """Join preprocessing and network into the model that is saved.

    Args:
        network: The trained network; its weights are shared, not copied.
        inputs: What was learned about the inputs.

    Returns:
        A new model, not compiled, that takes `inputs.raw` rows.
    """
    # A model without the loss and metrics of the training, which would be saved inside this one.
    bare = keras.Model(network.input, network.output, name="network")
    if not isinstance(inputs, TableInputs) or _prepares_nothing(inputs):
        return bare
    first = keras.Input((len(inputs.columns),), dtype="float32", name="raw")
    parts = []
    if inputs.numbers:
        # Not keras.layers.Normalization: it takes any deviation below 1e-7 for 1e-7.
        shifted = keras.ops.take(first, inputs.numbers, axis=1) - inputs.center.astype(np.float32)
        parts.append(shifted / inputs.scale.astype(np.float32))
    if inputs.categories:
        looked_at = keras.ops.take(first, inputs.categories, axis=1)
        matches = keras.ops.equal(looked_at, inputs.codes.astype(np.float32))
        parts.append(keras.ops.cast(matches, "float32"))
    prepared = keras.ops.concatenate(parts, axis=1) if len(parts) > 1 else parts[0]
    return keras.Model(first, bare(prepared), name="model")


def _scaled(first: Any, inputs: ImageInputs) -> Any:
    if inputs.scaling == "standard":
        layer = keras.layers.Normalization(
            mean=list(inputs.mean), variance=list(inputs.variance), name="scaling"
        )
        return layer(first)
    factor = 1 / 255 if inputs.scaling == "0_1" else 1.0
    return keras.layers.Rescaling(factor, name="scaling")(first)


def _prepares_nothing(inputs: TableInputs) -> bool:
    return not inputs.categories and not inputs.center.any() and bool((inputs.scale == 1).all())
