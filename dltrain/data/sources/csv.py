"""`type: csv` one table in a text file with a header line."""

from __future__ import annotations

import lzma
import tarfile
import warnings
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import infer_dtype

from dltrain.data.raw import Raw, fingerprint_of_files
from dltrain.data.sources.features import NAMELESS, features_table
from dltrain.data.sources.files import PATH, existing_file, reading
from dltrain.errors import DataError, did_you_mean, one_of, sentence, shown

EXPECTED = "a table of comma-separated values in UTF-8"
COMPRESSED = (".bz2", ".gz", ".tar", ".xz", ".zip", ".zst")
# What decompressing raises about a file that is cut off or damaged.
DAMAGED = (
    OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile,
)  # fmt: skip
# Words that mean a missing value, as in pandas; declared `values` of a category come first.
MISSING = frozenset({
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
})  # fmt: skip


def read(dataset: dict[str, Any]) -> Raw:
    """Read the table; declared categories, and the words true and false, keep their spelling.

    Args:
        dataset: `path`, `target`, `features` and `columns` of the section.

    Raises:
        DataError: The file is missing, empty or no table, or lacks a column.
    """
    path = existing_file(dataset["path"])
    names = _header(path)
    targets = dataset["target"] if isinstance(dataset["target"], list) else [dataset["target"]]
    _check_targets(names, targets)
    labels = targets if len(targets) > 1 else []
    table = _table(path, names, dataset["columns"], labels)
    return Raw(
        features=features_table(table, targets, dataset),
        form="table",
        targets=table[targets],
        fingerprint=fingerprint_of_files([path]),
        first_line=2 if _one_line_a_row(path, len(table)) else None,
    )


def _header(path: Path) -> list[str]:
    """Read the names of the columns as they are spelled; pandas would make equal ones differ."""
    if not path.stat().st_size:
        raise DataError(sentence(f"{path}, which is empty", "a header line and rows"), key=PATH)
    first = _read(path, header=None, nrows=1, dtype=str, keep_default_na=False)
    names = [str(name) or f"{NAMELESS}{index}" for index, name in enumerate(first.iloc[0])]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        got = f"{path} with two columns {shown(twice[0])}"
        raise DataError(sentence(got, "each name once", "Rename or remove one."), key=PATH)
    separator = next((sign for sign in ";\t|" if sign in names[0]), None)
    if len(names) == 1 and separator:
        got = f"{path} with the one column {shown(names[0])}"
        way_out = f"Write commas instead of {shown(separator)}."
        raise DataError(sentence(got, "values separated by commas", way_out), key=PATH)
    return names


def _check_targets(names: list[str], targets: list[str]) -> None:
    """Check that the targets are there, with a hint where the header line is missing."""
    for target in targets:
        if target not in names:
            no_header = all(_is_number(name) for name in names)
            way_out = "The first line must name the columns." if no_header else ""
            message = sentence(shown(target), one_of(names), way_out or did_you_mean(target, names))
            raise DataError(message, key=("dataset", "target"))


def _table(
    path: Path, names: list[str], columns: dict[str, Any], labels: list[str]
) -> pd.DataFrame:
    """Read what pandas takes for booleans as words, as it does where another word is among them.

    So a column's type does not hang on the cells of other parts. Columns of labels stay 0 and 1.
    """
    values = {
        name: column["values"] or []
        for name, column in columns.items()
        if column["type"] == "category"
    }
    options = {
        "low_memory": False,
        "keep_default_na": False,
        "na_values": {name: MISSING.difference(values.get(name, [])) for name in names},
    }
    table = _read(path, dtype=dict.fromkeys(values, str), **options)
    if table.empty:
        message = sentence(f"{path}, which has no rows", "a header line and rows")
        raise DataError(message, key=PATH)
    booleans = [name for name in table if infer_dtype(table[name]) == "boolean"]
    words = set(booleans).difference(labels)
    return _read(path, dtype=dict.fromkeys([*values, *words], str), **options) if words else table


def _read(path: Path, **options: Any) -> pd.DataFrame:
    with (
        reading(path, "a whole file", *DAMAGED),
        reading(path, EXPECTED, ValueError, way_out="Mend the file."),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            return pd.read_csv(path, index_col=False, **options)
        except (ImportError, UnicodeDecodeError, pd.errors.ParserWarning) as error:
            raise DataError(_refusal(path, error), key=PATH) from error


def _refusal(path: Path, error: Exception) -> str:
    if isinstance(error, ImportError):
        got = f"{path}, which only zstandard unpacks"
        return sentence(got, EXPECTED, "Unpack it, or `pip install zstandard`.")
    if isinstance(error, UnicodeDecodeError):
        got = f"{path} with the byte 0x{error.object[error.start]:02x}, which is no UTF-8"
        return sentence(got, EXPECTED, "Save it as UTF-8.")
    # pandas would only warn, and drop what stands beyond the last name.
    got = f"{path}, whose lines have more values than its header has names"
    return sentence(got, "a name for every column", "Mend the file.")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _one_line_a_row(path: Path, rows: int) -> bool:
    """Tell whether line numbers follow from row numbers.

    They do not where the file has blank lines, or line breaks inside of quotes.
    """
    if path.suffix in COMPRESSED:
        return False
    with path.open("rb") as file:
        lines = max((number for number, line in enumerate(file, 1) if line.strip()), default=0)
    return lines == rows + 1
