"""`type: application` a network of keras.applications, as one layer of a new network.

It takes pictures as they are stored, from 0 to 255: each of these networks has its own way of
scaling, which stands in front of it as Keras wrote it, so that the numbers which reach it are
those of `preprocess_input`.
"""

from __future__ import annotations

import contextlib
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras

from dltrain.errors import Key, ModelError, plain_name, sentence
from dltrain.model.keras_files import check_there
from dltrain.model.refusals import REFUSALS, reason

# The functions of keras.applications, by their names without case and underscores.
FUNCTIONS: dict[str, Callable[..., keras.Model]] = {
    plain_name(name): function
    for name, function in vars(keras.applications).items()
    if callable(function)
}


def build(choice: dict[str, Any], key: Key, read: Any, preparing: Sequence[Any]) -> keras.Model:
    """Build a network without its top, behind the scaling that it wants.

    Args:
        choice: `name`, `weights`, `pooling` and `trainable` of the layer.
        key: Path of the layer in the file.
        read: What it is put on: a KerasTensor of pictures.
        preparing: The layers by which the new network prepares its inputs.

    Raises:
        ModelError: It does not read raw pictures of three channels, they are too small, or the
            weights cannot be had.
    """
    name = choice["name"]
    _check_pictures(name, read, key)
    _check_raw(name, preparing, key)
    function = FUNCTIONS[plain_name(name)]
    network = _with_weights(function, choice, tuple(read.shape[1:]), key)
    first = keras.Input(read.shape[1:], name="input")
    whole = keras.Model(first, network(preprocessing_of(function)(first)), name=name)
    whole.trainable = choice.get("trainable", True)
    return whole


def preprocessing_of(function: Callable[..., keras.Model]) -> Callable[[Any], Any]:
    """Find the `preprocess_input` that belongs to a function of keras.applications."""
    return sys.modules[function.__module__].preprocess_input


def _check_pictures(name: str, read: Any, key: Key) -> None:
    expected = f"(height, width, 3) for {name}"
    if not isinstance(read, keras.KerasTensor):
        raise ModelError(sentence(f"several inputs for {name}", "one"), key=(*key, "inputs"))
    shape = tuple(read.shape[1:])
    if len(shape) == 3 and shape[-1] == 3:
        return
    way_out = "Put `reshape` before it."
    if len(shape) == 3:
        way_out = "Put a conv2d with 3 filters before it."
    if len(shape) == 3 and shape[-1] == 1:
        way_out = "Put `{type: concatenate, inputs: [input, input, input]}` before it."
    raise ModelError(sentence(f"an input of shape {shape}", expected, way_out), key=key)


def _check_raw(name: str, preparing: Sequence[Any], key: Key) -> None:
    scaled = [
        layer
        for layer in preparing
        if isinstance(layer, keras.layers.Normalization)
        or (isinstance(layer, keras.layers.Rescaling) and layer.scale != 1)
    ]
    if scaled:
        got, expected = f"scaled pictures for {name}", "raw ones, which it scales itself"
        way_out = "Use `dataset.images.scaling=none`."
        raise ModelError(sentence(got, expected, way_out), key=key)


def _with_weights(
    function: Callable[..., keras.Model], choice: dict[str, Any], shape: tuple[int, ...], key: Key
) -> keras.Model:
    """Build a network, and give it the weights that the file names."""
    weights = choice.get("weights", "imagenet")
    source = "imagenet" if weights == "imagenet" else None
    given = {"include_top": False, "input_shape": shape, "pooling": choice.get("pooling")}
    with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
        # That pictures of another size than ImageNet's get the weights of its usual size.
        warnings.filterwarnings("ignore", "`input_shape` is undefined or non-square")
        try:
            network = function(weights=source, **given)
        except Exception as error:
            refused = _refused(choice["name"], shape, error, key)
            if refused is None:
                raise
            raise refused from error
    if weights not in ("imagenet", "none"):
        _load(network, choice["name"], Path(weights), (*key, "weights"))
    return network


def _refused(name: str, shape: tuple[int, ...], error: Exception, key: Key) -> ModelError | None:
    """Word what Keras says about the size of pictures or a download; None for what is a bug."""
    if least := re.search(r"at least (\d+)x(\d+)", str(error)):
        got, expected = (
            f"{shape[0]}×{shape[1]} pixels",
            f"at least {least[1]}×{least[2]} for {name}",
        )
        return ModelError(sentence(got, expected, "Put `resizing` before it."), key=key)
    if "URL fetch failure" in str(error) or isinstance(error, ConnectionError | TimeoutError):
        got = f"no network to download the weights of {name} with"
        way_out = "Name a local file of weights without the top layers, or `none`."
        return ModelError(sentence(got, "imagenet weights", way_out), key=(*key, "weights"))
    if isinstance(error, REFUSALS):
        message = sentence(f"an input of shape {shape}", f"one that {name} takes ({reason(error)})")
        return ModelError(message, key=key)
    return None


def _load(network: keras.Model, name: str, path: Path, key: Key) -> None:
    expected = f"the weights of {name} without its top layers"
    check_there(path, expected, key)
    with warnings.catch_warnings():
        # Of groups of operations that have no weights; weights that are missing are an error.
        warnings.filterwarnings("ignore", "Skipping nested container")
        try:
            network.load_weights(path)
        except (OSError, *REFUSALS) as error:
            got = f"{path}, which does not fit ({reason(error)})"
            raise ModelError(sentence(got, expected), key=key) from error
