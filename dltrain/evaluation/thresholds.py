"""The threshold of a binary prediction, chosen on the val rows; the test rows have no say.

Sources:
    Youden (1950): the threshold with the largest sum of sensitivity and specificity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

USUAL = 0.5


def choose_threshold(rule: str | Mapping[Any, float], truth: Any, given: np.ndarray) -> float:
    """Choose by a rule.

    Args:
        rule: "youden", "f1", or {"sensitivity": 0.9} for the highest threshold that reaches it.
        truth: 0 and 1, with both of them, (n,) or (n, 1).
        given: Probability of 1, float (n,) or (n, 1).

    Returns:
        A number between two probabilities, nearest to 0.5 where several do as well.
    """
    positive, shares = np.asarray(truth).reshape(-1) > 0, np.asarray(given).reshape(-1)
    thresholds = _between(shares)
    hits, chosen = _above(shares[positive], thresholds), _above(shares, thresholds)
    sensitivity = hits / positive.sum()
    if isinstance(rule, Mapping):
        reached = thresholds[sensitivity >= rule["sensitivity"]]
        return float(reached.max()) if len(reached) else 0.0
    if rule == "youden":
        merit = sensitivity - (chosen - hits) / (~positive).sum()
    else:
        merit = 2 * hits / (chosen + positive.sum())
    best = thresholds[np.isclose(merit, merit.max(), rtol=0, atol=1e-12)]
    return float(best[np.abs(best - USUAL).argmin()])


def _between(shares: np.ndarray) -> np.ndarray:
    """Give a number between each two probabilities that follow each other, and both ends.

    In their own precision, so that the same rows lie above it wherever it is compared with them.
    """
    distinct = np.unique(np.r_[shares.dtype.type(0), shares, shares.dtype.type(1)])
    low, high = distinct[:-1], distinct[1:]
    middle = low + (high - low) / 2
    return np.where(middle < high, middle, low)


def _above(shares: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Count the probabilities above each threshold."""
    return len(shares) - np.searchsorted(np.sort(shares), thresholds, side="right")
