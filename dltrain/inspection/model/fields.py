"""What part of the input one number behind convolutions and pooling depends on.

The receptive field is followed through the graph as in Araujo, Norris, Sim (2019), "Computing
Receptive Fields of Convolutional Neural Networks": a window of k positions that lie j inputs
apart adds (k - 1) j, and a stride of s makes them lie s j apart. Where branches meet, the largest
counts. A layer that looks at all positions ends it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dltrain.inspection.model.graph import Use, augments, graph_of, is_network, uses


@dataclass(frozen=True)
class Field:
    """The receptive field of a tensor, in positions of the input, such as pixels.

    Attributes:
        size: Inputs that one number depends on, in each dimension; none where rows are flat and
            each number depends on one.
        stride: Inputs between one number and the next, in each dimension; below 1 where the tensor
            is larger than the input.
    """

    size: tuple[int, ...]
    stride: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """Describe the field."""
        strides = [int(one) if one == int(one) else one for one in self.stride]
        return {"size": list(self.size), "stride": strides}


Fields = dict[int, Field | None]
# Layers behind which a number depends on the same positions as before.
SAME = (
    "activation", "activity_regularization", "add", "alpha_dropout", "average",
    "batch_normalization", "center_crop", "concatenate", "cropping1d", "cropping2d", "cropping3d",
    "dropout", "elu", "gaussian_dropout", "gaussian_noise", "identity",
    "layer_normalization", "leaky_relu", "masking", "maximum", "minimum", "multiply",
    "normalization", "prelu", "relu", "rescaling", "rms_normalization", "softmax",
    "spatial_dropout1d", "spatial_dropout2d", "spatial_dropout3d", "subtract",
    "unit_normalization", "zero_padding1d", "zero_padding2d", "zero_padding3d",
    "ops.add", "ops.cast", "ops.divide", "ops.get_item", "ops.multiply", "ops.relu",
    "ops.subtract", "ops.true_divide",
)  # fmt: skip
CONVOLUTIONS = (
    "conv1d", "conv2d", "conv3d", "depthwise_conv1d", "depthwise_conv2d", "separable_conv1d",
    "separable_conv2d",
)  # fmt: skip
# Layers that give each number a new place, and so its own positions where it has only seen itself.
ANEW = ("embedding", "permute", "reshape")
TRANSPOSED = ("conv1d_transpose", "conv2d_transpose", "conv3d_transpose")
POOLING = tuple(f"{way}_pooling{one}d" for way in ("average", "max") for one in (1, 2, 3))


def fields_of(network: Any, start: Mapping[int, Field | None] | None = None) -> Fields:
    """Follow the receptive field through a network.

    Args:
        network: A model of Keras.
        start: Fields of the network's inputs, by the identity of their tensors. Default: of
            pictures each pixel, of sequences each step.

    Returns:
        The field of each tensor by its identity; None where it has no positions, or depends on
        all.
    """
    found: Fields = dict(start or {id(one): _first(one) for one in graph_of(network).inputs})
    for use in uses(network):
        read = [found.get(id(one)) for one in use.inputs]
        for output in use.outputs:
            if id(output) not in found:
                found[id(output)] = _behind(use, read)
    return found


def _first(tensor: Any) -> Field | None:
    """Give the field of an input: one position, all but the last dimension, which are channels.

    Texts as token numbers have no channels yet.
    """
    return _each(len(tensor.shape) - (1 if tensor.dtype == "int32" else 2))


def _each(dimensions: int) -> Field:
    """Give the field of numbers that depend on one position each."""
    return Field((1,) * dimensions, (1.0,) * dimensions)


def _behind(use: Use, read: list[Field | None]) -> Field | None:
    if is_network(use.operation):
        graph = graph_of(use.operation)
        start = {id(one): field for one, field in zip(graph.inputs, read, strict=True)}
        inside = fields_of(use.operation, start)
        return inside[id(graph.outputs[0])]
    rule = _same if augments(use.kind) else RULES.get(use.kind)
    known = [field for field in read if field is not None]
    dimensions = len(use.gives[0]) - 1
    if not known or len(known) < len(read):
        return None
    if use.kind in ANEW and all(set(field.size) | set(field.stride) <= {1} for field in known):
        return _each(dimensions)
    if rule is None or any(len(field.size) != dimensions for field in known):
        return None
    return rule(use.operation, _largest(known))


def _largest(fields: list[Field]) -> Field:
    return Field(
        tuple(map(max, zip(*(one.size for one in fields), strict=True))),
        tuple(map(max, zip(*(one.stride for one in fields), strict=True))),
    )


def _same(layer: Any, field: Field) -> Field:
    return field


def _dense(layer: Any, field: Field) -> Field | None:
    """Mix the channels of each position, or all numbers of a flat row."""
    return field if field.size else None


def _convolved(layer: Any, field: Field) -> Field:
    window = [(k - 1) * d + 1 for k, d in zip(layer.kernel_size, layer.dilation_rate, strict=True)]
    return _windowed(field, window, layer.strides)


def _pooled(layer: Any, field: Field) -> Field:
    return _windowed(field, layer.pool_size, layer.strides)


def _windowed(field: Field, window: Any, strides: Any) -> Field:
    size = (
        own + (k - 1) * step for own, k, step in zip(field.size, window, field.stride, strict=True)
    )
    stride = (step * s for step, s in zip(field.stride, strides, strict=True))
    return Field(tuple(math.ceil(one) for one in size), tuple(stride))


def _transposed(layer: Any, field: Field) -> Field:
    """A number of the output is reached from as many inputs as strides fit into the window."""
    window = [math.ceil(k / s) for k, s in zip(layer.kernel_size, layer.strides, strict=True)]
    return _windowed(field, window, [1 / s for s in layer.strides])


def _repeated(layer: Any, field: Field) -> Field:
    """Nearest neighbours repeat what is there, anything else looks at the neighbours too."""
    sizes = layer.size if isinstance(layer.size, tuple) else (layer.size,)
    window = 1 if getattr(layer, "interpolation", "nearest") == "nearest" else 2
    return _windowed(field, [window] * len(sizes), [1 / one for one in sizes])


RULES: dict[str, Callable[[Any, Field], Field | None]] = {
    **dict.fromkeys(SAME, _same),
    "dense": _dense,
    **dict.fromkeys(CONVOLUTIONS, _convolved),
    **dict.fromkeys(TRANSPOSED, _transposed),
    **dict.fromkeys(POOLING, _pooled),
    **dict.fromkeys(("up_sampling1d", "up_sampling2d", "up_sampling3d"), _repeated),
}
