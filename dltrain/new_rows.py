"""Rows that are to be predicted: a table, or arrays as the saved model takes them, checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.raw import Raw
from dltrain.data.series import Series
from dltrain.data.windows import WindowInputs, series_numbers
from dltrain.errors import DataError, did_you_mean, listed, sentence, shown

if TYPE_CHECKING:
    import pandas as pd


def from_table(rows: pd.DataFrame, inputs: Inputs, form: str = "table") -> Raw:
    """Check the columns of a table, and put them into the order of the training.

    Args:
        rows: The table.
        inputs: What the training learned.
        form: "texts" where its data was texts alone, see `Raw`.

    Returns:
        Its rows; for a time series its windows, also those behind which nothing is known yet.

    Raises:
        DataError: A column is missing, there are no rows, or too few for a window.
    """
    import pandas as pd

    names = inputs.columns_read
    for name in names:
        if name not in rows.columns:
            got = f"no column {shown(name)} among {listed(rows.columns)}"
            way_out = did_you_mean(name, rows.columns)
            raise DataError(sentence(got, "the columns of the training", way_out))
    if rows.empty:
        raise DataError(sentence("no rows", "at least one"))
    table = rows[names].copy()
    if isinstance(inputs, WindowInputs):
        return _windows(table.reset_index(drop=True), inputs)
    for name, values in _words(inputs.to_json()):
        if pd.api.types.is_bool_dtype(table[name]):
            spelled = {value.lower(): value for value in reversed(values)}
            words = table[name].astype(str).str.lower()
            table[name] = words.map(spelled).fillna(words)
    return Raw(table, form, pd.DataFrame(), "")


def _windows(table: pd.DataFrame, inputs: WindowInputs) -> Raw:
    """Cut windows out of the rows of a time series."""
    numbers = series_numbers(Raw(table, "table", table[[]], ""), table)
    series = Series(numbers, inputs.window, horizon=0, stride=inputs.stride)
    if not len(series):
        rows = f"{len(table)} row{'s' * (len(table) != 1)}"
        raise DataError(sentence(rows, f"at least {inputs.window}, which a window sees"))
    return Raw(numbers, "windows", table[[]], "", series=series)


def index_of(rows: pd.DataFrame, raw: Raw) -> pd.Index:
    """Give the label of each row that is predicted; of a window that of the last row it sees."""
    return rows.index if raw.series is None else rows.index[raw.series.ends - 1]


def _words(inputs: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Give the categories of words, which a file may spell `true` where a table holds True."""
    if inputs["form"] == "several":
        for one in inputs["inputs"].values():
            yield from _words(one)
    for column in inputs.get("columns", []):
        if column["type"] == "category" and isinstance(column["values"][0], str):
            yield column["name"], column["values"]


def from_arrays(rows: Any, inputs: Inputs) -> Any:
    """Check rows that go straight into the model: an array, or one for each input by name.

    Raises:
        DataError: Shape or type is not what the model takes.
    """
    if not isinstance(inputs, NamedInputs):
        return _array(rows, inputs)
    if not isinstance(rows, dict) or set(rows) != set(inputs.each):
        got = f"the inputs {listed(rows)}" if isinstance(rows, dict) else f"a {type(rows).__name__}"
        expected = f"a table, or a dict of arrays: {listed(inputs.each)}"
        raise DataError(sentence(got, expected))
    arrays = {name: _array(rows[name], one) for name, one in inputs.each.items()}
    if len({len(array) for array in arrays.values()}) > 1:
        sizes = ", ".join(f"{name} {len(array)}" for name, array in arrays.items())
        raise DataError(sentence(f"inputs with different numbers of rows ({sizes})", "one number"))
    return arrays


def _array(rows: Any, inputs: Inputs) -> np.ndarray:
    """Check shape and type of rows for one input."""
    from dltrain.model.preprocessing import DTYPES
    from dltrain.model.preprocessing.tables import raw_numbers

    array = np.asarray(rows)
    facts = inputs.to_json()
    shape = (len(facts["raw"]),) if inputs.form == "table" else inputs.shape
    if (*array.shape[1:], 1) == shape:  # grey pictures without their one channel
        array = array[..., np.newaxis]
    if array.shape[1:] != shape or not len(array):
        expected = f"({', '.join(map(str, ('n', *shape)))})"
        raise DataError(sentence(f"rows of shape {array.shape}", expected))
    if array.dtype.kind not in "biuf":
        message = sentence(f"an array of {array.dtype}", "numbers, or a table with its columns")
        raise DataError(message)
    whole = array.astype(DTYPES[inputs.form])
    if not np.array_equal(whole, array) and whole.dtype.kind in "iu":
        got, expected = f"{array.dtype} rows", f"{whole.dtype}, as the model takes them"
        raise DataError(sentence(got, expected))
    if whole.dtype.kind == "f":
        imputed = [
            column["missing"] == "impute"
            for column in facts.get("columns", [])
            for _ in raw_numbers(column)
        ]
        gaps = np.isnan(whole) & (imputed or False)
        if not (np.isfinite(whole) | gaps).all():
            raise DataError(sentence("rows with numbers that are not finite", "finite numbers"))
    return whole
