"""The files that sources read: there, readable, and whole."""

from __future__ import annotations

import glob
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


def existing_files(paths: str | list[str], inside: str | None = None) -> list[Path]:
    """Return the files that a path, a pattern or a list of both names; those of a pattern sorted.

    Args:
        paths: The path, the pattern or the list.
        inside: Pattern of the files in a folder, such as *.parquet; None refuses folders.

    Raises:
        DataError: One is not there or a folder, no file matches a pattern, or one is named twice.
    """
    found: list[Path] = []
    for index, path in enumerate([paths] if isinstance(paths, str) else paths):
        with _placed_at(PATH if isinstance(paths, str) else (*PATH, index)):
            named = [file for one in _matching(path) for file in _files(one, inside)]
            if twice := [one for one in named if one in found]:
                raise DataError(sentence(f"{twice[0]} twice", "each file once"), key=PATH)
            found.extend(named)
    return found


def _files(path: str, inside: str | None) -> list[Path]:
    """Return a file, or the files of a folder and the folders in it, sorted."""
    if inside is None or not os.path.isdir(path):
        return [existing_file(path)]
    found = sorted(Path(path).rglob(inside))
    if not found:
        got = f"the folder {path} without such a file"
        raise DataError(sentence(got, inside, WAY_OUT), key=PATH)
    return found


def _matching(path: str) -> list[str]:
    """List what a pattern matches; a path that is there, or holds no `*`, is none."""
    if not is_pattern(path):
        return [path]
    matching = sorted(glob.glob(path, recursive=True))
    if not matching:
        got = f"{path}, which no file matches"
        raise DataError(sentence(got, "a pattern of files", WAY_OUT), key=PATH)
    return matching


def absent_path(paths: str | list[str] | None) -> str | None:
    """Find a path where there is nothing, or a pattern that nothing matches."""
    given = [paths] if isinstance(paths, str) else paths or []
    return next((one for one in given if not os.path.exists(one) and not glob.glob(one)), None)


def is_pattern(path: str) -> bool:
    """Tell whether a path stands for the files that match it."""
    return glob.has_magic(path) and not os.path.exists(path)


@contextmanager
def _placed_at(key: Key) -> Iterator[None]:
    """Place an error about a path at its own key in the list."""
    try:
        yield
    except DataError as error:
        error.key = key
        raise


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
