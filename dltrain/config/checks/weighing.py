"""Which layers weigh their inputs, and which have weights that `regularization` reaches.

Wrappers and cells are looked into. Model and rules ask here, so both mean the same layers.
Imports: the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltrain.config.catalogue.arguments import LAYERS
from dltrain.config.catalogue.choices import Choice
from dltrain.config.catalogue.names import kinds
from dltrain.errors import Key

# Arguments that hold the regularizers of weights.
KERNELS = (
    "depthwise_regularizer",
    "kernel_regularizer",
    "pointwise_regularizer",
    "recurrent_regularizer",
)
WEIGHTS = (*KERNELS, "embeddings_regularizer")


def arguments_of(layer: Choice) -> dict[str, Any]:
    """Give the arguments of a layer by name; nothing for layers that Keras lacks."""
    known: dict[str, Any] = kinds()["layer"].get(layer["type"], {}).get("arguments", {})
    return known


def parts(layer: Choice, key: Key = ()) -> Iterator[tuple[Choice, Key]]:
    """Give a layer and the layers inside it, each with its key."""
    yield layer, key
    for name in LAYERS:
        inner = layer.get(name)
        if isinstance(inner, dict):
            yield from parts(inner, (*key, name))
        for index, cell in enumerate(inner if isinstance(inner, list) else []):
            yield from parts(cell, (*key, name, index))


def has_kernel(layer: Choice) -> bool:
    """Tell whether a layer, or one inside it, weighs its inputs; an embedding only looks up.

    Example:
        >>> cells = [{"type": "lstm_cell", "units": 8}]
        >>> has_kernel({"type": "rnn", "cell": cells}), has_kernel({"type": "embedding"})
        (True, False)
    """
    return any(name in arguments_of(part) for part, _ in parts(layer) for name in KERNELS)


def has_weights(layer: Choice) -> bool:
    """Tell whether `regularization.kernel` finds something in a layer."""
    return any(name in arguments_of(part) for part, _ in parts(layer) for name in WEIGHTS)
