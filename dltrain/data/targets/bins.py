"""Amounts as classes: bins between edges that the file gives, or that the train rows tell."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any

import numpy as np

from dltrain.data.targets.checks import TARGET
from dltrain.errors import DataError, sentence


@dataclass(frozen=True)
class Bins:
    """The classes that amounts fall into; an amount equal to an edge lies above it.

    Attributes:
        edges: What divides the bins, ascending.
        asked: The number of bins that the file asks for; None where it gives the edges.
    """

    edges: tuple[float, ...]
    asked: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What the bins are called, in their order.

        Example:
            >>> Bins((5.5, 6.5)).names
            ('< 5.5', '5.5 – 6.5', '>= 6.5')
        """
        edges = [_spelled(edge) for edge in self.edges]
        inner = (f"{low} – {high}" for low, high in pairwise(edges))
        return (f"< {edges[0]}", *inner, f">= {edges[-1]}")

    @property
    def merged(self) -> int:
        """How many of the bins that the file asks for are none, as too many rows are equal."""
        return 0 if self.asked is None else self.asked - len(self.edges) - 1

    def codes(self, numbers: np.ndarray) -> np.ndarray:
        """Give the position of the bin of each amount, int64 (n,)."""
        return np.searchsorted(np.array(self.edges), numbers, side="right")

    def to_json(self) -> dict[str, Any]:
        """Describe the bins for preprocessing.json."""
        return {"edges": list(self.edges), "asked": self.asked}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Bins:
        """Restore what `to_json` wrote."""
        return cls(tuple(facts["edges"]), facts["asked"])


def learn_bins(numbers: np.ndarray, given: int | list[float]) -> Bins:
    """Learn the edges of bins, or take those that the file gives.

    Args:
        numbers: Amounts of the train rows, float64 (n,).
        given: The file's `bins`: how many, with equally many rows in each as far as equal
            amounts allow; or the edges.

    Raises:
        DataError: All amounts are equal, or no row lies in one of the bins.
    """
    if isinstance(given, int):
        return Bins(tuple(even_edges(numbers, given)), given)
    bins = Bins(tuple(given))
    rows = np.bincount(bins.codes(numbers), minlength=len(bins.names))
    if not rows.all():
        got = f"no train row in the bin '{bins.names[int(np.argmin(rows))]}'"
        expected = f"one in every bin; they have {', '.join(map(str, rows))}"
        raise DataError(sentence(got, expected, "Use other edges."), key=(*TARGET, "bins"))
    return bins


def even_edges(numbers: np.ndarray, bins: int) -> list[float]:
    """Find edges with equally many rows between them, as far as equal amounts allow.

    Each edge lies between two amounts that occur, so no bin is empty; edges that would lie
    between the same two are one.

    Args:
        numbers: Amounts, (n,).
        bins: How many bins there are to be.

    Raises:
        DataError: All amounts are equal.

    Example:
        >>> even_edges(np.array([3, 4, 4, 5, 5, 5, 6, 6, 7]), 3)
        [4.5, 5.5]
    """
    values, rows = np.unique(numbers, return_counts=True)
    if len(values) == 1:
        got, expected = f"one value ({values[0]:g}) in the train rows", "at least two to divide"
        raise DataError(sentence(got, expected, "Use another target."), key=(*TARGET, "bins"))
    below = np.cumsum(rows)[:-1]
    wanted = len(numbers) * np.arange(1, bins) / bins
    after = np.searchsorted(below, wanted).clip(max=len(below) - 1)
    before = (after - 1).clip(min=0)
    nearer = np.where(wanted - below[before] <= below[after] - wanted, before, after)
    return [_between(float(values[at]), float(values[at + 1])) for at in np.unique(nearer)]


def _between(low: float, high: float) -> float:
    """Give the number with the fewest digits near the middle between two others.

    Example:
        >>> _between(5, 6), _between(21.2, 21.4), _between(103_456, 103_900)
        (5.5, 21.3, 103700.0)
    """
    if np.nextafter(low, high) == high:
        return high  # nothing lies between; an amount equal to an edge lies above it
    middle = low / 2 + high / 2
    first = -int(np.floor(np.log10(high / 2 - low / 2))) - 1
    rounded = (round(middle, digits) if digits < first + 18 else middle for digits in count(first))
    return next(number for number in rounded if low < number < high) + 0.0


def _spelled(edge: float) -> str:
    """Spell an edge so that it is told from every other one."""
    text = f"{edge:.15g}"
    return text if float(text) == edge else repr(edge)
