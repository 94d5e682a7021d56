"""`type: python` what a function of the user's own returns: arrays, tables, or a tf.data.Dataset.

The function is the user's code, so it runs with `--trust` alone.
"""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from dltrain import backend, trust
from dltrain.data.raw import Raw, fingerprint_of_arrays
from dltrain.data.sources.features import aside_columns, features_table
from dltrain.data.sources.files import PATH
from dltrain.data.sources.npz import from_arrays, joined
from dltrain.data.sources.tf_dataset import ROWS, rows_of
from dltrain.data.sources.user_module import FUNCTION, result_of
from dltrain.errors import DataError, sentence, shown

EXPECTED = "(x, y), (x_train, y_train, x_test, y_test), or a tf.data.Dataset of pairs"


def read(dataset: dict[str, Any]) -> Raw:
    """Call the function, and read what it returns.

    Args:
        dataset: The section as plain data.

    Raises:
        DataError: Nobody trusts the function, it raised, or it returned something else.
    """
    trust.require(dataset["function"])
    backend.start()
    # What the function prints is no result of the command.
    with contextlib.redirect_stdout(sys.stderr):
        result = result_of(dataset["function"], dataset["arguments"], dataset["folder"] or ".")
        arrays = _arrays(result, dataset["function"], dataset["rows"])
    try:
        return _raw(arrays, dataset)
    except DataError as error:
        if error.key == PATH:
            error.key = FUNCTION
        raise


def _arrays(result: Any, function: str, count: int | None) -> tuple[Any, ...]:
    """Give what was returned as two or four arrays or tables."""
    import tensorflow as tf

    if isinstance(result, tf.data.Dataset):
        return rows_of(result, function, count)
    if count is not None:
        got = f"`rows` for a {type(result).__name__} from {function}"
        message = sentence(got, "a tf.data.Dataset", "Let the function give fewer, or as many.")
        raise DataError(message, key=ROWS)
    if not isinstance(result, tuple | list) or len(result) not in (2, 4):
        length = f" of {len(result)}" if isinstance(result, tuple | list) else ""
        raise _refused(f"a {type(result).__name__}{length} from {function}", EXPECTED)
    if any(isinstance(one, dict) for one in result):
        raise _refused(f"several inputs or targets by name from {function}", "one array of each")
    return tuple(one if _is_table(one) else _as_array(one, function) for one in result)


def _as_array(values: Any, function: str) -> np.ndarray:
    try:
        return np.asarray(values)
    except ValueError as error:
        raise _refused(f"rows of different shapes from {function}", "rows of one shape") from error


def _is_table(one: Any) -> bool:
    return isinstance(one, pd.DataFrame | pd.Series)


def _refused(got: str, expected: str, way_out: str = "") -> DataError:
    return DataError(sentence(got, expected, way_out), key=FUNCTION)


def _raw(arrays: tuple[Any, ...], dataset: dict[str, Any]) -> Raw:
    if any(isinstance(x, pd.DataFrame) for x in arrays[::2]):
        return _of_tables(arrays, dataset)
    arrays = tuple(one.to_numpy() if _is_table(one) else one for one in arrays)
    if len(arrays) == 2:
        x, y, own_test = *arrays, None
    else:
        (x, y), own_test = joined(*arrays)
    return from_arrays(x, y, fingerprint_of_arrays([x, y]), dataset, own_test=own_test)


def _of_tables(arrays: tuple[Any, ...], dataset: dict[str, Any]) -> Raw:
    """Put tables of train and test one below the other, where there are both."""
    if not all(isinstance(x, pd.DataFrame) for x in arrays[::2]):
        raise _refused("a table beside an array as x", "both alike")
    if len(arrays) == 4 and list(arrays[0].columns) != list(arrays[2].columns):
        raise _refused("tables of train and test with different columns", "the same columns")
    tables = [_named(x) for x in arrays[::2]]
    targets = [_as_targets(y) for y in arrays[1::2]]
    if list(targets[0].columns) != list(targets[-1].columns):
        raise _refused("targets of train and test with different names", "the same names")
    for x, y in zip(tables, targets, strict=True):
        if len(x) != len(y) or not len(x):
            raise _refused(f"{len(x)} rows of x and {len(y)} of y", "as many, and at least one")
    table, target = (pd.concat(parts, ignore_index=True) for parts in (tables, targets))
    own_test = np.arange(len(table)) >= len(tables[0]) if len(tables) > 1 else None
    return Raw(
        features=features_table(table, list(target.columns), dataset),
        form="table",
        targets=target,
        fingerprint=_fingerprint(table, target),
        own_test=own_test,
        aside=aside_columns(table, list(target.columns), dataset),
    )


def _named(table: pd.DataFrame) -> pd.DataFrame:
    names = [str(name) for name in table.columns]
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise _refused(f"a table with two columns {shown(twice[0])}", "each name once")
    return table.set_axis(names, axis=1)


def _as_targets(y: Any) -> pd.DataFrame:
    """Give targets as a table, one column for each."""
    if isinstance(y, pd.Series):
        return y.to_frame("target" if y.name is None else str(y.name))
    if isinstance(y, pd.DataFrame):
        return _named(y)
    if y.ndim not in (1, 2):
        raise _refused(f"targets of shape {y.shape} for a table", "(n,) or (n, targets)")
    if y.ndim == 1:
        return pd.DataFrame({"target": y})
    return pd.DataFrame(y, columns=[f"y{index}" for index in range(y.shape[1])])


def _fingerprint(*tables: pd.DataFrame) -> str:
    """Hash names and cells of tables."""
    try:
        hashes = [pd.util.hash_pandas_object(one, index=False).to_numpy() for one in tables]
    except TypeError as error:
        got = f"a table whose cells are no plain values ({error})"
        raise _refused(got, "words, numbers, dates or times") from error
    names = [np.array(list(one.columns), dtype=str) for one in tables]
    return fingerprint_of_arrays([*names, *hashes])
