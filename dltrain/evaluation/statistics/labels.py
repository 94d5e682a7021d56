"""Figures of several labels, of which a row may have any.

Sources:
    Micro and macro averages as in scikit-learn: of all decisions, and of the labels' own figures,
    where a label that is neither there nor given has an F1 of 0.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dltrain.evaluation.statistics.kinds import Figures, Means, Proportion, cells_of
from dltrain.evaluation.statistics.probabilities import LEAST, bernoulli_distance
from dltrain.evaluation.statistics.ranking import of_columns
from dltrain.evaluation.statistics.statistics import Statistics, joined, weighted_mean

NONE_GIVEN = "no label is given to any row"
NO_LABEL = "no row has a label"
NEITHER = "no row has a label, and none is given to any"


def of_labels(
    truth: np.ndarray, given: np.ndarray, predicted: np.ndarray, names: list[str]
) -> Statistics:
    """Describe several labels.

    Args:
        truth: Whether a row has a label, bool (n, labels).
        given: Probability of it, float (n, labels).
        predicted: Whether the label is given to it, bool (n, labels).
        names: Names of the labels.
    """
    decisions = _of_decisions(truth, predicted)
    return joined(decisions, of_columns(truth, given, names, "label"), _of_distances(truth, given))


def _of_decisions(truth: np.ndarray, predicted: np.ndarray) -> Statistics:
    whole = (truth == predicted).all(axis=1)
    wrong = (truth != predicted).mean(axis=1)
    reasons = {"f1_micro": NEITHER, "precision_micro": NONE_GIVEN, "recall_micro": NO_LABEL}
    return Statistics(
        len(truth),
        _figures_of_decisions(truth, predicted),
        reasons,
        {"subset_accuracy": Proportion(whole, np.ones(len(truth), bool))},
        means={"hamming_loss": Means(wrong[:, None])},
        cells=(
            cells_of(
                np.hstack([truth, predicted]),
                lambda rows: _figures_of_decisions(truth[rows], predicted[rows]),
            ),
        ),
    )


def _figures_of_decisions(
    truth: np.ndarray, predicted: np.ndarray
) -> Callable[[np.ndarray], Figures]:
    whole = (truth == predicted).all(axis=1)
    wrong = (truth != predicted).mean(axis=1)
    right, true, chosen = (one.astype(np.float64) for one in (truth & predicted, truth, predicted))

    def of(weights: np.ndarray) -> Figures:
        tp, support, picked = weights @ right, weights @ true, weights @ chosen
        hits, there, taken = tp.sum(axis=1), support.sum(axis=1), picked.sum(axis=1)
        return {
            "subset_accuracy": weighted_mean(weights, whole.astype(np.float64)),
            "hamming_loss": weighted_mean(weights, wrong),
            "f1_micro": 2 * hits / (there + taken),
            "f1_macro": np.nan_to_num(2 * tp / (support + picked)).mean(axis=1),
            "precision_micro": hits / taken,
            "recall_micro": hits / there,
        }

    return of


def _of_distances(truth: np.ndarray, given: np.ndarray) -> Statistics:
    distance = bernoulli_distance(truth, given)
    losses = -np.log(np.clip(1 - distance, LEAST, 1)).mean(axis=1)
    squares = (distance**2).mean(axis=1)

    def of(weights: np.ndarray) -> Figures:
        return {
            "log_loss": weighted_mean(weights, losses),
            "brier": weighted_mean(weights, squares),
        }

    means = {"log_loss": Means(losses[:, None]), "brier": Means(squares[:, None])}
    return Statistics(len(truth), of, means=means)
