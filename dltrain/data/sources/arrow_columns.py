"""Columns of Arrow tables as a text file could have them: words, numbers, dates and times.

True and false are words, but 1 and 0 where they are labels; decimal numbers are float64; times
with a zone are read as a clock there shows them. Imports: pyarrow, when it is called.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dltrain.data.sources.files import PATH
from dltrain.errors import DataError, sentence, shown

if TYPE_CHECKING:
    import pyarrow as pa


def plain_columns(table: pa.Table, path: Path, labels: list[str], ignored: set[str]) -> pa.Table:
    """Bring every column to a type that a text file could have.

    Args:
        table: The table of one file.
        path: The file.
        labels: Columns whose booleans become 1 and 0.
        ignored: Columns that nobody reads; where they have no such type they become gaps.

    Raises:
        DataError: A column holds lists, maps, bytes, durations or the like.
    """
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        plain = _plain(column, name in labels)
        if plain is None and name not in ignored:
            got = f"{path} with {column.type} as {shown(name)}"
            way_out = "Leave the column out with `dataset.features.exclude`."
            message = sentence(got, "words, numbers, dates or times", way_out)
            raise DataError(message, key=PATH)
        columns[name] = pa.nulls(len(column), pa.float64()) if plain is None else plain
    return pa.table(columns)


def _plain(column: pa.ChunkedArray, is_label: bool) -> pa.ChunkedArray | None:
    """Cast a column; None where it has no type of a text file."""
    import pyarrow as pa
    from pyarrow import compute, types

    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    if types.is_timestamp(kind) and kind.tz is not None:
        return compute.local_timestamp(column.cast(kind))
    if types.is_boolean(kind):
        return column.cast(kind).cast(pa.int64() if is_label else pa.string())
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return column.cast(pa.string())
    if types.is_decimal(kind) or types.is_null(kind):
        return column.cast(pa.float64())
    if types.is_float16(kind):
        return column.cast(pa.float32())
    fitting = (types.is_integer, types.is_floating, types.is_date, types.is_timestamp)
    return column.cast(kind) if any(is_one(kind) for is_one in fitting) else None


def joined(paths: list[Path], tables: list[pa.Table]) -> pd.DataFrame:
    """Put tables one below the other.

    Raises:
        DataError: A column has words in one and numbers in another, or the like.
    """
    import pyarrow as pa

    for name in tables[0].column_names:
        kinds = {_kind(table[name]): path for path, table in zip(paths, tables, strict=True)}
        kinds.pop("gaps", None)
        if len(kinds) > 1:
            (kind, path), (other, other_path) = list(kinds.items())[:2]
            got, expected = f"{other_path} with {other} as {shown(name)}", f"{kind}, as {path} has"
            raise DataError(sentence(got, expected, "Write them alike."), key=PATH)
    both = pa.concat_tables(tables, promote_options="permissive")
    with pd.option_context("mode.string_storage", "python"):  # as in tables of text
        return both.to_pandas(ignore_metadata=True, date_as_object=False)


def _kind(column: pa.ChunkedArray) -> str:
    from pyarrow import types

    if column.null_count == len(column):
        return "gaps"
    if types.is_string(column.type):
        return "words"
    return "dates" if types.is_temporal(column.type) else "numbers"
