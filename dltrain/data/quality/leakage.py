"""Columns that alone tell the target: most often they were written after it was known.

Measured on train rows, with each third predicted from the other two. Imports: NumPy, pandas.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

# Fewer rows, or fewer mistakes of always saying the most frequent class, prove nothing.
FEWEST_ROWS = 50
FEWEST_MISTAKES = 20
# Share of the baseline's mistakes, or of the variance, that a column may leave.
LEFT = 0.01
# Share of neighbours along a column's axis with equal classes, below which no look is worth it.
NEIGHBOURS = 0.8
FOLDS = 3


def columns_that_tell_classes(columns: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Find the columns that tell nearly every class.

    Args:
        columns: Numbers or codes, float64 (n, columns), rows in no order; NaN where missing.
        classes: Class of each row, int64 (n,).

    Returns:
        bool (columns,): at most 1 % of the mistakes of always saying the most frequent class are
        left, or one mistake.
    """
    told = np.zeros(columns.shape[1], bool)
    mistakes = len(classes) - np.bincount(classes).max()
    if len(classes) < FEWEST_ROWS or mistakes < FEWEST_MISTAKES:
        return told
    ordered = classes[np.argsort(columns, axis=0)]
    worth = (ordered[1:] == ordered[:-1]).mean(axis=0) > NEIGHBOURS
    for index in np.flatnonzero(worth):
        told[index] = _mistakes(columns[:, index], classes) <= max(1, LEFT * mistakes)
    return told


def columns_that_tell_amounts(columns: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Find the columns of which an amount is a straight line, or rises or falls with them.

    Args:
        columns: As above, of numbers alone.
        amounts: Amount of each row, float64 (n,).

    Returns:
        bool (columns,): the squared correlation of values, or of ranks, is at least 0.99.
    """
    if len(amounts) < FEWEST_ROWS or amounts.min() == amounts.max():
        return np.zeros(columns.shape[1], bool)
    filled = np.where(np.isnan(columns), _means(columns), columns)
    straight = _correlations(filled, amounts)
    rising = _correlations(_ranks(filled), _ranks(amounts[:, np.newaxis])[:, 0])
    return np.asarray(np.maximum(straight, rising) ** 2 >= 1 - LEFT)


def _mistakes(column: np.ndarray, classes: np.ndarray) -> int:
    """Count the wrong classes that a column predicts, each third from the others.

    A row gets the most frequent class of the rows with an equal number, or that of the row with
    the nearest number.
    """
    column = np.where(np.isnan(column), np.nanmax(column, initial=0) + 1, column)
    fold, mistakes = np.arange(len(classes)) % FOLDS, 0
    for held_out in range(FOLDS):
        train, val = fold != held_out, fold == held_out
        order = np.argsort(column[train])
        known, one_hot = column[train][order], np.eye(classes.max() + 1)[classes[train][order]]
        below = np.concatenate([np.zeros((1, one_hot.shape[1])), np.cumsum(one_hot, axis=0)])
        start = np.searchsorted(known, column[val], side="left")
        end = np.searchsorted(known, column[val], side="right")
        lower, upper = np.maximum(start - 1, 0), np.minimum(start, len(known) - 1)
        nearer = column[val] - known[lower] <= known[upper] - column[val]
        nearest = np.where(nearer, lower, upper)
        alone = start == end
        start, end = np.where(alone, nearest, start), np.where(alone, nearest + 1, end)
        mistakes += int(((below[end] - below[start]).argmax(axis=1) != classes[val]).sum())
    return mistakes


def _means(columns: np.ndarray) -> np.ndarray:
    present = ~np.isnan(columns)
    sums = np.where(present, columns, 0).sum(axis=0)
    return np.asarray(sums / np.maximum(1, present.sum(axis=0)))


def _correlations(columns: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Give the size of each column's correlation with the amounts; 0 for a constant one."""
    columns = columns - columns.mean(axis=0)
    amounts = amounts - amounts.mean()
    spread = np.sqrt((columns**2).sum(axis=0) * (amounts**2).sum())
    together = np.abs(amounts @ columns)
    return np.asarray(np.divide(together, spread, out=np.zeros_like(together), where=spread > 0))


def _ranks(columns: np.ndarray) -> np.ndarray:
    """Give ranks, equal numbers the mean of theirs."""
    return pd.DataFrame(columns).rank().to_numpy()
