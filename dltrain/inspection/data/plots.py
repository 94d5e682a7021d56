"""Plots of a page: SVG without text from data, in the colours of the page, light or dark.

matplotlib draws with stand-ins for colours, which become CSS variables here; a figure has no name
or date of its own, so the same data gives the same page. Imports: matplotlib, when something is
drawn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

INK = "#010203"
# What stands for a part, and what the page calls it.
COLOURS = {"train": "#0072b2", "val": "#e69f00", "test": "#009e73"}
BINS = 30
SIZE = (3.2, 1.7)  # inches
# Shares of the figure, fixed: to find them out takes as long as to draw.
MARGINS = {"left": 0.14, "right": 0.97, "bottom": 0.17, "top": 0.96}
STYLE: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "dltrain", "text.parse_math": False, "font.size": 8,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": INK,
    "axes.linewidth": 0.6, "xtick.color": INK, "ytick.color": INK, "text.color": INK,
    "axes.labelcolor": INK, "axes.unicode_minus": False, "axes.formatter.limits": (-4, 6),
}  # fmt: skip
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
        import matplotlib as mpl
        from matplotlib.figure import Figure

        with mpl.rc_context(STYLE):
            figure = Figure(figsize=SIZE)
            figure.subplots_adjust(**MARGINS)
            draw(figure.subplots())
            file = io.StringIO()
            nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
            figure.savefig(file, format="svg", transparent=True, metadata=nothing)
        return inline(file.getvalue(), f"plot{next(self.numbers)}")


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


def inline(document: str, name: str) -> str:
    """Turn matplotlib's document into an element of a page.

    Args:
        document: The SVG.
        name: What its names begin with, as all of a page share one space.
    """
    text = document[document.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r"(font: \S+) [^;\"]*", r"\1 sans-serif", text)
    text = re.sub(r'(?<= )id="', f'id="{name}-', text)
    text = text.replace("url(#", f"url(#{name}-").replace('href="#', f'href="#{name}-')
    for part, colour in COLOURS.items():
        text = text.replace(colour, f"var(--{part})")
    return text.replace(INK, "currentColor").replace("<svg ", '<svg aria-hidden="true" ', 1)
