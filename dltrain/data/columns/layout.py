"""Where the numbers of each column stand, in the raw matrix and in the prepared one.

The order of the prepared matrix: number columns; booleans; parts of dates that are scaled, then
sine and cosine of those that come round again; the numbers of categories that are integers or
embedded; an input of 0 or 1 for each value of the others; one for each column with gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, Generic, TypeVar

import numpy as np

from dltrain.data.columns.boolean import BooleanColumn
from dltrain.data.columns.category import CategoryColumn
from dltrain.data.columns.column import Column
from dltrain.data.columns.date import DateColumn, DatePart
from dltrain.data.columns.number import NumberColumn

What = TypeVar("What")


@dataclass(frozen=True)
class Placed(Generic[What]):
    """Something with its name and its position in the raw matrix."""

    name: str
    at: int
    what: What


@dataclass(frozen=True)
class Layout:
    """The columns of a table, in the table's order."""

    columns: tuple[Column, ...]

    @cached_property
    def placed(self) -> list[Placed[Column]]:
        """Each column at the first of its raw numbers."""
        starts = accumulate((len(one.raw_names) for one in self.columns), initial=0)
        pairs = zip(starts, self.columns, strict=False)
        return [Placed(one.name, start, one) for start, one in pairs]

    @cached_property
    def scaled(self) -> list[Placed[NumberColumn | BooleanColumn | DatePart]]:
        """What is filled, shifted and scaled."""
        found: list[Placed[Any]] = [
            one
            for kind in (NumberColumn, BooleanColumn)
            for one in self.placed
            if isinstance(one.what, kind)
        ]
        return found + [part for part in self._date_parts if part.what.period is None]

    @cached_property
    def cyclic(self) -> list[Placed[DatePart]]:
        """The parts of dates that come round again."""
        return [part for part in self._date_parts if part.what.period is not None]

    @cached_property
    def integers(self) -> list[Placed[CategoryColumn]]:
        """The categories with one number, which may be embedded."""
        return [one for one in self._categories if one.what.encoding != "one_hot"]

    @cached_property
    def one_hot(self) -> list[Placed[CategoryColumn]]:
        """The categories with an input for each value."""
        return [one for one in self._categories if one.what.encoding == "one_hot"]

    @cached_property
    def indicators(self) -> list[Placed[Column]]:
        """The columns with an input that says where a value is missing."""
        integers = {one.name for one in self.integers}
        return [one for one in self.placed if one.what.indicator and one.name not in integers]

    @cached_property
    def raw_names(self) -> list[str]:
        """Names of the raw matrix's columns."""
        return [name for one in self.columns for name in one.raw_names]

    @cached_property
    def input_names(self) -> list[str]:
        """Names of the prepared matrix's columns."""
        return [
            *(one.name for one in self.scaled),
            *(f"{one.name} {wave}" for one in self.cyclic for wave in ("sin", "cos")),
            *(one.name for one in self.integers),
            *(f"{one.name}={value}" for one in self.one_hot for value in one.what.values),
            *(f"{one.name} missing" for one in self.indicators),
        ]

    @cached_property
    def logarithms(self) -> np.ndarray:
        """Which of `scaled` are logarithms, bool."""
        return self._scaled_as("log1p")

    @cached_property
    def unit_norms(self) -> np.ndarray:
        """Which of `scaled` are divided by their norm, bool."""
        return self._scaled_as("unit_norm")

    def facts(self, name: str) -> np.ndarray:
        """Give one attribute of each in `scaled`, float64; 0 where it has none."""
        values = (getattr(one.what, name, float(name == "scale")) for one in self.scaled)
        return np.array(list(values), np.float64)

    def _scaled_as(self, scaling: str) -> np.ndarray:
        return np.array(
            [getattr(one.what, "scaling", None) == scaling for one in self.scaled], bool
        )

    @cached_property
    def _date_parts(self) -> list[Placed[DatePart]]:
        return [
            Placed(name, one.at + offset, part)
            for one in self.placed
            if isinstance(one.what, DateColumn)
            for offset, (name, part) in enumerate(
                zip(one.what.raw_names, one.what.parts, strict=True)
            )
        ]

    @cached_property
    def _categories(self) -> list[Placed[CategoryColumn]]:
        return [
            Placed(one.name, one.at, one.what)
            for one in self.placed
            if isinstance(one.what, CategoryColumn)
        ]
