"""`type: csv` one table in a text file with a header line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from dltrain.data.raw import Raw, fingerprint_of_files
from dltrain.data.sources.files import PATH, existing_file, reading
from dltrain.errors import DataError, Key, did_you_mean, one_of, sentence, shown


def read(dataset: dict[str, Any]) -> Raw:
    """Read the table; columns that the config calls categories keep their spelling.

    Args:
        dataset: `path`, `target`, `features` and `columns` of the section.

    Raises:
        DataError: The file is missing, empty or no table, or lacks a column.
    """
    path = existing_file(dataset["path"])
    categories = {
        name: str for name, column in dataset["columns"].items() if column["type"] == "category"
    }
    table = _table(path, categories)
    if table.empty:
        message = sentence(f"{path}, which has no rows", "a header line and rows")
        raise DataError(message, key=PATH)
    targets = dataset["target"]
    names = targets if isinstance(targets, list) else [targets]
    _check_names(table, names, ("dataset", "target"))
    _check_names(table, list(dataset["columns"]), ("dataset", "columns"))
    return Raw(
        features=table[feature_names(table, names, dataset["features"])],
        form="table",
        targets=table[names],
        fingerprint=fingerprint_of_files([path]),
        first_line=2 if _one_line_a_row(path, len(table)) else None,
    )


def feature_names(
    table: pd.DataFrame, targets: list[str], features: dict[str, Any]
) -> list[str]:
    """Choose the columns that the model sees, in the table's order.

    Raises:
        DataError: A named column is not there, or none is left.
    """
    include, exclude = features.get("include"), features.get("exclude") or []
    _check_names(table, include or [], ("dataset", "features", "include"))
    _check_names(table, exclude, ("dataset", "features", "exclude"))
    wanted = table.columns if include is None else include
    names = [str(name) for name in table.columns if name in wanted]
    names = [name for name in names if name not in exclude and name not in targets]
    if not names:
        message = sentence("no column beside the target", "at least one feature")
        raise DataError(message, key=("dataset", "features"))
    return names


def _table(path: Path, categories: dict[str, type]) -> pd.DataFrame:
    broken = (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError, OSError, EOFError)
    with reading(path, "a table of comma-separated values in UTF-8", *broken):
        table = pd.read_csv(path, dtype=categories, low_memory=False)
    table.columns = [str(name) for name in table.columns]
    return table


def _check_names(table: pd.DataFrame, names: list[str], key: Key) -> None:
    for index, name in enumerate(names):
        if name not in table.columns:
            here = key if key[-1] == "target" else (*key, name if key[-1] == "columns" else index)
            way_out = did_you_mean(name, table.columns)
            raise DataError(sentence(shown(name), one_of(table.columns), way_out), key=here)


def _one_line_a_row(path: Path, rows: int) -> bool:
    """Tell whether line numbers follow from row numbers: no blank lines, no line breaks in quotes."""
    if path.suffix in (".bz2", ".gz", ".xz", ".zip", ".zst"):
        return False
    with path.open("rb") as file:
        lines = sum(bool(line.strip()) for line in file)
    return lines == rows + 1
