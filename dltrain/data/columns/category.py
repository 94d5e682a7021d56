"""A column of names or codes: its values, and its cells as the codes of these.

Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from dltrain.data.columns.cells import (
    WHOLE_FLOAT32,
    as_numbers,
    as_words,
    column_key,
    missing_cells,
    plain,
)
from dltrain.data.raw import Raw
from dltrain.errors import DataError, listed, sentence, shown

# The most values, by encoding.
MOST_VALUES = {"one_hot": 1_000, "embedding": 1_000_000, "integer": 1_000_000}
LARGEST_DIMENSION = 50


@dataclass(frozen=True)
class CategoryColumn:
    """A column of names or codes: one input of 0 or 1 for each value, or one with its number.

    Attributes:
        values: Names, or whole numbers, in the order of the inputs.
        unknown: "zeros" or "error", for any other value.
        missing: "error", "drop" or "impute".
        indicator: Whether a missing value is one more value: an input of 0 or 1, or the last
            number; else it is unknown.
        encoding: "one_hot"; or "integer": 1 for the first value and so on, 0 for unknown ones;
            or "embedding": the same numbers, which become vectors inside the network.
        dimension: For "embedding" the numbers of each vector.
    """

    name: str
    values: tuple[Any, ...]
    unknown: str = "zeros"
    missing: str = "error"
    indicator: bool = False
    encoding: str = "one_hot"
    dimension: int | None = None
    type: str = "category"

    @property
    def raw_names(self) -> list[str]:
        """Names of its numbers in the raw matrix."""
        return [self.name]

    @cached_property
    def codes(self) -> tuple[float, ...]:
        """What stands for each value in the raw matrix: a number itself, or a name's position."""
        if isinstance(self.values[0], str):
            return tuple(float(index) for index in range(len(self.values)))
        return tuple(float(value) for value in self.values)

    @property
    def no_code(self) -> float:
        """What stands for an unknown value: a number below all codes."""
        return min(0.0, *self.codes) - 1

    @property
    def numbers(self) -> int:
        """How many different numbers the encodings integer and embedding give, 0 included."""
        return len(self.values) + 1 + self.indicator

    def read(self, raw: Raw, cells: pd.Series, rows: np.ndarray) -> np.ndarray:
        """Read cells as the codes of values, float64 (n, 1).

        Returns:
            A code that matches none for any other value; NaN for a missing one.

        Raises:
            DataError: A value is unknown, or missing, where it may not be.
        """
        gaps = missing_cells(raw, cells, rows, self.missing)
        positions, values = pd.factorize(cells)
        # The last one is that of a missing cell, whose position is -1.
        found = np.append(self._codes_of(values), np.nan)[positions]
        unknown = np.isnan(found) & ~(gaps & self.indicator)
        if self.unknown == "error" and unknown.any():
            position = int(np.argmax(unknown))
            value = "a missing value" if gaps[position] else shown(plain(cells.iloc[position]))
            got = f"{value} in {raw.where(int(rows[position]))}"
            expected = f"one of {listed(self.values)}"
            message = sentence(got, expected, "`unknown: zeros` would allow it.")
            raise DataError(message, key=column_key(cells))
        return np.where(np.isnan(found) & ~gaps, self.no_code, found)[:, np.newaxis]

    def _codes_of(self, values: pd.Index) -> np.ndarray:
        """Give the codes of different values; NaN for unknown ones."""
        if isinstance(self.values[0], str):
            codes = pd.Index(self.values).get_indexer(_words(values)).astype(np.float64)
        else:
            codes = as_numbers(values)
        return np.where(np.isin(codes, self.codes), codes, np.nan)

    def to_integers(self, codes: np.ndarray) -> np.ndarray:
        """Turn codes into the numbers of the encodings integer and embedding.

        Args:
            codes: As `read` gives them, (n,).

        Returns:
            1 for the first value and so on; 0 for unknown ones; the last for missing ones, or 0.
        """
        order = np.argsort(self.codes)
        ordered = np.array(self.codes)[order]
        at = np.minimum(np.searchsorted(ordered, codes), len(ordered) - 1)
        numbers = np.where(ordered[at] == codes, order[at] + 1, 0)
        return np.where(np.isnan(codes) & self.indicator, len(ordered) + 1, numbers)

    def unknown_cells(self, codes: np.ndarray) -> np.ndarray:
        """Find the codes, (n,), that stand for none of the values, nor for a gap that is known."""
        missing = np.isnan(codes) & (not self.indicator)
        return np.asarray(missing | (codes == self.no_code))

    def to_json(self) -> dict[str, Any]:
        """Describe the column for preprocessing.json, with the code of each value."""
        facts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return facts | {"values": list(self.values), "codes": list(self.codes)}


def learn_category(
    raw: Raw, cells: pd.Series, rows: np.ndarray, options: dict[str, Any]
) -> CategoryColumn:
    """List the values of a column, where the config does not say them.

    Args:
        raw: All rows.
        cells: The train cells that are not missing.
        rows: The number of each cell's row.
        options: `missing` and `indicator`, and `values`, `unknown`, `encoding` and `dimension`
            where they are given.

    Raises:
        DataError: There are too many values, or words among numbers.
    """
    name, encoding = str(cells.name), options.get("encoding", "one_hot")
    values = options.get("values") or _values(cells)
    _check_values(name, values, encoding)
    dimension = None
    if encoding == "embedding":
        half = min(LARGEST_DIMENSION, (len(values) + 1) // 2)
        dimension = options.get("dimension") or half
    unknown = options.get("unknown", "zeros")
    missing, indicator = options["missing"], options["indicator"]
    return CategoryColumn(name, tuple(values), unknown, missing, indicator, encoding, dimension)


def _values(cells: pd.Series) -> list[Any]:
    """List the different values, sorted: whole numbers where each is one, else words.

    Example:
        >>> _values(pd.Series(["10", "2"])), _values(pd.Series(["1", "01"]))
        ([2, 10], ['01', '1'])
    """
    words = pd.factorize(cells)[1]
    numbers = as_numbers(words)
    whole = (np.abs(numbers) < WHOLE_FLOAT32) & (numbers == np.round(numbers))
    if whole.all() and len(np.unique(numbers)) == len(words):
        return [int(value) for value in sorted(numbers)]
    return sorted(_words(words))


def _words(values: pd.Index) -> pd.Index:
    """Spell different values; whole numbers without a point, also among fractions and gaps.

    Example:
        >>> _words(pd.Index([1.0, 2.5])).tolist(), _words(pd.Index(["1.0", " a"])).tolist()
        (['1', '2.5'], ['1.0', ' a'])
    """
    return pd.Index(as_words(values)) if values.dtype.kind == "f" else values.astype(str)


def _check_values(name: str, values: list[Any], encoding: str) -> None:
    key = ("dataset", "columns", name)
    most = MOST_VALUES[encoding]
    if len(values) > most:
        got = f"a category with {len(values)} values"
        way_out = "Leave the column out with `dataset.features.exclude`"
        way_out += ", or use `encoding: embedding`." if encoding == "one_hot" else "."
        raise DataError(sentence(got, f"at most {most}", way_out), key=key)
    kinds = {isinstance(value, str) for value in values}
    numbers = [value for value in values if not isinstance(value, str)]
    too_large = [value for value in numbers if abs(value) >= WHOLE_FLOAT32]
    if len(kinds) > 1 or too_large:
        got = shown(too_large[0]) if too_large else f"words and numbers ({listed(values)})"
        way_out = "Write all of them as words, in quotes."
        raise DataError(sentence(got, "words, or whole numbers below 2**24", way_out), key=key)
