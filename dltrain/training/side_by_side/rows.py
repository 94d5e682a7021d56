"""The rows of several networks in memory, each array once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from dltrain.errors import DataError, sentence
from dltrain.model.passes import constants
from dltrain.training.feeding import Arrays, count_rows

MOST_ROWS = 2**31 - 1


class Rows:
    """Rows of all networks behind one another; an array that networks share is there once.

    Args:
        each: Inputs, targets and perhaps weights of each network; arrays, or maps of arrays.

    Attributes:
        counts: Number of rows of each network.
        tensors: All rows, each (n, …), nested as the rows of one network are.
        offsets: Where the rows of each network begin, int32 (networks,), nested alike.

    Raises:
        DataError: There are more rows than int32 counts.
    """

    def __init__(self, each: Sequence[Arrays]) -> None:
        self.counts = [count_rows(rows) for rows in each]
        placed = [_placed(own) for own in zip(*map(tf.nest.flatten, each), strict=True)]
        self.tensors, self.offsets = (
            tf.nest.pack_sequence_as(each[0], list(part)) for part in zip(*placed, strict=True)
        )

    def offsets_of(self, members: Sequence[int]) -> Any:
        """Give the offsets of some networks as tensors."""
        return tf.nest.map_structure(lambda own: tf.constant(own[list(members)]), self.offsets)


def _placed(own: Sequence[Any]) -> tuple[Any, np.ndarray]:
    """Put the arrays of all networks behind one another, and say where each begins."""
    begins: dict[int, int] = {}
    different, total = [], 0
    for array in own:
        if id(array) not in begins:
            begins[id(array)] = total
            different.append(array)
            total += len(array)
    if total > MOST_ROWS:
        message = sentence(f"{total} rows of all networks together", f"at most {MOST_ROWS}")
        raise DataError(message)
    joined = different[0] if len(different) == 1 else np.concatenate(different)
    offsets = np.array([begins[id(array)] for array in own], np.int32)
    return constants(joined), offsets
