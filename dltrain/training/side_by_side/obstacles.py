"""Which networks can train side by side; a fixed rule, which says why others cannot."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import keras
import tensorflow as tf

from dltrain.errors import listed, shown
from dltrain.model.leaves import leaves
from dltrain.model.streams import is_streamed
from dltrain.training.callbacks import BestWeights, EachEpoch
from dltrain.training.feeding import Arrays
from dltrain.training.side_by_side.numbers import NUMBERS, OF_OPTIMIZERS, OF_REGULARIZERS
from dltrain.training.side_by_side.stack import of_network

# What TensorFlow vectorises, or draws fast enough for one network after another.
LAYERS = frozenset({
    "Activation", "ActivityRegularization", "Add", "Average", "BatchNormalization", "Concatenate",
    "Dense", "Dot", "Dropout", "ELU", "Embedding", "Flatten", "GaussianNoise",
    "GlobalAveragePooling1D", "GlobalMaxPooling1D", "InputLayer", "LayerNormalization",
    "LeakyReLU", "Maximum", "Minimum", "Multiply", "Normalization", "PReLU", "Permute", "ReLU",
    "RepeatVector", "Rescaling", "Reshape", "Softmax", "SpatialDropout1D", "Subtract",
    "UnitNormalization",
})  # fmt: skip
CALLBACKS = (
    BestWeights, EachEpoch, keras.callbacks.EarlyStopping, keras.callbacks.History,
    keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau,
    keras.callbacks.TerminateOnNaN,
)  # fmt: skip
SETTING_RATES = (keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau)
# What these make of the gradient of an embedding has a shape that depends on the tokens.
DENSE_ONLY = frozenset({"Adadelta", "Adagrad", "RMSprop"})
# Weights times rows of a step. Networks above it gain nothing: measured on two cores, five of
# 85 000 weights at 32 rows took 1.07 times as long as one after another (docs/log.md).
LARGEST = 1e6
# What a network begins with, which its variables hold.
STARTS = frozenset({"seed", "initial_accumulator_value"})


def obstacle(
    models: Sequence[keras.Model],
    rows: Sequence[Arrays],
    vals: Sequence[Arrays] | None = None,
    callbacks: Sequence[Sequence[keras.callbacks.Callback]] = (),
    *,
    batch_size: int,
) -> str | None:
    """Say why networks cannot train side by side.

    Args:
        models: Compiled networks.
        rows: Train rows of each.
        vals: Validation rows of each.
        callbacks: Callbacks of each.
        batch_size: Rows of a step.

    Returns:
        The first reason, in words; None where they can.
    """
    return next(_obstacles(models, rows, vals, callbacks, batch_size), None)


def _obstacles(
    models: Sequence[keras.Model],
    rows: Sequence[Arrays],
    vals: Sequence[Arrays] | None,
    callbacks: Sequence[Sequence[keras.callbacks.Callback]],
    batch_size: int,
) -> Iterator[str]:
    first = models[0]
    if tf.config.list_physical_devices("GPU"):
        yield "a GPU, on which nobody has measured it"
    if slow := {type(layer).__name__ for layer in leaves(first)} - LAYERS:
        yield f"layers that are not vectorised: {listed(sorted(slow))}"
    if type(first.optimizer).__name__ not in OF_OPTIMIZERS:
        yield f"the optimizer {type(first.optimizer).__name__}, which is not vectorised"
    if any(isinstance(layer, keras.layers.Embedding) for layer in leaves(first)) and (
        type(first.optimizer).__name__ in DENSE_ONLY
    ):
        yield f"an embedding under {type(first.optimizer).__name__}, which is not vectorised"
    weights = sum(math.prod(weight.shape) for weight in first.trainable_weights)
    if weights * batch_size > LARGEST:
        yield f"{weights} weights at {batch_size} rows a step, which fill the cores alone"
    if type(first).train_step is not keras.Model.train_step:
        yield f"a train step of its own, that of {type(first).__name__}"
    yield from _of_callbacks(first, callbacks)
    yield from _of_rows("train", rows)
    yield from _of_rows("val", vals or [])
    for number, model in enumerate(models[1:], 2):
        yield from _differences(first, model, number)


def _of_callbacks(first: keras.Model, callbacks: Sequence[Sequence[Any]]) -> Iterator[str]:
    every = [callback for own in callbacks for callback in own]
    if unknown := {
        type(callback).__name__ for callback in every if type(callback) not in CALLBACKS
    }:
        yield f"callbacks that need the model: {listed(sorted(unknown))}"
    schedule = first.optimizer._learning_rate
    setting = {type(one).__name__ for one in every if isinstance(one, SETTING_RATES)}
    if setting and not isinstance(schedule, keras.Variable):
        yield f"{listed(sorted(setting))} beside a schedule of the learning rate"


def _of_rows(part: str, rows: Sequence[Arrays]) -> Iterator[str]:
    if any(is_streamed(own[0]) for own in rows):
        yield f"{part} rows that come in blocks"
        return
    kinds = [
        tf.nest.map_structure(lambda array: (str(array.dtype), *array.shape[1:]), own)
        for own in rows
    ]
    for number, kind in enumerate(kinds[1:], 2):
        if kind != kinds[0]:
            yield (
                f"{part} rows of different kinds: {kinds[0]} in network 1, "
                f"{kind} in network {number}"
            )


def _differences(first: keras.Model, other: keras.Model, number: int) -> Iterator[str]:
    """Say in what two networks differ that have to be alike."""
    ours, theirs = _facts(first), _facts(other)
    for path in [*ours, *(path for path in theirs if path not in ours)]:
        one, another = ours.get(path, "nothing"), theirs.get(path, "nothing")
        if one != another:
            yield (
                f"a difference in {path}: {shown(one)} in network 1, "
                f"{shown(another)} in network {number}"
            )
    if [own.shape for own in of_network(first)] != [own.shape for own in of_network(other)]:
        yield f"weights of different shapes in networks 1 and {number}"


def _facts(model: keras.Model) -> dict[str, Any]:
    """Flatten what networks have to have in common, names and starts left out."""
    compiled = model.get_compile_config()
    optimizer = model.optimizer
    own = optimizer.get_config()
    if isinstance(optimizer._learning_rate, keras.Variable):
        own.pop("learning_rate")
    parts = {
        "architecture": model.get_config(),
        "optimizer": {"class_name": type(optimizer).__name__, "config": own},
        **{name: compiled.get(name) for name in ("loss", "loss_weights", "metrics")},
        "weighted metrics": compiled.get("weighted_metrics"),
    }
    names: dict[str, str] = {}
    for number, layer in zip(count(), [model, *model._flatten_layers(include_self=False)]):
        names.setdefault(layer.name, f"layer {number}")
    names[optimizer.name] = "optimizer"
    return dict(_flat("", parts, names))


def _flat(path: str, value: Any, names: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        free = NUMBERS.get(str(value.get("class_name")), ())
        for name, inner in value.items():
            if name == "config" and isinstance(inner, Mapping):
                kept = {key: one for key, one in inner.items() if not _is_start(key)}
                is_penalty = value["class_name"] in OF_REGULARIZERS
                for key in free:
                    kept[key] = _kind_of(kept[key], is_penalty)
                yield from _flat(path, kept, names)
            elif not _is_start(name):
                yield from _flat(f"{path}.{name}" if path else str(name), inner, names)
    elif isinstance(value, list | tuple):
        yield f"{path}, its length", len(value)
        for number, inner in enumerate(value):
            yield from _flat(f"{path}.{number}", inner, names)
    else:
        yield path, names.get(value, value) if isinstance(value, str) else value


def _is_start(name: Any) -> bool:
    return name in STARTS or str(name).endswith("_initializer")


def _kind_of(number: Any, is_penalty: bool) -> Any:
    """Say what Keras asks about a number that may differ."""
    if number is None or (number in (0, 1) and not is_penalty):
        return number
    return "a number"
