"""Intervals of the figures that the file names, which Keras computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dltrain.config.catalogue.names import kinds
from dltrain.data import Part
from dltrain.evaluation.intervals import Interval, intervals
from dltrain.evaluation.scores import MOST_ROWS, Scores
from dltrain.evaluation.statistics import Statistics
from dltrain.evaluation.statistics.statistics import weighted_mean
from dltrain.model.objectives import Goal, NamedObjectives

# Keras's metrics, as long as they have no arguments, by the figure that they are, if another name.
ACCURACIES = (
    "accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy",
)  # fmt: skip
SAME = {
    "auc": "roc_auc",
    "mean_absolute_error": "mae",
    "mean_squared_error": "mse",
    "r2_score": "r2",
    "rmse": "rmse",
    "root_mean_squared_error": "rmse",
    "sensitivity": "recall",
    "recall": "recall",
    "precision": "precision",
    "specificity": "specificity",
}
CROSS_ENTROPIES = (
    "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
)  # fmt: skip
SMALLEST = float(np.finfo(np.float32).smallest_subnormal)
MACRO = {"f1": "f1_macro", "sensitivity": "recall_macro"}


def same_intervals(
    goal: Goal,
    part: Part,
    outputs: Any,
    figures: Mapping[str, float | None],
    known: Scores,
    seed: int,
) -> dict[str, Interval]:
    """Give intervals of loss and metrics, where they are figures whose interval is known.

    Args:
        goal: Loss and metrics.
        part: The rows.
        outputs: Probabilities or amounts.
        figures: Loss and metrics, as Keras gives them.
        known: The figures of the task.
        seed: Draws the resamples.
    """
    if isinstance(goal, NamedObjectives):
        found: dict[str, Interval] = {}
        for name, one in goal.each.items():
            found |= _of_metrics(one, figures, known.intervals, f"{name}_")
        return found
    return _of_loss(goal, part, outputs, figures, seed) | _of_metrics(
        goal, figures, known.intervals, ""
    )


def _of_loss(
    goal: Any, part: Part, outputs: Any, figures: Mapping[str, float | None], seed: int
) -> dict[str, Interval]:
    """Give the interval of a loss that is a mean over rows; penalties shift it."""
    loss = figures["loss"]
    if loss is None or not 1 < len(part) <= MOST_ROWS:
        return {}
    each = _row_losses(goal, np.asarray(part.y), np.asarray(outputs))
    if each is None or not np.isfinite(each).all():
        return {}
    of_loss = Statistics(len(each), lambda weights: {"loss": weighted_mean(weights, each)})
    shift = loss - float(each.mean())
    return {
        name: (low + shift, high + shift) for name, (low, high) in intervals(of_loss, seed).items()
    }


def _row_losses(goal: Any, y: np.ndarray, outputs: np.ndarray) -> np.ndarray | None:
    """Give the loss of each row; cross-entropy as Keras has it of a model, which is not clipped."""
    if goal.loss["type"] in CROSS_ENTROPIES and not goal.loss.get("label_smoothing"):
        shares = np.maximum(outputs.astype(np.float64), SMALLEST)
        if goal.form.task == "multiclass":
            return -np.log(np.take_along_axis(shares, y.reshape(-1, 1).astype(int), axis=1)[:, 0])
        opposite = np.maximum(1 - outputs.astype(np.float64), SMALLEST)
        return -np.log(np.where(y > 0, shares, opposite)).mean(axis=1)
    return goal.row_losses(y, goal.in_form(outputs))


def _of_metrics(
    goal: Any, figures: Mapping[str, float | None], known: Mapping[str, Interval], prefix: str
) -> dict[str, Interval]:
    found = {}
    for choice in goal.metrics:
        if not _is_default(choice) or figures.get(prefix + choice["name"]) is None:
            continue
        same = prefix + _same(choice["type"], goal.form.task)
        if same in known:
            found[prefix + choice["name"]] = known[same]
    return found


def _is_default(choice: dict[str, Any]) -> bool:
    """Tell whether a metric has no arguments but those that Keras gives it."""
    known = kinds()["metric"][choice["type"]]["arguments"]
    given = {key: value for key, value in choice.items() if key not in ("name", "type")}
    return all(value == known[key].get("default") for key, value in given.items())


def _same(name: str, task: str) -> str:
    """Name the figure of a task that a metric of Keras's, or one of ours, is."""
    if name in ACCURACIES:
        return "accuracy"
    if task in ("multiclass", "multilabel") and name in MACRO:
        return MACRO[name]
    return SAME.get(name, name)
