"""Which rows train when: passes over the rows, cut into blocks of steps.

Steps are counted over all epochs, from 0. A pass goes once through all rows, so step s belongs to
pass s // steps of a pass, whatever an epoch is. Everything follows from the seed and the number of
the pass, so whoever knows how many steps are done knows where to go on.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from dltrain.errors import ModelError, sentence
from dltrain.model.passes import constants, rows_of
from dltrain.model.streams import is_streamed, made_ahead, whole_batches
from dltrain.training.order import block_orders, epoch_order

# Batches above so many blocks would have to be in memory as a whole.
MOST_BLOCKS_A_BATCH = 8

# Inputs, targets and perhaps sample weights; each an array, or a map of arrays by name.
Arrays = tuple[Any, ...]


class Block(NamedTuple):
    """Rows that are in memory, and the order in which they train.

    Attributes:
        rows: Inputs, targets and perhaps weights as tensors, each (m, …).
        order: Positions among the rows, int32 (m,).
        first: Number of the block's first step in its pass.
        steps: Steps that the rows are good for.
    """

    rows: Arrays
    order: Any
    first: int
    steps: int


class Feed(ABC):
    """Rows to train on.

    Args:
        rows: Inputs, targets and perhaps weights, each (n, …), or blocks of rows.
        batch_size: Rows of a step; the last of a pass may have fewer.
        seed: Draws the order of rows, together with the number of the pass.
        shuffle: Whether to draw an order at all.

    Attributes:
        steps: Steps of one pass.
        is_even: Whether every step has as many rows.
        block_rows: Rows of the largest block.
    """

    def __init__(self, rows: Arrays, batch_size: int, *, seed: int, shuffle: bool) -> None:
        self.rows, self.batch_size = rows, batch_size
        self.seed, self.shuffle = seed, shuffle
        self.n_rows = count_rows(rows)
        self.steps = math.ceil(self.n_rows / batch_size)
        self.is_even = self.n_rows % batch_size == 0
        self.block_rows = self.n_rows

    @property
    @abstractmethod
    def like(self) -> Arrays:
        """Give a row or more of them."""

    @abstractmethod
    def blocks(self, number: int, step: int) -> Iterator[Block]:
        """Give the blocks of a pass, from the one that holds a step on."""


class InMemory(Feed):
    """Rows that are all in memory: one block a pass."""

    def __init__(self, rows: Arrays, batch_size: int, *, seed: int, shuffle: bool) -> None:
        super().__init__(constants(rows), batch_size, seed=seed, shuffle=shuffle)

    @property
    def like(self) -> Arrays:
        """All rows, which cost nothing."""
        return self.rows

    def blocks(self, number: int, step: int) -> Iterator[Block]:
        """Give all rows in the order of a pass."""
        if self.shuffle:
            order = epoch_order(self.n_rows, seed=self.seed, epoch=number)
        else:
            order = np.arange(self.n_rows, dtype=np.int32)
        yield Block(self.rows, tf.constant(order), 0, self.steps)


class InBlocks(Feed):
    """Rows that are made block by block; the next one is made while the steps of one run.

    Every block but the last holds whole batches, so a pass has the batches that one over the same
    rows in memory has, in the same order, and gives the same bits.
    """

    def __init__(self, rows: Arrays, batch_size: int, *, seed: int, shuffle: bool) -> None:
        super().__init__(rows, batch_size, seed=seed, shuffle=shuffle)
        self._at_once = whole_batches(rows[0].block_rows, batch_size)
        self._block_steps = self._at_once // batch_size
        self.block_rows = min(self._at_once, self.n_rows)

    @property
    def like(self) -> Arrays:
        """The first row."""
        return rows_of(self.rows, slice(1))

    def blocks(self, number: int, step: int) -> Iterator[Block]:
        """Make the blocks of a pass."""
        drawn = block_orders(
            self.n_rows, self._at_once, seed=self.seed, epoch=number, shuffle=self.shuffle
        )
        wanted = (one for one in enumerate(drawn) if (one[0] + 1) * self._block_steps > step)
        yield from made_ahead(self._block, wanted)

    def _block(self, numbered: tuple[int, tuple[np.ndarray, np.ndarray]]) -> Block:
        number, (chosen, order) = numbered
        steps = math.ceil(len(order) / self.batch_size)
        rows = constants(rows_of(self.rows, chosen))
        return Block(rows, tf.constant(order.astype(np.int32)), number * self._block_steps, steps)


def feed_of(rows: Arrays, batch_size: int, *, seed: int, shuffle: bool) -> Feed:
    """Choose the feed for rows in memory, or for rows that come in blocks."""
    kind = InBlocks if is_streamed(rows[0]) else InMemory
    return kind(rows, batch_size, seed=seed, shuffle=shuffle)


def check_batch(rows: Arrays, batch_size: int) -> None:
    """Check that batches of rows that come in blocks fit into memory.

    Raises:
        ModelError: They are too large to be streamed.
    """
    if is_streamed(rows[0]) and batch_size > (most := MOST_BLOCKS_A_BATCH * rows[0].block_rows):
        got = f"batches of {batch_size} rows for a table that is streamed"
        way_out = "Or let `dataset.cache` be never, which reads all of it into memory."
        message = sentence(got, f"at most {most}", way_out)
        raise ModelError(message, key=("training", "batch_size"))


def segments(feed: Feed, begin: int, end: int) -> Iterator[tuple[Block, int, int]]:
    """Give the steps begin to end - 1 as parts of blocks, pass after pass.

    Args:
        feed: The rows.
        begin: Number of the first step, counted over all epochs.
        end: Number of the step after the last.

    Returns:
        Blocks; of each the first step and the one after the last, counted in the block.
    """
    while begin < end:
        number, step = divmod(begin, feed.steps)
        for block in feed.blocks(number, step):
            start = max(step - block.first, 0)
            stop = min(block.steps, start + end - begin)
            yield block, start, stop
            begin += stop - start
            if begin == end:
                return


def count_rows(rows: Arrays) -> int:
    """Count the rows of arrays that have the same number of them."""
    return len(tf.nest.flatten(rows[0])[0])
