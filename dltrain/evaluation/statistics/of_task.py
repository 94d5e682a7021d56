"""Which figures a task has."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dltrain.evaluation.statistics import confusion, probabilities, ranking
from dltrain.evaluation.statistics.amounts import of_amounts, of_errors
from dltrain.evaluation.statistics.labels import of_labels
from dltrain.evaluation.statistics.statistics import Statistics, joined

TOPS = (3, 5)
# The lowest and the highest value of a figure.
SHARE, ABOVE_ZERO = (0.0, 1.0), (0.0, math.inf)
LOSSES = ("log_loss", "mae", "mape", "median_absolute_error", "mse", "rmse")
RANGES = dict.fromkeys(LOSSES, ABOVE_ZERO) | {
    "brier": (0.0, 2.0),
    "mcc": (-1.0, 1.0),
    "r2": (-math.inf, 1.0),
}


def statistics_of(
    task: str,
    truth: np.ndarray,
    given: np.ndarray,
    *,
    threshold: float = 0.5,
    names: Sequence[object] = (),
) -> Statistics:
    """Describe the figures of a task.

    Args:
        task: "binary", "multiclass", "multilabel", "regression" or "autoencoder".
        truth: For binary (n,) or (n, 1) of 0 and 1, for multiclass class numbers (n,), for
            multilabel (n, labels) of 0 and 1, for regression (n, outputs); for an autoencoder
            the mean squared error of each row, (n,).
        given: Probabilities or amounts: binary (n,) or (n, 1), multiclass (n, classes), else as
            `truth`; an autoencoder needs none.
        threshold: Probability above which a class or label is given.
        names: Names of the classes or labels, for the reasons.
    """
    found = _of_task(task, truth, given, threshold, names)
    ranges = {name: RANGES.get(name, SHARE) for name in found.values()}
    return replace(found, ranges=ranges)


def _of_task(
    task: str, truth: np.ndarray, given: np.ndarray, threshold: float, names: Sequence[object]
) -> Statistics:
    if task == "autoencoder":
        return of_errors(truth)
    if task == "regression":
        return of_amounts(truth, given)
    # The threshold is compared with what the model puts out, in its own precision.
    chosen = given > given.dtype.type(threshold)
    shares = given.astype(np.float64)
    if task == "multilabel":
        labels = [str(name) for name in names] or list(map(str, range(truth.shape[1])))
        return of_labels(truth.astype(bool), shares, chosen, labels)
    if task == "binary":
        true, positive = truth.reshape(-1).astype(bool), shares.reshape(-1)
        return joined(
            confusion.of_binary(true, chosen.reshape(-1)),
            ranking.of_scores(true, positive),
            probabilities.of_positive(true, positive),
        )
    return _of_classes(truth.reshape(-1).astype(int), shares, names)


def _of_classes(truth: np.ndarray, shares: np.ndarray, names: Sequence[object]) -> Statistics:
    classes = shares.shape[1]
    labels = [str(name) for name in names] or list(map(str, range(classes)))
    each = np.arange(classes) == truth[:, None]
    return joined(
        confusion.of_classes(truth, shares.argmax(axis=1), classes),
        *(probabilities.of_top(truth, shares, most) for most in TOPS if classes > most),
        ranking.of_columns(each, shares, labels, "class"),
        probabilities.of_exclusive(truth, shares),
    )
