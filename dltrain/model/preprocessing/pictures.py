"""Pictures as Keras layers: uint8 pixels to the numbers that the first layer sees.

Augmentation stands in front of the scaling, where pixels still go from 0 to 255, as Keras's
layers expect. It belongs to the training alone: the model that is saved is built without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from dltrain.errors import Key
from dltrain.model.layers import apply_layer, build_layer, check_traceable

AUGMENT: Key = ("dataset", "images", "augment")
SCALING = "scaling"


def augmented(first: Any, choices: Sequence[dict[str, Any]]) -> Any:
    """Augment pictures inside the network.

    Args:
        first: Pictures, uint8 (n, height, width, channels).
        choices: The layers as plain data, in their order.

    Returns:
        float32 of the same shape, from 0 to 255, a KerasTensor; `first` itself without layers.

    Raises:
        ModelError: A layer does not take such pictures, at the layer's key.
    """
    if not choices:
        return first
    pixels = keras.layers.Rescaling(1.0, name="pixels")(first)  # some layers leave uint8 as it is
    for index, choice in enumerate(choices):
        key = (*AUGMENT, index)
        layer = build_layer(choice | {"name": f"augment_{index}"}, key)
        changed = apply_layer(choice, layer, pixels, key)
        check_traceable(choice, layer, pixels, key)
        pixels = changed
    return pixels


def without_augmentation(network: keras.Model) -> keras.Model:
    """Give a network of pictures as it predicts, sharing its weights.

    Args:
        network: What `augmented` and `scaled` begin.

    Returns:
        The network itself where nothing is augmented.
    """
    pixels = network.get_layer(SCALING).input
    if pixels is network.input:
        return network
    first = keras.Input(network.input.shape[1:], dtype=network.input.dtype, name=network.input.name)
    behind = keras.Model(pixels, network.output, name=network.name)
    return keras.models.clone_model(behind, first, clone_function=lambda layer: layer)


def scaled(first: Any, inputs: dict[str, Any]) -> Any:
    """Scale pictures inside the network.

    Args:
        first: Pictures, uint8 or float32 (n, height, width, channels).
        inputs: What was learned about them, as preprocessing.json holds it.

    Returns:
        float32 of the same shape, a KerasTensor.
    """
    if inputs["scaling"] == "standard":
        layer = keras.layers.Normalization(
            mean=inputs["mean"], variance=inputs["variance"], name=SCALING
        )
        return layer(first)
    factor = 1 / 255 if inputs["scaling"] == "0_1" else 1.0
    return keras.layers.Rescaling(factor, name=SCALING)(first)
