"""`type: idx` the four files of MNIST and of sets made like it, gzipped or plain."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw, fingerprint_of_files
from dltrain.data.sources.files import PATH, existing_folder, reading
from dltrain.errors import DataError, listed, sentence

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
UNSIGNED_BYTE = 8


def read(dataset: dict[str, Any]) -> Raw:
    """Read pictures and labels; the t10k files are the set's own test part.

    Args:
        dataset: `path`, the folder.

    Raises:
        DataError: A file is missing, cut off, or no idx file.
    """
    folder = existing_folder(dataset["path"])
    paths = [_path(folder, name) for name in FILES]
    images, labels, test_images, test_labels = (read_file(path) for path in paths)
    _check(paths, images, labels)
    _check(paths[2:], test_images, test_labels)
    if images.shape[1:] != test_images.shape[1:]:
        got = f"train pictures of {images.shape[1:]} and test pictures of {test_images.shape[1:]}"
        raise DataError(sentence(got, "one size"), key=PATH)
    own_test = np.arange(len(images) + len(test_images)) >= len(images)
    return Raw(
        features=np.concatenate([images, test_images])[..., np.newaxis],
        form="images",
        targets=pd.DataFrame({"label": np.concatenate([labels, test_labels]).astype(np.int64)}),
        fingerprint=fingerprint_of_files(paths),
        own_test=own_test,
    )


def read_file(path: Path) -> np.ndarray:
    """Read one idx file of unsigned bytes.

    Returns:
        uint8, with the shape that the file's head gives.

    Raises:
        DataError: The file is cut off, longer than its head says, or no idx file.

    Source:
        THE MNIST DATABASE of handwritten digits, "file formats".
    """
    with reading(path, "a whole idx file", OSError, EOFError, zlib.error):
        opened = gzip.open(path) if path.suffix == ".gz" else path.open("rb")
        with opened as file:
            content = file.read()
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != UNSIGNED_BYTE:
        message = sentence(f"{path}, which does not begin like one", "an idx file of unsigned bytes")
        raise DataError(message, key=PATH)
    dimensions = content[3]
    start = 4 + 4 * dimensions
    shape = tuple(np.frombuffer(content[4:start], ">u4").tolist()) if len(content) >= start else (-1,)
    size = int(np.prod(shape, dtype=np.int64))
    if len(content) - start != size or not size:
        got = f"{path} with {max(len(content) - start, 0)} bytes of data"
        raise DataError(sentence(got, f"{size} as its head says", "Fetch the file again."), key=PATH)
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _path(folder: Path, name: str) -> Path:
    for candidate in (folder / f"{name}.gz", folder / name):
        if candidate.is_file():
            return candidate
    missing = [f"{name}.gz" for name in FILES if not any(folder.glob(f"{name}*"))]
    message = sentence(f"{folder} without {listed(missing)}", "the four idx files of the set")
    raise DataError(message, key=PATH)


def _check(paths: list[Path], images: np.ndarray, labels: np.ndarray) -> None:
    if images.ndim != 3 or labels.ndim != 1 or len(images) != len(labels):
        got = f"{paths[0].name} of shape {images.shape} and {paths[1].name} of shape {labels.shape}"
        raise DataError(sentence(got, "(n, height, width) and (n,)"), key=PATH)
