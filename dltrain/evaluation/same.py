"""Intervals of the figures that the file names, which Keras computes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dltrain.config.catalogue.names import kinds
from dltrain.data import Part
from dltrain.data.blocks import Blocks
from dltrain.evaluation.intervals import Interval, intervals
from dltrain.evaluation.scores import MOST_ROWS, Scores
from dltrain.evaluation.statistics import Statistics
from dltrain.evaluation.statistics.names import CROSS_ENTROPIES, NEAR, SAME
from dltrain.evaluation.statistics.statistics import weighted_mean
from dltrain.model.objective import Objective
from dltrain.model.objectives import Goal, NamedObjectives

SMALLEST = float(np.finfo(np.float32).smallest_subnormal)


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
            y, given = part.y[name], outputs[name]
            found |= _of_loss(one, y, given, figures.get(f"{name}_loss"), seed, f"{name}_loss")
            found |= _of_metrics(one, figures, known, f"{name}_")
        return found
    found = _of_loss(goal, part.y, outputs, figures["loss"], seed, "loss")
    return found | _of_metrics(goal, figures, known, "")


def _of_loss(
    goal: Objective, y: Any, outputs: Any, loss: float | None, seed: int, name: str
) -> dict[str, Interval]:
    """Give the interval of a loss that is a mean over rows; penalties shift it."""
    if loss is None or isinstance(y, Blocks) or not 1 < len(outputs) <= MOST_ROWS:
        return {}
    each = _row_losses(goal, np.asarray(y), np.asarray(outputs))
    if each is None or not np.isfinite(each).all():
        return {}
    of_loss = Statistics(len(each), lambda weights: {name: weighted_mean(weights, each)})
    shift = loss - float(each.mean())
    found = intervals(of_loss, seed)
    return {name: (low + shift, high + shift) for name, (low, high) in found.items()}


def _row_losses(goal: Objective, y: np.ndarray, outputs: np.ndarray) -> np.ndarray | None:
    """Give the loss of each row; cross-entropy as Keras has it of a model, which is not clipped."""
    if goal.loss["type"] in CROSS_ENTROPIES and not goal.loss.get("label_smoothing"):
        shares = np.maximum(outputs.astype(np.float64), SMALLEST)
        if goal.form.task == "multiclass":
            return -np.log(np.take_along_axis(shares, y.reshape(-1, 1).astype(int), axis=1)[:, 0])
        opposite = np.maximum(1 - outputs.astype(np.float64), SMALLEST)
        return -np.log(np.where(y > 0, shares, opposite)).mean(axis=1)
    return goal.row_losses(y, goal.in_form(outputs))


def _of_metrics(
    goal: Objective, figures: Mapping[str, float | None], known: Scores, prefix: str
) -> dict[str, Interval]:
    found = {}
    for choice in goal.metrics:
        name = prefix + choice["name"]
        same = prefix + SAME[goal.form.task].get(choice["type"], "")
        value, other = figures.get(name), known.values.get(same)
        if not _is_default(choice) or value is None or other is None:
            continue
        if choice["type"] == "root_mean_squared_error" and goal.form.outputs > 1:
            continue
        if same in known.intervals and abs(value - other) <= NEAR * max(1.0, abs(other)):
            found[name] = known.intervals[same]
    return found


def _is_default(choice: dict[str, Any]) -> bool:
    """Tell whether a metric has no arguments but those that Keras gives it."""
    known = kinds()["metric"][choice["type"]]["arguments"]
    given = {key: value for key, value in choice.items() if key not in ("name", "type")}
    return all(value == known[key].get("default") for key, value in given.items())
