"""In which order an epoch visits the train rows: all of them at once, or block by block."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dltrain.errors import DataError, sentence


def epoch_order(n_rows: int, *, seed: int, epoch: int) -> np.ndarray:
    """Draw the order in which one epoch visits the train rows.

    The order follows from the arguments alone, never from earlier epochs, so a resumed
    run needs to know only the epoch's number to go on where it stopped.

    Args:
        n_rows: Number of train rows, at least 1.
        seed: The file's `seed`.
        epoch: Zero-based number of the epoch.

    Returns:
        Permutation of 0 .. n_rows - 1, shape (n_rows,), int32.

    Raises:
        DataError: n_rows is 0 or does not fit into int32.

    Source:
        Independent streams from one seed: numpy.random.SeedSequence.

    Example:
        >>> first = epoch_order(5, seed=7, epoch=0)
        >>> sorted(first.tolist())
        [0, 1, 2, 3, 4]
        >>> np.array_equal(first, epoch_order(5, seed=7, epoch=0))
        True
    """
    if not 0 < n_rows < 2**31:
        raise DataError(sentence(f"{n_rows} train rows", "1 to 2147483647"))
    return np.random.default_rng([seed, epoch]).permutation(n_rows).astype(np.int32)


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
