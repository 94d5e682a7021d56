"""Layers on top of each other; what does not fit is named at its place in the file."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from dltrain.errors import Key, ModelError, sentence
from dltrain.model.objects import build

# What Keras and TensorFlow raise about arguments and shapes.
REFUSALS = (
    AssertionError,
    AttributeError,
    IndexError,
    NotImplementedError,
    TypeError,
    ValueError,
    ZeroDivisionError,
    tf.errors.InvalidArgumentError,
)
FORMS = {
    2: "(features,)",
    3: "(steps, features)",
    4: "(height, width, channels)",
    5: "(depth, height, width, channels)",
}


def apply_layer(choice: dict[str, Any], tensor: Any, key: Key) -> Any:
    """Put one layer on a tensor.

    Args:
        choice: The layer as plain data.
        tensor: KerasTensor of shape (None, …).
        key: Path of the layer in the file.

    Returns:
        What the layer puts out, a KerasTensor.

    Raises:
        ModelError: The layer refuses its arguments or the tensor's shape, or leaves nothing.
    """
    layer = _built(choice, key)
    shape = tuple(tensor.shape[1:])
    try:
        result = layer(tensor)
    except REFUSALS as error:
        raise ModelError(_refusal(choice, layer, shape, error), key=key) from error
    if not isinstance(result, keras.KerasTensor):
        raise ModelError(sentence(f"{choice['type']} with several outputs", "one output"), key=key)
    if any(size is not None and size < 1 for size in result.shape[1:]):
        raise ModelError(_nothing_left(choice, shape), key=key)
    return result


def _built(choice: dict[str, Any], key: Key) -> Any:
    try:
        return build("layer", choice)
    except REFUSALS as error:
        got = f"arguments that {choice['type']} refuses ({reason(error)})"
        raise ModelError(sentence(got, f"arguments of {choice['type']}"), key=key) from error


def reason(error: BaseException) -> str:
    """Take from a Keras error its first sentence, on one line and without a full stop."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = next((line for line in lines if not line.startswith("Exception encountered")), str(error))
    text = text.split(". ")[0].rstrip(".:")
    return text if len(text) <= 160 else text[:157] + "…"


def _refusal(choice: dict[str, Any], layer: Any, shape: tuple[int, ...], error: Exception) -> str:
    specs = layer.input_spec
    spec = specs[0] if isinstance(specs, list | tuple) and specs else specs
    wanted = (spec.ndim or spec.min_ndim) if isinstance(spec, keras.layers.InputSpec) else None
    if wanted is not None and wanted != len(shape) + 1 and (spec.ndim or len(shape) + 1 < wanted):
        got = f"an input of shape {shape}"
        expected = f"{FORMS.get(wanted, f'{wanted - 1} dimensions')} for {choice['type']}"
        return sentence(got, expected, _way_out(len(shape) + 1, wanted))
    if "negative" in str(error) or "smaller than" in str(error):
        return _nothing_left(choice, shape)
    got = f"an input of shape {shape}"
    return sentence(got, f"a shape that {choice['type']} takes ({reason(error)})")


def _nothing_left(choice: dict[str, Any], shape: tuple[int, ...]) -> str:
    window = next((name for name in ("kernel_size", "pool_size", "cropping") if name in choice), None)
    got = f"an input of shape {shape}"
    if window is None:
        return sentence(got, f"one that {choice['type']} leaves something of")
    way_out = f"Use a smaller {window}, or fewer layers before it that shrink their input."
    return sentence(got, f"one at least as large as {window} {choice[window]}", way_out)


def _way_out(dimensions: int, wanted: int) -> str:
    if dimensions > wanted:
        return "Put `flatten` or a global pooling layer before it."
    if wanted == 3 and dimensions == 2:
        return "Put `embedding` or `reshape` before it, or use dense layers."
    return "Put `reshape` before it, or use dense layers."
