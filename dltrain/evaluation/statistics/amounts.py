"""Figures of amounts, in the unit of the target; averaged over the outputs where there are several.

Sources:
    As in scikit-learn: the mean absolute percentage error is a share, 0.1 for 10 %; R² compares
    with the mean of the rows that are judged.
"""

from __future__ import annotations

import numpy as np

from dltrain.evaluation.statistics.kinds import Figures, Means
from dltrain.evaluation.statistics.statistics import Statistics, weighted_mean

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
    means = {
        "mae": Means(errors.mean(axis=1, keepdims=True)),
        "mse": Means(squares.mean(axis=1, keepdims=True)),
        "mape": Means(percentages[:, None]),
        "rmse": Means(squares, _root, _slopes_of_root),
        "r2": Means(np.hstack([squares, centred, centred**2]), _r2, _slopes_of_r2, straight=True),
    }
    rough = frozenset({name})
    return Statistics(len(truth), of, reasons, medians=alone, means=means, rough=rough)


def of_errors(errors: np.ndarray) -> Statistics:
    """Describe the mean squared errors of reconstructed rows, float (n,)."""
    squares = errors.astype(np.float64)
    return Statistics(
        len(errors),
        lambda weights: {"mse": weighted_mean(weights, squares)},
        means={"mse": Means(squares[:, None])},
    )


def _root(means: np.ndarray) -> np.ndarray:
    """Average the roots of the mean squares of the outputs, (B, k)."""
    return np.sqrt(means).mean(axis=1)


def _slopes_of_root(means: np.ndarray) -> np.ndarray:
    return 1 / (2 * np.sqrt(means) * means.shape[1])


def _r2(means: np.ndarray) -> np.ndarray:
    """Average 1 - mse / variance of the outputs; of means of error², amount, amount², (B, 3 k)."""
    mse, mean, square = np.split(means, 3, axis=1)
    return (1 - mse / (square - mean**2)).mean(axis=1)


def _slopes_of_r2(means: np.ndarray) -> np.ndarray:
    mse, mean, square = np.split(means, 3, axis=1)
    variance = square - mean**2
    own, by_square = -1 / variance, mse / variance**2
    return np.hstack([own, -2 * mean * by_square, by_square]) / mse.shape[1]


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
