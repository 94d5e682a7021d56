"""What the figures would be for a model that has learned nothing."""

from __future__ import annotations

import numpy as np

from dltrain.data.target import Target
from dltrain.model.building import ROWS_AT_ONCE, Objective, figures_of

NAMES = {
    "binary": "majority",
    "multiclass": "majority",
    "multilabel": "prior",
    "regression": "mean",
}
LEAST_SHARE = 1e-7


def constant_prediction(y_train: np.ndarray, target: Target) -> np.ndarray:
    """Predict without looking at the inputs.

    Args:
        y_train: Encoded targets of the train rows.
        target: What was learned about the target.

    Returns:
        Share of each class or label, or mean of each quantity, among the train rows, float32
        (outputs,). The most probable class is the majority class.
    """
    if target.task == "multiclass":
        return (np.bincount(y_train, minlength=target.outputs) / len(y_train)).astype(np.float32)
    return y_train.mean(axis=0, dtype=np.float64).astype(np.float32)


def baseline_figures(
    goal: Objective,
    y_train: np.ndarray,
    y: np.ndarray,
    target: Target,
    *,
    batch_size: int = ROWS_AT_ONCE,
) -> dict[str, float]:
    """Compute loss and metrics of the constant prediction.

    Args:
        goal: Loss and metrics.
        y_train: Encoded targets of the train rows.
        y: Encoded targets of the rows to judge on.
        target: What was learned about the target.
        batch_size: Rows at once, which matters to losses that are no mean over rows.
    """
    constant = constant_prediction(y_train, target)
    if goal.form.from_logits:
        shares = np.clip(constant, LEAST_SHARE, 1 - LEAST_SHARE)
        odds = shares if target.task == "multiclass" else shares / (1 - shares)
        constant = np.log(odds).astype(np.float32)
    return figures_of(goal, y, np.tile(constant, (len(y), 1)), batch_size)
