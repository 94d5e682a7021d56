"""`type: npz` arrays as numpy.savez writes them; files that hold pickles are refused."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw, fingerprint_of_files
from dltrain.data.sources.features import aside_columns, features_table, refuse_columns
from dltrain.data.sources.files import AGAIN, PATH, existing_file, reading
from dltrain.errors import DataError, listed, sentence

WHOLE = ("x", "y")
PARTS = ("x_train", "y_train", "x_test", "y_test")
# What a damaged archive raises; RuntimeError: it is encrypted; the last two: an array's head.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, NotImplementedError,
    RuntimeError, ValueError, SyntaxError, tokenize.TokenError,
)  # fmt: skip
PLAIN_FLOATS = (4, 8)
# Every whole number below is a float32.
WHOLE_FLOAT32 = 2**24


def read(dataset: dict[str, Any]) -> Raw:
    """Read x and y, or x_train, y_train, x_test and y_test.

    Args:
        dataset: `path`, `features` and `columns` of the section.

    Raises:
        DataError: The file is missing, broken, pickled, or lacks an array.
    """
    path = existing_file(dataset["path"])
    arrays = _arrays(path)
    if set(PARTS) <= set(arrays):
        (x, y), own_test = joined(*(arrays[name] for name in PARTS))
    else:
        x, y, own_test = arrays["x"], arrays["y"], None
    return from_arrays(x, y, fingerprint_of_files([path]), dataset, own_test=own_test)


def joined(
    x_train: np.ndarray, y_train: np.ndarray, x_test: np.ndarray, y_test: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Put a set's own two parts one behind the other.

    Returns:
        (x, y), and own_test: bool (n,), True for the rows of the test part.

    Raises:
        DataError: The parts differ in shape or type, or features and targets in rows.
    """
    _check_rows(x_train, y_train)
    _check_rows(x_test, y_test)
    if x_train.shape[1:] != x_test.shape[1:] or y_train.shape[1:] != y_test.shape[1:]:
        got = f"train arrays of {x_train.shape} and test arrays of {x_test.shape}"
        raise DataError(sentence(got, "rows of one shape"), key=PATH)
    if x_train.dtype != x_test.dtype or y_train.dtype.kind != y_test.dtype.kind:
        train, test = _types(x_train, y_train), _types(x_test, y_test)
        got = f"train arrays of {train} and test arrays of {test}"
        raise DataError(sentence(got, "one type"), key=PATH)
    own_test = np.arange(len(x_train) + len(x_test)) >= len(x_train)
    return (np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test])), own_test


def from_arrays(
    x: np.ndarray,
    y: np.ndarray,
    fingerprint: str,
    dataset: dict[str, Any],
    *,
    own_test: np.ndarray | None = None,
    names: list[str] | None = None,
) -> Raw:
    """Tell from type and shape what an array of features is.

    Two dimensions are a table with the columns x0, x1, …; uint8 with three or four are
    pictures; anything else of numbers stays an array.

    Args:
        x: Features, (n, …).
        y: Targets, (n,) or (n, number of targets).
        fingerprint: sha256 of what was read.
        dataset: `features` and `columns` of the section.
        own_test: True for the rows of the set's own test part.
        names: Names of the columns of a table.

    Raises:
        DataError: The arrays differ in rows, or hold no numbers.
    """
    _check_rows(x, y)
    if not len(x):
        raise DataError(sentence(_shapes(x, y), "at least one row"), key=PATH)
    for array in (x, y):
        if array.dtype.kind not in "biuf" and not (array is y and array.dtype.kind in "SU"):
            raise DataError(sentence(f"an array of {array.dtype}", "numbers"), key=PATH)
    x, y = _plain(x), _plain(y)
    if y.dtype == bool and y.ndim == 1:
        y = y.astype(str)  # the classes False and True are words, as in a table of text
    columns = ["target"] if y.ndim == 1 else [f"y{index}" for index in range(y.shape[1])]
    targets = pd.DataFrame(y.reshape(len(y), -1), columns=columns)
    if x.ndim == 2:
        table = pd.DataFrame(x, columns=names or [f"x{index}" for index in range(x.shape[1])])
        features, aside = features_table(table, [], dataset), aside_columns(table, [], dataset)
        return Raw(features, "table", targets, fingerprint, own_test, aside=aside)
    if x.dtype == np.uint8 and x.ndim in (3, 4):
        refuse_columns(dataset, "pictures")
        pictures = x[..., np.newaxis] if x.ndim == 3 else x
        return Raw(pictures, "images", targets, fingerprint, own_test)
    refuse_columns(dataset, f"{x.ndim} dimensions")
    return Raw(_as_float32(x), "array", targets, fingerprint, own_test)


def _check_rows(x: np.ndarray, y: np.ndarray) -> None:
    if x.ndim < 2 or y.ndim not in (1, 2) or len(x) != len(y) or 0 in (*x.shape[1:], *y.shape[1:]):
        expected = "(n, columns) or more and (n,) or (n, targets)"
        raise DataError(sentence(_shapes(x, y), expected), key=PATH)


def _shapes(x: np.ndarray, y: np.ndarray) -> str:
    return f"features of shape {x.shape} and targets of shape {y.shape}"


def _types(x: np.ndarray, y: np.ndarray) -> str:
    return f"{x.dtype} and {y.dtype}"


def _plain(array: np.ndarray) -> np.ndarray:
    """Give an array of a type that pandas knows: no bytes, no foreign byte order, no float16."""
    if array.dtype.kind == "S":
        try:
            return np.char.decode(array, "utf-8")
        except UnicodeDecodeError as error:
            message = sentence(f"an array of {array.dtype}", "words in UTF-8")
            raise DataError(message, key=PATH) from error
    if array.dtype.kind == "f" and array.dtype.itemsize not in PLAIN_FLOATS:
        return array.astype(np.float32 if array.dtype.itemsize < 4 else np.float64)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _as_float32(x: np.ndarray) -> np.ndarray:
    """Turn numbers into float32; what it cannot hold becomes infinite and is refused later."""
    with np.errstate(over="ignore"):
        numbers = x.astype(np.float32)
    if x.dtype.kind in "iu" and (x.max() > WHOLE_FLOAT32 or x.min() < -WHOLE_FLOAT32):
        way_out = "Subtract or divide, or save them as floats."
        raise DataError(
            sentence("whole numbers above 2**24", "numbers of float32", way_out), key=PATH
        )
    return numbers


def _arrays(path: Path) -> dict[str, np.ndarray]:
    """Load the arrays that are needed, and no other."""
    with reading(path, "a whole .npz file", *DAMAGED), path.open("rb") as file:
        try:
            archive = np.load(file, allow_pickle=False)
            if isinstance(archive, np.ndarray):
                message = sentence(f"{path}, a single array", "an .npz file", "Use numpy.savez.")
                raise DataError(message, key=PATH)
            names = _names(path, archive.files)
            arrays = {name: archive[name] for name in names}
        except ValueError as error:
            if "pickle" not in str(error):
                raise
            objects = "which holds pickled objects"
            got = objects if "Object arrays" in str(error) else "which is a pickle or no .npz file"
            way_out = "Save plain numbers with numpy.savez."
            message = sentence(f"{path}, {got}", "arrays of numbers", way_out)
            raise DataError(message, key=PATH) from error
    strange = [name for name in names if not isinstance(arrays[name], np.ndarray)]
    if strange:
        message = sentence(f"{path}, where {strange[0]} is no array", "an .npz file", AGAIN)
        raise DataError(message, key=PATH)
    return arrays


def _names(path: Path, names: list[str]) -> tuple[str, ...]:
    for wanted in (PARTS, WHOLE):
        if set(wanted) <= set(names):
            return wanted
    expected = f"the arrays {', '.join(WHOLE)}, or {', '.join(PARTS)}"
    got = f"{path} with {listed(names) or 'no array'}"
    raise DataError(sentence(got, expected, "Name them in numpy.savez."), key=PATH)
