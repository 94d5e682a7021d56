"""Is one model better than another on the same rows, or does it only look so?

A difference of two figures is itself a figure of the rows, so it has an interval like any other:
the paired bootstrap. Of rows that are right or wrong, McNemar's exact test counts those on which
the models disagree.

Sources:
    Efron and Tibshirani (1993), "An Introduction to the Bootstrap", chapter 14; McNemar (1947);
    Dietterich (1998), "Approximate Statistical Tests for Comparing Supervised Classification
    Learning Algorithms".
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np

from dltrain.evaluation.intervals import LEVEL, Interval, intervals
from dltrain.evaluation.statistics import Statistics

RESAMPLES = 2000
BETTER, WORSE, ALIKE = "better", "worse", "not distinguishable"
# Figures of which less is better.
ERRORS = frozenset(
    {
        "brier", "calibration_error", "hamming_loss", "log_loss", "mae", "mape",
        "median_absolute_error", "mse", "rmse",
    }
)  # fmt: skip
# Shares of rows that are right, which McNemar's test compares.
RIGHT = ("accuracy", "subset_accuracy")


@dataclass(frozen=True)
class McNemar:
    """The rows on which two models disagree.

    Attributes:
        gained: Rows that only the second model has right.
        lost: Rows that only the first model has right.
        p: How probable so uneven a pair of counts is where both models are equally good, exactly
            and on both sides.
    """

    gained: int
    lost: int
    p: float


@dataclass(frozen=True)
class Difference:
    """How much a figure of a second model is above that of the first.

    Attributes:
        first: The figure of the first model.
        second: The figure of the second model.
        interval: Its 95 % interval; None where every resample gives the same, or too few give any.
        verdict: What the second model is: better, worse, or not distinguishable; None where there
            is a difference but nothing to judge it by.
        mcnemar: The test of the rows that are right, for shares of them.
    """

    first: float
    second: float
    interval: Interval | None
    verdict: str | None
    mcnemar: McNemar | None = None

    @property
    def value(self) -> float:
        """The difference, second minus first."""
        return self.second - self.first

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        facts: dict[str, Any] = {"first": self.first, "second": self.second}
        facts["difference"] = self.value
        facts["interval"] = None if self.interval is None else list(self.interval)
        if self.mcnemar is not None:
            facts["mcnemar"] = vars(self.mcnemar)
        return facts | {"verdict": self.verdict}


def differences(first: Statistics, second: Statistics, seed: int = 0) -> dict[str, Difference]:
    """Compare all figures that two models have of the same rows.

    Args:
        first: Figures of the first model.
        second: Figures of the second model, of the same rows in the same order.
        seed: Draws the resamples.

    Returns:
        The differences by figure, without those that are undefined.
    """
    found = intervals(second.minus(first), seed, RESAMPLES)
    olds, news = first.values(), second.values()
    differences = {}
    for name, old in olds.items():
        new = news.get(name, nan)
        if isfinite(new - old):
            both = name in first.proportions and name in second.proportions
            test = _mcnemar(first, second, name) if name in RIGHT and both else None
            verdict = _verdict(name, new - old, found.get(name), test)
            differences[name] = Difference(old, new, found.get(name), verdict, test)
    return differences


def mcnemar(first: np.ndarray, second: np.ndarray) -> McNemar:
    """Test whether two models are right equally often.

    Args:
        first: Whether the first model is right about a row, bool (n,).
        second: The same of the second model.

    Example:
        >>> mcnemar(np.array([1, 1, 1, 0], bool), np.array([1, 0, 0, 0], bool))
        McNemar(gained=0, lost=2, p=0.5)
    """
    from scipy.stats import binomtest

    gained, lost = int((second & ~first).sum()), int((first & ~second).sum())
    p = float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
    return McNemar(gained, lost, p)


def _mcnemar(first: Statistics, second: Statistics, name: str) -> McNemar:
    return mcnemar(first.proportions[name].hits, second.proportions[name].hits)


def _verdict(
    name: str, value: float, interval: Interval | None, test: McNemar | None
) -> str | None:
    """Judge a difference: by McNemar's test where there is one, else by its interval."""
    if test is not None:
        real = test.p < 1 - LEVEL
    elif interval is not None:
        real = not interval[0] <= 0 <= interval[1]
    elif value:
        return None
    else:
        real = False
    if not real:
        return ALIKE
    return BETTER if (value > 0) != (name in ERRORS) else WORSE
