"""The numbers that a work is trained on: Fashion-MNIST where it is at hand, made up otherwise."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from peers.works import CLASSES, LENGTH, TABLE_COLUMNS, WORDS, Work

SIDE = 28
PICTURES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
# An IDX file begins with four bytes, and four for the length of each axis.
PICTURES_HEADER, LABELS_HEADER = 16, 8


@dataclass(frozen=True)
class Rows:
    """Rows of a work.

    Attributes:
        x: Inputs of the train rows: uint8 (n, 28, 28), float32 (n, 29) or int32 (n, 200).
        y: Their classes, int32 (n,).
        val_x: Inputs of the val rows, perhaps none.
        val_y: Their classes.
    """

    x: np.ndarray
    y: np.ndarray
    val_x: np.ndarray
    val_y: np.ndarray


def rows_of(work: Work) -> Rows:
    """Read or draw the rows of a work; they are the same in every process."""
    count = work.rows + work.val_rows
    x, y = _pictures(count) if work.takes_pictures else _drawn(work, count)
    return Rows(x[: work.rows], y[: work.rows], x[work.rows :], y[work.rows :])


def picture_source() -> Path | None:
    """Find Fashion-MNIST: the folder of that name in `$DLTRAIN_DATA`."""
    if "DLTRAIN_DATA" not in os.environ:
        return None
    folder = Path(os.environ["DLTRAIN_DATA"]) / "fashion-mnist"
    return folder if (folder / PICTURES).is_file() else None


def _pictures(count: int) -> tuple[np.ndarray, np.ndarray]:
    folder, drawn = picture_source(), np.random.default_rng(0)
    if folder is None:
        x = drawn.integers(0, 256, (count, SIDE, SIDE), dtype=np.uint8)
        return x, drawn.integers(0, CLASSES, count, dtype=np.int32)
    x = np.frombuffer(
        gzip.decompress((folder / PICTURES).read_bytes()), np.uint8, offset=PICTURES_HEADER
    )
    y = np.frombuffer(
        gzip.decompress((folder / LABELS).read_bytes()), np.uint8, offset=LABELS_HEADER
    )
    return x.reshape(-1, SIDE, SIDE)[:count].copy(), y[:count].astype(np.int32)


def _drawn(work: Work, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw a table or texts whose class follows from a part of the row."""
    drawn = np.random.default_rng(0)
    if work.network == "table":
        x = drawn.standard_normal((count, TABLE_COLUMNS), dtype=np.float32)
        return x, (x[:, :5].sum(axis=1) > 0).astype(np.int32)
    x = drawn.integers(0, WORDS, (count, LENGTH), dtype=np.int32)
    return x, (x[:, -20:].mean(axis=1) > WORDS / 2).astype(np.int32)
