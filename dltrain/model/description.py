"""A network in a few words, for the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dltrain.config.catalogue.arguments import LAYERS
from dltrain.model.plan import Plan

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


MOST_LAYERS = 8


def describe_plan(plan: Plan) -> str:
    """Name the layers of a network: in a row where it is a stack, by number where it is not.

    Args:
        plan: Layers and outputs.
    """
    outputs = ", ".join(describe_layer(output.layer) for output in plan.outputs.values())
    if not _is_stack(plan):
        own = sum(step.shares is None for step in plan.steps)
        return f"graph of {own} layer{'s' * (own != 1)} → {outputs}"
    layers = [*(describe_layer(step.layer) for step in plan.steps), outputs]
    if len(layers) > MOST_LAYERS:
        layers = [*layers[:4], f"… {len(layers) - 7} more …", *layers[-3:]]
    return " → ".join(layers)


def _is_stack(plan: Plan) -> bool:
    """Tell whether every layer reads the one before it, and the outputs the last."""
    reads = [step.inputs for step in plan.steps] + [one.reads for one in plan.outputs.values()]
    last = len(plan.steps) - 1
    before = [position - 1 for position in range(len(plan.steps))] + [last] * len(plan.outputs)
    return all(
        isinstance(one, str) if position < 0 else one == position
        for one, position in zip(reads, before, strict=True)
    )


def describe_layer(choice: dict[str, Any]) -> str:
    """Name a layer and the arguments that matter most.

    Example:
        >>> describe_layer({"type": "conv2d", "filters": 32, "kernel_size": 3})
        'conv2d 32 3×3'
        >>> describe_layer({"type": "bidirectional", "layer": {"type": "lstm", "units": 8}})
        'bidirectional lstm 8'
        >>> describe_layer({"type": "saved", "path": "/runs/model/best.keras", "trainable": False})
        'saved best.keras frozen'
    """
    if choice["type"] in ("application", "saved"):
        return _describe_network(choice)
    words = [choice["type"]]
    words += [describe_layer(choice[name]) for name in LAYERS if isinstance(choice.get(name), dict)]
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


def _describe_network(choice: dict[str, Any]) -> str:
    """Name a layer that is a whole network, and whether its weights learn."""
    is_saved = choice["type"] == "saved"
    words = ["saved", Path(choice["path"]).name] if is_saved else [choice["name"]]
    words += ["until", choice["until"]] if choice.get("until") else []
    return " ".join(words + ["frozen"] * (choice.get("trainable") is False))


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
