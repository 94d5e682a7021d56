"""Learning curves of a study: means with their bands, one beside the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.report.elements import COLOURS, Line, Plot
from dltrain.report.plots.canvas import LEGEND, drawn, grid
from dltrain.report.studies.axes import logarithmic_axis, spans_decades
from dltrain.report.studies.bands import Band
from dltrain.spelling import figure

# Inches: of two lines, and of many.
SIZE, LARGE = (4.0, 2.6), (4.6, 3.0)
FEW = 3
MAIN_SIZE = (6.4, 4.0)
# Of each thin line and band so many points are drawn at most, and so many thin lines.
MOST_POINTS = 100
MOST_SINGLES = 30
LEFT = 0.68  # inches to the left of the axes, for numbers of an axis and its words
LEGEND_ROW = 0.165  # inches
LETTER = 0.053  # inches
DASHED, DOTTED, MIXED = (0, (5, 1.5)), (0, (1, 1)), (0, (4, 1, 1, 1))
# Colours that colour-blind readers tell apart; where one comes back its dashes are others.
LINES: tuple[tuple[str, Any], ...] = (
    ("train", "-"), ("bad", DASHED), ("test", DOTTED), ("pink", MIXED), ("sky", "-"),
    ("val", DASHED), ("dim", "-"), ("train", DOTTED), ("bad", "-"), ("test", DASHED),
)  # fmt: skip


@dataclass(frozen=True)
class Curve:
    """One mean with its band.

    Attributes:
        label: What it is called.
        band: Its numbers.
        colour: Its colour, by the name that the page gives it.
        style: Its dashes.
    """

    label: str
    band: Band
    colour: str
    style: Any


@dataclass(frozen=True)
class Chart:
    """Curves that share their axes.

    Attributes:
        name: The name of its files.
        title: What it shows.
        sentence: What one sees.
        y: The figure with its unit.
        curves: What is drawn.
        shows_singles: Whether each training is a thin line behind.
        larger_is_better: Whether more of the figure is better; errors alone have powers of ten.
    """

    name: str
    title: str
    sentence: str
    y: str
    curves: Sequence[Curve]
    shows_singles: bool = False
    larger_is_better: bool = False


def curve_plot(chart: Chart) -> Plot:
    """Draw curves for the page."""
    size = SIZE if len(chart.curves) <= FEW else LARGE
    height, below = _room(chart, size)
    picture = drawn(
        lambda axes: _draw(axes, chart), (size[0], height),
        left=LEFT / size[0], bottom=below / height, top=1 - 0.1 / height,
    )  # fmt: skip
    lines = [Line(one.label, one.band.epochs, one.band.mean) for one in chart.curves]
    return Plot(chart.name, chart.title, chart.sentence, picture, lines)


def main_figure(chart: Chart, name: str) -> Any:
    """Draw curves for a slide: with a title above, and words on both axes.

    Args:
        chart: The curves.
        name: The study's name.

    Returns:
        matplotlib's figure.
    """
    height, below = _room(chart, MAIN_SIZE)

    def draw(axes: Any) -> None:
        _draw(axes, chart)
        axes.set_title(f"{name}: {chart.title}", loc="left", fontsize=10)

    return drawn(
        draw,
        (MAIN_SIZE[0], height),
        left=LEFT / MAIN_SIZE[0],
        bottom=below / height,
        top=1 - 0.35 / height,
    )


def _room(chart: Chart, size: tuple[float, float]) -> tuple[float, float]:
    """Give the height of a figure, and how much of it stands below the axes, in inches."""
    rows = -(-len(chart.curves) // _columns(chart, size[0]))
    below = 0.5 + LEGEND_ROW * rows
    return size[1] + LEGEND_ROW * (rows - 1), below


def _columns(chart: Chart, width: float) -> int:
    longest = max(len(one.label) for one in chart.curves)
    return max(1, min(4, int((width - 0.1) / (0.55 + LETTER * longest)), len(chart.curves)))


def _draw(axes: Any, chart: Chart) -> None:
    for one in chart.curves:
        _draw_one(axes, one, singles=chart.shows_singles)
    means = np.concatenate([one.band.mean for one in chart.curves])
    if not chart.larger_is_better and spans_decades(means):
        logarithmic_axis(axes, means)
    axes.set_xlabel("epoch")
    axes.set_ylabel(chart.y)
    axes.xaxis.get_major_locator().set_params(integer=True)
    grid(axes)
    width, height = axes.figure.get_size_inches()
    box = axes.get_position()
    start, below = (0.05 - box.x0) / box.width, -0.42 / (box.height * height)
    style = LEGEND | {"handlelength": 2.8, "columnspacing": 1.2, "borderaxespad": 0}
    place = {"loc": "upper left", "bbox_to_anchor": (start, below)}
    axes.legend(ncols=_columns(chart, width), **place, **style)


def _draw_one(axes: Any, curve: Curve, *, singles: bool) -> None:
    colour, band = COLOURS[curve.colour], curve.band
    several = len(band.singles) > 1
    if singles and several:
        for epochs, values in band.singles[:MOST_SINGLES]:
            chosen = some(len(epochs))
            axes.plot(epochs[chosen], values[chosen], color=colour, alpha=0.3, linewidth=0.6)
    chosen = some(len(band.epochs))
    if several:
        axes.fill_between(
            band.epochs[chosen], band.low[chosen], band.high[chosen],
            color=colour, alpha=0.18, linewidth=0,
        )  # fmt: skip
    marks = {"marker": "o", "markersize": 3.5} if len(band.epochs) == 1 else {}
    axes.plot(
        band.epochs, band.mean, color=colour, linestyle=curve.style, linewidth=1.5,
        label=curve.label, **marks,
    )  # fmt: skip


def some(count: int) -> np.ndarray:
    """Choose at most so many points of a line, evenly, its ends among them.

    Example:
        >>> len(some(1000)), some(3).tolist()
        (100, [0, 1, 2])
    """
    if count <= MOST_POINTS:
        return np.arange(count)
    return np.linspace(0, count - 1, MOST_POINTS).round().astype(np.int64)


def ends(curves: Sequence[Curve]) -> Iterator[str]:
    """Say where curves end."""
    for one in curves:
        yield f"{one.label} {figure(float(one.band.mean[-1]))}"
