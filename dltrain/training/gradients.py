"""How steep the loss is for each layer, looked at now and then while a network learns.

The loss over the same few train rows and its gradient, as the network predicts: without dropout,
and without anything that draws, counts or keeps. So it changes no bit of a training, and a
training that goes on finds what was seen before in its state.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dltrain.data.blocks import rows_of
from dltrain.model.objectives import Goal
from dltrain.model.passes import constants

MOST_ROWS = 256

# Reductions of Keras's losses that are a mean over all values.
MEANS = ("sum_over_batch_size", "mean")

Row = tuple[int, str, float, float]
Term = tuple[float, Any]


class Gradients(keras.callbacks.Callback):
    """Measure gradient norms before the first step, after the epochs 1, 8, 64, …, and the last.

    Networks with recurrent layers are looked at after the last alone, as each of their steps costs
    a millisecond or two outside of a compiled function, and compiling costs more. It must stand
    before callbacks that change weights.

    Args:
        rows: Inputs and targets of the train rows, each (n, …), and perhaps weights.
        goal: The losses.

    Attributes:
        norms: Epoch, 0 being before the first step; layer; the Euclidean norm of the gradient
            over all its weights that learn; and the loss of all, weight penalties included.
    """

    def __init__(self, rows: tuple[Any, ...], goal: Goal) -> None:
        super().__init__()
        self.rows, self.terms = rows, terms_of(goal)
        self.norms: list[Row] = []
        self._epoch = 0
        self._sample: Any = None

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Look at the untrained network; where a training goes on, its state replaces this."""
        if not self.norms and not is_recurrent(self.model):
            self._look()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Look, where it is time to."""
        self._epoch = epoch + 1
        if is_due(self._epoch) and not is_recurrent(self.model):
            self._look()

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Look at the last epoch."""
        if self._epoch > max((epoch for epoch, *_ in self.norms), default=0):
            self._look()

    def _look(self) -> None:
        if self._sample is None:
            self._sample = constants(rows_of_sample(self.rows, MOST_ROWS))
        loss, found = norms_by_layer(self.model, self.terms, *self._sample)
        new = ((self._epoch, name, norm, loss) for name, norm in found.items())
        self.norms = [*self.norms, *new]  # a new list: a state that was captured holds the old one


def is_due(epoch: int) -> bool:
    """Tell whether it is time to look: 1, 8, 64, ….

    Args:
        epoch: Number of the epoch, from 1.

    Example:
        >>> [epoch for epoch in range(1, 1000) if is_due(epoch)]
        [1, 8, 64, 512]
    """
    return 8 ** round(math.log(epoch, 8)) == epoch


def is_recurrent(model: keras.Model) -> bool:
    """Tell whether a network goes step by step through its rows."""
    kinds = (keras.layers.RNN, keras.layers.Bidirectional)
    return any(isinstance(layer, kinds) for layer in model.layers)


def rows_of_sample(arrays: tuple[Any, ...], most: int) -> tuple[Any, ...]:
    """Take rows evenly from all, at most so many; equal arrays give equal rows."""
    n_rows = len(tf.nest.flatten(arrays[0])[0])
    chosen = np.unique(np.linspace(0, n_rows - 1, min(most, n_rows)).astype(np.int64))
    return tuple(rows_of(one, chosen) for one in arrays)


def norms_by_layer(
    model: keras.Model, terms_of: Callable[..., list[Term]], x: Any, y: Any, weights: Any = None
) -> tuple[float, dict[str, float]]:
    """Compute the loss and the norm of its gradient for each layer.

    Means and norms are left to NumPy: each kind of operation costs TensorFlow 1 to 5 ms the first
    time, and a mean with its gradient has a dozen, more than a small network has.

    Args:
        model: A network.
        terms_of: Gives the terms of the loss of targets, outputs and weights of rows.
        x: Inputs, (n, …).
        y: Targets, (n, …).
        weights: What the loss of each row is multiplied by, if by anything.

    Returns:
        The loss with all penalties, and norms by layer, from the first to the last, of layers that
        learn something. A network inside of the network counts as one layer.
    """
    learned = [weight.value for weight in model.trainable_weights]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(learned)
        terms = terms_of(y, model(x, training=False), weights)
        terms += [(1.0, penalty) for penalty in model.losses]
    values = [value for _, value in terms]
    shares = [_shares_of_mean(factor, value) for factor, value in terms]
    slopes = tape.gradient(values, learned, output_gradients=shares)
    by_weight = dict(zip(map(id, learned), slopes, strict=True))
    found: dict[str, float] = {}
    for layer in model.layers:
        own = [by_weight[id(weight.value)] for weight in layer.trainable_weights]
        norms = [_norm(slope) for slope in own if slope is not None]
        if norms:
            found[layer.name] = math.hypot(*norms)
    return sum(map(_product, shares, values)), found


def _shares_of_mean(factor: float, values: tf.Tensor) -> np.ndarray:
    """Give what each value counts in the mean of all, times a factor; of their shape and type."""
    count = max(1, values.shape.num_elements())
    return np.full(values.shape, factor / count, values.dtype.as_numpy_dtype)


def _product(shares: np.ndarray, values: tf.Tensor) -> float:
    return float(np.vdot(shares.astype(np.float64), values.numpy().astype(np.float64)))


def _norm(slope: tf.Tensor | tf.IndexedSlices) -> float:
    """Give the Euclidean norm; the slope of an embedding lists rows, some of them repeatedly."""
    return float(np.linalg.norm(tf.convert_to_tensor(slope).numpy().astype(np.float64)))


def terms_of(goal: Goal) -> Callable[..., list[Term]]:
    """Give a function that computes the terms of a loss, of which the loss is the sum.

    Losses are built anew: the compiled ones count what they see.

    Args:
        goal: The losses.

    Returns:
        Takes targets, outputs and weights of rows; gives a term for each output. A term is a
        factor and values of which the mean is to be taken, by row or only one.
    """
    built = goal.compiled()
    losses, factors = built["loss"], built.get("loss_weights", {})
    if not isinstance(losses, dict):
        return lambda y, outputs, weights=None: [(1.0, _values(losses, y, outputs, weights))]

    def terms(y: Any, outputs: Any, weights: Any = None) -> list[Term]:
        own = weights or dict.fromkeys(losses)
        return [
            (factors[name], _values(one, y[name], outputs[name], own[name]))
            for name, one in losses.items()
        ]

    return terms


def _values(loss: keras.losses.Loss, y: Any, outputs: Any, weights: Any) -> Any:
    """Compute a loss by row, where it is a plain mean over all; else the loss itself."""
    is_masked = getattr(outputs, "_keras_mask", None) is not None  # divided by what it lets through
    if loss.reduction not in MEANS or is_masked:
        return loss(y, outputs, weights)
    by_row = copy(loss)
    by_row.reduction = None
    return by_row(y, outputs, weights)
