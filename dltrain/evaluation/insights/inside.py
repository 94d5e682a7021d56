"""What is inside of the network: weights, what its layers put out, first filters, learning rate."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from dltrain.data.blocks import rows_of
from dltrain.data.images import ImageInputs
from dltrain.data.table import TableInputs
from dltrain.evaluation.activations import dead_units_of_part
from dltrain.evaluation.insights.raw_rows import CHANNELS, pixel_shape
from dltrain.evaluation.insights.subject import Gathered, Subject

BINS = 40
MOST_LAYERS = 12
MOST_ROWS = 256
# Numbers of one layer that are counted at most, over all rows.
MOST_NUMBERS = 2**21
MOST_FILTERS = 32
LEAST_SIDE = 3
MOST_EPOCHS = 200
ACTIVATIONS = ("Activation", "LeakyReLU", "PReLU", "ReLU", "Softmax")


def layers(subject: Subject, gathered: Gathered) -> None:
    """List the layers of the network with what they put out and how many numbers they learn."""
    network = subject.network
    gathered.facts["model"] = {
        "parameters": int(network.count_params()),
        "layers": [
            {
                "layer": one.name,
                "kind": type(one).__name__,
                "shape": [list(tensor.shape[1:]) for tensor in tensors],
                "parameters": int(one.count_params()),
            }
            for one, tensors in _uses(network)
        ],
    }


def weights(subject: Subject, gathered: Gathered) -> None:
    """Count the weights of each layer by their size; biases and scales are left out."""
    found: list[dict[str, Any]] = []
    for layer, weight in list(_kernels(subject.network))[:MOST_LAYERS]:
        values = np.asarray(weight.value if hasattr(weight, "value") else weight, np.float32)
        number = len(found)
        _histogram(gathered, f"weights/{number}", values)
        found.append({
            "layer": layer.name, "weight": weight.name, "shape": list(values.shape),
            "mean": float(values.mean()), "spread": float(values.std()),
            "zeros": float((values == 0).mean()),
        })  # fmt: skip
    if found:
        gathered.facts["weights"] = found


def _kernels(network: Any) -> Iterator[tuple[Any, Any]]:
    """List the weights with two axes or more, each with its layer."""
    for layer in network._flatten_layers(include_self=False, recursive=True):
        own = [one for one in layer._trainable_variables if len(one.shape) > 1]
        yield from ((layer, one) for one in own)


def activations(subject: Subject, gathered: Gathered) -> None:
    """Count what the hidden layers put out for some train rows, and dead units."""
    hidden = list(_hidden(subject.network))[:MOST_LAYERS]
    if not hidden:
        return
    part = subject.data.parts["train"]
    largest = max(_size(tensor) for _, tensor in hidden)
    most = max(8, min(MOST_ROWS, MOST_NUMBERS // max(1, largest)))
    x = rows_of(part.x, subject.some(part, most))
    outputs = keras.Model(subject.network.inputs, [tensor for _, tensor in hidden])
    given = outputs(keras.tree.map_structure(keras.ops.convert_to_tensor, x), training=False)
    looked_at, dead = dead_units_of_part(subject.network, part)
    found = []
    for number, ((layer, _), numbers) in enumerate(
        zip(hidden, keras.tree.flatten(given), strict=True)
    ):
        values = np.asarray(keras.ops.cast(numbers, "float32"))
        _histogram(gathered, f"activations/{number}", values)
        found.append({
            "layer": layer.name, "units": int(values.shape[-1]), "rows": len(values),
            "zeros": float((values == 0).mean()),
            "dead": dead.get(layer.name, (0, 0))[0], "dead_on": looked_at,
        })  # fmt: skip
    gathered.facts["activations"] = found


def _hidden(network: Any) -> Iterator[tuple[Any, Any]]:
    """List the layers that have weights or are activations, where they are first used.

    Those whose numbers the network puts out are left out.

    Returns:
        Each layer with the tensor that it gives.
    """
    last = {id(one) for one in network.outputs}
    for layer, tensors in _uses(network):
        computes = layer.weights or type(layer).__name__ in ACTIVATIONS
        if computes and len(tensors) == 1 and id(tensors[0]) not in last:
            yield layer, tensors[0]


def _uses(network: Any) -> Iterator[tuple[Any, list[Any]]]:
    """List the layers in the order of computing, with what they give where they are first used.

    A layer has other uses outside of the network: in the model that is saved, which shares it.
    """
    graph = getattr(network, "_functional", None) or network
    seen: set[int] = set()
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            if isinstance(node.operation, keras.Layer) and id(node.operation) not in seen:
                seen.add(id(node.operation))
                yield node.operation, list(node.outputs)


def _size(tensor: Any) -> int:
    """Count the numbers of a row; a length that follows from the rows counts as one."""
    return math.prod(one or 1 for one in tensor.shape[1:])


def _histogram(gathered: Gathered, name: str, values: np.ndarray) -> None:
    finite = values[np.isfinite(values)]
    counts, edges = np.histogram(finite, BINS)
    gathered.arrays |= {f"{name}/counts": counts, f"{name}/edges": edges.astype(np.float64)}


def filters(subject: Subject, gathered: Gathered) -> None:
    """Take the first layer's weights as pictures, where the input is one."""
    shape = _picture_shape(subject)
    if shape is None:
        return
    for layer, kernel in _kernels(subject.network):
        values = np.asarray(kernel.value, np.float32)
        if values.ndim == 4 and values.shape[2] in CHANNELS and min(values.shape[:2]) >= LEAST_SIDE:
            pictures = np.moveaxis(values, -1, 0)
        elif values.ndim == 2 and len(values) == math.prod(shape):
            pictures = values.T.reshape(-1, *shape)
        else:
            return
        gathered.arrays["filters"] = pictures[:MOST_FILTERS]
        gathered.facts["filters"] = {"layer": layer.name, "count": len(pictures)}
        return


def _picture_shape(subject: Subject) -> tuple[int, ...] | None:
    inputs = subject.data.inputs
    if isinstance(inputs, ImageInputs):
        return inputs.shape if inputs.shape[-1] in CHANNELS else None
    return pixel_shape(inputs) if isinstance(inputs, TableInputs) else None


def learning_rate(subject: Subject, gathered: Gathered) -> None:
    """Follow a learning rate that the steps change; the history has one that callbacks change."""
    rate = subject.network.optimizer._learning_rate
    if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule) or not subject.epochs:
        return
    count = min(subject.epochs, MOST_EPOCHS)
    epochs = np.unique(np.linspace(1, subject.epochs, count).round().astype(int))
    values = [float(rate((epoch - 1) * subject.steps)) for epoch in epochs.tolist()]
    gathered.facts["learning_rate"] = {"epochs": epochs.tolist(), "values": values}
