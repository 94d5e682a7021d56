"""From `{"type": name, argument: value}` to one Keras object, and to those inside it."""

from __future__ import annotations

from typing import Any

import keras

from dltrain.config.arguments import kind_of_argument
from dltrain.config.catalogue import keras_class

MODULES = {
    "activation": keras.activations,
    "callback": keras.callbacks,
    "constraint": keras.constraints,
    "initializer": keras.initializers,
    "layer": keras.layers,
    "loss": keras.losses,
    "metric": keras.metrics,
    "optimizer": keras.optimizers,
    "regularizer": keras.regularizers,
    "schedule": keras.optimizers.schedules,
}


def build(kind: str, choice: dict[str, Any]) -> Any:
    """Build one Keras object.

    Args:
        kind: One of the catalogue's kinds.
        choice: Canonical `type`, and Keras's arguments by Keras's names.

    Example:
        >>> build("optimizer", {"type": "sgd", "momentum": 0.5}).momentum
        0.5
    """
    keras_type = getattr(MODULES[kind], keras_class(kind, choice["type"]))
    return keras_type(**arguments(kind, choice))


def arguments(kind: str, choice: dict[str, Any]) -> dict[str, Any]:
    """Build the objects that stand in a choice's arguments; leave plain values as they are."""
    return {name: _argument(kind, name, value) for name, value in choice.items() if name != "type"}


def _argument(kind: str, name: str, value: Any) -> Any:
    nested = kind_of_argument(kind, name)
    if nested and isinstance(value, list):
        return [_argument(kind, name, inner) for inner in value]
    return build(nested, value) if nested and isinstance(value, dict) else value
