"""Which interval a figure has, by what it is and how many rows there are."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isfinite

import numpy as np

from dltrain.evaluation.intervals.closed import (
    Interval,
    of_area,
    of_average,
    of_correlation,
    of_median,
    wilson,
)
from dltrain.evaluation.intervals.resampling import (
    RESAMPLES,
    bca,
    left_out,
    member_of,
    normal,
    resampled,
    studentized,
)
from dltrain.evaluation.statistics import Cells, Figures, Statistics

LEAST_RESAMPLES = 400
# Rows, or kinds of rows that count alike, up to which each is resampled.
MOST_RESAMPLED = 2000
# Rows up to which each is resampled for a mean, which takes a tenth of a second.
MOST_STUDENTIZED = 10_000
GROUPS, LEAST_GROUPS = 200, 20
# Weights times columns that are computed for a part, which takes a few seconds.
BUDGET = 4 * 10**7
# Fewer rows have no ranks far enough out.
LEAST_ORDERED = 8
# Fewer rows hardly have a standard error in each resample.
LEAST_STUDENTIZED = 10


def intervals(
    statistics: Statistics, seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, Interval]:
    """Compute the interval of each figure that has one.

    Args:
        statistics: The figures.
        seed: Draws the resamples.
        resamples: How many there are.

    Returns:
        Lower and upper end by figure. Figures are left out that are undefined, that every
        resample leaves as they are, that are biased where rows are few, or rough where they are
        many; and those that need every row for each resample where rows and classes are too many.
    """
    values = {name: one for name, one in statistics.values().items() if isfinite(one)}
    found = _closed(statistics, values) | _of_means(statistics, values, seed, resamples)
    for cells in statistics.cells:
        if len(cells.counts) <= MOST_RESAMPLED:
            rest = {name: one for name, one in values.items() if name not in found}
            found |= _of_cells(cells, rest, seed, resamples)
    found |= _of_rows(statistics, values, found, seed, resamples)
    return {name: _within(found[name], statistics, name) for name in values if name in found}


def _closed(statistics: Statistics, values: dict[str, float]) -> dict[str, Interval]:
    """Give the intervals that need no resample."""
    shares = {name: wilson(one) for name, one in statistics.proportions.items() if name in values}
    averages = {
        name: of_average(one) for name, one in statistics.averages.items() if name in values
    }
    fours = {n: of_correlation(one) for n, one in statistics.correlations.items() if n in values}
    areas = {name: of_area(one) for name, one in statistics.areas.items() if name in values}
    medians = {
        name: of_median(numbers)
        for name, numbers in statistics.medians.items()
        if name in values and len(numbers) >= LEAST_ORDERED
    }
    return shares | averages | fours | areas | medians


def _of_means(
    statistics: Statistics, values: dict[str, float], seed: int, resamples: int
) -> dict[str, Interval]:
    """Give the intervals of means; of many rows, from the means of groups of them."""
    rows = statistics.n_rows
    means = {
        name: one
        for name, one in statistics.means.items()
        if name in values and not (one.straight and rows > MOST_RESAMPLED)
    }
    if not means or rows < LEAST_STUDENTIZED:
        return {}
    width = max(one.rows.shape[1] for one in means.values())
    if rows > MOST_STUDENTIZED or rows * width * LEAST_RESAMPLES > BUDGET:
        member = member_of(rows, min(rows, GROUPS))
        means = {name: one.grouped(member) for name, one in means.items()}
    units = len(next(iter(means.values())).rows)
    whole = {name: one(np.ones((1, units))) for name, one in means.items()}
    drawn: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {name: [] for name in means}
    for weights in resampled(units, seed, resamples):
        for name, one in means.items():
            drawn[name].append(one(weights))
    each = {}
    for name, parts in drawn.items():
        figures, errors = (np.concatenate(one) for one in zip(*parts, strict=True))
        value, error = (float(one[0]) for one in whole[name])
        each[name] = studentized(value, error, figures, errors)
    return {name: interval for name, interval in each.items() if interval is not None}


def _of_cells(
    cells: Cells, values: dict[str, float], seed: int, resamples: int
) -> dict[str, Interval]:
    """Give the intervals of figures for which many rows count alike."""
    rows = int(cells.counts.sum())
    if rows < 2 or not values.keys() & cells(cells.counts[None]).keys():
        return {}
    drawn = _each(cells, resampled(rows, seed, resamples, cells.counts))
    there = cells.counts > 0
    without = cells(cells.counts - np.eye(len(cells.counts))[there])
    each = {
        name: bca(values[name], drawn[name], without[name], cells.counts[there])
        for name in drawn
        if name in values
    }
    return {name: interval for name, interval in each.items() if interval is not None}


def _of_rows(
    statistics: Statistics,
    values: dict[str, float],
    found: dict[str, Interval],
    seed: int,
    resamples: int,
) -> dict[str, Interval]:
    """Give the intervals of all other figures."""
    rows = statistics.n_rows
    affordable = BUDGET // max(1, rows * statistics.width)
    few = rows <= MOST_RESAMPLED and affordable >= LEAST_RESAMPLES
    groups = min(rows, GROUPS, affordable)
    out = {*found, *(statistics.biased if few else statistics.rough)}
    rest = [name for name in values if name not in out]
    if not rest or rows < 2 or groups < min(rows, LEAST_GROUPS):
        return {}
    without = _each(statistics, left_out(rows, groups))
    if few:
        drawn = _each(statistics, resampled(rows, seed, min(resamples, affordable)))
        each = {name: bca(values[name], drawn[name], without[name]) for name in rest}
    else:
        each = {name: normal(values[name], without[name]) for name in rest}
    return {name: interval for name, interval in each.items() if interval is not None}


def _each(figures: Statistics | Cells, weights: Iterator[np.ndarray]) -> Figures:
    """Compute the figures of all weights."""
    parts = [figures(some) for some in weights]
    return {name: np.concatenate([one[name] for one in parts]) for name in parts[0]}


def _within(interval: Interval, statistics: Statistics, name: str) -> Interval:
    """Keep an interval to what a figure can be."""
    least, most = statistics.ranges.get(name, (-inf, inf))
    return max(interval[0], least), min(interval[1], most)
