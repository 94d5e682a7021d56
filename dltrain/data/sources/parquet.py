"""`type: parquet` tables in Parquet files, one below the other."""

from __future__ import annotations

import importlib.util
from collections import Counter
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dltrain.data.raw import Lines, Raw, fingerprint_of_files
from dltrain.data.sources.arrow_columns import joined, plain_columns
from dltrain.data.sources.features import (
    aside_columns,
    check_same_columns,
    check_targets,
    features_table,
    target_columns,
)
from dltrain.data.sources.files import PATH, existing_files, reading
from dltrain.errors import DataError, sentence, shown

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

EXPECTED = "a whole Parquet file"
INSIDE = "*.parquet"


def read(dataset: dict[str, Any]) -> Raw:
    """Read the tables; of a folder all files *.parquet, sorted.

    Args:
        dataset: The section as plain data.

    Raises:
        DataError: A file is missing or broken, lacks a column, has other columns than the first,
            or a column holds no words, numbers, dates or times.
    """
    paths, names = files_and_names(dataset)
    targets = target_columns(dataset)
    check_targets(names, targets, dataset)
    labels = targets if len(targets) > 1 else []
    ignored = _ignored(names, targets, dataset)
    tables = [plain_columns(_read(path), path, labels, ignored) for path in paths]
    rows = [len(table) for table in tables]
    if not sum(rows):
        raise DataError(sentence(f"{paths[0]}, which has no rows", "rows"), key=PATH)
    table = joined(paths, tables)
    return Raw(
        features=features_table(table, targets, dataset),
        form="table",
        targets=table[targets],
        fingerprint=fingerprint_of_files(paths),
        lines=_lines(paths, rows) if len(paths) > 1 else (),
        aside=aside_columns(table, targets, dataset),
    )


def files_and_names(dataset: dict[str, Any]) -> tuple[list[Path], list[str]]:
    """Find the files, and the names of their columns.

    Raises:
        DataError: A file is missing or broken, or has other columns than the first.
    """
    if importlib.util.find_spec("pyarrow") is None:
        way_out = "Install it: pip install 'dltrain[parquet]'."
        message = sentence("parquet without pyarrow", "the package of that name", way_out)
        raise DataError(message, key=("dataset", "type"))
    paths = existing_files(dataset["path"], INSIDE)
    _refuse_divided(paths, dataset["path"])
    return paths, _names(paths)


def _refuse_divided(paths: list[Path], given: str | list[str]) -> None:
    """Refuse folders whose names hold the values of a column, as in year=2026/a.parquet."""
    named = [given] if isinstance(given, str) else given
    for path in paths:
        above = next((folder for folder in path.parents if str(folder) in named), None)
        inner = path.relative_to(above).parts[:-1] if above else ()
        if divided := [part for part in inner if "=" in part]:
            got = f"{path}, whose folder {shown(divided[0])} is the value of a column"
            way_out = "Write the column into the files."
            raise DataError(sentence(got, "files with all columns", way_out), key=PATH)


def _names(paths: list[Path]) -> list[str]:
    """Read the names of the columns, the same in all files."""
    first: list[str] = []
    for path in paths:
        with open_file(path) as file:
            names = list(file.schema_arrow.names)
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            got = f"{path} with two columns {shown(twice[0])}"
            raise DataError(sentence(got, "each name once", "Rename or remove one."), key=PATH)
        first = first or names
        check_same_columns(paths[0], first, path, names)
    return first


def _ignored(names: list[str], targets: list[str], dataset: dict[str, Any]) -> set[str]:
    """Name the columns that neither the model nor the split looks at."""
    features = dataset["features"]
    chosen = [name for columns in (dataset.get("inputs") or {}).values() for name in columns]
    kept = chosen or (names if features["include"] is None else features["include"])
    read = {*kept, *targets, *(dataset.get("aside") or ())}
    return {name for name in names if name not in read or name in features["exclude"]}


def open_file(path: Path, *, memory_map: bool = False) -> ParquetFile:
    """Open a file.

    Args:
        path: The file.
        memory_map: Whether to map it; whoever reads it by batches else keeps all of it, in the end.

    Raises:
        DataError: It may not be read, or is no Parquet file.
    """
    import pyarrow as pa
    from pyarrow import parquet

    with reading(path, EXPECTED, pa.ArrowException, OSError):
        return parquet.ParquetFile(path, memory_map=memory_map)


def _read(path: Path) -> Any:
    import pyarrow as pa

    with open_file(path) as file, reading(path, EXPECTED, pa.ArrowException, OSError):
        return file.read()


def _lines(paths: list[Path], rows: list[int]) -> tuple[Lines, ...]:
    """Say which rows are those of which file."""
    firsts = accumulate(rows[:-1], initial=0)
    return tuple(Lines(str(path), first, None) for path, first in zip(paths, firsts, strict=True))
