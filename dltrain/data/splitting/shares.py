"""What every division of rows has: its parts, their sizes, and the words for what cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dltrain.errors import DataError, Key, sentence
from dltrain.terms import PARTS

SPLIT: Key = ("split",)
COLUMN: Key = ("split", "column")
FEWER = "Use fewer parts or larger shares."

# Ascending row numbers by part; a part without rows is absent.
Parts = dict[str, np.ndarray]


def wanted_parts(fractions: Mapping[str, float]) -> list[str]:
    """Name the parts whose share is not 0, in order."""
    return [name for name in PARTS if fractions[name] > 0]


def sizes(n_rows: int, fractions: Mapping[str, float]) -> dict[str, int]:
    """Say how many rows each part gets; train takes what rounding leaves.

    Raises:
        DataError: A part would be empty.

    Example:
        >>> sizes(303, {"train": 0.7, "val": 0.1, "test": 0.2})
        {'val': 30, 'test': 61, 'train': 212}
    """
    result = {name: round(n_rows * fractions[name]) for name in ("val", "test")}
    result["train"] = n_rows - sum(result.values())
    if any(result[name] < 1 for name in wanted_parts(fractions)):
        raise too_few(counted(n_rows), "row", fractions)
    return result


def too_few(got: str, thing: str, fractions: Mapping[str, float]) -> DataError:
    """Say that some rows, groups or times are too few for the parts."""
    wanted = wanted_parts(fractions)
    shares = listing([fractions[name] for name in wanted])
    expected = f"at least one {thing} in each of {len(wanted)} parts with shares {shares}"
    return DataError(sentence(got, expected, FEWER), key=SPLIT)


def as_parts(drawn: Mapping[str, np.ndarray]) -> Parts:
    """Order parts and their rows, and leave out what is empty."""
    return {name: np.sort(drawn[name]) for name in PARTS if len(drawn.get(name, ()))}


def counted(count: int, thing: str = "row") -> str:
    """Count things.

    Example:
        >>> counted(1), counted(2, "group")
        ('1 row', '2 groups')
    """
    return f"{count} {thing}{'s' * (count != 1)}"


def listing(shares: Sequence[float]) -> str:
    """Spell the shares of the parts for a message."""
    return "(" + ", ".join(f"{share:g}" for share in shares) + ")"
