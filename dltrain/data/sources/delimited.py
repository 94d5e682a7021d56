"""The rows of text files that hold a table.

pandas does the reading. What it would guess, repair or drop without a word is refused here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import infer_dtype

from dltrain.config.sections.delimited import WHITESPACE
from dltrain.data.sources.features import WEIGHT
from dltrain.data.sources.files import PATH, reading
from dltrain.data.sources.parsing import expected_table, read_file
from dltrain.errors import DataError, sentence

COMPRESSED = (".bz2", ".gz", ".tar", ".xz", ".zip", ".zst")
# Characters; the csv module takes a C long, which has 32 bits on Windows.
LONGEST_CELL = 2**31 - 1
# Columns that stand aside and are times or numbers.
NOT_SPELLED = ("time", WEIGHT)
# What pandas calls columns of numbers, and of nothing but gaps.
NUMBERS = {"floating", "integer", "empty"}
# Words that mean a missing value, as in pandas; declared `values` of a category come first.
MISSING = frozenset({
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
})  # fmt: skip


def read_tables(
    paths: list[Path], names: list[str], dataset: dict[str, Any], labels: Iterable[str] = ()
) -> list[pd.DataFrame]:
    """Read all rows of each file.

    What pandas takes for booleans is read as words, as it is where another word is among them,
    so a column's type does not hang on the cells of other parts. A column that has words in one
    file has words in all, as it would if they were one file.

    Args:
        paths: The files.
        names: The columns.
        dataset: The section as plain data.
        labels: Columns whose booleans stay 0 and 1.

    Raises:
        DataError: A file is no such table, or has no rows.
    """
    values, options = reading_options(names, dataset)
    types = dict.fromkeys(values, str)
    tables = [read_file(path, dataset, dtype=types, **options) for path in paths]
    for path, table in zip(paths, tables, strict=True):
        if table.empty:
            message = sentence(f"{path}, which has no rows", "a header line and rows")
            raise DataError(message, key=PATH)
        check_lengths(path, table, dataset)
    words = [name for name in names if _has_words(tables, name, set(labels))]
    if not words:
        return tables
    types |= dict.fromkeys(words, str)
    return [read_file(path, dataset, dtype=types, **options) for path in paths]


def reading_options(
    names: list[str], dataset: dict[str, Any]
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Say how pandas is to read the rows.

    Returns:
        The columns whose cells keep their spelling, with the values that mean no gap there; and
        pandas's options.
    """
    values = {
        name: column.get("values") or []
        for name, column in dataset["columns"].items()
        if column["type"] in ("category", "date")
    }
    # Groups and parts keep their spelling: 007 is not 7.
    aside = (dataset.get("aside") or {}).items()
    values |= {name: [] for name, use in aside if use not in NOT_SPELLED}
    values |= dict(_spelled_targets(dataset))
    missing = MISSING.union(dataset["na_values"])
    return values, {
        "header": 0 if dataset["header"] else None,
        "names": None if dataset["header"] else names,
        "low_memory": False,
        "keep_default_na": False,
        "na_values": {name: missing.difference(values.get(name, [])) for name in names},
    }


def _spelled_targets(dataset: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Name the targets whose words the file declares, or whose cells hold several labels."""
    target = dataset.get("target")
    for name, options in target.items() if isinstance(target, dict) else ():
        classes = options.get("classes") or []
        if options.get("separator") or any(isinstance(one, str) for one in classes):
            yield name, classes


def _has_words(tables: list[pd.DataFrame], name: str, labels: set[str]) -> bool:
    """Tell whether a column has to be read again, as words."""
    kinds = {infer_dtype(table[name]) for table in tables}
    if kinds <= NUMBERS or kinds == {"string"}:
        return False
    return kinds != {"boolean"} or name not in labels


def one_line_a_row(path: Path, rows: int, dataset: dict[str, Any]) -> bool:
    """Tell whether line numbers follow from row numbers.

    They do not where the file has blank or commented lines, or line breaks inside of quotes.
    """
    if _is_packed(path):
        return False
    with path.open("rb") as file:
        lines = max((number for number, line in enumerate(file, 1) if line.strip()), default=0)
    return lines == rows + dataset["header"]


def check_lengths(path: Path, table: pd.DataFrame, dataset: dict[str, Any]) -> None:
    """Refuse lines with too few values, which pandas fills up with missing ones.

    Such a line lacks its last value, so most files need no second look. Packed ones, and those
    with comments, get none.
    """
    whole = not table.iloc[:, -1].isna().any()
    if whole or _is_packed(path) or dataset["comment"]:
        return
    spaced = dataset["separator"] == WHITESPACE
    with (
        path.open(encoding=dataset["encoding"], newline="") as file,
        reading(path, expected_table(dataset), csv.Error, way_out="Mend the file."),
        _long_cells(),
    ):
        lines = (" ".join(line.split()) for line in file) if spaced else file
        separator = " " if spaced else dataset["separator"]
        reader = csv.reader(lines, delimiter=separator, skipinitialspace=dataset["skip_spaces"])
        for cells in reader:
            if 0 < len(cells) < len(table.columns):
                got = f"{path} with {len(cells)} values in line {reader.line_num}"
                expected = f"{len(table.columns)}, as in the first line"
                raise DataError(sentence(got, expected, "Mend the file."), key=PATH)


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let the csv module read cells of any length, as pandas does."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _is_packed(path: Path) -> bool:
    """Tell whether pandas unpacks a file, by its name in any case."""
    return path.suffix.lower() in COMPRESSED
