"""How sure figures are: 95 % intervals from the rows that were judged.

Shares of rows have Wilson's interval, a median that of its order statistics, all other figures the
bias-corrected and accelerated (BCa) bootstrap over rows. Above `MOST_RESAMPLED` rows, where a
figure is near to normally distributed, the jackknife over groups of rows gives its standard error.
docs/evaluation.md has the coverage that was measured.

Sources:
    Wilson (1927); Efron (1987), "Better bootstrap confidence intervals"; acceleration and standard
    error by the jackknife over groups, Efron and Tibshirani (1993), chapters 11 and 14.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isfinite, sqrt
from statistics import NormalDist

import numpy as np

from dltrain.evaluation.statistics import Proportion, Statistics

LEVEL = 0.95
RESAMPLES, LEAST_RESAMPLES = 1000, 400
MOST_RESAMPLED = 2000
GROUPS, LEAST_GROUPS = 200, 20
# Weights times columns that are computed for a part, which takes a few seconds.
BUDGET = 4 * 10**7
# Weights that are in memory at once.
MOST_WEIGHTS = 2**18
# The share of the resamples in which a figure has to be defined.
LEAST_DEFINED = 0.9
ROUNDING = 1e-12
# Fewer rows have no ranks far enough out.
LEAST_ORDERED = 8

Interval = tuple[float, float]
NORMAL = NormalDist()
OUTER = NORMAL.inv_cdf((1 + LEVEL) / 2)


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
        many; and all but shares and medians where rows and classes are too many.
    """
    values = {name: one for name, one in statistics.values().items() if isfinite(one)}
    found = {
        name: wilson(share) for name, share in statistics.proportions.items() if name in values
    } | {
        name: of_median(numbers)
        for name, numbers in statistics.medians.items()
        if name in values and len(numbers) >= LEAST_ORDERED
    }
    rows = statistics.n_rows
    affordable = BUDGET // max(1, rows * statistics.width)
    few = rows <= MOST_RESAMPLED and affordable >= LEAST_RESAMPLES
    groups = min(rows, GROUPS, affordable)
    out = {*found, *(statistics.biased if few else statistics.rough)}
    rest = [name for name in values if name not in out]
    if not rest or rows < 2 or groups < min(rows, LEAST_GROUPS):
        return found
    without = _each(statistics, _left_out(rows, groups))
    if few:
        drawn = _each(statistics, resampled(rows, seed, min(resamples, affordable)))
        each = {name: bca(values[name], drawn[name], without[name]) for name in rest}
    else:
        each = {name: _normal(values[name], without[name]) for name in rest}
    for name, interval in each.items():
        if interval is not None:
            least, most = statistics.ranges.get(name, (-inf, inf))
            found[name] = max(interval[0], least), min(interval[1], most)
    return {name: found[name] for name in values if name in found}


def wilson(share: Proportion) -> Interval:
    """Give Wilson's interval of a share of rows.

    Example:
        >>> hits = np.arange(10) < 8
        >>> low, high = wilson(Proportion(hits, np.ones(10, bool)))
        >>> round(low, 3), round(high, 3)
        (0.49, 0.943)
    """
    count = int(share.among.sum())
    hits = int((share.hits & share.among).sum())
    centre = (hits + OUTER**2 / 2) / (count + OUTER**2)
    half = OUTER * sqrt(hits * (count - hits) / count + OUTER**2 / 4) / (count + OUTER**2)
    # At both ends the square root is exact in the reals alone.
    return (0.0 if hits == 0 else centre - half), (1.0 if hits == count else centre + half)


def of_median(numbers: np.ndarray) -> Interval:
    """Give the interval of a median: the numbers at two ranks, whatever their distribution.

    Source:
        Conover (1999), "Practical Nonparametric Statistics": a binomial number of the rows lies
        below the true median.
    """
    ordered, count = np.sort(numbers), len(numbers)
    half = OUTER * sqrt(count) / 2
    low, high = round(count / 2 - half) - 1, round(count / 2 + half)
    return float(ordered[max(low, 0)]), float(ordered[min(high, count - 1)])


def bca(value: float, drawn: np.ndarray, without: np.ndarray) -> Interval | None:
    """Give the BCa interval of a figure.

    Args:
        value: The figure.
        drawn: The figure of each resample, (B,).
        without: The figure without each row or group of rows.

    Returns:
        The interval; None where too few resamples define the figure, or all agree.
    """
    defined = drawn[np.isfinite(drawn)]
    kept = without[np.isfinite(without)]
    if len(defined) < LEAST_DEFINED * len(drawn) or _agree(defined):
        return None
    below = (np.sum(defined < value) + np.sum(defined == value) / 2) / len(defined)
    edge = 1 / (len(defined) + 1)
    bias = NORMAL.inv_cdf(float(np.clip(below, edge, 1 - edge)))
    acceleration = _acceleration(kept)
    ends = []
    for quantile in (-OUTER, OUTER):
        shifted = bias + quantile
        corrected = bias + shifted / (1 - acceleration * shifted)
        ends.append(float(np.quantile(defined, NORMAL.cdf(corrected))))
    return ends[0], ends[1]


def resampled(n_rows: int, seed: int, resamples: int = RESAMPLES) -> Iterator[np.ndarray]:
    """Draw how often each row is in each resample, float (B, n), some resamples at once."""
    generator = np.random.default_rng([seed, n_rows])
    at_once = max(1, MOST_WEIGHTS // n_rows)
    for start in range(0, resamples, at_once):
        count = min(at_once, resamples - start)
        yield generator.multinomial(n_rows, np.full(n_rows, 1 / n_rows), count).astype(np.float64)


def _left_out(n_rows: int, groups: int) -> Iterator[np.ndarray]:
    """Leave out each of some groups of rows: weights of 0 and 1, (groups, n)."""
    # Groups are drawn, as rows that lie together may be alike.
    member = np.random.default_rng(n_rows).permutation(np.arange(n_rows) * groups // n_rows)
    at_once = max(1, MOST_WEIGHTS // n_rows)
    for start in range(0, groups, at_once):
        numbers = np.arange(start, min(start + at_once, groups))
        yield (member != numbers[:, None]).astype(np.float64)


def _each(statistics: Statistics, weights: Iterator[np.ndarray]) -> dict[str, np.ndarray]:
    """Compute the figures of all weights."""
    parts = [statistics(some) for some in weights]
    return {name: np.concatenate([one[name] for one in parts]) for name in parts[0]}


def _acceleration(without: np.ndarray) -> float:
    """Measure how the spread of a figure changes with its value, by the jackknife."""
    lack = without.mean() - without
    spread = float((lack**2).sum())
    return float((lack**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0


def _agree(figures: np.ndarray) -> bool:
    """Tell whether figures are all the same but for rounding."""
    return bool(np.ptp(figures) <= ROUNDING * max(1.0, float(np.abs(figures).max())))


def _normal(value: float, without: np.ndarray) -> Interval | None:
    """Give the interval of a normally distributed figure, by the jackknife over groups."""
    groups = len(without)
    if not np.isfinite(without).all() or _agree(without):
        return None
    error = sqrt((groups - 1) / groups * float(((without - without.mean()) ** 2).sum()))
    return value - OUTER * error, value + OUTER * error
