"""What the figures would be for a model that has learned nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from dltrain.data.blocks import Blocks
from dltrain.model.objective import ROWS_AT_ONCE, Objective
from dltrain.model.objectives import Goal, NamedObjectives


def constant_prediction(y_train: Any, task: str, outputs: int) -> np.ndarray:
    """Predict without looking at the inputs.

    Args:
        y_train: Encoded targets of the train rows.
        task: The task.
        outputs: Numbers that a prediction has.

    Returns:
        Share of each class or label, or mean of each quantity, among the train rows, float32
        (outputs,). The most probable class is the majority class.
    """
    if task == "multiclass":
        return (np.bincount(y_train, minlength=outputs) / len(y_train)).astype(np.float32)
    if isinstance(y_train, Blocks):
        sums = [block.sum(axis=0, dtype=np.float64) for block in y_train.in_turn()]
        return (np.sum(sums, axis=0) / len(y_train)).astype(np.float32)
    return y_train.mean(axis=0, dtype=np.float64).astype(np.float32)


def baseline_figures(
    goal: Goal, y_train: Any, y: Any, *, batch_size: int = ROWS_AT_ONCE
) -> dict[str, float]:
    """Compute loss and metrics of the constant prediction.

    Args:
        goal: Loss and metrics.
        y_train: Encoded targets of the train rows.
        y: Encoded targets of the rows to judge on.
        batch_size: Rows at once, which matters to losses that are no mean over rows.
    """
    if isinstance(goal, NamedObjectives):
        constants = {
            name: _constant_rows(one, y_train[name], len(y[name]))
            for name, one in goal.each.items()
        }
        return goal.figures(y, constants, batch_size)
    return goal.figures(y, _constant_rows(goal, y_train, len(y)), batch_size)


def constant_of(goal: Objective, y_train: Any) -> np.ndarray:
    """Give the constant prediction as a model would put it out, float32 (outputs,)."""
    form = goal.form
    return form.outputs_of(constant_prediction(y_train, form.task, form.outputs))


def _constant_rows(goal: Objective, y_train: np.ndarray, rows: int) -> np.ndarray:
    """Give every row the constant prediction."""
    constant = constant_of(goal, y_train)
    return np.tile(constant, (rows, *[1] * constant.ndim))
