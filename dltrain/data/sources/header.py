"""The names of the columns of a text file, and whether its lines are divided as the file says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from dltrain.config.sections.delimited import WHITESPACE
from dltrain.data.sources.features import NAMELESS, check_same_columns
from dltrain.data.sources.files import PATH
from dltrain.data.sources.parsing import described_values, read_file
from dltrain.errors import DataError, sentence, shown

SEPARATORS = ",;\t|"
FIRST_LINES: dict[str, Any] = {"header": None, "dtype": str, "keep_default_na": False}


def column_names(path: Path, dataset: dict[str, Any]) -> list[str]:
    """Read the names of the columns as they are spelled; pandas would make equal ones differ.

    Without a header they are those of the section, or column_0, column_1, …

    Raises:
        DataError: The file is empty or no table, or its names are not one for each column.
    """
    if not path.stat().st_size:
        expected = "a header line and rows" if dataset["header"] else "rows"
        raise DataError(sentence(f"{path}, which is empty", expected), key=PATH)
    first = read_file(path, dataset, **FIRST_LINES, nrows=1)
    cells = first.iloc[0].tolist()
    if len(cells) == 1:
        _check_separator(path, cells[0], dataset)
    if not dataset["header"]:
        return _given_names(path, len(cells), dataset)
    names = [str(name) or f"{NAMELESS}{index}" for index, name in enumerate(cells)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        got = f"{path} with two columns {shown(twice[0])}"
        raise DataError(sentence(got, "each name once", "Rename or remove one."), key=PATH)
    return names


def names_of_all(paths: list[Path], dataset: dict[str, Any]) -> list[str]:
    """Read the names of the columns of several files, which have to be the same.

    Raises:
        DataError: As in `column_names`, or a file has other columns than the first.
    """
    names = column_names(paths[0], dataset)
    for path in paths[1:]:
        check_same_columns(paths[0], names, path, column_names(path, dataset))
    return names


def _given_names(path: Path, count: int, dataset: dict[str, Any]) -> list[str]:
    names = dataset["names"] or [f"column_{index}" for index in range(count)]
    if len(names) != count:
        got = f"{len(names)} name{'s' * (len(names) != 1)} for the {count} columns of {path}"
        raise DataError(sentence(got, "one for each"), key=("dataset", "names"))
    return list(names)


def _check_separator(path: Path, line: str, dataset: dict[str, Any]) -> None:
    """Refuse one column whose first lines another separator would divide."""
    found = next((sign for sign in SEPARATORS if sign in line), None)
    if found is None and len(line.split()) > 1:
        lines = read_file(path, dataset, **FIRST_LINES, nrows=2).iloc[:, 0]
        found = WHITESPACE if len({len(one.split()) for one in lines}) == 1 else None
    if found:
        got = f"{path} with the one column {shown(line)}"
        spelled = found if found == WHITESPACE else f'"{found}"'.replace("\t", "\\t")
        way_out = f"Say `separator: {spelled}` in `dataset`."
        message = sentence(got, described_values(dataset), way_out)
        raise DataError(message, key=("dataset", "separator"))
