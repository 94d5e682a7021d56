"""Units that say nothing: what the ReLU layers of a network put out on a few train rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from dltrain.data import Part
from dltrain.data.blocks import rows_of
from dltrain.model.passes import constants

# Rows that tell whether a unit ever says something.
MOST_ROWS = 512


def dead_units_of_part(network: keras.Model, part: Part) -> tuple[int, dict[str, tuple[int, int]]]:
    """Count dead units on rows that are taken evenly, so that all who ask are told the same.

    Args:
        network: As `dead_units` takes it.
        part: The train rows.

    Returns:
        How many rows were looked at, and what `dead_units` gives.
    """
    count = min(MOST_ROWS, len(part))
    chosen = np.unique(np.linspace(0, len(part) - 1, count).astype(np.int64))
    return len(chosen), dead_units(network, constants(rows_of(part.x, chosen)))


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
