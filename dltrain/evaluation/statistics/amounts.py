"""Figures of amounts, in the unit of the target; averaged over the outputs where there are several.

Sources:
    As in scikit-learn: the mean absolute percentage error is a share, 0.1 for 10 %; R² compares
    with the mean of the rows that are judged.
"""

from __future__ import annotations

import numpy as np

from dltrain.evaluation.statistics.statistics import Figures, Statistics, weighted_mean

ZERO_TARGET = "a target is 0"
EQUAL_TARGETS = "all targets are equal"


def of_amounts(truth: np.ndarray, given: np.ndarray) -> Statistics:
    """Describe errors of amounts.

    Args:
        truth: What is true, float (n, outputs).
        given: What is predicted, float (n, outputs).
    """
    truth, given = truth.astype(np.float64), given.astype(np.float64)
    # Around their mean, squares of amounts far from 0 keep their digits.
    centred = truth - truth.mean(axis=0)
    errors, squares = np.abs(truth - given), (truth - given) ** 2
    medians = [Median(errors[:, at]) for at in range(errors.shape[1])]
    undefined = (truth == 0).any()
    percentages = (errors / np.where(undefined, np.nan, np.abs(truth))).mean(axis=1)

    def of(weights: np.ndarray) -> Figures:
        mse = weighted_mean(weights, squares)
        mean = weighted_mean(weights, centred)
        variance = weighted_mean(weights, centred**2) - mean**2
        variance = np.where(variance > 1e-12 * np.square(centred).max(axis=0), variance, 0.0)
        return {
            "mae": weighted_mean(weights, errors).mean(axis=1),
            "mse": mse.mean(axis=1),
            "rmse": np.sqrt(mse).mean(axis=1),
            "r2": np.where(variance > 0, 1 - mse / variance, np.nan).mean(axis=1),
            "mape": weighted_mean(weights, percentages),
            "median_absolute_error": np.mean([one(weights) for one in medians], axis=0),
        }

    name = "median_absolute_error"
    alone = {name: errors[:, 0]} if errors.shape[1] == 1 else {}
    reasons = {"r2": EQUAL_TARGETS, "mape": ZERO_TARGET}
    return Statistics(len(truth), of, reasons, medians=alone, rough=frozenset({name}))


def of_errors(errors: np.ndarray) -> Statistics:
    """Describe the mean squared errors of reconstructed rows, float (n,)."""
    squares = errors.astype(np.float64)
    return Statistics(len(errors), lambda weights: {"mse": weighted_mean(weights, squares)})


class Median:
    """The median of numbers of which each counts as often as it weighs.

    Args:
        numbers: float (n,).
    """

    def __init__(self, numbers: np.ndarray) -> None:
        self._order = np.argsort(numbers, kind="stable")
        self._numbers = numbers[self._order]

    def __call__(self, weights: np.ndarray) -> np.ndarray:
        """Give the median for each vector of whole weights (B, n), float (B,)."""
        ends = weights[:, self._order].cumsum(axis=1)
        total = ends[:, -1]
        middle = np.floor((total - 1) / 2), np.floor(total / 2)
        places = [(ends > one[:, None]).argmax(axis=1) for one in middle]
        return (self._numbers[places[0]] + self._numbers[places[1]]) / 2
