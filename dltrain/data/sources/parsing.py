"""pandas as the reader of text files: how they are spelled, and its complaints in our words."""

from __future__ import annotations

import lzma
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from dltrain.config.sections.delimited import WHITESPACE
from dltrain.data.sources.files import PATH, reading
from dltrain.errors import DataError, sentence, shown

# What decompressing raises about a file that is cut off or damaged.
DAMAGED = (
    OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile,
)  # fmt: skip


def read_file(path: Path, dataset: dict[str, Any], **options: Any) -> pd.DataFrame:
    """Read a file with pandas's options.

    Raises:
        DataError: The file is no such table.
    """
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
        reading(path, expected_table(dataset), ValueError, way_out="Mend the file."),
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
        return sentence(got, expected_table(dataset), "Unpack it, or `pip install zstandard`.")
    if isinstance(error, UnicodeDecodeError):
        byte = f"0x{error.object[error.start]:02x}"
        got = f"{path} with the byte {byte}, which is no {_encoding(dataset)}"
        way_out = "Save it as UTF-8, or name its `dataset.encoding`, such as latin-1."
        return sentence(got, expected_table(dataset), way_out)
    # pandas would only warn, and drop what stands beyond the last name.
    got = f"{path}, whose lines have more values than its header has names"
    return sentence(got, "a name for every column", "Mend the file.")


def expected_table(dataset: dict[str, Any]) -> str:
    """Say what a file should be, for messages."""
    return f"a table of {described_values(dataset)} in {_encoding(dataset)}"


def described_values(dataset: dict[str, Any]) -> str:
    """Say what the lines of a file should be, for messages."""
    separator = dataset["separator"]
    if separator == ",":
        return "comma-separated values"
    return f"values separated by {separator if separator == WHITESPACE else shown(separator)}"


def _encoding(dataset: dict[str, Any]) -> str:
    return "UTF-8" if dataset["encoding"] == "utf-8" else str(dataset["encoding"])
