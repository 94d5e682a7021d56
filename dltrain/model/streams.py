"""Passes over rows that come in blocks: memory holds one block, and the next one being made.

Batches never cross the end of a block, and blocks hold whole batches, so a pass meets the same
batches as one over arrays in memory and gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from typing import Any, Protocol, TypeVar, runtime_checkable

import keras
import numpy as np
import tensorflow as tf

from dltrain.model.passes import (
    EvaluationPass,
    any_rows,
    compiled_forward,
    constants,
    counting_rows,
    output_names,
    over_batches,
    plain_logs,
    predict,
    rows_of,
)

Item = TypeVar("Item")
Made = TypeVar("Made")


@runtime_checkable
class Streamed(Protocol):
    """Rows that are made when they are asked for; see `data.blocks.Blocks`."""

    block_rows: int

    def __len__(self) -> int:
        """Count the rows."""

    def __getitem__(self, rows: slice | np.ndarray) -> Any:
        """Make some rows."""


def is_streamed(x: Any) -> bool:
    """Tell whether inputs come in blocks."""
    return isinstance(x, Streamed)


def whole_batches(block_rows: int, batch_size: int) -> int:
    """Round the rows of a block to whole batches, at least one."""
    return max(1, block_rows // batch_size) * batch_size


def made_ahead(make: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """Make each item in another thread while whoever takes them works on the one before."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        coming = None
        for item in items:
            following = pool.submit(make, item)
            if coming is not None:
                yield coming.result()
            coming = following
        if coming is not None:
            yield coming.result()


def in_order(arrays: Any, block_rows: int) -> Iterator[Any]:
    """Give the blocks of rows from the first to the last, as tensors.

    Args:
        arrays: Arrays or blocks of the same rows, nested.
        block_rows: Rows of each block; the last may have fewer.
    """
    n_rows = len(tf.nest.flatten(arrays)[0])
    starts = range(0, n_rows, block_rows)
    return made_ahead(
        lambda start: constants(rows_of(arrays, slice(start, min(start + block_rows, n_rows)))),
        starts,
    )


class StreamedPass:
    """Loss and metrics of a compiled model over blocks of rows; the twin of `EvaluationPass`.

    Args:
        model: A compiled model.
        x: Inputs.
        y: Targets.
        batch_size: Rows at once.
    """

    def __init__(self, model: keras.Model, x: Streamed, y: Any, batch_size: int) -> None:
        self.model, self.x, self.y = model, x, y
        self.block_rows = whole_batches(x.block_rows, batch_size)
        test_step = counting_rows(model, model.test_step)
        self._steps = compiled_steps(test_step, rows_of((x, y), slice(1)), batch_size)
        self._reset, self._results = compiled_metrics(model)

    def __call__(self) -> dict[str, float]:
        """Return loss and metrics by name."""
        self._reset()
        for block in in_order((self.x, self.y), self.block_rows):
            self._steps(block)
        return plain_logs(self._results(), output_names(self.model))

    def over(self, x: Streamed, y: Any) -> StreamedPass:
        """Give the same pass over other rows; it need not be compiled again."""
        other = copy(self)
        other.x, other.y = x, y
        return other


Pass = EvaluationPass | StreamedPass


def evaluation_pass(model: keras.Model, x: Any, y: Any, batch_size: int) -> Pass:
    """Choose the pass for rows in memory, or for rows that come in blocks."""
    kind = StreamedPass if is_streamed(x) else EvaluationPass
    return kind(model, x, y, batch_size)


def compiled_steps(step: Callable[[Any], None], like: Any, batch_size: int) -> Any:
    """Compile the steps over the batches of one block.

    Args:
        step: What is done with a batch.
        like: A few rows of a block.
        batch_size: Rows of a batch; the last of a block may have fewer.

    Returns:
        A function of a block.
    """

    @tf.function(autograph=False, input_signature=[any_rows(constants(like))])
    def steps(block: Any) -> None:
        over_batches(step, block, batch_size)

    return steps


def compiled_metrics(model: keras.Model) -> tuple[Callable[[], None], Callable[[], Any]]:
    """Compile what happens to the metrics before the first block and after the last."""

    @tf.function(autograph=False)
    def reset() -> None:
        model.reset_metrics()

    @tf.function(autograph=False)
    def results() -> Any:
        return model.get_metrics_result()

    return reset, results


def predicted_blocks(model: keras.Model, x: Streamed, batch_size: int) -> Iterator[Any]:
    """Apply a model to all rows.

    Args:
        model: Any model.
        x: Inputs.
        batch_size: Rows at once.

    Returns:
        What the model puts out for each block of rows, an array or a map of them by target.
    """
    forward = compiled_forward(model, x)
    for block in in_order(x, whole_batches(x.block_rows, batch_size)):
        yield predict(model, block, batch_size, forward)
