"""The network that is trained: input, scaling of pictures, hidden layers, output."""

from __future__ import annotations

from itertools import count
from typing import Any

import keras

from dltrain.config.arguments import LAYERS
from dltrain.config.catalogue import kinds
from dltrain.errors import Key, ModelError, sentence
from dltrain.model.layers import REFUSALS, apply_layer, check_traceable, trace

OUTPUT_ACTIVATIONS = {
    "binary": "sigmoid",
    "multiclass": "softmax",
    "multilabel": "sigmoid",
    "regression": "linear",
}
UNITS = {
    "binary": "one unit for the positive class",
    "multiclass": "one unit for each class",
    "multilabel": "one unit for each label",
    "regression": "one unit for each target column",
}

# Arguments that the keys of `regularization` fill where a layer does not say otherwise.
KERNELS = (
    "depthwise_regularizer",
    "kernel_regularizer",
    "pointwise_regularizer",
    "recurrent_regularizer",
)
WEIGHTS = (*KERNELS, "embeddings_regularizer")
# What stands between a hidden layer and its dropout.
BEHIND_A_LAYER = (
    "activation", "batch_normalization", "elu", "group_normalization", "layer_normalization",
    "leaky_relu", "prelu", "relu", "rms_normalization", "softmax", "unit_normalization",
)  # fmt: skip


def hidden_layers(
    architecture: dict[str, Any], regularization: dict[str, Any], dimensions: int
) -> list[tuple[dict[str, Any], Key]]:
    """Spell out the layers between input and output.

    Args:
        architecture: The `architecture` section as plain data.
        regularization: The `regularization` section as plain data.
        dimensions: Dimensions of one row.

    Returns:
        Each layer as plain data, with its key in the file.
    """
    layers: list[tuple[dict[str, Any], Key]]
    if architecture.get("type") == "mlp":
        activation = architecture["activation"]
        layers = [({"type": "flatten"}, ("architecture",))] if dimensions > 1 else []
        layers += [
            (
                {"type": "dense", "units": units, "activation": activation},
                ("architecture", "units", index),
            )
            for index, units in enumerate(architecture["units"])
        ]
    else:
        layers = [
            (layer, ("architecture", "layers", index))
            for index, layer in enumerate(architecture["layers"])
        ]
    layers = [(_regularized(layer, regularization), key) for layer, key in layers]
    return _with_dropout(layers, regularization["dropout"])


def output_layer(
    architecture: dict[str, Any], task: str, outputs: int
) -> tuple[dict[str, Any], Key]:
    """Spell out the output layer.

    Args:
        architecture: The `architecture` section as plain data.
        task: The task.
        outputs: Numbers that a prediction has.
    """
    key = ("architecture", "output")
    if architecture["output"] != "auto":
        return architecture["output"], key
    activation = OUTPUT_ACTIVATIONS[task]
    return {"type": "dense", "units": outputs, "activation": activation, "name": "output"}, key


def build_network(
    first: Any,
    start: Any,
    layers: list[tuple[dict[str, Any], Key]],
    output: tuple[dict[str, Any], Key],
    *,
    task: str,
    outputs: int,
) -> keras.Model:
    """Stack the layers.

    Args:
        first: The network's input, a KerasTensor.
        start: What the first layer sees: the input, scaled or expanded.
        layers: Hidden layers with their keys.
        output: Output layer with its key.
        task: The task.
        outputs: Numbers that a prediction must have.

    Raises:
        ModelError: A layer does not fit, at the layer's key.
    """
    taken = {layer.name for layer in keras.Model(first, start).layers}
    named = _named([*layers, output], taken)
    tensor, steps = start, []
    blamed: Key = ()
    for layer, key in named[:-1]:
        if layer["type"] == "dense" and len(tensor.shape) > 2:
            blamed = blamed or key
        steps.append((layer, tensor, key))
        tensor = apply_layer(layer, tensor, key)
        if len(tensor.shape) == 2:
            blamed = ()
    if len(tensor.shape) != 2:
        _refuse_unflattened(tensor, blamed or (layers[-1][1] if layers else output[1]))
    layer, key = named[-1]
    steps.append((layer, tensor, key))
    tensor = apply_layer(layer, tensor, key)
    if tuple(tensor.shape[1:]) != (outputs,):
        got = f"an output of shape {tuple(tensor.shape[1:])}"
        expected = f"({outputs},) for a {task} target, {UNITS[task]}"
        raise ModelError(sentence(got, expected, "Use `output: auto`."), key=key)
    network = keras.Model(first, tensor, name="network")
    _check_traceable(network, first, steps)
    return network


def _named(
    layers: list[tuple[dict[str, Any], Key]], taken: set[str]
) -> list[tuple[dict[str, Any], Key]]:
    """Give every layer a name that follows from the file alone, as Keras's do not."""
    used = set(taken)
    for layer, key in [layers[-1], *layers[:-1]]:  # the output first: it may be dltrain's own
        name = layer.get("name")
        if name in used:
            message = sentence(f"a second layer {name!r}", "each name once", "Rename it.")
            raise ModelError(message, key=(*key, "name"))
        used |= {name} if name else set()
    result = []
    for layer, key in layers:
        name = layer.get("name") or _free_name(layer["type"], used)
        used.add(name)
        result.append((layer | {"name": name}, key))
    return result


def _free_name(base: str, used: set[str]) -> str:
    """Number a name as Keras does: dense, dense_1, dense_2, …."""
    numbered = (f"{base}_{number}" if number else base for number in count())
    return next(name for name in numbered if name not in used)


def _check_traceable(
    network: keras.Model, first: Any, steps: list[tuple[dict[str, Any], Any, Key]]
) -> None:
    """Trace the network once; where that fails, layer by layer to find the one to blame."""
    try:
        trace(network, first)
    except REFUSALS:
        for layer, tensor, key in steps:
            check_traceable(layer, network.get_layer(layer["name"]), tensor, key)
        raise


def _refuse_unflattened(tensor: Any, key: Key) -> None:
    got = f"an output of shape {tuple(tensor.shape[1:])} before the output layer"
    way_out = "Put `flatten` or a global pooling layer before it."
    raise ModelError(sentence(got, "(features,)", way_out), key=key)


def _regularized(layer: dict[str, Any], regularization: dict[str, Any]) -> dict[str, Any]:
    """Fill in the file's regularizers where the layer, or one inside it, says nothing itself."""
    inner = {
        name: _regularized(layer[name], regularization)
        for name in LAYERS
        if isinstance(layer.get(name), dict)
    }
    known = kinds()["layer"][layer["type"]]["arguments"]
    weights = [name for name in WEIGHTS if name in known]
    if not weights:
        return layer | inner
    defaults = dict.fromkeys(weights, regularization["kernel"])
    defaults["bias_regularizer"] = regularization["bias"]
    defaults["activity_regularizer"] = regularization["activity"]
    return (
        {name: value for name, value in defaults.items() if value and name in known} | layer | inner
    )


def _with_dropout(
    layers: list[tuple[dict[str, Any], Key]], rate: float
) -> list[tuple[dict[str, Any], Key]]:
    """Put dropout behind every layer with a kernel, its normalisation and its activation."""
    if not rate:
        return layers
    result: list[tuple[dict[str, Any], Key]] = []
    open_since_kernel = False
    for layer, key in layers:
        if open_since_kernel and layer["type"] not in BEHIND_A_LAYER:
            result.append(({"type": "dropout", "rate": rate}, ("regularization", "dropout")))
            open_since_kernel = False
        result.append((layer, key))
        open_since_kernel = open_since_kernel or _has_kernel(layer)
    if open_since_kernel:
        result.append(({"type": "dropout", "rate": rate}, ("regularization", "dropout")))
    return result


def _has_kernel(layer: dict[str, Any]) -> bool:
    """Tell whether a layer, or one inside it, weighs its inputs; an embedding only looks up."""
    known = kinds()["layer"][layer["type"]]["arguments"]
    inner = [layer[name] for name in LAYERS if isinstance(layer.get(name), dict)]
    return any(name in known for name in KERNELS) or any(map(_has_kernel, inner))
