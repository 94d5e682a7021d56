"""Units that say nothing: what the ReLU layers of a network put out on a few train rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np


def dead_units(network: keras.Model, x: Any) -> dict[str, tuple[int, int]]:
    """Count the units of ReLU layers that are 0 on all rows.

    Args:
        network: A network; layers inside of a network inside of it are not looked at.
        x: Inputs of some rows, (n, …).

    Returns:
        Dead units and all units by layer, in the network's order. A unit is one position of
        the last axis: a neuron, or a channel of pictures.
    """
    layers = list(_relu_layers(network))
    if not layers:
        return {}
    names = [layer.name for layer in layers]
    inner = keras.Model(network.input, {layer.name: layer.output for layer in layers})
    outputs = inner(x, training=False)
    found = {}
    for name in names:
        output = outputs[name]
        largest = np.asarray(output).max(axis=tuple(range(len(output.shape) - 1)))
        found[name] = (int((largest <= 0).sum()), len(largest))
    return found


def _relu_layers(network: keras.Model) -> Iterator[Any]:
    """Give the layers that put out max(0, …), each applied once."""
    for layer in network.layers:
        is_relu = isinstance(layer, keras.layers.ReLU) and not layer.negative_slope
        has_relu = getattr(layer, "activation", None) is keras.activations.relu
        applied_once = len(layer._inbound_nodes) == 1
        if applied_once and (is_relu or has_relu) and not isinstance(layer, keras.layers.RNN):
            yield layer
