"""Figures that follow from how often which class is taken for which.

Sources:
    F1, macro and weighted: van Rijsbergen (1979), averaged as scikit-learn does; a class that is
    neither there nor predicted does not count, one that is never predicted counts as 0. It rises
    with the share s of true positives among the rows that are positive or predicted so, as
    2 s / (1 + s): Lam, Gopal and Qian (2023), "Confidence intervals for the F1 score".
    Matthews: Gorodkin (2004), for any number of classes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dltrain.evaluation.statistics.kinds import Cells, Figures, Proportion, cells_of
from dltrain.evaluation.statistics.statistics import Statistics, mean_of_defined

NO_POSITIVE = "no row is positive"
NO_NEGATIVE = "no row is negative"
NONE_PREDICTED = "no row is predicted positive"
NEITHER = "no row is positive or predicted positive"
CONSTANT = "all rows are one class, or all are predicted as one"


def of_binary(truth: np.ndarray, predicted: np.ndarray) -> Statistics:
    """Describe the figures of two classes.

    Args:
        truth: Whether a row is positive, bool (n,).
        predicted: Whether it is predicted so, bool (n,).
    """
    four = [truth & predicted, ~truth & predicted, truth & ~predicted, ~truth & ~predicted]
    cells = np.stack(four, axis=1).astype(np.float64)

    def of(weights: np.ndarray) -> Figures:
        return of_counts(weights @ cells)

    def of_counts(counts: np.ndarray) -> Figures:
        tp, fp, fn, tn = counts.T
        recall, specificity = tp / (tp + fn), tn / (tn + fp)
        both = np.stack([2 * tp / (2 * tp + fp + fn), 2 * tn / (2 * tn + fp + fn)], axis=1)
        support = np.stack([tp + fn, tn + fp], axis=1)
        correlation = np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
        return {
            "accuracy": (tp + tn) / counts.sum(axis=1),
            "balanced_accuracy": mean_of_defined(np.stack([recall, specificity], axis=1)),
            "precision": tp / (tp + fp),
            "recall": recall,
            "specificity": specificity,
            "f1": both[:, 0],
            "f1_macro": mean_of_defined(both),
            "f1_weighted": (np.nan_to_num(both) * support).sum(axis=1) / support.sum(axis=1),
            "mcc": (tp * tn - fp * fn) / correlation,
        }

    counts = cells.sum(axis=0).astype(int)
    every = np.ones(len(truth), bool)
    recall, specificity = Proportion(predicted, truth), Proportion(~predicted, ~truth)
    f1s = tuple(_f1(*pair) for pair in ((truth, predicted), (~truth, ~predicted)))
    return Statistics(
        len(truth),
        of,
        {
            "precision": NONE_PREDICTED,
            "recall": NO_POSITIVE,
            "specificity": NO_NEGATIVE,
            "f1": NEITHER,
            "mcc": CONSTANT,
        },
        {
            "accuracy": Proportion(truth == predicted, every),
            "precision": Proportion(truth, predicted),
            "recall": recall,
            "specificity": specificity,
            "f1": f1s[0],
        },
        averages={"balanced_accuracy": (recall, specificity), "f1_macro": f1s},
        correlations={"mcc": counts},
        cells=(Cells(counts, of_counts),),
    )


def of_classes(truth: np.ndarray, predicted: np.ndarray, classes: int) -> Statistics:
    """Describe the figures of several classes that exclude each other.

    Args:
        truth: Number of the class, int (n,).
        predicted: Number of the predicted class, int (n,).
        classes: How many there are.
    """
    kinds = np.stack([truth, predicted], axis=1)
    every = np.ones(len(truth), bool)
    return Statistics(
        len(truth),
        _figures_of_classes(truth, predicted, classes),
        {"mcc": CONSTANT},
        {"accuracy": Proportion(truth == predicted, every)},
        cells=(
            cells_of(
                kinds, lambda rows: _figures_of_classes(truth[rows], predicted[rows], classes)
            ),
        ),
    )


def _f1(truth: np.ndarray, predicted: np.ndarray) -> Proportion:
    return Proportion(truth & predicted, truth | predicted, lambda share: 2 * share / (1 + share))


def _figures_of_classes(
    truth: np.ndarray, predicted: np.ndarray, classes: int
) -> Callable[[np.ndarray], Figures]:
    true, given = np.eye(classes)[truth], np.eye(classes)[predicted]
    right = true * (truth == predicted)[:, None]

    def of(weights: np.ndarray) -> Figures:
        total = weights.sum(axis=1)
        tp, support, chosen = weights @ right, weights @ true, weights @ given
        there = (support + chosen) > 0
        f1 = np.where(there, 2 * tp / (support + chosen), np.nan)
        correct = tp.sum(axis=1)
        spread = total**2 - (support**2).sum(axis=1), total**2 - (chosen**2).sum(axis=1)
        return {
            "accuracy": correct / total,
            "balanced_accuracy": mean_of_defined(tp / support),
            "precision_macro": mean_of_defined(_zero_division(tp, chosen, there)),
            "recall_macro": mean_of_defined(_zero_division(tp, support, there)),
            "f1_macro": mean_of_defined(f1),
            "f1_weighted": (np.nan_to_num(f1) * support).sum(axis=1) / total,
            "mcc": (correct * total - (support * chosen).sum(axis=1)) / np.sqrt(np.prod(spread, 0)),
        }

    return of


def _zero_division(hits: np.ndarray, among: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Divide (B, k); 0 where there is nothing to divide by, NaN for a class that is not there."""
    shares = np.where(among > 0, hits / among, 0.0)
    return np.where(there, shares, np.nan)
