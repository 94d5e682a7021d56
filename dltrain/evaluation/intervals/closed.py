"""Intervals that need no resample: of shares, averages of two, correlations, areas and medians.

Sources:
    Wilson (1927); averages of shares, Zou and Donner (2008), "Construction of confidence limits
    about effect measures: a general approach". Matthews' correlation: the variance of phi, Bishop,
    Fienberg and Holland (1975), chapter 11; Fisher (1915); half a row more in each cell, Haldane
    (1956). Medians: Conover (1999), "Practical Nonparametric Statistics". Areas: DeLong, DeLong
    and Clarke-Pearson (1988); on the logit scale, Qin and Hotilovac (2008), "Comparison of
    non-parametric confidence intervals for the area under the ROC curve"; the variance that is
    expected of an area, Hanley and McNeil (1982), for both classes alike as in Newcombe (2006).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import atanh, exp, log, sqrt, tanh
from statistics import NormalDist

import numpy as np

from dltrain.evaluation.statistics import Area, Proportion

LEVEL = 0.95
Interval = tuple[float, float]
NORMAL = NormalDist()
OUTER = NORMAL.inv_cdf((1 + LEVEL) / 2)
# The variance that is expected of an area counts as much as so many rows of each class: with 1 an
# area near 1 held the true one too seldom, with 2 one of ten positive rows too often.
EXPECTED = 1.5


def wilson(share: Proportion) -> Interval:
    """Give Wilson's interval of a share of rows, or of a figure that rises with one.

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
    low, high = 0.0 if hits == 0 else centre - half, 1.0 if hits == count else centre + half
    return share.figure(low), share.figure(high)


def of_average(shares: Sequence[Proportion]) -> Interval:
    """Give the interval of an average of shares of rows: the distances to Wilson's ends add up.

    They add up like standard errors, with the correlations of the shares, on each side by itself
    (MOVER). Shares among no row are left out.
    """
    there = [one for one in shares if one.among.any()]
    lines, values, ends = [], [], []
    for one in there:
        share = (one.hits & one.among).sum() / one.among.sum()
        lines.append((one.hits & one.among) - share * one.among)
        values.append(one.figure(float(share)))
        ends.append(wilson(one))
    products = np.stack(lines) @ np.stack(lines).T
    scale = np.sqrt(np.diag(products))
    scale = np.where(scale > 0, scale, 1.0)
    correlations = products / np.outer(scale, scale)
    np.fill_diagonal(correlations, 1.0)
    value = float(np.mean(values))
    low, high = np.abs(np.array(ends).T - values)
    halves = [sqrt(max(one @ correlations @ one, 0.0)) / len(there) for one in (low, high)]
    return value - halves[0], value + halves[1]


def of_correlation(counts: np.ndarray) -> Interval:
    """Give the interval of Matthews' correlation of two classes, by Fisher's transformation.

    Args:
        counts: True positives, false positives, false negatives, true negatives, (4,).
    """
    value = _correlation(counts)
    rows, shares = float(counts.sum()), (counts + 0.5) / (counts.sum() + 2)
    inner = _correlation(shares)
    tp, fp, fn, tn = (float(share) for share in shares)
    true, given = (tp + fn) * (fp + tn), (tp + fp) * (fn + tn)
    tilts = tp + fn - fp - tn, tp + fp - fn - tn
    variance = 1 - inner**2 + inner * (1 + inner**2 / 2) * tilts[0] * tilts[1] / sqrt(true * given)
    variance -= 0.75 * inner**2 * (tilts[0] ** 2 / true + tilts[1] ** 2 / given)
    half = OUTER * sqrt(max(variance, 0.0) / (rows + 2)) / (1 - inner**2)
    low, high = tanh(atanh(inner) - half), tanh(atanh(inner) + half)
    return min(low, value), max(high, value)


def _correlation(counts: np.ndarray) -> float:
    tp, fp, fn, tn = (float(count) for count in counts)
    return (tp * tn - fp * fn) / sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))


def of_median(numbers: np.ndarray) -> Interval:
    """Give the interval of a median: the numbers at two ranks, whatever their distribution.

    A binomial number of the rows lies below the true median.
    """
    ordered, count = np.sort(numbers), len(numbers)
    half = OUTER * sqrt(count) / 2
    low, high = round(count / 2 - half) - 1, round(count / 2 + half)
    return float(ordered[max(low, 0)]), float(ordered[min(high, count - 1)])


def of_area(area: Area) -> Interval:
    """Give the interval of an area under the ROC curve, also of one that is 0 or 1.

    DeLong's variance is that of the placements, the share of the other class that a row outranks.
    That of few rows is known badly, and 0 where the scores divide them, so to each class's rows are
    added `EXPECTED` of the variance that the area lets expect; the quantile is Student's, with the
    degrees of freedom of both variances (Satterthwaite).
    """
    from scipy.special import stdtrit

    positives, negatives = len(area.positive), len(area.negative)
    above = _placements(area.positive, area.negative)
    below = 1 - _placements(area.negative, area.positive)
    value = float(above.mean())
    # Half of a pair more on each side: the logarithm of the odds is finite.
    inner = (value * positives * negatives + 0.5) / (positives * negatives + 1)
    expected = (inner / (2 - inner) + 2 * inner**2 / (1 + inner)) / 2 - inner**2
    parts, freedom = [], []
    for shares in (above, below):
        known = len(shares) - 1 + EXPECTED
        squares = float(((shares - value) ** 2).sum()) + EXPECTED * expected
        parts.append(squares / known / len(shares))
        freedom.append(known)
    variance = sum(parts)
    degrees = variance**2 / sum(one**2 / of for one, of in zip(parts, freedom, strict=True))
    quantile = float(stdtrit(degrees, (1 + LEVEL) / 2))
    half = quantile * sqrt(variance) / (inner * (1 - inner))
    odds = log(inner / (1 - inner))
    return min(_logistic(odds - half), value), max(_logistic(odds + half), value)


def _placements(scores: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Give for each score the share of the others below it, of which equal ones count half."""
    ordered = np.sort(others)
    places = [np.searchsorted(ordered, scores, side) for side in ("left", "right")]
    return (places[0] + places[1]) / (2 * len(others))


def _logistic(odds: float) -> float:
    return 1 / (1 + exp(-odds)) if odds > 0 else exp(odds) / (1 + exp(odds))
