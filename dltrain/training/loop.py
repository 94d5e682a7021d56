"""The loop: one compiled function for each epoch, instead of one Python round trip a batch.

`tf.while_loop` runs over the batches of an epoch, gathers each batch's rows from tensors that
stay in memory, and calls Keras's own `train_step`. Keras's callbacks are called as `fit` calls
them, but for those of single batches. Given the same order of rows, the weights equal those of
`fit` bit for bit; that holds because the step sees the static shapes that `fit` would trace:
a fixed batch dimension where the batch size divides the rows, an unknown one where it does not.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dltrain.errors import RunError
from dltrain.model.passes import (
    computing,
    constants,
    counting_rows,
    evaluation_batch,
    output_names,
    plain_logs,
    prepare_metrics,
)
from dltrain.model.streams import evaluation_pass, is_streamed
from dltrain.training.order import epoch_order
from dltrain.training.streaming import streamed_epoch

# Inputs, targets and perhaps sample weights; each an array, or a map of arrays by name.
Arrays = tuple[Any, ...]


@dataclass
class Trained:
    """What a training leaves.

    Attributes:
        history: One row an epoch: epoch from 1, then loss and metrics, val_ ones behind.
        seconds: Wall time of each epoch.
        last: The weights after the last epoch, in the model's order.
        stopped_early: Whether a callback ended the training.
    """

    history: list[dict[str, float]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    last: list[np.ndarray] = field(default_factory=list)
    stopped_early: bool = False


class KeepLogs(keras.callbacks.Callback):
    """Keep the figures of an epoch as the callbacks before this one have left them."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: dict[str, float] = {}

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Keep the figures."""
        self.logs = dict(logs or {})


def train(
    model: keras.Model,
    rows: Arrays,
    val: Arrays | None = None,
    *,
    epochs: int,
    batch_size: int,
    seed: int,
    first: int = 0,
    shuffle: bool = True,
    validation_freq: int = 1,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    trained: Trained | None = None,
) -> Trained:
    """Train a compiled model.

    Args:
        model: A compiled model.
        rows: Inputs and targets of the train rows, and sample weights where there are any;
            each (n, …), or blocks of rows.
        val: Inputs and targets of the validation rows.
        epochs: Passes over the train rows, at most.
        batch_size: Rows a step; the last step of an epoch may have fewer.
        seed: Draws the order of rows, together with the epoch's number.
        first: Number of the first epoch, from 0, where others were trained before: epochs count on.
        shuffle: Whether to draw an order at all.
        validation_freq: Epochs from one validation to the next.
        callbacks: Keras callbacks.
        trained: Where to put what happens while it happens; kept when the training fails.

    Returns:
        History and last weights. The model has them too, unless a callback has put back others.

    Raises:
        RunError: The loss or a weight is not finite, or TensorFlow cannot compute a step.
    """
    trained = trained or Trained()
    n_rows, end = count_rows(rows), first + epochs
    with computing(f"epoch {first + 1}"):
        prepare_metrics(model, *rows[:2])
    model.optimizer.build(model.trainable_variables)
    run_epoch = _epoch(model, rows, batch_size)
    validate = evaluation_pass(model, val[0], val[1], evaluation_batch(batch_size)) if val else None
    kept = KeepLogs()
    listeners = keras.callbacks.CallbackList(
        [*callbacks, kept], add_history=True, model=model, epochs=end,
        steps=math.ceil(n_rows / batch_size), verbose=0,
    )  # fmt: skip

    model.stop_training = trained.stopped_early = False
    listeners.on_train_begin()
    logs: dict[str, float] = {}
    for epoch in range(first, end):
        started = time.perf_counter()
        listeners.on_epoch_begin(epoch)
        with computing(f"epoch {epoch + 1}"):
            logs, finite = run_epoch(seed, epoch, shuffle)
            if validate and (epoch + 1) % validation_freq == 0:
                logs |= _validated(validate, listeners)
        trained.history.append({"epoch": epoch + 1, **logs})
        trained.seconds.append(time.perf_counter() - started)
        _check_finite(logs, finite, epoch + 1)
        _end_epoch(listeners, epoch, logs)
        trained.history[-1] |= kept.logs  # callbacks may add figures, such as the learning rate
        if model.stop_training:
            trained.stopped_early = epoch + 1 < end
            break
    model.optimizer.finalize_variable_values(model.trainable_weights)
    trained.last = model.get_weights()
    listeners.on_train_end(logs)
    return trained


def _epoch(
    model: keras.Model, rows: Arrays, batch_size: int
) -> Callable[[int, int, bool], tuple[dict[str, float], bool]]:
    """Compile one epoch over rows in memory, or over rows that come in blocks.

    Returns:
        As `streaming.streamed_epoch`.
    """
    if is_streamed(rows[0]):
        return streamed_epoch(model, rows, batch_size)
    run, n_rows = compiled_epoch(model, rows, batch_size), count_rows(rows)
    return lambda seed, epoch, shuffle: run(_order(n_rows, shuffle, seed, epoch))


def compiled_epoch(model: keras.Model, rows: Arrays, batch_size: int) -> Any:
    """Compile one epoch.

    Args:
        model: A compiled model whose variables all exist.
        rows: Inputs, targets and perhaps sample weights, each (n, …).
        batch_size: Rows a step.

    Returns:
        A function from an order of rows, int32 (n,), to the epoch's loss and metrics, and to
        whether the weights are finite behind it.
    """
    tensors = constants(rows)
    n_rows = count_rows(rows)
    steps = math.ceil(n_rows / batch_size)
    divides = n_rows % batch_size == 0
    train_step, names = counting_rows(model, model.train_step), output_names(model)

    @tf.function(autograph=False)
    def epoch(order: Any) -> Any:
        model.reset_metrics()

        def step(number: Any) -> Any:
            start = number * batch_size
            chosen = order[start : tf.minimum(start + batch_size, n_rows)]
            if divides:
                chosen = tf.ensure_shape(chosen, [batch_size])
            train_step(tf.nest.map_structure(lambda tensor: tf.gather(tensor, chosen), tensors))
            return (number + 1,)

        tf.while_loop(lambda number: number < steps, step, [tf.constant(0)], parallel_iterations=1)
        weights = model.trainable_variables
        finite = [tf.reduce_all(tf.math.is_finite(weight.value)) for weight in weights]
        return model.get_metrics_result(), tf.reduce_all([True, *finite])

    def run(order: np.ndarray) -> tuple[dict[str, float], bool]:
        logs, finite = epoch(tf.constant(order))
        return plain_logs(logs, names), bool(finite)

    return run


def count_rows(rows: Arrays) -> int:
    """Count the rows of arrays that have the same number of them."""
    return len(tf.nest.flatten(rows[0])[0])


def _order(n_rows: int, shuffle: bool, seed: int, epoch: int) -> np.ndarray:
    if shuffle:
        return epoch_order(n_rows, seed=seed, epoch=epoch)
    return np.arange(n_rows, dtype=np.int32)


def _validated(
    validate: Callable[[], dict[str, float]], listeners: keras.callbacks.CallbackList
) -> dict[str, float]:
    listeners.on_test_begin()
    logs = validate()
    listeners.on_test_end(logs)
    return {f"val_{name}": value for name, value in logs.items()}


def _end_epoch(listeners: keras.callbacks.CallbackList, epoch: int, logs: dict[str, float]) -> None:
    with warnings.catch_warnings():
        # Monitors are checked before: a figure is missing only where `validation_freq` skips it.
        warnings.filterwarnings("ignore", ".* which is not available", UserWarning)
        listeners.on_epoch_end(epoch, logs)


def _check_finite(logs: dict[str, float], weights_are_finite: bool, epoch: int) -> None:
    for name in ("loss", "val_loss"):
        if not math.isfinite(logs.get(name, 0.0)):
            raise _diverged(epoch, f"{name} {logs[name]}", "a finite number")
    # What the last step has ruined, and what a ReLU hides: it turns NaN into 0.
    if not weights_are_finite:
        raise _diverged(epoch, "weights that are not finite", "finite numbers")


def _diverged(epoch: int, got: str, expected: str) -> RunError:
    way_out = "Try a lower `optimizer.learning_rate`, `optimizer.clipnorm=1`, or scaled inputs."
    return RunError(f"epoch {epoch}: got {got}, expected {expected}. {way_out}")
