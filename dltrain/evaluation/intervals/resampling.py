"""Intervals from resamples of the rows: BCa, studentized, and the jackknife's where rows are many.

Sources:
    Efron (1987), "Better bootstrap confidence intervals"; Efron and Tibshirani (1993), "An
    Introduction to the Bootstrap": acceleration and standard error by the jackknife over groups,
    chapters 11 and 14, the studentized bootstrap (bootstrap-t), chapter 12; Hall (1988).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np

from dltrain.evaluation.intervals.closed import LEVEL, NORMAL, OUTER, Interval

RESAMPLES = 1000
# Weights that are in memory at once.
MOST_WEIGHTS = 2**18
# The share of the resamples in which a figure has to be defined.
LEAST_DEFINED = 0.9
ROUNDING = 1e-12
# A multinomial count takes as long as drawing about so many rows.
WORTH = 20


def bca(
    value: float, drawn: np.ndarray, without: np.ndarray, counts: np.ndarray | None = None
) -> Interval | None:
    """Give the BCa interval of a figure.

    Args:
        value: The figure.
        drawn: The figure of each resample, (B,).
        without: The figure without each row or group of rows, (g,).
        counts: How many rows there are of which leaving out one gives that figure, (g,); one each
            where it is None.

    Returns:
        The interval; None where too few resamples define the figure, or all agree.
    """
    defined = drawn[np.isfinite(drawn)]
    if len(defined) < LEAST_DEFINED * len(drawn) or agree(defined):
        return None
    kept = np.isfinite(without)
    times = np.ones(len(without)) if counts is None else counts
    below = (np.sum(defined < value) + np.sum(defined == value) / 2) / len(defined)
    edge = 1 / (len(defined) + 1)
    bias = NORMAL.inv_cdf(float(np.clip(below, edge, 1 - edge)))
    acceleration = _acceleration(without[kept], times[kept])
    ends = []
    for quantile in (-OUTER, OUTER):
        shifted = bias + quantile
        corrected = bias + shifted / (1 - acceleration * shifted)
        ends.append(float(np.quantile(defined, NORMAL.cdf(corrected))))
    return ends[0], ends[1]


def studentized(
    value: float, error: float, drawn: np.ndarray, errors: np.ndarray
) -> Interval | None:
    """Give the bootstrap-t interval of a figure.

    How far each resample is from the rows is measured in its own standard errors: where few rows
    hold most of a sum, a resample without them is too low and looks too sure of it.

    Args:
        value: The figure.
        error: Its standard error.
        drawn: The figure of each resample, (B,).
        errors: The standard error of each, (B,).

    Returns:
        The interval; None where there is no standard error, or in too many resamples none.
    """
    if not error > ROUNDING * max(1.0, abs(value)):
        return None
    known = np.isfinite(drawn) & (errors > ROUNDING * error) & np.isfinite(errors)
    if known.sum() < LEAST_DEFINED * len(drawn):
        return None
    distances = (drawn[known] - value) / errors[known]
    low, high = np.quantile(distances, [(1 + LEVEL) / 2, (1 - LEVEL) / 2])
    return value - error * float(low), value - error * float(high)


def normal(value: float, without: np.ndarray) -> Interval | None:
    """Give the interval of a normally distributed figure, by the jackknife over groups."""
    groups = len(without)
    if not np.isfinite(without).all() or agree(without):
        return None
    error = sqrt((groups - 1) / groups * float(((without - without.mean()) ** 2).sum()))
    return value - OUTER * error, value + OUTER * error


def resampled(
    n_rows: int, seed: int, resamples: int = RESAMPLES, counts: np.ndarray | None = None
) -> Iterator[np.ndarray]:
    """Draw how often each row is in each resample, float (B, n), some resamples at once.

    Args:
        n_rows: Number of rows.
        seed: Draws them.
        resamples: How many there are.
        counts: Of rows that count alike, how many there are of each kind, (cells,): then what is
            drawn is how many of each kind are in each resample, (B, cells).
    """
    generator = np.random.default_rng([seed, n_rows])
    kinds = n_rows if counts is None else len(counts)
    at_once = max(1, MOST_WEIGHTS // kinds)
    for start in range(0, resamples, at_once):
        count = min(at_once, resamples - start)
        if counts is not None and kinds * WORTH < n_rows:
            yield generator.multinomial(n_rows, counts / n_rows, count).astype(np.float64)
            continue
        rows = generator.integers(n_rows, size=(count, n_rows))
        if counts is not None:
            rows = np.repeat(np.arange(kinds), counts)[rows]
        places = (rows + kinds * np.arange(count)[:, None]).ravel()
        yield np.bincount(places, minlength=count * kinds).reshape(count, kinds).astype(np.float64)


def left_out(n_rows: int, groups: int) -> Iterator[np.ndarray]:
    """Leave out each of some groups of rows: weights of 0 and 1, (groups, n)."""
    member = member_of(n_rows, groups)
    at_once = max(1, MOST_WEIGHTS // n_rows)
    for start in range(0, groups, at_once):
        numbers = np.arange(start, min(start + at_once, groups))
        yield (member != numbers[:, None]).astype(np.float64)


def member_of(n_rows: int, groups: int) -> np.ndarray:
    """Divide rows into groups by chance, as rows that lie together may be alike; int (n,)."""
    return np.random.default_rng(n_rows).permutation(np.arange(n_rows) * groups // n_rows)


def agree(figures: np.ndarray) -> bool:
    """Tell whether figures are all the same but for rounding."""
    return bool(np.ptp(figures) <= ROUNDING * max(1.0, float(np.abs(figures).max())))


def _acceleration(without: np.ndarray, counts: np.ndarray) -> float:
    """Measure how the spread of a figure changes with its value, by the jackknife."""
    lack = (counts @ without) / counts.sum() - without
    spread = float(counts @ lack**2)
    return float(counts @ lack**3) / (6 * spread**1.5) if spread > 0 else 0.0
