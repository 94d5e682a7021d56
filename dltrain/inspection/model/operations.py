"""How many multiply-adds a layer needs for one row, by closed formulas.

The rule: one for each use of a weight, and for each pair of numbers that attention and `dot`
multiply; one for each number that pooling, scaling, normalisation and merging look at. Biases,
activations, gates and whatever is active in training only count nothing. A kind of layer without
a formula gives None, and so does a shape that is not known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from dltrain.inspection.model.graph import Shape, Use, augments, is_network, uses
from dltrain.inspection.model.sequences import SEQUENCES, recurrent

Count = int | None
Counter = Callable[[Use], Count]

# Layers that move, look up or choose numbers, or that do nothing when a model predicts.
FREE = (
    "activation", "activity_regularization", "alpha_dropout", "category_encoding", "center_crop",
    "concatenate", "cropping1d", "cropping2d", "cropping3d", "discretization", "dropout", "elu",
    "embedding", "flatten", "gaussian_dropout", "gaussian_noise", "hashed_crossing", "hashing",
    "identity", "input_layer", "integer_lookup", "leaky_relu", "masking", "permute", "relu",
    "repeat_vector", "reshape", "reversible_embedding", "softmax", "spatial_dropout1d",
    "spatial_dropout2d", "spatial_dropout3d", "string_lookup", "up_sampling1d", "up_sampling3d",
    "zero_padding1d", "zero_padding2d", "zero_padding3d",
    "ops.cast", "ops.concatenate", "ops.equal", "ops.expand_dims", "ops.get_item", "ops.isnan",
    "ops.logical_and", "ops.logical_not", "ops.logical_or", "ops.not_equal", "ops.relu",
    "ops.reshape", "ops.squeeze", "ops.take", "ops.transpose", "ops.where",
)  # fmt: skip
# Numbers that are looked at, for each one that is read.
PER_VALUE = {
    "batch_normalization": 1,
    "group_normalization": 3,  # its sum, its square, scale and shift
    "layer_normalization": 3,
    "normalization": 1,
    "prelu": 1,
    "rescaling": 1,
    "rms_normalization": 2,
    "unit_normalization": 2,
    **dict.fromkeys(("ops.add", "ops.divide", "ops.multiply", "ops.subtract"), 1),
    "ops.true_divide": 1,
}
MERGES = ("add", "average", "maximum", "minimum", "multiply", "subtract")


def multiply_adds(use: Use) -> Count:
    """Count the multiply-adds of a layer for one row; those of a network inside are not in here.

    Returns:
        Their number; None where there is no formula.
    """
    known = (size is not None for shape in use.reads + use.gives for size in shape)
    counter = _nothing if augments(use.kind) else COUNTERS.get(use.kind)
    return counter(use) if counter and all(known) else None


def of_network(network: Any) -> tuple[int, bool]:
    """Sum the multiply-adds of a network, those inside of it included.

    Returns:
        What is known of them, for one row, and whether that is all.
    """
    total, is_all = 0, True
    for use in uses(network):
        count, is_exact = of_network(use.operation) if is_network(use.operation) else _alone(use)
        total, is_all = total + count, is_all and is_exact
    return total, is_all


def _alone(use: Use) -> tuple[int, bool]:
    count = multiply_adds(use)
    return (0, False) if count is None else (count, True)


def size(shape: Iterable[int | None]) -> int:
    """Multiply the dimensions of a shape, which are known."""
    return math.prod(one for one in shape if one is not None)


def _nothing(use: Use) -> int:
    return 0


def _per_value(use: Use) -> int:
    return PER_VALUE[use.kind] * size(use.gives[0])


def _merged(use: Use) -> int:
    return (len(use.inputs) - 1) * size(use.gives[0])


def _dense(use: Use) -> int:
    kernel = use.operation.kernel.shape
    return size(kernel) * size(use.gives[0]) // kernel[-1]


def _einsum_dense(use: Use) -> int:
    """Count every combination of letters: the output's, and those of the kernel that are summed."""
    inputs, output = use.operation.equation.replace(" ", "").split("->")
    letters, kernel = inputs.split(",")[1], use.operation.kernel.shape
    kept = size(length for letter, length in zip(letters, kernel, strict=True) if letter in output)
    return size(kernel) * size(use.gives[0]) // kept


def _convolution(use: Use) -> int:
    """Every weight is used once at each position of the output; with groups it has fewer."""
    kernel = use.operation.kernel.shape  # (*window, channels / groups, filters)
    return size(kernel) * size(use.gives[0]) // kernel[-1]


def _transposed_convolution(use: Use) -> int:
    """Every weight is used once at each position of the input."""
    kernel = use.operation.kernel.shape  # (*window, filters, channels)
    return size(kernel) * size(use.reads[0]) // kernel[-1]


def _depthwise_convolution(use: Use) -> int:
    kernel = use.operation.kernel.shape  # (*window, channels, depth_multiplier)
    return size(kernel[:-2]) * size(use.gives[0])


def _separable_convolution(use: Use) -> int:
    layer, output = use.operation, size(use.gives[0])
    positions = output // layer.pointwise_kernel.shape[-1]
    return positions * (size(layer.depthwise_kernel.shape) + size(layer.pointwise_kernel.shape))


def _pooling(use: Use) -> int:
    return size(use.gives[0]) * size(use.operation.pool_size)


def _whole_pooling(use: Use) -> int:
    return size(use.reads[0])


def _up_sampling(use: Use) -> Count:
    return 0 if use.operation.interpolation == "nearest" else None


def _dot(use: Use) -> int:
    axes = use.operation.axes
    axis = axes if isinstance(axes, int) else axes[0]
    read = (1, *use.reads[0])  # axes count from the batch
    return size(use.gives[0]) * size(read[axis : axis + 1 or None])


def _matmul(use: Use) -> int:
    return size(use.gives[0]) * size(use.reads[0][-1:])


def _time_distributed(use: Use) -> Count:
    """Count the layer inside, once for each step."""
    steps, *rest = use.reads[0]
    inner = use.operation.layer
    count = _inner(inner, tuple(rest), tuple(use.gives[0][1:]))
    return None if count is None or steps is None else steps * count


def _bidirectional(use: Use) -> Count:
    layer = use.operation
    each = [recurrent(one, use.reads[0]) for one in (layer.forward_layer, layer.backward_layer)]
    return None if None in each else sum(one or 0 for one in each)


def _wrapped(use: Use) -> Count:
    return _inner(use.operation.layer, use.reads[0], use.gives[0])


def _inner(layer: Any, read: Shape, gives: Shape) -> Count:
    """Count a layer, or a network, that another layer works with."""
    if is_network(layer):
        total, is_all = of_network(layer)
        return total if is_all else None
    return multiply_adds(Use(layer, (_Row(read),), (_Row(gives),), {}))


class _Row:
    """What stands for a tensor that only its shape is known of."""

    def __init__(self, shape: Shape) -> None:
        self.shape = (None, *shape)


COUNTERS: dict[str, Counter] = {
    **dict.fromkeys(FREE, _nothing),
    **dict.fromkeys(PER_VALUE, _per_value),
    **dict.fromkeys(MERGES, _merged),
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _convolution),
    **dict.fromkeys(
        ("conv1d_transpose", "conv2d_transpose", "conv3d_transpose"), _transposed_convolution
    ),
    **dict.fromkeys(("depthwise_conv1d", "depthwise_conv2d"), _depthwise_convolution),
    **dict.fromkeys(("separable_conv1d", "separable_conv2d"), _separable_convolution),
    **{
        f"{way}_pooling{dimensions}d": _pooling
        for way in ("average", "max")
        for dimensions in (1, 2, 3)
    },
    **{
        f"{way}_pooling{dimensions}d": _whole_pooling
        for way in ("global_average", "global_max")
        for dimensions in (1, 2, 3)
    },
    "bidirectional": _bidirectional,
    "dense": _dense,
    "dot": _dot,
    "einsum_dense": _einsum_dense,
    "ops.matmul": _matmul,
    "spectral_normalization": _wrapped,
    "time_distributed": _time_distributed,
    "up_sampling2d": _up_sampling,
    **SEQUENCES,
}
