"""Plots of a page about data: SVG without text from data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from dltrain.pages.plots import COLOURS, as_svg, figure, inline

BINS = 30
SIZE = (3.2, 1.7)  # inches
ROOM_FOR_DATES = 0.3


class Plots:
    """Draws plots, and counts them so that no two on a page share a name."""

    def __init__(self) -> None:
        self.numbers = count(1)

    def histogram(self, parts: Mapping[str, np.ndarray], *, dates: bool = False) -> str | None:
        """Draw which share of each part's numbers lies where.

        Args:
            parts: Finite numbers by part; for dates days since 1970.
            dates: Whether the numbers are dates.

        Returns:
            An SVG element; None where all numbers are equal.
        """
        edges = bin_edges(np.concatenate(list(parts.values())))
        if edges is None:
            return None

        def draw(axes: Any) -> None:
            for name, numbers in parts.items():
                shares = np.histogram(numbers, edges)[0] / max(1, len(numbers))
                filled = {"fill": True, "alpha": 0.25} if name == "train" else {}
                axes.stairs(shares, edges, color=COLOURS[name], **filled)
                axes.stairs(shares, edges, color=COLOURS[name], linewidth=1.1)
            axes.set_ylim(bottom=0)
            axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g} %")
            if dates:
                axes.xaxis_date()
                axes.tick_params(axis="x", labelrotation=20)
                axes.figure.subplots_adjust(bottom=ROOM_FOR_DATES)

        return self._drawn(draw)

    def series(self, rows: Sequence[np.ndarray]) -> str:
        """Draw some rows of one variable, each a line over its steps."""

        def draw(axes: Any) -> None:
            for row in rows:
                axes.plot(row, color=COLOURS["train"], linewidth=0.9, alpha=0.7)
            axes.xaxis.get_major_locator().set_params(integer=True)

        return self._drawn(draw)

    def by_part(self, points: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> str:
        """Draw a series: rows and values of each part, one behind the other."""

        def draw(axes: Any) -> None:
            for part, (rows, values) in points.items():
                axes.plot(rows, values, color=COLOURS[part], linewidth=0.9)

        return self._drawn(draw)

    def _drawn(self, draw: Callable[[Any], None]) -> str:
        return inline(as_svg(figure(SIZE, draw)), f"plot{next(self.numbers)}")


def bin_edges(numbers: np.ndarray) -> np.ndarray | None:
    """Divide the range of numbers: one bin for each of a few whole numbers, else 30 of one width.

    Returns:
        Ascending edges; None where the numbers are equal, or too near to each other.

    Example:
        >>> bin_edges(np.array([1.0, 3.0])), bin_edges(np.array([2.0, 2.0]))
        (array([0.5, 1.5, 2.5, 3.5]), None)
    """
    if not len(numbers) or numbers.min() == numbers.max():
        return None
    low, high = float(numbers.min()), float(numbers.max())
    if high - low < BINS and (numbers == np.round(numbers)).all():
        return np.arange(low, high + 2) - 0.5
    edges = np.linspace(low, high, BINS + 1)
    return edges if (np.diff(edges) > 0).all() else None
