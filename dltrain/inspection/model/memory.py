"""How much memory a training needs, in bytes: counted where it can be, estimated where not."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from dltrain.data import Data
from dltrain.inspection.model.layers import Row, leaves

# What a step keeps of every output, and the gradient of it.
KEPT = 2
RULE = "the outputs of all layers × rows of a batch × bytes of a number × 2, for their gradients"


def memory(network: Any, described: list[Row], batch_size: int, data: Data) -> dict[str, int]:
    """Count bytes by purpose.

    Args:
        network: The compiled network.
        described: Its layers, see `layers.rows`.
        batch_size: Rows of a batch.
        data: The rows.

    Returns:
        Weights, their gradients, what the optimizer keeps, an estimate of the activations of one
        batch by RULE, and what holds the rows of all parts.
    """
    return {
        "weights": _bytes(network.weights),
        "gradients": _bytes(network.trainable_weights),
        "optimizer": _bytes(network.optimizer.variables),
        "activations": activations(described, batch_size),
        "data": _held(data),
    }


def activations(described: list[Row], batch_size: int) -> int:
    """Estimate what a step keeps of the layers' outputs, by RULE."""
    layers = [row for row in leaves(described) if row["type"] != "input_layer"]
    return KEPT * batch_size * sum(
        math.prod(size or 0 for size in row["output_shape"]) * width(row["dtype"])
        for row in layers
    )  # fmt: skip


def width(dtype: str) -> int:
    """Give the bytes of one number.

    Example:
        >>> width("float32"), width("bfloat16"), width("bool")
        (4, 2, 1)
    """
    bits = re.search(r"\d+", dtype)
    return int(bits[0]) // 8 if bits else 1


def _bytes(variables: list[Any]) -> int:
    return sum(math.prod(one.shape) * width(one.dtype) for one in variables)


def _held(data: Data) -> int:
    """Count the bytes of all arrays in memory; one that serves two purposes is there once."""
    arrays: dict[int, int] = {}
    for part in data.parts.values():
        for one in (part.raw, part.x, part.y):
            for array in one.values() if isinstance(one, dict) else (one,):
                in_memory = isinstance(array, np.ndarray) and not isinstance(array, np.memmap)
                arrays[id(array)] = array.nbytes if in_memory else 0
    return sum(arrays.values())
