"""Train steps whose learning rate is another in each, and the loss of each batch.

The compiled step is Keras's own, as in `steps`, always as a graph: so few steps are over before
XLA has compiled one. The rate is assigned before a step; the loss is that of the batch before its
update, penalties and weights of rows included.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dltrain.model.passes import any_rows
from dltrain.training.feeding import Block, Feed
from dltrain.training.steps import COUNT, COUNTS, batch_of


class RateSteps:
    """Compiled train steps at given learning rates.

    Args:
        model: A compiled model whose variables all exist and whose learning rate is a number.
        feed: The rows that it will be given.
    """

    def __init__(self, model: keras.Model, feed: Feed) -> None:
        signature = [any_rows(feed.like), COUNTS, COUNT, tf.TensorSpec([None], tf.float32)]

        @tf.function(autograph=False, input_signature=signature)
        def losses(rows: Any, order: Any, start: Any, rates: Any) -> Any:
            train_step = tf.function(model.train_step, autograph=False)
            count = tf.shape(rates)[0]

            def step(number: Any, found: Any) -> Any:
                model.optimizer.learning_rate = rates[number]
                model.reset_metrics()
                at = start + number
                train_step(batch_of(rows, order, at, feed.batch_size, fixed=feed.is_even))
                return number + 1, found.write(number, model.get_metrics_result()["loss"])

            _, found = tf.while_loop(
                lambda number, _: number < count,
                step,
                [tf.constant(0), tf.TensorArray(tf.float32, size=count)],
                parallel_iterations=1,
            )
            return found.stack()

        self._losses = losses

    def __call__(self, block: Block, start: int, rates: np.ndarray) -> np.ndarray:
        """Train steps of a block from `start` on, one at each of the rates.

        Returns:
            The loss of each batch before its update, float64 (n,).
        """
        given = tf.constant(rates, tf.float32)
        found = self._losses(block.rows, block.order, tf.constant(start), given)
        return found.numpy().astype(np.float64)
