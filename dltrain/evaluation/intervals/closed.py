"""Intervals that need no resample: those of shares, of medians and of areas under the ROC curve.

Sources:
    Wilson (1927). Conover (1999), "Practical Nonparametric Statistics", for medians. For areas
    DeLong, DeLong and Clarke-Pearson (1988); on the logit scale, Qin and Hotilovac (2008),
    "Comparison of non-parametric confidence intervals for the area under the ROC curve"; the
    variance that few rows are filled up with, Hanley and McNeil (1982) and Newcombe (2006).
"""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np

from dltrain.evaluation.statistics import Area, Proportion

LEVEL = 0.95
Interval = tuple[float, float]
NORMAL = NormalDist()
OUTER = NORMAL.inv_cdf((1 + LEVEL) / 2)
# As many rows of each class as count towards the variance that is expected of an area.
EXPECTED = 2


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
