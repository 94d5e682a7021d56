"""An epoch over rows that come in blocks: the twin of `loop.compiled_epoch`.

While the steps of one block run, the next one is made in another thread. Metrics are reset at the
epoch's start only. Every block but the last holds whole batches, so an epoch has the batches that
one over the same rows in memory has, in the same order, and gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from dltrain.errors import ModelError, sentence
from dltrain.model.passes import constants, counting_rows, output_names, plain_logs, rows_of
from dltrain.model.streams import (
    compiled_metrics,
    compiled_steps,
    is_streamed,
    made_ahead,
    whole_batches,
)

# Batches above so many blocks would have to be in memory as a whole.
MOST_BLOCKS_A_BATCH = 8


def block_orders(
    n_rows: int, block_rows: int, *, seed: int, epoch: int, shuffle: bool = True
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draw the order in which one epoch visits the train rows, block by block.

    The rows, which are stored in random order, are cut into blocks from a drawn row on, around
    the end, so each epoch has other blocks. Whole blocks come in drawn order and the short one
    last, so there is one short batch at most. In each block the rows are drawn. All of it
    follows from the arguments alone, never from earlier epochs.

    Args:
        n_rows: Number of train rows, at least 1.
        block_rows: Rows of a block.
        seed: The file's `seed`.
        epoch: Zero-based number of the epoch.
        shuffle: Whether to draw at all.

    Returns:
        For each block its rows as they lie on disk, which is how they are best read, and the
        order in which they train, int64; together each row once.

    Example:
        >>> first = [rows[order] for rows, order in block_orders(5, 2, seed=7, epoch=0)]
        >>> [len(block) for block in first], sorted(np.concatenate(first).tolist())
        ([2, 2, 1], [0, 1, 2, 3, 4])
    """
    starts, whole = list(range(0, n_rows, block_rows)), n_rows // block_rows
    drawn = np.random.default_rng([seed, epoch])
    first = int(drawn.integers(n_rows)) if shuffle else 0
    if shuffle:
        starts[:whole] = drawn.permutation(starts[:whole]).tolist()
    for start in starts:
        rows = (np.arange(start, min(start + block_rows, n_rows)) + first) % n_rows
        yield rows, drawn.permutation(len(rows)) if shuffle else np.arange(len(rows))


def streamed_epoch(
    model: keras.Model, rows: tuple[Any, ...], batch_size: int
) -> Callable[[int, int, bool], tuple[dict[str, float], bool]]:
    """Compile the steps of one block.

    Args:
        model: A compiled model whose variables all exist.
        rows: Inputs that come in blocks, targets and perhaps sample weights.
        batch_size: Rows a step.

    Returns:
        A function from the seed, an epoch's number and whether to shuffle to the epoch's loss and
        metrics, and to whether the weights are finite behind it.
    """
    n_rows = len(rows[0])
    block_rows = whole_batches(rows[0].block_rows, batch_size)
    steps = compiled_steps(
        counting_rows(model, model.train_step), rows_of(rows, slice(1)), batch_size,
        divides=n_rows % batch_size == 0,
    )  # fmt: skip
    reset, results = compiled_metrics(model)

    @tf.function(autograph=False)
    def are_finite() -> Any:
        weights = model.trainable_variables
        finite = [tf.reduce_all(tf.math.is_finite(weight.value)) for weight in weights]
        return tf.reduce_all([True, *finite])

    def in_drawn_order(drawn: tuple[np.ndarray, np.ndarray]) -> Any:
        chosen, order = drawn
        return constants(rows_of(rows_of(rows, chosen), order))

    def run(seed: int, epoch: int, shuffle: bool) -> tuple[dict[str, float], bool]:
        orders = block_orders(n_rows, block_rows, seed=seed, epoch=epoch, shuffle=shuffle)
        reset()
        for block in made_ahead(in_drawn_order, orders):
            steps(block)
        return plain_logs(results(), output_names(model)), bool(are_finite())

    return run


def check_batch(rows: tuple[Any, ...], batch_size: int) -> None:
    """Check that batches of rows that come in blocks fit into memory.

    Raises:
        ModelError: They are too large to be streamed.
    """
    if is_streamed(rows[0]) and batch_size > (most := MOST_BLOCKS_A_BATCH * rows[0].block_rows):
        got = f"batches of {batch_size} rows for a table that is streamed"
        way_out = "Or let `dataset.cache` be never, which reads all of it into memory."
        message = sentence(got, f"at most {most}", way_out)
        raise ModelError(message, key=("training", "batch_size"))
