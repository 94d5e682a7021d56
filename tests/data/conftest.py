"""Sections of a config as plain data, the way `prepare` gets them."""

from __future__ import annotations

import gzip
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

TABLE = {
    "features": {"include": None, "exclude": []},
    "columns": {},
    "scaling": "standard",
    "missing": "error",
}
WRITTEN = {
    "separator": ",", "header": True, "names": None, "na_values": [], "skip_spaces": False,
    "decimal": ".", "comment": None, "encoding": "utf-8",
}  # fmt: skip
IMAGES = {"images": {"scaling": "0_1"}}
IDX_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


@pytest.fixture
def csv_section(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Write a CSV file and give its `dataset` section."""

    def write(content: str | bytes, *, name: str = "a.csv", **options: Any) -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return TABLE | WRITTEN | {"type": "csv", "path": str(path), "target": "y"} | options

    return write


@pytest.fixture
def npz_section(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Write arrays into an .npz file and give its `dataset` section."""

    def write(arrays: dict[str, np.ndarray] | bytes, **options: Any) -> dict[str, Any]:
        path = tmp_path / "a.npz"
        if isinstance(arrays, bytes):
            path.write_bytes(arrays)
        else:
            np.savez(path, **arrays)
        return TABLE | IMAGES | {"type": "npz", "path": str(path)} | options

    return write


@pytest.fixture
def idx_section(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Write the four idx files, 6 train and 4 test pictures of 3×2, and give the section.

    A file given by name takes the place of the made one; None leaves it out.
    """

    def write(**others: bytes | None) -> dict[str, Any]:
        for name in IDX_NAMES:
            key = name.replace("-", "_")
            content = others[key] if key in others else gzip.compress(idx_bytes(made_idx(name)))
            if content is not None:
                (tmp_path / f"{name}.gz").write_bytes(content)
        return IMAGES | {"type": "idx", "path": str(tmp_path)}

    return write


def made_idx(name: str) -> np.ndarray:
    rows = 6 if name.startswith("train") else 4
    if "labels" in name:
        return np.arange(rows, dtype=np.uint8) % 2
    return np.arange(rows * 6, dtype=np.uint8).reshape(rows, 3, 2)


def idx_bytes(array: np.ndarray) -> bytes:
    head = b"\0\0\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.tobytes()


@pytest.fixture
def as_idx() -> Callable[[np.ndarray], bytes]:
    """Spell an array as an idx file, not compressed."""
    return idx_bytes


@pytest.fixture
def real_data() -> Callable[[str], Path]:
    """Give a folder of the real datasets; without it the test is skipped."""

    def find(name: str) -> Path:
        root = os.environ.get("DLTRAIN_DATA")
        if not root:
            pytest.skip("the environment variable DLTRAIN_DATA is not set")
        folder = Path(root) / name
        if not folder.is_dir():
            pytest.skip(f"DLTRAIN_DATA holds no folder {name}")
        return folder

    return find
