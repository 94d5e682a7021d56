"""Columns on disk in an order drawn once."""

import numpy as np
import pytest

from dltrain.data.cache.writing import ShuffledColumns

CASES = {
    "one bucket": (10, 100, 4),
    "bucket a row": (10, 1, 3),
    "buckets of chunks": (12, 4, 4),
    "ragged": (1000, 64, 37),
    "one row": (1, 5, 5),
    "one chunk": (50, 7, 50),
}


def shuffled(folder, n_rows, bucket_rows, chunk_rows):
    """Write a column of whole numbers and one of their squares; give both as stored."""
    types = {"a": np.dtype(np.int32), "b": np.dtype(np.float64)}
    columns = ShuffledColumns(folder, n_rows, types, bucket_rows)
    for start in range(0, n_rows, chunk_rows):
        rows = np.arange(start, min(start + chunk_rows, n_rows), dtype=np.int32)
        columns.append({"a": rows, "b": rows.astype(np.float64) ** 2})
    columns.finish()
    return np.load(folder / "a.npy"), np.load(folder / "b.npy")


@pytest.mark.parametrize(("n_rows", "bucket_rows", "chunk_rows"), CASES.values(), ids=CASES.keys())
def test_every_row_is_kept_once_and_whole(tmp_path, n_rows, bucket_rows, chunk_rows):
    a, b = shuffled(tmp_path, n_rows, bucket_rows, chunk_rows)

    assert (a.dtype, b.dtype) == (np.int32, np.float64)
    assert sorted(a.tolist()) == list(range(n_rows))
    assert np.array_equal(b, a.astype(np.float64) ** 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npy", "b.npy"]


def test_the_order_does_not_hang_on_the_chunks(tmp_path):
    orders = []
    for chunk_rows in (1, 10, 1000):
        folder = tmp_path / str(chunk_rows)
        folder.mkdir()
        orders.append(shuffled(folder, 300, 64, chunk_rows)[0].tolist())

    assert orders[0] == orders[1] == orders[2]


def test_rows_of_a_block_come_from_everywhere(tmp_path):
    a, _ = shuffled(tmp_path, 100_000, 4096, 5000)

    means = a.reshape(100, 1000).mean(axis=1)
    # The mean of 1000 of 100 000 uniform numbers deviates by 29 000 / sqrt(1000) = 913.
    assert np.abs(means - 50_000).max() < 4.5 * 913
    assert abs(np.corrcoef(a, np.arange(len(a)))[0, 1]) < 0.02


def test_a_column_may_be_kept_in_a_smaller_type(tmp_path):
    columns = ShuffledColumns(tmp_path, 3, {"a": np.dtype(np.int32)})
    columns.append({"a": np.array([1, -1, 2])})
    columns.finish({"a": np.dtype(np.int8)})

    stored = np.load(tmp_path / "a.npy")
    assert (stored.dtype, sorted(stored.tolist())) == (np.int8, [-1, 1, 2])
