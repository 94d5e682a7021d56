"""Text files that hold a table: the names of their columns, and their cells.

pandas does the reading. What it would guess, repair or drop without a word is refused here.
"""

from __future__ import annotations

import csv
import lzma
import tarfile
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import infer_dtype

from dltrain.config.sections.delimited import WHITESPACE
from dltrain.data.sources.features import NAMELESS, check_same_columns
from dltrain.data.sources.files import PATH, reading
from dltrain.errors import DataError, sentence, shown

SEPARATORS = ",;\t|"
COMPRESSED = (".bz2", ".gz", ".tar", ".xz", ".zip", ".zst")
# Characters; the csv module takes a C long, which has 32 bits on Windows.
LONGEST_CELL = 2**31 - 1
# What decompressing raises about a file that is cut off or damaged.
DAMAGED = (
    OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile,
)  # fmt: skip
# What pandas calls columns of numbers, and of nothing but gaps.
NUMBERS = {"floating", "integer", "empty"}
FIRST_LINES: dict[str, Any] = {"header": None, "dtype": str, "keep_default_na": False}
# Words that mean a missing value, as in pandas; declared `values` of a category come first.
MISSING = frozenset({
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
})  # fmt: skip


def column_names(path: Path, dataset: dict[str, Any]) -> list[str]:
    """Read the names of the columns as they are spelled; pandas would make equal ones differ.

    Without a header they are those of the section, or column_0, column_1, …

    Raises:
        DataError: The file is empty or no table, or its names are not one for each column.
    """
    if not path.stat().st_size:
        expected = "a header line and rows" if dataset["header"] else "rows"
        raise DataError(sentence(f"{path}, which is empty", expected), key=PATH)
    first = _read(path, dataset, **FIRST_LINES, nrows=1)
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
    tables = [_read(path, dataset, dtype=dict.fromkeys(values, str), **options) for path in paths]
    for path, table in zip(paths, tables, strict=True):
        if table.empty:
            message = sentence(f"{path}, which has no rows", "a header line and rows")
            raise DataError(message, key=PATH)
        check_lengths(path, table, dataset)
    words = [name for name in names if _has_words(tables, name, set(labels))]
    if not words:
        return tables
    types = dict.fromkeys([*values, *words], str)
    return [_read(path, dataset, dtype=types, **options) for path in paths]


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
    values |= {name: [] for name, split in aside if split != "time"}
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
        lines = _read(path, dataset, **FIRST_LINES, nrows=2).iloc[:, 0]
        found = WHITESPACE if len({len(one.split()) for one in lines}) == 1 else None
    if found:
        got = f"{path} with the one column {shown(line)}"
        spelled = found if found == WHITESPACE else f'"{found}"'.replace("\t", "\\t")
        way_out = f"Say `separator: {spelled}` in `dataset`."
        message = sentence(got, _values(dataset), way_out)
        raise DataError(message, key=("dataset", "separator"))


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
        reading(path, _expected(dataset), csv.Error, way_out="Mend the file."),
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


def _read(path: Path, dataset: dict[str, Any], **options: Any) -> pd.DataFrame:
    with parsing(path, dataset):
        return pd.read_csv(path, **_spelling(dataset), **options)


def read_chunks(
    path: Path, dataset: dict[str, Any], rows: int, **options: Any
) -> Iterator[pd.DataFrame]:
    """Read a file by so many rows at once, with pandas's options.

    Raises:
        DataError: The file is no such table.
    """
    with parsing(path, dataset):
        chunks = pd.read_csv(path, chunksize=rows, **_spelling(dataset), **options)
    with chunks:
        while True:
            with parsing(path, dataset):
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk


def _spelling(dataset: dict[str, Any]) -> dict[str, Any]:
    """Say how the cells of a file are spelled."""
    options = {name: dataset[name] for name in ("comment", "decimal", "encoding")}
    options["skipinitialspace"] = dataset["skip_spaces"]
    options["sep"] = r"\s+" if dataset["separator"] == WHITESPACE else dataset["separator"]
    return options | {"index_col": False}


@contextmanager
def parsing(path: Path, dataset: dict[str, Any]) -> Iterator[None]:
    """Say in our words what pandas says about a file.

    Raises:
        DataError: The file is no such table.
    """
    with (
        reading(path, "a whole file", *DAMAGED),
        reading(path, _expected(dataset), ValueError, way_out="Mend the file."),
        warnings.catch_warnings(),
        pd.option_context("mode.string_storage", "python"),  # the same whether pyarrow is there
    ):
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            yield
        except (ImportError, UnicodeDecodeError, pd.errors.ParserWarning) as error:
            raise DataError(_refusal(path, dataset, error), key=PATH) from error


def _refusal(path: Path, dataset: dict[str, Any], error: Exception) -> str:
    if isinstance(error, ImportError):
        got = f"{path}, which only zstandard unpacks"
        return sentence(got, _expected(dataset), "Unpack it, or `pip install zstandard`.")
    if isinstance(error, UnicodeDecodeError):
        byte = f"0x{error.object[error.start]:02x}"
        got = f"{path} with the byte {byte}, which is no {_encoding(dataset)}"
        way_out = "Save it as UTF-8, or name its `dataset.encoding`, such as latin-1."
        return sentence(got, _expected(dataset), way_out)
    # pandas would only warn, and drop what stands beyond the last name.
    got = f"{path}, whose lines have more values than its header has names"
    return sentence(got, "a name for every column", "Mend the file.")


def _expected(dataset: dict[str, Any]) -> str:
    return f"a table of {_values(dataset)} in {_encoding(dataset)}"


def _values(dataset: dict[str, Any]) -> str:
    separator = dataset["separator"]
    if separator == ",":
        return "comma-separated values"
    return f"values separated by {separator if separator == WHITESPACE else shown(separator)}"


def _encoding(dataset: dict[str, Any]) -> str:
    return "UTF-8" if dataset["encoding"] == "utf-8" else str(dataset["encoding"])
