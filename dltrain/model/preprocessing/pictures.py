"""Pictures as Keras layers: uint8 pixels to the numbers that the first layer sees."""

from __future__ import annotations

from typing import Any

import keras


def scaled(first: Any, inputs: dict[str, Any]) -> Any:
    """Scale pictures inside the network.

    Args:
        first: Pictures, uint8 (n, height, width, channels).
        inputs: What was learned about them, as preprocessing.json holds it.

    Returns:
        float32 of the same shape, a KerasTensor.
    """
    if inputs["scaling"] == "standard":
        layer = keras.layers.Normalization(
            mean=inputs["mean"], variance=inputs["variance"], name="scaling"
        )
        return layer(first)
    factor = 1 / 255 if inputs["scaling"] == "0_1" else 1.0
    return keras.layers.Rescaling(factor, name="scaling")(first)
