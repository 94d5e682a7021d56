"""What all plots of a report share: sizes, margins, the words beside axes."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import Any

from dltrain.pages import plots
from dltrain.report.elements import COLOURS
from dltrain.spelling import plain

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
ALIKE = 3  # letters that stay before the first one that differs


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
    return _without_middle(plain(value, MOST_PLAIN), most)


def words(values: Iterable[Any], most: int = MOST_LETTERS) -> list[str]:
    """Spell things that stand side by side, each as `word` does, so that no two are alike.

    Names that would be alike without their middle begin shortly before the letter that differs; a
    number follows where that is not enough.

    Example:
        >>> words(["animals_a_northern", "animals_a2_northern", "red"])
        ['…s_a_northern', '…s_a2_northern', 'red']
    """
    texts = [plain(value, MOST_PLAIN) for value in values]
    spelled = [_without_middle(text, most) for text in texts]
    groups: dict[str, list[int]] = {}
    for at, one in enumerate(spelled):
        groups.setdefault(one, []).append(at)
    for group in groups.values():
        whole = {texts[at] for at in group}
        if len(whole) > 1:
            letters = zip(*whole, strict=False)
            same = list(takewhile(lambda one: len(set(one)) == 1, letters))
            start = len(same) - ALIKE
            for at in group:
                spelled[at] = plain(f"…{texts[at][start:]}", most)
    return list(_numbered(spelled))


def _numbered(names: list[str]) -> Iterator[str]:
    """Put a number behind each name that was there before."""
    counts, taken = Counter[str](), set(names)
    for name in names:
        counts[name] += 1
        told = name
        while counts[name] > 1 and told in taken:
            told = f"{name} ({counts[name]})"
            counts[name] += told in taken
        taken.add(told)
        yield told


def _without_middle(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    head = (most - 1) // 2
    return f"{text[:head]}…{text[head + 1 - most :]}"
