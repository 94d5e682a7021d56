"""Rows of a tf.data.Dataset, read into memory: all of them, or the first.

One that has no end is refused before it is read, where TensorFlow knows it. Where nobody can know,
as of a generator, the reading tells how far it is at counts that double, and ends at a bound of
memory: rules of rows and bytes, so that a file that is read once is read on any machine. Imports:
NumPy, and TensorFlow when something is read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from dltrain.data.sources.user_module import FUNCTION
from dltrain.errors import DataError, Key, sentence

ROWS: Key = ("dataset", "rows")
# Where in its graph TensorFlow met an error.
PLACE = re.compile(r"\{\{.*?\}\}")
Pair = tuple[Any, Any]
# What rows whose number nobody has told may take in memory.
MOST_BYTES = 2 * 2**30
# What a row takes beside its cells: a pair, two arrays and their tensors; 530 bytes were measured.
PAIR_BYTES = 500
FIRST_TOLD = 10_000  # rows; then twice as many, and so on
ENDS = "Leave `repeat()` out, or say with `dataset.rows` how many rows to take."


def rows_of(dataset: Any, function: str, count: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Read a tf.data.Dataset, or its first rows; batches of an unknown size are rows, too.

    Args:
        dataset: What the function has returned.
        function: MODULE:NAME, for messages.
        count: How many rows; None for all of them.

    Returns:
        x and y, with a row in each first position.

    Raises:
        DataError: It has no end, or takes more memory than it may where nobody knows its length;
            it breaks off, is empty, or does not give pairs of one shape.
    """
    import tensorflow as tf

    length = int(dataset.cardinality())
    if count is None and length == tf.data.INFINITE_CARDINALITY:
        raise _refused(f"a tf.data.Dataset without end from {function}", "one that ends", ENDS)
    spec = dataset.element_spec
    plain = isinstance(spec, tuple) and len(spec) == 2
    if not plain or not all(isinstance(one, tf.TensorSpec) for one in spec):
        got = f"a tf.data.Dataset of {spec} from {function}"
        raise _refused(got, "pairs of two tensors, x and y", "Let it give (x, y).")
    if all(one.shape.rank and one.shape[0] is None for one in spec):
        dataset = dataset.unbatch()
    if count is not None:
        dataset = dataset.take(count)
    found: Iterable[Pair] = dataset.as_numpy_iterator()
    if count is None and length == tf.data.UNKNOWN_CARDINALITY:
        found = _bounded(found, function)
    try:
        pairs = list(found)
    except tf.errors.OpError as error:
        reason = PLACE.sub("", error.message.partition("\n")[0]).strip().rstrip(".")
        got = f"a tf.data.Dataset from {function} that breaks off ({reason})"
        raise _refused(got, "rows", "Mend the code.") from error
    if not pairs:
        raise _refused(f"an empty tf.data.Dataset from {function}", "at least one row")
    if count is not None and len(pairs) < count:
        got = f"a tf.data.Dataset of {len(pairs)} rows from {function}"
        raise DataError(sentence(got, f"{count}", "Leave `rows` out for all of them."), key=ROWS)
    if len({(np.shape(x), np.shape(y)) for x, y in pairs}) > 1:
        raise _refused(f"rows of different shapes from {function}", "rows of one shape")
    return np.stack([x for x, _ in pairs]), np.stack([_plain(y) for _, y in pairs])


def _bounded(pairs: Iterable[Pair], function: str) -> Iterator[Pair]:
    """Tell how many rows were read, and refuse more than the memory may hold.

    Raises:
        DataError: There are more.
    """
    told, taken = FIRST_TOLD, 0
    for number, pair in enumerate(pairs, 1):
        yield pair
        taken += PAIR_BYTES + sum(np.asarray(one).nbytes for one in pair)
        if taken > MOST_BYTES:
            gigabytes = f"{MOST_BYTES / 2**30:g} GiB"
            got = f"more than {gigabytes} ({number} rows, and more to come) from {function}"
            expected = f"a tf.data.Dataset that ends, of at most {gigabytes}"
            way_out = (
                "Say with `dataset.rows` how many rows to take, or with "
                "`tf.data.experimental.assert_cardinality` in the code how many it has."
            )
            raise _refused(got, expected, way_out)
        if number == told:
            told *= 2
            print(
                f"read {number} rows of {function} so far; give dataset.rows if it has no end",
                file=sys.stderr,
            )


def _plain(y: Any) -> Any:
    """Give words as text; TensorFlow has bytes."""
    return np.char.decode(np.asarray(y, dtype="S"), "utf-8") if isinstance(y, bytes) else y


def _refused(got: str, expected: str, way_out: str = "") -> DataError:
    return DataError(sentence(got, expected, way_out), key=FUNCTION)
