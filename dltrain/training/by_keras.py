"""`engine: keras`: the epochs of `model.fit`, on the rows and in the order of the loop.

It is what the loop is measured by, and the way out where the loop cannot do something. Its state is
that of the end of an epoch, since `fit` cannot begin in the middle of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from dltrain.model.passes import any_rows, computing, constants, rows_of
from dltrain.model.streams import in_order, is_streamed, whole_batches
from dltrain.training.continuing import Continuation
from dltrain.training.feeding import Arrays, Feed, segments
from dltrain.training.listening import Listeners, monitors_may_be_absent
from dltrain.training.state import State
from dltrain.training.steps import batch_of


def fit_epochs(
    model: keras.Model,
    feed: Feed,
    val: Arrays | None,
    listeners: Listeners,
    continuation: Continuation,
    *,
    validation_freq: int,
    validation_batch_size: int,
) -> None:
    """Train by `model.fit`.

    Args:
        model: A compiled model.
        feed: The train rows.
        val: Inputs and targets of the validation rows.
        listeners: All callbacks.
        continuation: Where to begin.
        validation_freq: Epochs from one validation to the next.
        validation_batch_size: Rows of a validation batch.
    """
    between, source = BetweenBatches(continuation), Source()
    between.set_model(model)
    listeners.callbacks.append(between)
    first, end, steps = continuation.position.epoch, listeners.epochs, listeners.steps
    what = f"an epoch of fit from {first + 1} on"
    with computing(what), source.telling(), monitors_may_be_absent():
        model.fit(
            _batches(source, feed, first * steps, end * steps),
            epochs=end,
            initial_epoch=first,
            steps_per_epoch=steps,
            validation_data=_validated(source, val, validation_batch_size),
            validation_freq=validation_freq,
            callbacks=listeners,
            shuffle=False,
            verbose=0,
        )


class BetweenBatches(keras.callbacks.Callback):
    """Let a wish to stop end the training behind its batch; the epoch before it has been kept."""

    def __init__(self, continuation: Continuation) -> None:
        super().__init__()
        self.continuation = continuation
        self.state: State | None = None

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Copy the state, from which `fit` can begin."""
        if self.continuation.keeper:
            self.state = self.continuation.captured()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Look whether there is such a wish.

        Raises:
            KeyboardInterrupt: There is; the state has been kept.
        """
        if self.continuation.stop.reason and self.continuation.keeper and self.state:
            self.continuation.keeper.keep(self.state)
        self.continuation.stop.check()


class Source:
    """Generators that `fit` reads; TensorFlow puts what one of them raises into its own words.

    Attributes:
        error: What a generator has raised.
    """

    def __init__(self) -> None:
        self.error: Exception | None = None

    def dataset(self, items: Callable[[], Iterator[Any]], signature: Any) -> tf.data.Dataset:
        """Make a dataset of what a generator gives."""

        def watched() -> Iterator[Any]:
            try:
                yield from items()
            except Exception as error:
                self.error = error
                raise

        return tf.data.Dataset.from_generator(watched, output_signature=signature)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Raise again what a generator has raised, in place of TensorFlow's error."""
        try:
            yield
        except tf.errors.OpError as error:
            raise self.error or error from None


def _batches(source: Source, feed: Feed, begin: int, end: int) -> tf.data.Dataset:
    """Give the batches of some steps, with the static shapes that `fit` has for arrays."""

    def batches() -> Iterator[Any]:
        for block, start, stop in segments(feed, begin, end):
            for number in range(start, stop):
                yield batch_of(block.rows, block.order, number, feed.batch_size, fixed=feed.is_even)

    size = feed.batch_size if feed.is_even else None
    signature = tf.nest.map_structure(
        lambda rows: tf.TensorSpec([size, *rows.shape[1:]], rows.dtype), feed.like
    )
    return source.dataset(batches, signature).prefetch(2)


def _validated(source: Source, val: Arrays | None, batch_size: int) -> Any:
    """Give the val rows in batches."""
    if val is None:
        return None
    if not is_streamed(val[0]):
        return tf.data.Dataset.from_tensor_slices(tuple(val)).batch(batch_size)
    block_rows = whole_batches(val[0].block_rows, batch_size)
    signature = any_rows(constants(rows_of(val, slice(1))))
    blocks = source.dataset(lambda: in_order(val, block_rows), signature)
    return blocks.unbatch().batch(batch_size)
