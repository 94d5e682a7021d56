"""Token numbers as Keras layers: expanded into what the first layer sees."""

from __future__ import annotations

from typing import Any

import keras


def expanded(first: Any, inputs: dict[str, Any], prefix: str) -> Any:
    """Expand tokens inside the network.

    Args:
        first: Token numbers, int32 (n, length).
        inputs: What was learned about the texts, as preprocessing.json holds it.
        prefix: What the names of layers begin with.

    Returns:
        What the first layer sees, a KerasTensor; `first` itself for a sequence.
    """
    if inputs["encoding"] != "multi_hot":
        return first
    layer = keras.layers.CategoryEncoding(
        inputs["vocabulary"], "multi_hot", name=f"{prefix}multi_hot"
    )
    return layer(first)
