"""A table into columns on disk, its rows in an order drawn once.

Files are often sorted by class or by day, and training reads blocks of rows, so the rows of a
block have to come from everywhere. They come in chunks and are shuffled in two passes, with no
more than a chunk or a bucket of one column in memory: each row is drawn a bucket, whose rows are
then put into drawn order. Plain writes tell of a full disk; a write through a memory map would
end the process.

Source: P. Sanders, Random Permutations on Distributed, External and Hierarchical Memory, 1998.
Imports: NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

SEED = 20_261_121
BUCKET_ROWS = 2**20
UNSORTED = ".bucketed"
NPY = ".npy"


class ShuffledColumns:
    """Columns that are written chunk by chunk and read in random order.

    The order follows from the number of rows alone.

    Args:
        folder: Where to; one file a column.
        n_rows: Number of rows, at most 2**31 - 1.
        types: The type of each column by the name of its file.
        bucket_rows: Rows that are permuted in memory.
    """

    def __init__(
        self,
        folder: Path,
        n_rows: int,
        types: Mapping[str, np.dtype],
        bucket_rows: int = BUCKET_ROWS,
    ) -> None:
        self.folder, self.n_rows, self.types = folder, n_rows, dict(types)
        self._starts = np.arange(0, n_rows, bucket_rows)
        buckets = (np.arange(n_rows, dtype=np.int32) // bucket_rows).astype(np.uint16)
        self._bucket = np.random.default_rng([SEED, n_rows]).permutation(buckets)
        self._filled = self._starts.copy()
        self._row = 0
        for name in self.types:
            (folder / (name + UNSORTED)).touch()

    def append(self, columns: Mapping[str, np.ndarray]) -> None:
        """Write the next rows, each behind those that its bucket has."""
        length = len(next(iter(columns.values())))
        buckets = self._bucket[self._row : self._row + length]
        order = np.argsort(buckets, kind="stable")
        present, begins = np.unique(buckets[order], return_index=True)
        for name, values in columns.items():
            pieces = np.split(values.astype(self.types[name], copy=False)[order], begins[1:])
            with (self.folder / (name + UNSORTED)).open("r+b") as file:
                for bucket, piece in zip(present, pieces, strict=True):
                    file.seek(int(self._filled[bucket]) * piece.itemsize)
                    file.write(piece.tobytes())
        self._filled[present] += np.diff(np.append(begins, length))
        self._row += length

    def finish(self, types: Mapping[str, np.dtype] | None = None) -> None:
        """Shuffle the rows of each bucket.

        Args:
            types: Columns that are kept in another type than they came in.
        """
        ends = np.append(self._starts[1:], self.n_rows)
        spans = zip(self._starts.tolist(), ends.tolist(), strict=True)
        orders = [self._drawn(start, end) for start, end in spans]
        for name, dtype in self.types.items():
            unsorted = self.folder / (name + UNSORTED)
            with unsorted.open("rb") as file, (self.folder / (name + NPY)).open("wb") as target:
                final = np.dtype((types or {}).get(name, dtype))
                header = {
                    "descr": np.lib.format.dtype_to_descr(final),
                    "fortran_order": False,
                    "shape": (self.n_rows,),
                }
                np.lib.format.write_array_header_1_0(target, header)
                for order in orders:
                    rows = np.frombuffer(file.read(len(order) * dtype.itemsize), dtype)
                    target.write(rows[order].astype(final, copy=False).tobytes())
            unsorted.unlink()

    def _drawn(self, start: int, end: int) -> np.ndarray:
        """Draw the order of a bucket's rows, int32."""
        generator = np.random.default_rng([SEED, self.n_rows, start])
        return generator.permutation(np.arange(end - start, dtype=np.int32))
