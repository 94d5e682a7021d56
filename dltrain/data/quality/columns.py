"""Columns that tell nothing about new rows: one value in all train rows, or another in each."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from dltrain.data.columns import as_numbers

# Fewer rows may all differ by chance.
FEWEST_ROWS = 20
# Names of numbers that only name a row.
NAMES = re.compile(
    r"(?i:(^|[^a-z])(id|idx|index|key|nr|no|number|row|uuid)$)|[a-z]I[dD]$|^Unnamed: \d+$"
)
# -log of the chance that so many different whole numbers are a draw from between their ends.
UNLIKELY = 7.0


def is_constant(cells: pd.Series) -> bool:
    """Tell whether all cells are equal; a missing one is a value, too."""
    return cells.nunique(dropna=False) == 1


def are_whole(cells: pd.Series) -> bool:
    """Tell whether all cells are whole numbers, none missing."""
    return bool((as_numbers(cells) % 1 == 0).all())


def is_identifier(cells: pd.Series, *, is_category: bool) -> bool:
    """Tell whether the cells only name their rows: each has another value.

    Words are enough. Whole numbers may be amounts, so they have to ascend or descend, to lie so
    close together that amounts would coincide, or to be called a number or an id.

    Args:
        cells: The train cells of a column, in the order of the file.
        is_category: Whether they are names or codes rather than numbers.

    Example:
        >>> is_identifier(pd.Series(range(7, 47)), is_category=False)
        True
        >>> is_identifier(pd.Series(range(40)) ** 2 * 100 % 4001, is_category=False)
        False
    """
    if len(cells) < FEWEST_ROWS or cells.isna().any():
        return False
    if is_category:
        return bool(cells.is_unique)
    if not are_whole(cells) or not cells.is_unique:
        return False
    numbers = as_numbers(cells)
    steps = np.diff(numbers)
    ordered = bool((steps > 0).all() or (steps < 0).all())
    dense = len(numbers) ** 2 > 2 * UNLIKELY * np.ptp(numbers)
    return ordered or dense or NAMES.search(str(cells.name)) is not None
