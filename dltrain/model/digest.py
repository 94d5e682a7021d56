"""Are two models the same? They are when the sha256 over their named weight arrays is.

A .keras file holds the date on which it was written, so its bytes do not tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np


def named_weights(model: Any) -> list[tuple[str, np.ndarray]]:
    """Give the weights of a Keras model by their paths, in the model's order."""
    return [(str(weight.path), weight.numpy()) for weight in model.weights]


def weights_sha256(weights: Iterable[tuple[str, np.ndarray]]) -> str:
    """Tell named weights from all others.

    Args:
        weights: Names and arrays, of any shapes and dtypes.

    Returns:
        64 hexadecimal digits, from names, dtypes, shapes and bits.

    Example:
        >>> one, other = np.array([0.0]), np.array([-0.0])
        >>> weights_sha256([("a", one)]) == weights_sha256([("a", other)])
        False
    """
    digest = hashlib.sha256()
    for name, array in weights:
        digest.update(f"{name}\0{array.dtype.str}{array.shape}\0".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
