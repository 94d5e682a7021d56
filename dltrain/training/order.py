"""In which order an epoch visits the train rows."""

from __future__ import annotations

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
