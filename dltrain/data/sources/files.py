"""The files that sources read: there, readable, and whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dltrain.errors import DataError, Key, sentence

PATH: Key = ("dataset", "path")
WAY_OUT = "Name another with `dataset.path=…`."


def existing_file(path: str) -> Path:
    """Return the path of a file that is there.

    Raises:
        DataError: There is nothing, or a folder.
    """
    found = Path(path)
    if found.is_dir():
        raise DataError(sentence(f"the folder {path}", "a file", WAY_OUT), key=PATH)
    if not found.exists():
        raise DataError(sentence(f"{path}, which does not exist", "a file", WAY_OUT), key=PATH)
    return found


def existing_folder(path: str) -> Path:
    """Return the path of a folder that is there.

    Raises:
        DataError: There is nothing, or a file.
    """
    found = Path(path)
    if found.is_file():
        raise DataError(sentence(f"the file {path}", "a folder", WAY_OUT), key=PATH)
    if not found.exists():
        raise DataError(sentence(f"{path}, which does not exist", "a folder", WAY_OUT), key=PATH)
    return found


@contextmanager
def reading(path: Path, expected: str, *broken: type[Exception]) -> Iterator[None]:
    """Turn what a reader raises about a broken file into a DataError.

    Args:
        path: The file.
        expected: What it should be, such as "a whole .gz file".
        broken: The exceptions with which the reader says that the file is broken.
    """
    try:
        yield
    except PermissionError as error:
        raise DataError(sentence(f"{path}, which may not be read", expected), key=PATH) from error
    except broken as error:
        reason = " ".join(str(error).split()).rstrip(".")
        got = f"{path}, which is broken ({reason})"
        raise DataError(sentence(got, expected, "Fetch the file again."), key=PATH) from error
