"""Figures of probabilities: how far from the truth they are, and whether they keep their word.

Sources:
    Brier (1950): the mean squared error of the probabilities, over all classes where there are
    more than two. Calibration error: Naeini, Cooper and Hauskrecht (2015), ten bins of equal
    width; of the most probable class where there are several (Guo and others 2017).
"""

from __future__ import annotations

import numpy as np

from dltrain.evaluation.statistics.kinds import Figures, Means, Proportion
from dltrain.evaluation.statistics.statistics import Statistics, weighted_mean

BINS = 10
# As scikit-learn clips probabilities of 64 bits.
LEAST = np.finfo(np.float64).eps


def of_positive(truth: np.ndarray, given: np.ndarray) -> Statistics:
    """Describe the probabilities of the positive of two classes.

    Args:
        truth: Whether a row is positive, bool (n,).
        given: Probability of it, float (n,).
    """
    distance = bernoulli_distance(truth, given)
    return _of_rows(-np.log(np.clip(1 - distance, LEAST, 1)), distance**2, truth, given)


def of_exclusive(truth: np.ndarray, given: np.ndarray) -> Statistics:
    """Describe the probabilities of several classes that exclude each other.

    Args:
        truth: Number of the class, int (n,).
        given: Probability of each class, float (n, classes).
    """
    own = np.take_along_axis(given, truth[:, None], axis=1)[:, 0]
    squares = ((given - np.eye(given.shape[1])[truth]) ** 2).sum(axis=1)
    hits, confidence = given.argmax(axis=1) == truth, given.max(axis=1)
    return _of_rows(-np.log(np.clip(own, LEAST, 1)), squares, hits, confidence)


def of_top(truth: np.ndarray, given: np.ndarray, most: int) -> Statistics:
    """Describe how often the class is among the most probable ones; the first wins a tie.

    Args:
        truth: Number of the class, int (n,).
        given: Probability of each class, float (n, classes).
        most: How many of them count.
    """
    ranked = np.argsort(-given, axis=1, kind="stable")[:, :most]
    hits = (ranked == truth[:, None]).any(axis=1)
    name, every = f"top_{most}_accuracy", np.ones(len(truth), bool)

    def of(weights: np.ndarray) -> Figures:
        return {name: weighted_mean(weights, hits.astype(np.float64))}

    return Statistics(len(truth), of, {}, {name: Proportion(hits, every)})


def bernoulli_distance(truth: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Give how far probabilities are from what is true, 0 to 1, in the shape of both."""
    return np.where(truth, 1 - given, given)


def bins_of(given: np.ndarray) -> np.ndarray:
    """Number the ten bins of equal width in which probabilities lie, int (n,)."""
    return np.minimum((given * BINS).astype(int), BINS - 1)


def _of_rows(
    losses: np.ndarray, squares: np.ndarray, hits: np.ndarray, given: np.ndarray
) -> Statistics:
    """Describe what follows from the log loss and the square of each row, and from its bin."""
    member = np.eye(BINS)[bins_of(given)]
    excess = member * (hits - given)[:, None]

    def of(weights: np.ndarray) -> Figures:
        return {
            "log_loss": weighted_mean(weights, losses),
            "brier": weighted_mean(weights, squares),
            "calibration_error": np.abs(weights @ excess).sum(axis=1) / weights.sum(axis=1),
        }

    means = {"log_loss": Means(losses[:, None]), "brier": Means(squares[:, None])}
    return Statistics(len(losses), of, means=means, biased=frozenset({"calibration_error"}))
