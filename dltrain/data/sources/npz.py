"""`type: npz` arrays as numpy.savez writes them; files that hold pickles are refused."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw, fingerprint_of_files
from dltrain.data.sources.csv import feature_names
from dltrain.data.sources.files import PATH, existing_file, reading
from dltrain.errors import DataError, listed, sentence

WHOLE = ("x", "y")
PARTS = ("x_train", "y_train", "x_test", "y_test")


def read(dataset: dict[str, Any]) -> Raw:
    """Read x and y, or x_train, y_train, x_test and y_test.

    Args:
        dataset: `path` and `features` of the section.

    Raises:
        DataError: The file is missing, broken, pickled, or lacks an array.
    """
    path = existing_file(dataset["path"])
    arrays = _arrays(path)
    if set(PARTS) <= set(arrays):
        (x, y), own_test = joined(*(arrays[name] for name in PARTS))
    elif set(WHOLE) <= set(arrays):
        x, y, own_test = arrays["x"], arrays["y"], None
    else:
        expected = f"the arrays {', '.join(WHOLE)}, or {', '.join(PARTS)}"
        got = f"{path} with {listed(arrays) or 'no array'}"
        raise DataError(sentence(got, expected), key=PATH)
    fingerprint = fingerprint_of_files([path])
    return from_arrays(x, y, fingerprint, own_test=own_test, features=dataset["features"])


def joined(
    x_train: np.ndarray, y_train: np.ndarray, x_test: np.ndarray, y_test: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Put a set's own two parts one behind the other.

    Returns:
        (x, y), and own_test: bool (n,), True for the rows of the test part.

    Raises:
        DataError: The parts differ in shape.
    """
    if x_train.shape[1:] != x_test.shape[1:] or y_train.shape[1:] != y_test.shape[1:]:
        got = f"train arrays of {x_train.shape} and test arrays of {x_test.shape}"
        raise DataError(sentence(got, "rows of one shape"), key=PATH)
    own_test = np.arange(len(x_train) + len(x_test)) >= len(x_train)
    return (np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])), own_test


def from_arrays(
    x: np.ndarray,
    y: np.ndarray,
    fingerprint: str,
    *,
    own_test: np.ndarray | None = None,
    names: list[str] | None = None,
    features: dict[str, Any] | None = None,
) -> Raw:
    """Tell from type and shape what an array of features is.

    Two dimensions are a table with the columns x0, x1, …; uint8 with three or four are
    pictures; anything else of numbers stays an array.

    Args:
        x: Features, (n, …).
        y: Targets, (n,) or (n, number of targets).
        fingerprint: sha256 of what was read.
        own_test: True for the rows of the set's own test part.
        names: Names of the columns of a table.
        features: `features` of the section.

    Raises:
        DataError: The arrays differ in rows, or hold no numbers.
    """
    if len(x.shape) < 2 or y.ndim not in (1, 2) or len(x) != len(y) or not len(x):
        got = f"features of shape {x.shape} and targets of shape {y.shape}"
        raise DataError(sentence(got, "(n, …) and (n,) or (n, targets)"), key=PATH)
    for array in (x, y):
        if array.dtype.kind not in "biuf" and not (array is y and array.dtype.kind in "SU"):
            raise DataError(sentence(f"an array of {array.dtype}", "numbers"), key=PATH)
    columns = ["target"] if y.ndim == 1 else [f"y{index}" for index in range(y.shape[1])]
    targets = pd.DataFrame(y.reshape(len(y), -1), columns=columns)
    if x.ndim == 2:
        columns = names or [f"x{index}" for index in range(x.shape[1])]
        table = pd.DataFrame(x, columns=columns)
        table = table[feature_names(table, [], features or {})]
        return Raw(table, "table", targets, fingerprint, own_test)
    if x.dtype == np.uint8 and x.ndim in (3, 4):
        pictures = x[..., np.newaxis] if x.ndim == 3 else x
        return Raw(pictures, "images", targets, fingerprint, own_test)
    return Raw(x.astype(np.float32), "array", targets, fingerprint, own_test)


def _arrays(path: Path) -> dict[str, np.ndarray]:
    broken = (zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError)
    with reading(path, "a whole .npz file", *broken):
        try:
            with np.load(path, allow_pickle=False) as archive:
                if not isinstance(archive, np.lib.npyio.NpzFile):
                    raise DataError(sentence(f"the single array {path}", "an .npz file"), key=PATH)
                return {name: archive[name] for name in archive.files}
        except ValueError as error:
            got = f"{path}, which holds pickled objects or no arrays"
            way_out = "Save plain numbers with numpy.savez."
            message = sentence(got, "arrays of numbers", way_out)
            raise DataError(message, key=PATH) from error
