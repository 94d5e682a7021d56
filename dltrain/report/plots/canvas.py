"""What all plots of a report share: sizes, margins, the words beside axes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from dltrain.inspection.tables import plain
from dltrain.pages import plots
from dltrain.report.elements import COLOURS

SIZE = (4.0, 2.5)  # inches
SQUARE = (3.2, 3.2)
MARGINS = {"left": 0.13, "right": 0.97, "bottom": 0.16, "top": 0.95}
SQUARE_MARGINS = {"left": 0.15, "right": 0.96, "bottom": 0.14, "top": 0.96}
LEGEND: Any = {"frameon": False, "fontsize": 7.5, "handlelength": 2.2, "borderaxespad": 0.2}
# Lines are told apart by more than their colour.
STYLES = {"train": "-", "val": (0, (5, 1.5)), "test": "-"}
# Colours and styles for things that are no parts, such as classes.
SERIES = (
    ("train", "-"), ("bad", (0, (5, 1.5))), ("test", (0, (1, 1))), ("pink", (0, (4, 1, 1, 1))),
    ("sky", "-"), ("val", (0, (5, 1.5))),
)  # fmt: skip
MOST_LETTERS = 16
MOST_PLAIN = 200


def drawn(draw: Callable[[Any], None], size: tuple[float, float] = SIZE, **margins: float) -> Any:
    """Draw a figure with one pair of axes; see `pages.plots.figure`."""
    shape = SQUARE_MARGINS if size == SQUARE else MARGINS
    with warnings.catch_warnings():
        ignore_missing_letters()
        return plots.figure(size, draw, **shape | margins)


def ignore_missing_letters() -> None:
    """Let matplotlib put a box where its font lacks a letter of a class or a column."""
    warnings.filterwarnings("ignore", r"Glyph .* missing from font", UserWarning)
    warnings.filterwarnings("ignore", r"Matplotlib currently does not support", UserWarning)


def grid(axes: Any) -> None:
    """Draw thin lines behind what is drawn."""
    axes.grid(color=COLOURS["line"], linewidth=0.5)
    axes.set_axisbelow(True)


def logarithmic(axes: Any) -> None:
    """Give equal room to equal ratios from bottom to top, with plain numbers beside it."""
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(lambda value, _: "")


def word(value: Any, most: int = MOST_LETTERS) -> str:
    """Spell a class, a label or a column so that it fits beside an axis: without its middle.

    Names that begin alike stay different: columns of a table often do.

    Example:
        >>> word("Mean_Acc1298_Mean_Mem40_MFCC_0"), word("red")
        ('Mean_Ac…0_MFCC_0', 'red')
    """
    text = plain(value, MOST_PLAIN)
    if len(text) <= most:
        return text
    head = (most - 1) // 2
    return f"{text[:head]}…{text[head + 1 - most :]}"
