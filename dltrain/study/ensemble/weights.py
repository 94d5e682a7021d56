"""Weights of members: those with which the mixture predicts the val rows best.

The loss is the log loss of the mixed probabilities, or the squared error of the mixed amounts in
units of their variance, whatever the members were trained by. Both are convex in the weights, so on
the simplex there is one least value and a solver finds it; a greedy search would only come near.

Sources:
    Wolpert (1992), "Stacked generalization"; Breiman (1996), "Stacked regressions", for weights
    that are not negative; Kraft (1988) for SLSQP.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dltrain.errors import RunError, sentence

# Shares below this count as this, as in Keras's losses.
LEAST_SHARE = 1e-7
# Weights below this become 0: the solver ends near the edge of the simplex, not on it.
LEAST_WEIGHT = 1e-4
PRECISION = 1e-12
MOST_STEPS = 1000


@dataclass(frozen=True)
class Shares:
    """What members say about one target with classes or labels.

    Attributes:
        given: The probability that each member gives to what is true, float64 (members, n).
    """

    given: np.ndarray

    def loss(self, weights: np.ndarray) -> tuple[float, np.ndarray]:
        """Give the log loss of the mixture and its slope."""
        mixed = np.maximum(weights @ self.given, LEAST_SHARE)
        return float(-np.log(mixed).mean()), -(self.given / mixed).mean(axis=1)


@dataclass(frozen=True)
class Amounts:
    """How wrong members are about amounts.

    Attributes:
        products: Mean product of the errors of each two members, float64 (members, members).
    """

    products: np.ndarray

    def loss(self, weights: np.ndarray) -> tuple[float, np.ndarray]:
        """Give the squared error of the mixture and its slope."""
        slope = self.products @ weights
        return float(weights @ slope), 2 * slope


Told = Shares | Amounts


def shares(task: str, truth: np.ndarray, outputs: Sequence[np.ndarray]) -> Shares:
    """Look up what members say about what is true.

    Args:
        task: "binary", "multiclass" or "multilabel".
        truth: As `data.targets.one.encode` gives it.
        outputs: Probabilities of each member, (n, outputs).
    """
    given = np.stack([np.asarray(one, np.float64) for one in outputs])
    if task == "multiclass":
        return Shares(given[:, np.arange(len(truth)), truth.reshape(-1).astype(int)])
    return Shares(np.where(truth > 0.5, given, 1 - given).reshape(len(given), -1))


def amounts(truth: np.ndarray, outputs: Sequence[np.ndarray]) -> Amounts:
    """Multiply the errors of members with each other.

    Args:
        truth: Amounts, (n, …).
        outputs: The same of each member.
    """
    true = truth.reshape(len(truth), -1).astype(np.float64)
    spread = true.std(axis=0)
    spread[spread == 0] = 1.0
    errors = [((one.reshape(true.shape) - true) / spread).ravel() for one in outputs]
    table = np.stack(errors)
    return Amounts(table @ table.T / table.shape[1])


def loss(told: Iterable[Told], weights: np.ndarray) -> float:
    """Give the loss of a mixture, all targets together."""
    return sum(one.loss(weights)[0] for one in told)


def best_weights(told: Sequence[Told], members: int) -> np.ndarray:
    """Find the weights of the least loss.

    Args:
        told: What members say about each target; the losses are added.
        members: How many there are.

    Returns:
        Weights of at least 0 that sum to 1, float64 (members,).

    Raises:
        RunError: The solver found none.
    """
    from scipy.optimize import minimize

    def total(weights: np.ndarray) -> tuple[float, np.ndarray]:
        pairs = [one.loss(weights) for one in told]
        return sum(pair[0] for pair in pairs), np.sum([pair[1] for pair in pairs], axis=0)

    start = np.full(members, 1 / members)
    found = minimize(
        total,
        start,
        jac=True,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * members,
        constraints={
            "type": "eq",
            "fun": lambda weights: weights.sum() - 1,
            "jac": lambda weights: np.ones(members),
        },
        options={"ftol": PRECISION, "maxiter": MOST_STEPS},
    )
    weights = np.where(found.x < LEAST_WEIGHT, 0.0, found.x)
    if not found.success or not np.isfinite(weights).all():
        got = f"weights that no solver finds ({found.message})"
        raise RunError(sentence(got, "a least loss on the val rows", "Use average."))
    return np.asarray(weights / weights.sum())
