"""`type: windows` a time series in a text file: past rows predict the next ones."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw, fingerprint_of_files
from dltrain.data.series import Series
from dltrain.data.sources.delimited import one_line_a_row, read_tables
from dltrain.data.sources.features import (
    aside_columns,
    check_names,
    check_targets,
    features_table,
    target_columns,
)
from dltrain.data.sources.files import existing_file
from dltrain.data.sources.header import column_names
from dltrain.data.splitting.cells import time_numbers
from dltrain.data.windows import series_numbers
from dltrain.errors import DataError, Key, sentence, shown

TIME: Key = ("dataset", "time")


def read(dataset: dict[str, Any]) -> Raw:
    """Read the series; its rows have to be in the order of time.

    A window and the rows that it predicts may reach over the end of a part: a val window sees
    train rows, which are known by then. No two parts predict the same row.

    Args:
        dataset: The section as plain data.

    Returns:
        A row for each window; the targets are the next values of each target column.

    Raises:
        DataError: The file is no such table, a value is missing or no number, a time is not later
            than the one before, or there are too few rows for one window.
    """
    path = existing_file(dataset["path"])
    names = column_names(path, dataset)
    targets = target_columns(dataset)
    check_targets(names, targets, dataset)
    table = read_tables([path], names, dataset, names)[0]
    first_line = 1 + dataset["header"] if one_line_a_row(path, len(table), dataset) else None
    rows = Raw(table, "table", table[targets], "", first_line=first_line)
    _check_times(rows, dataset["time"])
    series = Series(
        table=series_numbers(rows, _variables(table, dataset)),
        window=dataset["window"],
        horizon=dataset["horizon"],
        stride=dataset["stride"],
        first_line=first_line,
    )
    _check_length(series, str(path))
    aside = aside_columns(table, targets, dataset)
    # An autoencoder's target is the window itself.
    shared = series.horizon + (0 if targets else series.window)
    return Raw(
        features=series.table,
        form="windows",
        targets=series.next_values(series_numbers(rows, table[targets])),
        fingerprint=fingerprint_of_files([path]),
        aside=None if aside is None else aside.iloc[series.ends].reset_index(drop=True),
        overlap=ceil((shared - 1) / series.stride),
        series=series,
    )


def _variables(table: pd.DataFrame, dataset: dict[str, Any]) -> pd.DataFrame:
    """Choose the columns that a window sees; the target is one of them, the time is not."""
    others = [name for name in table.columns if name != dataset["time"]]
    return features_table(table[others], [], dataset)


def _check_times(rows: Raw, name: str | None) -> None:
    """Check that every time is later than the one before."""
    if name is None:
        return
    table = pd.DataFrame(rows.features)
    check_names(table, [name], TIME)
    given = Raw(table, "table", rows.targets, "", first_line=rows.first_line, aside=table[[name]])
    try:
        times = time_numbers(given, given.numbers(), name)
    except DataError as error:
        error.key = TIME
        raise
    late = np.diff(times) <= 0
    if late.any():
        row = int(np.argmax(late)) + 1
        before, after = (shown(str(table[name].iloc[at])) for at in (row - 1, row))
        got = f"{after} in {rows.where(row)} behind {before}"
        twice = times[row] == times[row - 1]
        way_out = "Remove one of the two." if twice else "Sort the file, or name another column."
        raise DataError(sentence(got, "times that ascend", way_out), key=TIME)


def _check_length(series: Series, path: str) -> None:
    if not len(series):
        seen, predicted = series.window, series.horizon
        got = f"{path} with {len(series.table)} rows"
        expected = f"at least {seen + predicted}: {seen} that are seen and {predicted} predicted"
        way_out = "Use a smaller `window` or `horizon`."
        raise DataError(sentence(got, expected, way_out), key=("dataset", "window"))
