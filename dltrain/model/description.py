"""A network in a few words, for the terminal."""

from __future__ import annotations

from typing import Any

# The arguments that say most about a layer, in the order in which they are shown.
TELLING = (
    "units",
    "filters",
    "kernel_size",
    "pool_size",
    "input_dim",
    "output_dim",
    "rate",
    "activation",
)


def describe_layer(choice: dict[str, Any]) -> str:
    """Name a layer and the arguments that matter most.

    Example:
        >>> describe_layer({"type": "conv2d", "filters": 32, "kernel_size": 3})
        'conv2d 32 3×3'
    """
    words = [choice["type"]]
    for name in TELLING:
        value = choice.get(name)
        if (
            name in ("kernel_size", "pool_size")
            and isinstance(value, int)
            and "2d" in choice["type"]
        ):
            value = [value, value]
        if isinstance(value, list):
            words.append("×".join(map(str, value)))
        elif value is not None and value != "linear":
            words.append(f"{value:g}" if isinstance(value, float) else str(value))
    return " ".join(words)


def describe_optimizer(choice: dict[str, Any], learning_rate: float) -> str:
    """Name an optimizer, its learning rate or schedule, and momentum.

    Args:
        choice: The optimizer as plain data.
        learning_rate: Keras's default or the given one.

    Example:
        >>> describe_optimizer({"type": "sgd", "momentum": 0.9}, 0.01)
        'sgd 0.01 momentum 0.9'
    """
    given = choice.get("learning_rate")
    rate = given["type"] if isinstance(given, dict) else f"{learning_rate:g}"
    momentum = f" momentum {choice['momentum']:g}" if choice.get("momentum") else ""
    nesterov = " nesterov" if choice.get("nesterov") else ""
    return f"{choice['type']} {rate}{momentum}{nesterov}"
