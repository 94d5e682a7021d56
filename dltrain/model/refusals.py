"""Words for what Keras refuses: arguments of an object, and inputs of a layer.

Keras's own messages name neither the place in the file nor the way out. Here the shape and the
layer are looked at again for what is likely wrong; only where nothing is found do Keras's words
stand in the message.
"""

from __future__ import annotations

import math
import re
from typing import Any

import keras
import tensorflow as tf

from dltrain.config.catalogue.names import kinds
from dltrain.errors import sentence

# What Keras and TensorFlow raise about arguments and shapes.
REFUSALS = (
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OverflowError,
    TypeError,
    ValueError,
    ZeroDivisionError,
    tf.errors.OpError,
)
# How the lines begin that stand in an error before the reason.
PREAMBLES = ("Exception encountered", "Graph execution error", "Detected at node", "File ", "[[")
# What TensorFlow adds for terminals and for itself: colours, and names of nodes.
MARKUP = re.compile(r"\x1b\[\d+m|{{\w+ [^}]*}}|\[Op:\w+\]( name:)?")
FORMS = {
    2: "(features,)",
    3: "(steps, features)",
    4: "(height, width, channels)",
    5: "(depth, height, width, channels)",
}
# Layers that join several tensors, where a stack has one.
JOINING = (
    "add", "additive_attention", "attention", "average", "concatenate", "dot",
    "group_query_attention", "hashed_crossing", "maximum", "minimum", "multi_head_attention",
    "multiply", "subtract",
)  # fmt: skip
CELLS = ("gru_cell", "lstm_cell", "simple_rnn_cell", "stacked_rnn_cells")
RECURRENT = ("gru", "lstm", "rnn", "simple_rnn")


def reason(error: BaseException) -> str:
    """Take from a Keras error its first sentence, on one line and without a full stop."""
    text = MARKUP.sub("", str(error)).strip() or type(error).__name__
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = (line for line in lines if not line.startswith(PREAMBLES))
    text = re.split(r"\. (?=[A-Z])", next(told, lines[0]))[0].rstrip(".:")
    return text if len(text) <= 160 else text[:157] + "…"


def refused_arguments(name: str, error: BaseException) -> str:
    """Say that Keras does not take the arguments of an object."""
    got = f"arguments of {name} that Keras refuses ({reason(error)})"
    return sentence(got, "arguments as keras.io describes them")


def refusal(choice: dict[str, Any], layer: Any, shape: tuple[int, ...], error: Exception) -> str:
    """Say why a layer does not take an input of a shape.

    Args:
        choice: The layer as plain data.
        layer: The layer.
        shape: Shape of the input, without the batch.
        error: What was raised.
    """
    name, got = choice["type"], f"an input of shape {shape}"
    if name == "time_distributed" and len(shape) > 1:
        return refusal(choice["layer"], layer.layer, shape[1:], error)
    if name in JOINING:
        way_out = "Remove it: a layer of a stack has one input."
        return sentence(f"one input for {name}", "several", way_out)
    if name in CELLS:
        return sentence(f"{name} alone", "a layer", f"Use {name.removesuffix('_cell')} or rnn.")
    if choice.get("data_format") == "channels_first":
        return sentence("channels_first", "channels_last, as in the data", "Remove `data_format`.")
    if name == "reshape":
        return _another_size(choice["target_shape"], shape)
    if name == "permute":
        expected = f"each of the {len(shape)} dimensions of {shape} once"
        return sentence(f"dims {choice['dims']}", expected, "Dimensions count from 1.")
    if axes := _missing_axes(choice, shape):
        expected = f"an axis of the input of shape {shape}"
        return sentence(f"axis {axes[0]}", expected, f"Use axis -1 or 1 to {len(shape)}.")
    wanted = _dimensions(name, layer, len(shape) + 1)
    if wanted != len(shape) + 1:
        expected = f"{FORMS.get(wanted, f'{wanted - 1} dimensions')} for {name}"
        return sentence(got, expected, _way_out(name, len(shape) + 1, wanted))
    groups = getattr(layer, "groups", None) or 1
    if shape and shape[-1] % groups:
        expected = f"a number of channels that {groups} groups divide"
        return sentence(got, expected, f"Give {name} other `groups`.")
    if "negative" in str(error).lower() or "smaller than" in str(error):
        return nothing_left(choice, shape)
    way_out = f"keras.io describes {name}."
    return sentence(got, f"one that {name} takes ({reason(error)})", way_out)


def _another_size(target: Any, shape: tuple[int, ...]) -> str:
    numbers = math.prod(shape)
    got = f"{numbers} numbers, of shape {shape}, for target_shape {target}"
    product = math.prod(target)
    wanted = f"a multiple of {-product}" if -1 in target else str(product)
    return sentence(got, wanted, f"Use sizes whose product is {numbers}; one may be -1.")


def _missing_axes(choice: dict[str, Any], shape: tuple[int, ...]) -> list[int]:
    """List the axes that a layer names and its input does not have; 0 is the batch."""
    axes = choice.get("axis")
    given = axes if isinstance(axes, list) else [axes]
    dimensions = len(shape) + 1
    return [
        axis
        for axis in given
        if isinstance(axis, int) and (axis == 0 or not -dimensions < axis < dimensions)
    ]


def _dimensions(name: str, layer: Any, given: int) -> int:
    """Find how many dimensions a layer wants, the batch counted; `given` where any will do."""
    if match := re.search(r"([123])d(_transpose)?$", name):
        return int(match[1]) + 2 + name.startswith("conv_lstm")
    if name in (*RECURRENT, "bidirectional", "time_distributed"):
        return 3
    specs = layer.input_spec
    spec = specs[0] if isinstance(specs, list | tuple) and specs else specs
    if not isinstance(spec, keras.layers.InputSpec):
        return 4 if _is_for_images(name) and given not in (4, 5) else given
    return spec.ndim or max(given, spec.min_ndim or 0)


def _is_for_images(name: str) -> bool:
    """Tell whether a layer without a spec of its own changes pictures."""
    words = ("random_", "aug_mix", "center_crop", "contrast", "cut_mix", "mix_up", "resizing")
    return any(word in name for word in words)


def nothing_left(choice: dict[str, Any], shape: tuple[int, ...]) -> str:
    """Say that a layer leaves nothing of an input of a shape."""
    names = ("kernel_size", "pool_size", "cropping")
    window = next((name for name in names if name in choice), None)
    got = f"an input of shape {shape}"
    if window is None:
        return sentence(got, f"one that {choice['type']} leaves something of", "Use larger sizes.")
    way_out = f"Use a smaller {window}, or fewer layers before it that shrink their input."
    comparison = "larger than" if window == "cropping" else "at least as large as"
    dilation = choice.get("dilation_rate", 1)
    spread = f" with dilation_rate {dilation}" if dilation != 1 else ""
    return sentence(got, f"one {comparison} {window} {choice[window]}{spread}", way_out)


def _way_out(name: str, dimensions: int, wanted: int) -> str:
    if wanted == 2:
        return "Put `flatten` or a global pooling layer before it."
    other = re.sub(r"[123]d", f"{dimensions - 2}d", name)
    if other != name and other in kinds()["layer"]:
        return f"Use `{other}`, or put `reshape` before it."
    if dimensions > wanted:
        return "Put `reshape` before it."
    if wanted == 3:
        return "Put `embedding` or `reshape` before it, or use dense layers."
    return "Put `reshape` before it, or use dense layers."
