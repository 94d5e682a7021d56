"""Rows as a source gives them: read, but neither split, nor inferred, nor scaled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Raw:
    """All rows of a dataset.

    Attributes:
        features: A DataFrame for tables; else an array with a row in each first position:
            uint8 (n, height, width, channels) pictures, int32 (n, length) tokens, or
            float32 (n, …) numbers.
        form: "table", "images", "tokens" or "array".
        targets: One column for each target.
        fingerprint: sha256 of what was read.
        own_test: True for the rows of the set's own test part; None where it has none.
        first_line: Line of row 0 in a text file; None where rows are no lines.
        aside: Columns that the split reads and the model does not; a row in each.
        overlap: Rows behind each that share values of the target with it, as windows over one
            series do; that many are left out between two parts.
    """

    features: pd.DataFrame | np.ndarray
    form: str
    targets: pd.DataFrame
    fingerprint: str
    own_test: np.ndarray | None = None
    first_line: int | None = None
    aside: pd.DataFrame | None = None
    overlap: int = 0

    def __len__(self) -> int:
        return len(self.features)

    def numbers(self) -> np.ndarray:
        """Give the number of every row, 0 .. n - 1."""
        return np.arange(len(self))

    def where(self, row: int) -> str:
        """Name a row in a message, numbered as in split.csv.

        Example:
            >>> table = pd.DataFrame({"a": [1]})
            >>> Raw(table, "table", table, "", first_line=2).where(0)
            'row 0 (line 2)'
        """
        line = "" if self.first_line is None else f" (line {row + self.first_line})"
        return f"row {row}{line}"


def fingerprint_of_files(paths: Iterable[Path]) -> str:
    """Hash the bytes of files, in the given order.

    Returns:
        sha256, 64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def fingerprint_of_arrays(arrays: Iterable[np.ndarray]) -> str:
    """Hash the type, shape and bytes of arrays, in the given order.

    Returns:
        sha256, 64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
