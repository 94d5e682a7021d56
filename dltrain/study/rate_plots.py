"""The curve of a range test, as text for the terminal and drawn.

Imports: matplotlib, when it is drawn.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from dltrain.errors import DltrainError, sentence
from dltrain.pages import plots
from dltrain.pages.writing import check_place, write
from dltrain.run_folder import RunFolder
from dltrain.spelling import figure
from dltrain.study.range_test import RangeTest
from dltrain.study.rate_curve import spelled

ENDINGS = (".png", ".svg")
SIZE = (5.6, 3.2)  # inches
DOTS = 200  # an inch
# Letters.
WIDTH, HEIGHT, BESIDE = 66, 11, 9
# What is above the first loss by this share of the descent is cut off: it would flatten the rest.
HEADROOM = 0.25
# Ratio of losses above which their axis is logarithmic.
WIDE_RANGE = 30.0
DOT, UP, MARK = "•", "↑", "▲"


def in_text(found: RangeTest) -> list[str]:
    """Draw the smoothed loss in letters, at most 80 columns wide.

    The rates are spaced by powers of ten; what is above the plot is an arrow at its top.
    """
    lower, upper, is_wide = _frame(found)
    heights = np.array([_share(value, lower, upper, is_wide) for value in found.smoothed])
    places = _places(found, found.rates)
    rows = [[" "] * (WIDTH + 1) for _ in range(HEIGHT + 1)]
    for column in range(places[-1] + 1):
        height = float(np.interp(column, places, heights))
        level = HEIGHT - round(min(max(height, 0.0), 1.0) * HEIGHT)
        rows[level][column] = UP if height > 1 + 1 / HEIGHT else DOT
    named = {0: upper, HEIGHT // 2: _at(0.5, lower, upper, is_wide), HEIGHT: lower}
    lines = []
    for number, row in enumerate(rows):
        label = figure(named[number]) if number in named else ""
        lines.append(f"{label.rjust(BESIDE - 2)} {'┤' if label else '│'}{''.join(row)}".rstrip())
    return [*lines, *_axis(found)]


def _axis(found: RangeTest) -> list[str]:
    """Draw the axis of rates with the powers of ten, and the suggestion below it."""
    line, names = ["─"] * (WIDTH + 1), [" "] * (WIDTH + 1 + BESIDE)
    last = float(_all_rates(found)[1])
    first_power, last_power = math.ceil(_log(found.rates[0])), math.floor(_log(last))
    every = max(1, math.ceil((last_power - first_power + 1) / 9))
    for power in range(first_power, last_power + 1, every):
        (place,) = _places(found, np.array([10.0**power]))
        name = f"{10.0**power:g}"
        start = min(max(place + BESIDE - len(name) // 2, 0), len(names) - len(name))
        line[place] = "┴"
        names[start : start + len(name)] = name
    lines = [f"{' ' * (BESIDE - 1)}└{''.join(line)}", "".join(names).rstrip()]
    if found.reading.suggestion is not None:
        (place,) = _places(found, np.array([found.reading.suggestion]))
        word = f"{MARK} {spelled(found.reading.suggestion)}"
        lines.append(f"{' ' * (BESIDE + place)}{word}")
    return lines


def _log(rate: float) -> float:
    """Give the power of ten, without the rounding by which 1e-7 would be just above itself."""
    return round(math.log10(rate), 9)


def _all_rates(found: RangeTest) -> tuple[float, float]:
    """Give the first rate and the last that was planned."""
    factor = found.rates[1] / found.rates[0] if len(found.rates) > 1 else 1.0
    return float(found.rates[0]), float(found.rates[0] * factor ** (found.planned - 1))


def _places(found: RangeTest, rates: np.ndarray) -> np.ndarray:
    """Give the columns of rates, int (n,)."""
    first, last = map(_log, _all_rates(found))
    shares = (np.log10(rates) - first) / max(last - first, 1e-9)
    return np.rint(np.clip(shares, 0, 1) * WIDTH).astype(int)


def _frame(found: RangeTest) -> tuple[float, float, bool]:
    """Give the lowest and the highest loss of a plot, and whether ratios have equal room."""
    least, first = found.reading.least, found.reading.first
    is_wide = least > 0 and first > WIDE_RANGE * least
    if is_wide:
        return least, first * (first / least) ** (HEADROOM / 2), True
    upper = max(first, float(found.smoothed[0])) + HEADROOM * abs(first - least)
    return least, upper if upper > least else least + max(abs(least), 1e-9), False


def _share(value: float, lower: float, upper: float, is_wide: bool) -> float:
    """Give how high a loss is in the plot, 0 at its bottom and 1 at its top."""
    if is_wide:
        return math.log(max(value, lower) / lower) / math.log(upper / lower)
    return (value - lower) / (upper - lower)


def _at(share: float, lower: float, upper: float, is_wide: bool) -> float:
    """Give the loss at a height of the plot."""
    return lower * (upper / lower) ** share if is_wide else lower + share * (upper - lower)


def check_plot(path: Path) -> None:
    """Check that a plot can be written, before anything slow begins.

    Raises:
        DltrainError: It ends neither with .png nor with .svg, or its folder is missing.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        expected = f"a file that ends with {' or '.join(ENDINGS)}"
        raise DltrainError(f"-o: {sentence(str(path), expected)}")
    check_place(path, "-o", ending)


def write_plot(found: RangeTest, path: Path) -> None:
    """Draw the curve into a file, .svg (for light and dark pages) or .png (on white).

    Raises:
        RunError: The disk is full or not writable.
    """
    drawn = plots.figure(SIZE, lambda axes: _draw(axes, found), left=0.11, bottom=0.15, top=0.91)
    if path.suffix.lower() == ".svg":
        words = f"Learning-rate range test of {found.name}: {found.reading.reason}."
        write(path, plots.standalone(plots.as_svg(drawn), words))
        return
    with RunFolder(path.parent).whole(path.name) as temporary:
        drawn.savefig(temporary, format="png", dpi=DOTS, facecolor="white")


def _draw(axes: Any, found: RangeTest) -> None:
    lower, upper, is_wide = _frame(found)
    room = 0.04 * (upper - lower)
    axes.set_xscale("log")
    # matplotlib's own labels are formulas, which an SVG with plain text cannot show.
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(lambda value, _: "")
    axes.plot(
        found.rates, found.losses, color=plots.GREY, linewidth=0.7, alpha=0.6, label="each batch",
    )  # fmt: skip
    axes.plot(
        found.rates, found.smoothed, color=plots.COLOURS["train"], linewidth=1.6, label="smoothed",
    )  # fmt: skip
    if is_wide:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.yaxis.set_minor_formatter(lambda value, _: "")
    axes.set_ylim(lower * 0.8 if is_wide else lower - room, upper)
    axes.set_xlim(*_all_rates(found))
    _mark(axes, found)
    axes.set_xlabel("learning rate")
    axes.set_ylabel("loss before the update")
    axes.set_title(f"{found.name}: learning-rate range test", loc="left", fontsize=9)
    axes.grid(color=plots.LINE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, fontsize=7.5, loc="lower left")


def _mark(axes: Any, found: RangeTest) -> None:
    """Draw the suggestion, the two rates that it follows from, and where the loss was lost."""
    reading, curve = found.reading, found.smoothed
    for rate, marker, word in (
        (reading.steepest, "v", "steepest"), (reading.minimum, "s", "least")
    ):  # fmt: skip
        if rate is not None:
            height = float(np.interp(np.log(rate), np.log(found.rates), curve))
            label = f"{word} {spelled(rate)}"
            axes.plot(
                [rate], [height], marker, color=plots.COLOURS["val"], markersize=5, label=label,
            )  # fmt: skip
    if reading.suggestion is not None:
        axes.axvline(
            reading.suggestion, color=plots.COLOURS["test"], linewidth=1.4, linestyle=(0, (5, 1.5)),
            label=f"suggestion {spelled(reading.suggestion)}",
        )  # fmt: skip
    if found.diverged_at is not None:
        axes.axvline(
            found.diverged_at, color=plots.GREY, linewidth=1.0, linestyle=":",
            label=f"diverged {spelled(found.diverged_at)}",
        )  # fmt: skip
