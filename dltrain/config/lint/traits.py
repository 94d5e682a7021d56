"""What rules need to know about Keras's layers, beyond their arguments."""

from __future__ import annotations

from typing import Any

from dltrain.config.catalogue.choices import Choice
from dltrain.config.checks.weighing import arguments_of
from dltrain.config.lint.nodes import Node, argument

DROPOUTS = frozenset({
    "alpha_dropout", "dropout", "gaussian_dropout", "spatial_dropout1d", "spatial_dropout2d",
    "spatial_dropout3d",
})  # fmt: skip
NORMALIZATIONS = frozenset({
    "batch_normalization", "group_normalization", "layer_normalization", "rms_normalization",
    "unit_normalization",
})  # fmt: skip
NOISES = frozenset({"activity_regularization", "gaussian_noise"})
RECURRENT = frozenset({"conv_lstm1d", "conv_lstm2d", "conv_lstm3d", "gru", "lstm", "rnn",
                       "simple_rnn"})  # fmt: skip
# Layers that are nothing but an activation.
ACTIVATIONS = frozenset({"elu", "leaky_relu", "prelu", "relu", "softmax"})
RELUS = frozenset({"leaky_relu", "prelu", "relu", "relu6"})
SATURATING = frozenset({"hard_sigmoid", "hard_tanh", "sigmoid", "softsign", "tanh"})


def activation(layer: Choice) -> str | None:
    """Name the activation that a layer ends with; None for what has none, such as `flatten`.

    Example:
        >>> activation({"type": "dense"}), activation({"type": "softmax"})
        ('linear', 'softmax')
        >>> activation({"type": "activation", "activation": "tanh"})
        'tanh'
    """
    if layer["type"] in ACTIVATIONS:
        return str(layer["type"])
    if "activation" not in arguments_of(layer):
        return None
    return type_of(argument(layer, "activation")) or "linear"


def type_of(choice: Any) -> str | None:
    """Name a choice that is a map with `type`, or a name."""
    return choice.get("type") if isinstance(choice, dict) else choice


def is_stacked(node: Node) -> bool:
    """Tell whether a layer is dense or a convolution: what nets are stacks of."""
    return node.type in ("dense", "einsum_dense") or is_convolution(node)


def is_convolution(node: Node) -> bool:
    """Tell whether a layer is a convolution; a depthwise one is only half of one."""
    return node.type.startswith(("conv1d", "conv2d", "conv3d", "separable_conv"))


def following(node: Node) -> str | None:
    """Name the activation behind a layer: its own, or that of what alone follows it.

    Normalisation and dropout stand between a layer and its activation without changing that.
    """
    own = activation(node.layer)
    while own in (None, "linear") and len(node.after) == 1:
        node = node.after[0]
        if node.type in ACTIVATIONS or node.type == "activation":
            return activation(node.layer)
        if node.type not in NORMALIZATIONS | DROPOUTS:
            return own
    return own
