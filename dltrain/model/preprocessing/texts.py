"""Token numbers as Keras layers: expanded into what the first layer sees."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np


def expanded(first: Any, inputs: dict[str, Any], prefix: str) -> Any:
    """Expand tokens inside the network.

    Args:
        first: Token numbers, int32 (n, length).
        inputs: What was learned about the texts, as preprocessing.json holds it.
        prefix: What the names of layers begin with.

    Returns:
        What the first layer sees, a KerasTensor: `first` itself for a sequence; else float32
        (n, vocabulary), 1 for each token that is there, or its count times its weight.
    """
    if inputs["encoding"] == "sequence":
        return first
    tokens = np.arange(inputs["vocabulary"])
    mode, weights = "multi_hot", tokens > 0  # the padding is no token
    if inputs["encoding"] == "tf_idf":
        mode, weights = "count", np.array(inputs["idf"])
    # float32 whatever the precision: float16 counts only to 2048.
    layer = keras.layers.CategoryEncoding(
        len(tokens), mode, name=f"{prefix}{inputs['encoding']}", dtype="float32"
    )
    return layer(first) * weights.astype(np.float32)
