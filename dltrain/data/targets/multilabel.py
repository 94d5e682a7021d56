"""Labels that may go together: a column of 0 and 1 for each, or several in one cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.raw import Raw
from dltrain.data.targets.checks import TARGET, plain
from dltrain.errors import DataError, listed, sentence, shown

# How a cell spells that a label is absent or present.
ABSENT_OR_PRESENT = {"0": 0.0, "1": 1.0, "false": 0.0, "true": 1.0}


def zeros_and_ones(cells: pd.Series) -> np.ndarray:
    """Read 0 and 1, also as booleans or words.

    Returns:
        float32 (n,); NaN for anything else.

    Example:
        >>> zeros_and_ones(pd.Series(["0", "1", "2"])), zeros_and_ones(pd.Series([True, False]))
        (array([ 0.,  1., nan], dtype=float32), array([1., 0.], dtype=float32))
    """
    positions, values = pd.factorize(cells)
    found = [ABSENT_OR_PRESENT.get(str(plain(value)).lower(), np.nan) for value in values]
    # The last one is that of a missing cell, whose position is -1.
    return np.array([*found, np.nan], np.float32)[positions]


def read_columns(raw: Raw, rows: np.ndarray) -> np.ndarray:
    """Read labels that have a column each.

    Returns:
        float32 (n, labels) of 0 and 1.

    Raises:
        DataError: A cell is neither 0 nor 1.
    """
    columns = []
    for name in raw.targets.columns:
        cells = raw.targets[name].iloc[rows]
        column = zeros_and_ones(cells)
        if np.isnan(column).any():
            at = int(np.argmax(np.isnan(column)))
            got = f"{shown(plain(cells.iloc[at]))} as '{name}' in {raw.where(int(rows[at]))}"
            way_out = "Mend the row, or use another task."
            raise DataError(sentence(got, "0 or 1 in every label column", way_out), key=TARGET)
        columns.append(column)
    return np.stack(columns, axis=1)


def refuse_one_hot(labels: np.ndarray) -> None:
    """Refuse label columns that are one column of classes, spelled as 0 and 1."""
    if (labels.sum(axis=1) == 1).all():
        got = f"{labels.shape[1]} target columns with exactly one 1 in each row"
        way_out = "Give one column of classes, or say `task: multilabel`."
        raise DataError(
            sentence(got, "classes, or labels that may go together", way_out), key=TARGET
        )


def learn_labels(
    raw: Raw, train: np.ndarray, separator: str, declared: list[Any] | None
) -> tuple[str, ...]:
    """Learn which labels the cells of the train rows hold.

    Args:
        raw: All rows.
        train: Numbers of the train rows.
        separator: What stands between two labels of a cell.
        declared: The labels in the file's order; None to sort those of the train rows.

    Raises:
        DataError: The train rows have no label, or other ones than are declared.
    """
    found = all_labels(raw, train, separator)
    if declared is None:
        if not found:
            got = "no label in any train row"
            message = sentence(got, "at least one", "Use another target.")
            raise DataError(message, key=TARGET)
        return found
    labels = tuple(map(str, declared))
    if absent := [label for label in labels if label not in found]:
        got = f"no train row with the label {shown(absent[0])}"
        way_out = "Remove it from `classes`, or use another split."
        raise DataError(sentence(got, "one for each label", way_out), key=(*TARGET, "classes"))
    read_cells(raw, train, separator, labels, are_declared=True)
    return labels


def all_labels(raw: Raw, rows: np.ndarray, separator: str) -> tuple[str, ...]:
    """List the labels that the cells of some rows hold, sorted."""
    cells = raw.targets.iloc[rows, 0].dropna().unique()
    return tuple(sorted({label for cell in cells for label in in_cell(cell, separator)}))


def read_cells(
    raw: Raw,
    rows: np.ndarray,
    separator: str,
    labels: tuple[str, ...],
    *,
    are_declared: bool = False,
) -> np.ndarray:
    """Read labels that share a cell; an empty one holds none.

    Args:
        raw: All rows.
        rows: Numbers of the rows.
        separator: What stands between two labels of a cell.
        labels: The labels, in the order of the columns.
        are_declared: Whether the file lists them, for the message.

    Returns:
        float32 (n, labels) of 0 and 1.

    Raises:
        DataError: A cell holds another label.
    """
    positions, values = pd.factorize(raw.targets.iloc[rows, 0])
    codes = {label: code for code, label in enumerate(labels)}
    # The last row is that of an empty cell, whose position is -1.
    matrix = np.zeros((len(values) + 1, len(labels)), np.float32)
    for position, value in enumerate(values):
        for label in in_cell(value, separator):
            if label not in codes:
                where = raw.where(int(rows[np.argmax(positions == position)]))
                raise _unknown_label(label, where, labels, are_declared)
            matrix[position, codes[label]] = 1
    return matrix[positions]


def _unknown_label(
    label: str, where: str, labels: tuple[str, ...], are_declared: bool
) -> DataError:
    got, known = f"the label {shown(label)} in {where}", listed(labels)
    if are_declared:
        way_out = "Add it to `classes`, or mend the row."
        message = sentence(got, f"one of `classes` ({known})", way_out)
        return DataError(message, key=(*TARGET, "classes"))
    way_out = "Use another split, or mend the row."
    return DataError(sentence(got, f"a label that a train row has ({known})", way_out), key=TARGET)


def in_cell(cell: Any, separator: str) -> list[str]:
    """List the labels of a cell, without the spaces around them.

    Example:
        >>> in_cell("happy; quiet;", ";"), in_cell(3.0, ";")
        (['happy', 'quiet'], ['3'])
    """
    parts = (part.strip() for part in str(plain(cell)).split(separator))
    return [part for part in parts if part]
