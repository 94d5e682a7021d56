"""The files that sources read: there, readable, and whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dltrain.errors import DataError, Key, sentence

PATH: Key = ("dataset", "path")
WAY_OUT = "Name another with `dataset.path=…`."
AGAIN = "Fetch the file again."
# How pandas begins what it says about a line.
PANDAS = "Error tokenizing data. C error: "


def existing_file(path: str) -> Path:
    """Return the path of a file that is there.

    Raises:
        DataError: There is nothing, or a folder.
    """
    if os.path.isdir(path):
        raise DataError(sentence(f"the folder {path}", "a file", WAY_OUT), key=PATH)
    return _existing(path, "a file")


def existing_folder(path: str) -> Path:
    """Return the path of a folder that is there.

    Raises:
        DataError: There is nothing, or a file.
    """
    if os.path.isfile(path):
        raise DataError(sentence(f"the file {path}", "a folder", WAY_OUT), key=PATH)
    return _existing(path, "a folder")


def _existing(path: str, expected: str) -> Path:
    if not os.path.exists(path):
        raise DataError(sentence(f"{path}, which does not exist", expected, WAY_OUT), key=PATH)
    return Path(path)


@contextmanager
def reading(
    path: Path, expected: str, *broken: type[Exception], way_out: str = AGAIN
) -> Iterator[None]:
    """Turn what a reader raises about a broken file into a DataError.

    Args:
        path: The file.
        expected: What it should be, such as "a whole .gz file".
        broken: The exceptions with which the reader says that the file is broken.
        way_out: What to do about a broken file.
    """
    try:
        yield
    except PermissionError as error:
        got = f"{path}, which may not be read"
        raise DataError(sentence(got, expected, "Change its permissions."), key=PATH) from error
    except broken as error:
        reason = " ".join(str(error).split()).rstrip(".").removeprefix(PANDAS)
        got = f"{path}, which is broken ({reason})"
        raise DataError(sentence(got, expected, way_out), key=PATH) from error
