"""One layer on a tensor, and the trial of it that finds what declared shapes do not show."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from dltrain.config.catalogue.names import CALL_ARGUMENTS
from dltrain.errors import Key, ModelError, sentence
from dltrain.model.objects import build
from dltrain.model.refusals import (
    CELLS,
    RECURRENT,
    REFUSALS,
    nothing_left,
    reason,
    refusal,
)


def build_layer(choice: dict[str, Any], key: Key) -> Any:
    """Build a layer.

    Args:
        choice: The layer as plain data.
        key: Path of the layer in the file.

    Raises:
        ModelError: Keras refuses its arguments.
    """
    _check_inner(choice, key)
    made = {name: value for name, value in choice.items() if name not in CALL_ARGUMENTS}
    return build("layer", made, key)


def apply_layer(choice: dict[str, Any], layer: Any, read: Any, key: Key) -> Any:
    """Put a layer on what it reads.

    Args:
        choice: The layer as plain data.
        layer: The layer.
        read: A KerasTensor of shape (None, …), a list of them, or a map from keyword to tensor.
        key: Path of the layer in the file.

    Returns:
        What the layer puts out, a KerasTensor.

    Raises:
        ModelError: The layer refuses what it reads, or leaves nothing of it.
    """
    try:
        flags = {name: choice[name] for name in CALL_ARGUMENTS if name in choice}
        result = layer(**read, **flags) if _by_keyword(layer, read) else layer(read, **flags)
    except REFUSALS as error:
        raise ModelError(_refusal(choice, layer, read, error), key=key) from error
    if not isinstance(result, keras.KerasTensor):
        raise ModelError(sentence(f"{choice['type']} with several outputs", "one output"), key=key)
    if result is read or None in result.shape[1:]:
        got = f"{choice['type']}, which cannot stand inside a network"
        raise ModelError(sentence(got, "another layer", "Remove it."), key=key)
    if any(size < 1 for size in result.shape[1:]):
        raise ModelError(nothing_left(choice, _shapes(read)[0]), key=key)
    return result


def check_traceable(choice: dict[str, Any], layer: Any, read: Any, key: Key) -> None:
    """Try a layer the way a training step would: what its declared shapes do not show.

    Args:
        choice: The layer as plain data.
        layer: The layer, with its weights.
        read: What it is put on, as in `apply_layer`.
        key: Path of the layer in the file.

    Raises:
        ModelError: TensorFlow cannot compute the layer or its regularization.
    """
    try:
        trace(layer, read)
    except REFUSALS as error:
        raise ModelError(_refusal(choice, layer, read, error), key=key) from error


def trace(layer: Any, read: Any) -> None:
    """Let TensorFlow build the graph of a layer in training; nothing is computed or changed.

    Args:
        layer: A layer, or a model.
        read: As in `apply_layer`; a model takes a map as its one input.
    """
    by_keyword = _by_keyword(layer, read)

    @tf.function(autograph=False)
    def step(x: Any) -> Any:
        result = layer(**x, training=True) if by_keyword else layer(x, training=True)
        return result, layer.losses

    step.get_concrete_function(
        tf.nest.map_structure(lambda tensor: tf.TensorSpec(tensor.shape, tensor.dtype), read)
    )


def _by_keyword(layer: Any, read: Any) -> bool:
    """Tell whether a map holds keywords of a layer; a model takes it as its one input."""
    return isinstance(read, dict) and not isinstance(layer, keras.Model)


def _shapes(read: Any) -> list[tuple[int, ...]]:
    """List the shapes of what a layer reads, without the batch."""
    return [tuple(tensor.shape[1:]) for tensor in tf.nest.flatten(read)]


def _refusal(choice: dict[str, Any], layer: Any, read: Any, error: Exception) -> str:
    """Say why a layer does not take what it reads."""
    shapes = _shapes(read)
    if not isinstance(read, list | dict):
        return refusal(choice, layer, shapes[0], error)
    got = f"inputs of the shapes {', '.join(map(str, shapes))}"
    expected = f"some that {choice['type']} takes ({reason(error)})"
    return sentence(got, expected, f"keras.io describes {choice['type']}.")


def _check_inner(choice: dict[str, Any], key: Key) -> None:
    """Check that a layer which works on another one is given one of the right kind."""
    wanted = {"bidirectional": ("layer", RECURRENT), "rnn": ("cell", CELLS)}
    name, types = wanted.get(choice["type"], ("", ()))
    inner = choice.get(name)
    if isinstance(inner, dict) and inner["type"] not in types:
        got = f"{inner['type']} inside {choice['type']}"
        raise ModelError(sentence(got, f"one of {', '.join(types)}"), key=(*key, name))
