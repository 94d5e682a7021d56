"""Rows that are made when they are wanted: what stands for an array that memory does not hold.

Whoever takes rows of an array by number takes them of `Blocks` in the same way. Imports: NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

# The most rows, and the most numbers, that are prepared at once. The numbers of a block are a few
# times in memory while it is made: 64 MB as float32, twice that as float64.
BLOCK_ROWS = 2**17
BLOCK_NUMBERS = 2**24
# The rows that one call of NumPy works on: few enough for the processor's cache.
PIECE_ROWS = 2**14


def rows_at_once(width: int) -> int:
    """Choose the rows of a block, a fixed rule of the data.

    Args:
        width: Numbers of one row.

    Example:
        >>> rows_at_once(20), rows_at_once(1024)
        (131072, 16384)
    """
    return max(1, min(BLOCK_ROWS, BLOCK_NUMBERS // max(1, width)))


class Blocks:
    """Rows by number, like an array; nothing is kept.

    Args:
        n_rows: Number of rows.
        make: Gives the rows with the given numbers, int64 (n,): an array, or a dict of them.
        block_rows: Rows that are best made at once.
    """

    def __init__(self, n_rows: int, make: Callable[[np.ndarray], Any], block_rows: int) -> None:
        self.n_rows = n_rows
        self.block_rows = block_rows
        self._make = make

    def __len__(self) -> int:
        return self.n_rows

    def __getitem__(self, rows: slice | np.ndarray) -> Any:
        """Make some rows."""
        chosen = np.arange(*rows.indices(self.n_rows)) if isinstance(rows, slice) else rows
        return self._make(chosen)

    def in_turn(self) -> Iterator[Any]:
        """Make all rows, block by block."""
        for start in range(0, self.n_rows, self.block_rows):
            yield self[start : start + self.block_rows]


def pieces(rows: np.ndarray) -> list[np.ndarray]:
    """Cut row numbers into pieces."""
    return [rows[start : start + PIECE_ROWS] for start in range(0, len(rows), PIECE_ROWS)]


def below_each_other(blocks: Sequence[Any]) -> Any:
    """Put the rows of arrays, or of dicts of them, below each other."""
    if isinstance(blocks[0], dict):
        return {name: np.concatenate([one[name] for one in blocks]) for name in blocks[0]}
    return np.concatenate(blocks)


def rows_of(arrays: Any, rows: slice | np.ndarray) -> Any:
    """Take some rows of an array or of blocks, or of each in a dict."""
    if isinstance(arrays, dict):
        return {name: rows_of(one, rows) for name, one in arrays.items()}
    taken = arrays[rows]
    return np.asarray(taken) if isinstance(taken, np.memmap) else taken


def first_rows(arrays: Any, count: int) -> Any:
    """Give the first rows of an array or of blocks, or of each in a dict; blocks stay blocks."""
    if isinstance(arrays, dict):
        return {name: first_rows(one, count) for name, one in arrays.items()}
    if isinstance(arrays, Blocks):
        return Blocks(min(count, len(arrays)), arrays.__getitem__, arrays.block_rows)
    return arrays[:count]


def changed(y: Any, like: Any, change: Callable[[Any], Any]) -> Any:
    """Change arrays; block by block where the rows beside them come in blocks.

    Args:
        y: An array or blocks, or a dict of them.
        like: The inputs of the same rows.
        change: Gives as many rows as it is given.
    """
    if not isinstance(like, Blocks):
        return change(y)
    return Blocks(len(like), lambda rows: change(rows_of(y, rows)), like.block_rows)
