"""`type: idx` the four files of MNIST and of sets made like it, gzipped or plain."""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw, fingerprint_of_files
from dltrain.data.sources.files import AGAIN, PATH, WAY_OUT, existing_folder, reading
from dltrain.errors import DataError, listed, sentence

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
UNSIGNED_BYTE = 8
# NumPy has no more in every version.
MOST_DIMENSIONS = 32


def read(dataset: dict[str, Any]) -> Raw:
    """Read pictures and labels; the t10k files are the set's own test part.

    Args:
        dataset: `path`, the folder.

    Raises:
        DataError: A file is missing, cut off, or no idx file.
    """
    folder = existing_folder(dataset["path"])
    paths = _paths(folder)
    images, labels, test_images, test_labels = (read_file(path) for path in paths)
    _check(paths, images, labels)
    _check(paths[2:], test_images, test_labels)
    if images.shape[1:] != test_images.shape[1:]:
        got = f"train pictures of {images.shape[1:]} and test pictures of {test_images.shape[1:]}"
        raise DataError(sentence(got, "one size", AGAIN), key=PATH)
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
        content = _content(path)
    start = 4 + 4 * content[3] if len(content) > 3 else 4
    plain = len(content) >= start and content[:3] == bytes([0, 0, UNSIGNED_BYTE])
    if not plain or content[3] > MOST_DIMENSIONS:
        got = f"{path}, which does not begin like one"
        raise DataError(sentence(got, "an idx file of unsigned bytes", AGAIN), key=PATH)
    shape = tuple(np.frombuffer(content[4:start], ">u4").tolist())
    size = math.prod(shape)
    if len(content) - start != size:
        got = f"{path} with {len(content) - start} bytes of data"
        raise DataError(sentence(got, f"{size} as its head says", AGAIN), key=PATH)
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _content(path: Path) -> bytes:
    if path.suffix != ".gz":
        return path.read_bytes()
    with gzip.open(path) as file:
        return file.read()


def _paths(folder: Path) -> list[Path]:
    found = {name: _path(folder, name) for name in FILES}
    missing = [f"{name}.gz" for name, path in found.items() if path is None]
    if missing:
        message = sentence(
            f"{folder} without {listed(missing)}", "the four idx files of the set", WAY_OUT
        )
        raise DataError(message, key=PATH)
    return [path for path in found.values() if path is not None]


def _path(folder: Path, name: str) -> Path | None:
    candidates = (folder / f"{name}.gz", folder / name)
    return next((path for path in candidates if path.is_file()), None)


def _check(paths: list[Path], images: np.ndarray, labels: np.ndarray) -> None:
    fitting = images.ndim == 3 and labels.ndim == 1 and len(images) == len(labels)
    if not fitting or not images.size:
        got = f"{paths[0].name} of shape {images.shape} and {paths[1].name} of shape {labels.shape}"
        raise DataError(
            sentence(got, "(n, height, width) and (n,), none of them 0", AGAIN), key=PATH
        )
