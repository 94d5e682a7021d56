"""`type: csv` tables in text files, one below the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from dltrain.data.raw import Lines, Raw, fingerprint_of_files
from dltrain.data.sources.delimited import one_line_a_row, read_tables
from dltrain.data.sources.features import (
    aside_columns,
    check_targets,
    features_table,
    target_columns,
)
from dltrain.data.sources.files import existing_files
from dltrain.data.sources.header import names_of_all


def read(dataset: dict[str, Any]) -> Raw:
    """Read the tables; declared categories, and the words true and false, keep their spelling.

    Args:
        dataset: The section as plain data.

    Raises:
        DataError: A file is missing, empty or no table, lacks a column, or has other columns
            than the first file.
    """
    paths = existing_files(dataset["path"])
    names = names_of_all(paths, dataset)
    targets = target_columns(dataset)
    check_targets(names, targets, dataset)
    labels = targets if len(targets) > 1 else []
    tables = read_tables(paths, names, dataset, labels)
    table = tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)
    lines = _lines(paths, tables, dataset)
    return Raw(
        features=features_table(table, targets, dataset),
        form="table",
        targets=table[targets],
        fingerprint=fingerprint_of_files(paths),
        first_line=lines[0].line if len(lines) == 1 else None,
        lines=tuple(lines if len(lines) > 1 else ()),
        aside=aside_columns(table, targets, dataset),
    )


def _lines(paths: list[Path], tables: list[pd.DataFrame], dataset: dict[str, Any]) -> list[Lines]:
    """Say which rows are those of which file, named as shortly as they differ."""
    short = len({path.name for path in paths}) == len(paths)
    result, row = [], 0
    for path, table in zip(paths, tables, strict=True):
        first = 1 + dataset["header"] if one_line_a_row(path, len(table), dataset) else None
        result.append(Lines(path.name if short else str(path), row, first))
        row += len(table)
    return result
