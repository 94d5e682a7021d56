"""How steep the loss is for each layer, looked at now and then while a network learns.

The loss over the same few train rows and its gradient, as the network predicts: without dropout,
and without anything that draws, counts or keeps. So it changes no bit of a training, and a
training that goes on finds what was seen before in its state.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dltrain.data.blocks import rows_of
from dltrain.model.objectives import Goal
from dltrain.model.passes import constants

MOST_ROWS = 256

Row = tuple[int, str, float, float]


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
        self.rows, self.loss = rows, loss_of(goal)
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
        loss, found = norms_by_layer(self.model, self.loss, *self._sample)
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
    model: keras.Model, loss: Callable[..., Any], x: Any, y: Any, weights: Any = None
) -> tuple[float, dict[str, float]]:
    """Compute the loss and the norm of its gradient for each layer.

    Args:
        model: A network.
        loss: Gives the loss of targets, outputs and weights of rows.
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
        value = loss(y, model(x, training=False), weights) + sum(model.losses)
    slopes = dict(zip(map(id, learned), tape.gradient(value, learned), strict=True))
    found: dict[str, float] = {}
    for layer in model.layers:
        own = [slopes[id(weight.value)] for weight in layer.trainable_weights]
        present = [tf.convert_to_tensor(slope) for slope in own if slope is not None]
        if present:
            found[layer.name] = float(tf.linalg.global_norm(present))
    return float(value), found


def loss_of(goal: Goal) -> Callable[..., Any]:
    """Give the loss of targets, outputs and weights of rows; of several outputs the weighted sum.

    It is built anew: the compiled loss counts what it sees.
    """
    built = goal.compiled()
    losses, shares = built["loss"], built.get("loss_weights", {})
    if not isinstance(losses, dict):
        return losses

    def added(y: Any, outputs: Any, weights: Any = None) -> Any:
        own = weights or dict.fromkeys(losses)
        return sum(
            shares[name] * one(y[name], outputs[name], own[name]) for name, one in losses.items()
        )

    return added
