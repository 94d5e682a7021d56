"""Rows as a source gives them: read, but neither split, nor inferred, nor scaled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from dltrain.data.series import Series


@dataclass(frozen=True)
class Lines:
    """The rows of one text file among several.

    Attributes:
        name: Name of the file.
        row: Number of its first row.
        line: Line of that row; None where rows are no lines.
    """

    name: str
    row: int
    line: int | None


@dataclass(frozen=True)
class Stored:
    """How the rows of a table lie in the cache: in an order of their own, not all in memory.

    Attributes:
        order: For each row its number in the file, int32 (n,).
        size: Bytes on disk; 0 for some rows of a table.
        seconds: What it took to make; None where it was there already.
    """

    order: np.ndarray
    size: int = 0
    seconds: float | None = None


@dataclass(frozen=True)
class Raw:
    """All rows of a dataset.

    Attributes:
        features: A DataFrame for tables; else an array with a row in each first position:
            uint8 (n, height, width, channels) pictures, int32 (n, length) tokens, or
            float32 (n, …) numbers. For windows the table that they are cut out of.
        form: "table", "images", "texts" (a table of one column), "tokens", "array" or "windows".
        targets: One column for each target; for windows one for each of its next values.
        fingerprint: sha256 of what was read.
        own_test: True for the rows of the set's own test part; None where it has none.
        first_line: Line of row 0 in a text file; None where rows are no lines, or in several files.
        lines: The files, where there are several.
        aside: Columns that the split reads, or weights, and the model does not; a row in each.
        overlap: Rows behind each that share values of the target with it, as windows over one
            series do; that many are left out between two parts.
        series: The windows, which are the rows then.
        types: Type of each column about which the file says more than its cells do.
        stored: Where the rows are in another order than in the file; words are categories then.
    """

    features: pd.DataFrame | np.ndarray
    form: str
    targets: pd.DataFrame
    fingerprint: str
    own_test: np.ndarray | None = None
    first_line: int | None = None
    lines: tuple[Lines, ...] = ()
    aside: pd.DataFrame | None = None
    overlap: int = 0
    series: Series | None = None
    types: dict[str, str] = field(default_factory=dict)
    stored: Stored | None = None

    def __len__(self) -> int:
        return len(self.features if self.series is None else self.series)

    def numbers(self) -> np.ndarray:
        """Give the number of every row, 0 .. n - 1."""
        return np.arange(len(self))

    def cells(self, name: str, rows: np.ndarray) -> pd.Series:
        """Give the cells of one column of a table; words as words, however they are stored."""
        return as_words(pd.DataFrame(self.features)[name].iloc[rows])

    def of_target(self, name: str) -> pd.DataFrame:
        """Give the columns of one target."""
        return self.targets[[name] if self.series is None else self.series.next_names(name)]

    def where(self, row: int) -> str:
        """Name a row in a message, numbered as in split.csv.

        Example:
            >>> table = pd.DataFrame({"a": [1]})
            >>> Raw(table, "table", table, "", first_line=2).where(0)
            'row 0 (line 2)'
        """
        row = row if self.stored is None else int(self.stored.order[row])
        if self.lines:
            file = max((one for one in self.lines if one.row <= row), key=lambda one: one.row)
            line = "" if file.line is None else f", line {row - file.row + file.line}"
            return f"row {row} ({file.name}{line})"
        line = "" if self.first_line is None else f" (line {row + self.first_line})"
        return f"row {row}{line}"


def as_words(cells: pd.Series) -> pd.Series:
    """Give the words of a column that is stored as positions among them; others as they are."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.astype(cells.cat.categories.dtype)
    return cells


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
