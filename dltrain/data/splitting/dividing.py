"""Divide the rows of a dataset as the `split` section says."""

from __future__ import annotations

from typing import Any

import numpy as np

from dltrain.data.raw import Raw
from dltrain.data.splitting.cells import group_numbers, named_parts, time_numbers
from dltrain.data.splitting.chance import all_train, given_parts, random_parts
from dltrain.data.splitting.folds import group_folds, random_folds, time_folds
from dltrain.data.splitting.groups import group_parts
from dltrain.data.splitting.shares import COLUMN, SPLIT, Parts
from dltrain.data.splitting.times import time_parts
from dltrain.errors import DataError, sentence, shown

# Splits that rows may go through which share values with the rows behind them.
WITH_OVERLAP = ("none", "time")
FOLDS_WITH_OVERLAP = ("time",)


def columns_read(section: dict[str, Any]) -> dict[str, str]:
    """Name the columns that a split reads, each with the split's type: the key `aside` of `read`.

    Example:
        >>> columns_read({"type": "group", "column": "patient"})
        {'patient': 'group'}
    """
    return {section["column"]: section["type"]} if section.get("column") else {}


def divide(raw: Raw, kept: np.ndarray, section: dict[str, Any], labels: np.ndarray | None) -> Parts:
    """Divide the rows that are kept.

    Args:
        raw: All rows.
        kept: Numbers of the rows to divide, ascending.
        section: The `split` section as plain data.
        labels: Strata of all rows, see `random_parts`; None to draw without regard to any.

    Returns:
        Ascending row numbers of the whole dataset by part.

    Raises:
        DataError: The rows cannot be divided so.
    """
    _check_overlap(raw, section, WITH_OVERLAP)
    parts = _positions(raw, kept, section, None if labels is None else labels[kept])
    return {name: kept[positions] for name, positions in parts.items()}


def divide_fold(
    raw: Raw, kept: np.ndarray, section: dict[str, Any], labels: np.ndarray | None
) -> Parts:
    """Divide the rows that are kept, and those of train and val anew if the split is one of folds.

    Args:
        raw: All rows.
        kept: Numbers of the rows to divide, ascending.
        section: The `split` section as plain data; its `fold` says which fold is val.
        labels: As in `divide`.

    Returns:
        Ascending row numbers of the whole dataset by part.

    Raises:
        DataError: The rows cannot be divided so.
    """
    parts, fold = divide(raw, kept, section, labels), section.get("fold")
    if not fold:
        return parts
    open_rows = np.sort(np.concatenate([parts[name] for name in ("train", "val") if name in parts]))
    others = {name: rows for name, rows in parts.items() if name == "test"}
    drawn = folds(raw, open_rows, section, labels, fold["folds"], repeat=fold["repeat"])
    return drawn[fold["number"] - 1] | others


def folds(
    raw: Raw,
    kept: np.ndarray,
    section: dict[str, Any],
    labels: np.ndarray | None,
    k: int,
    repeat: int = 1,
) -> list[Parts]:
    """Divide the rows that are kept k times, as the split does: by chance, by group or by time.

    Args:
        raw: All rows.
        kept: Numbers of the rows to divide, ascending, such as the train and val rows of `divide`.
        section: The `split` section as plain data.
        labels: As in `divide`.
        k: Number of folds, at least 2.
        repeat: Which drawing, from 1; the first one of groups has folds of about equally many rows.

    Returns:
        train and val of each fold: ascending row numbers of the whole dataset.

    Raises:
        DataError: The rows cannot be divided so.
    """
    _check_overlap(raw, section, FOLDS_WITH_OVERLAP)
    seed = section.get("seed", 0) + repeat - 1
    if section["type"] == "group":
        groups = group_numbers(raw, kept, section["column"])
        drawn = group_folds(groups, k, seed=seed if repeat > 1 else None)
    elif section["type"] == "time":
        drawn = time_folds(_times(raw, kept, section), k, gap=section["gap"] + raw.overlap)
    else:
        labels = None if labels is None else labels[kept]
        drawn = random_folds(len(kept), k, labels=labels, seed=seed)
    return [{name: kept[rows] for name, rows in parts.items()} for parts in drawn]


def _positions(
    raw: Raw, kept: np.ndarray, section: dict[str, Any], labels: np.ndarray | None
) -> Parts:
    kind: str = section["type"]
    fractions: Any = section.get("fractions")
    seed: Any = section.get("seed")
    if kind == "none":
        return all_train(len(kept))
    if kind == "column":
        return named_parts(raw, kept, section["column"])
    if kind == "group":
        return group_parts(group_numbers(raw, kept, section["column"]), fractions, seed=seed)
    if kind == "time":
        gap = section["gap"] + raw.overlap
        return time_parts(_times(raw, kept, section), fractions, gap=gap)
    if kind == "given":
        own_test = None if raw.own_test is None else raw.own_test[kept]
        return given_parts(own_test, fractions["val"], labels=labels, seed=seed)
    stratum = "bin" if section.get("bins") else "class"
    return random_parts(len(kept), fractions, labels=labels, seed=seed, stratum=stratum)


def _times(raw: Raw, kept: np.ndarray, section: dict[str, Any]) -> np.ndarray:
    """Give what the rows are ordered by: a column, or their place in the file.

    Raises:
        DataError: A cell is empty or no time, or rows that overlap are not in its order.
    """
    if section["column"] is None:
        return kept
    times = time_numbers(raw, kept, section["column"])
    if raw.overlap and (np.diff(times) < 0).any():
        row = int(kept[np.argmax(np.diff(times) < 0) + 1])
        got = f"an earlier {shown(section['column'])} in {raw.where(row)} than in the row before"
        message = sentence(got, "windows in the order of time", "Sort the file.")
        raise DataError(message, key=COLUMN)
    return times


def _check_overlap(raw: Raw, section: dict[str, Any], allowed: tuple[str, ...]) -> None:
    series = raw.series
    shared = series is not None and series.window + series.horizon > series.stride
    if (raw.overlap or shared) and section["type"] not in allowed:
        got = f"`split: {section['type']}` for windows that share rows"
        way_out = "Use `split: time`, or a larger `dataset.stride`."
        raise DataError(sentence(got, "a split by time", way_out), key=SPLIT)
