"""`type: saved` a trained network, or its first layers, as one layer of a new network.

The layers see what a first layer sees. What the file's network does to its inputs before that,
the new one does itself: the numbers of a table are prepared before the training, pictures are
scaled and words marked by the layers in front of the first. So of a run's model only the
layers behind its own preparation are taken, where both prepare in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from dltrain.errors import Key, ModelError, did_you_mean, listed, one_of, sentence, shown
from dltrain.model.keras_files import A_MODEL, check_model
from dltrain.model.preprocessing import JOINED, TRAINED
from dltrain.model.refusals import REFUSALS, reason, refused_arguments

# Layers in front of the first one that turn stored rows into numbers.
SCALING = (keras.layers.Normalization, keras.layers.Rescaling)
PREPARING = (*SCALING, keras.layers.CategoryEncoding)
# Layers that belong to an output layer where they stand behind it.
ACTIVATIONS = (keras.layers.Activation, keras.layers.ReLU, keras.layers.Softmax)


def build(choice: dict[str, Any], key: Key, read: Any, preparing: Sequence[Any]) -> keras.Model:
    """Load a network and cut out the layers that are used.

    Args:
        choice: `path`, `until`, `trainable` and `name` of the layer.
        key: Path of the layer in the file.
        read: What it is put on: a KerasTensor, or a map of them by input.
        preparing: The layers by which the new network prepares its inputs.

    Returns:
        A network from `read` to the last layer that is used, with the file's weights.

    Raises:
        ModelError: The file is no model, has no such layer, or takes another input.
    """
    path = Path(choice["path"])
    network = _network(path, (*key, "path"))
    starts = {
        name: _start(network, tensor, preparing, key) for name, tensor in _inputs(network).items()
    }
    end = _end(network, choice.get("until"), key)
    given = _by_input(read, starts, key)
    _check_shapes(path, given, starts, key)
    try:
        base = _cut(starts, end, given, choice["name"])
    except REFUSALS as error:
        raise ModelError(refused_arguments("saved", error), key=key) from error
    base.trainable = choice.get("trainable", True)
    return base


def _cut(starts: dict[str, Any], end: Any, given: dict[str, Any], name: str) -> keras.Model:
    """Give the layers from some tensors to another as a network of its own, weights included."""
    cut = keras.Model(_one_or_all(starts), end, name=name)
    firsts = {
        name: keras.Input(tensor.shape[1:], dtype=tensor.dtype, name=name)
        for name, tensor in given.items()
    }
    return keras.models.clone_model(cut, _one_or_all(firsts), clone_function=lambda layer: layer)


def _network(path: Path, key: Key) -> keras.Model:
    """Load the network of a file; of a run's model the part that was trained."""
    check_model(path, key)
    try:
        model = keras.saving.load_model(path, compile=False)
    except (EOFError, OSError, *REFUSALS) as error:
        got = f"{path}, which Keras cannot load ({reason(error)})"
        raise ModelError(sentence(got, A_MODEL), key=key) from error
    if isinstance(model, keras.Model) and model.name == JOINED:
        inner = (one for one in model.layers if isinstance(one, keras.Model))
        model = next((one for one in inner if one.name in TRAINED), model)
    if not isinstance(model, keras.Model) or not getattr(model, "inputs", None):
        raise ModelError(sentence(f"{path}, which holds no network of layers", A_MODEL), key=key)
    return model


def _inputs(network: keras.Model) -> dict[str, Any]:
    """Give the inputs of a network by name."""
    return {tensor._keras_history.operation.name: tensor for tensor in network.inputs}


def _start(network: keras.Model, tensor: Any, preparing: Sequence[Any], key: Key) -> Any:
    """Find where the layers that are used begin: behind those that prepare in the same way."""
    own = next(
        (one for one in network.layers if isinstance(one, PREPARING) and one.input is tensor), None
    )
    if own is None:
        return tensor
    if any(_is_alike(own, other) for other in preparing):
        return _prepared(own)
    scaled = [one for one in preparing if isinstance(one, SCALING) and not _is_identity(one)]
    identity = isinstance(own, SCALING) and _is_identity(own)
    if (isinstance(own, SCALING) and scaled) or identity:
        got = "pictures scaled in another way than those that the network was trained on"
        way_out = "Use `dataset.images.scaling=none`: the network brings its own scaling."
        raise ModelError(sentence(got, "the same scaling, or raw ones", way_out), key=key)
    return tensor


def layer_behind(tensor: Any) -> Any:
    """Find the layer that puts out a tensor, or what it was computed of, such as weighed tokens."""
    operation = tensor._keras_history.operation
    is_layer = isinstance(operation, keras.layers.Layer)
    if is_layer or not isinstance(operation.input, keras.KerasTensor):
        return operation
    return layer_behind(operation.input)


def _prepared(own: Any) -> Any:
    """Give what a layer that prepares puts out; of tokens when they are weighed."""
    behind = [node.operation for node in own._outbound_nodes]
    if isinstance(own, keras.layers.CategoryEncoding) and len(behind) == 1:
        weighed = behind[0].output
        return weighed if layer_behind(weighed) is own else own.output
    return own.output


def _is_alike(one: Any, other: Any) -> bool:
    """Tell whether two layers prepare in the same way."""
    if type(one) is not type(other):
        return False
    if isinstance(one, keras.layers.CategoryEncoding):
        return bool(one.output_mode == other.output_mode)  # their number is seen in the shape
    ours, theirs = one.get_config(), other.get_config()
    names = ("mean", "variance", "scale", "offset", "invert")
    return all(ours.get(name) == theirs.get(name) for name in names)


def _is_identity(layer: Any) -> bool:
    return isinstance(layer, keras.layers.Rescaling) and (layer.scale, layer.offset) == (1, 0)


def _end(network: keras.Model, until: str | None, key: Key) -> Any:
    """Find the last tensor that is used."""
    if until is None:
        return _before_output(network, key)
    here = (*key, "until")
    names = [
        layer.name
        for layer in network.layers
        if not isinstance(layer, (keras.layers.InputLayer, *PREPARING))
    ]
    if until not in names:
        way_out = did_you_mean(until, names)
        raise ModelError(sentence(shown(until), one_of(names), way_out), key=here)
    tensor = network.get_layer(until).output  # of its first use, where there are several
    if not isinstance(tensor, keras.KerasTensor):
        got = f"{shown(until)}, which puts out several tensors"
        raise ModelError(sentence(got, "a layer that puts out one"), key=here)
    return tensor


def _before_output(network: keras.Model, key: Key) -> Any:
    """Find what the output layer reads, and its activation where that is a layer of its own."""
    way_out = "Name the last layer that is used with `until`."
    if len(network.outputs) > 1:
        message = sentence(f"a network with {len(network.outputs)} outputs", "`until`", way_out)
        raise ModelError(message, key=key)
    layer = network.outputs[0]._keras_history.operation
    while isinstance(layer, ACTIVATIONS):
        layer = layer.input._keras_history.operation
    read = layer.input
    beginnings = (keras.layers.InputLayer, *PREPARING)
    if not isinstance(read, keras.KerasTensor) or isinstance(layer_behind(read), beginnings):
        got = f"a network without a layer before its output layer {layer.name}"
        raise ModelError(sentence(got, "hidden layers", way_out), key=key)
    return read


def _by_input(read: Any, starts: dict[str, Any], key: Key) -> dict[str, Any]:
    """Match what the layer reads with the network's inputs."""
    here = (*key, "inputs")
    if isinstance(read, dict):
        if set(read) != set(starts):
            expected = f"those of the network: {listed(starts)}"
            raise ModelError(sentence(f"the inputs {listed(read)}", expected), key=here)
        return {name: read[name] for name in starts}
    if len(starts) > 1 or isinstance(read, list):
        got = "a list of inputs" if isinstance(read, list) else "one input"
        example = ", ".join(f"{name}: …" for name in starts)
        expected = f"one for each of {listed(starts)}" if len(starts) > 1 else "one"
        way_out = f"Write `inputs: {{{example}}}`." if len(starts) > 1 else ""
        raise ModelError(sentence(got, expected, way_out), key=key)
    return dict.fromkeys(starts, read)


def _check_shapes(path: Path, given: dict[str, Any], starts: dict[str, Any], key: Key) -> None:
    for name, tensor in given.items():
        wanted, shape = starts[name].shape[1:], tensor.shape[1:]
        if len(wanted) == len(shape) and all(
            size in (None, own) for size, own in zip(wanted, shape, strict=True)
        ):
            continue
        which = f" for its input {name}" if len(starts) > 1 else ""
        expected = f"{tuple(wanted)}, which the network in {path.name} takes{which}"
        way_out = "Rows have to be prepared as those that it was trained on."
        message = sentence(f"an input of shape {tuple(shape)}", expected, way_out)
        raise ModelError(message, key=key)


def _one_or_all(tensors: dict[str, Any]) -> Any:
    """Give the only tensor of a map, or the map."""
    return next(iter(tensors.values())) if len(tensors) == 1 else tensors
