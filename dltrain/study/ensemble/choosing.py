"""What an ensemble chooses on val rows that no member was trained on: weights and threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dltrain.assembly import goal_of
from dltrain.data import Part
from dltrain.data.targets import NamedTargets, Targets
from dltrain.study.ensemble import agreement, weights
from dltrain.study.ensemble.asked import Asked

HALF = 0.5


def choose_weights(
    asked: Asked, told: Sequence[Mapping[str, Any]]
) -> tuple[list[float], dict[str, Any] | None]:
    """Weigh the members: equally, or by the val rows.

    Args:
        asked: What is joined.
        told: What each member says about the rows of each part.

    Returns:
        A weight for each member, and the facts by which weights were chosen, if they were.
    """
    count = len(asked.members)
    equal = np.full(count, 1 / count)
    if asked.method != "weighted":
        return equal.tolist(), None
    val = asked.data.parts["val"]
    each = _told_of_targets(asked.data.target, val, [one["val"] for one in told])
    found = weights.best_weights(each, count)
    losses = {"loss": weights.loss(each, found), "loss_of_equal_weights": weights.loss(each, equal)}
    return found.tolist(), {"rows": len(val)} | losses


def _told_of_targets(target: Targets, val: Part, given: Sequence[Any]) -> list[weights.Told]:
    if not isinstance(target, NamedTargets):
        return [_told(target.task, val.y, given)]
    return [
        _told(one.task, val.y[name], [outputs[name] for outputs in given])
        for name, one in target.each.items()
    ]


def _told(task: str, truth: Any, given: Sequence[Any]) -> weights.Told:
    if task in agreement.CLASSES:
        return weights.shares(task, np.asarray(truth), given)
    return weights.amounts(np.asarray(truth), given)


def threshold_of(asked: Asked, model: Any) -> float | None:
    """Give the threshold of the ensemble; None where the first member's config says it.

    A rule chooses on val rows that are the same for all members; else the mean of the thresholds
    is taken, each of which was chosen on rows that its member was not trained on.
    """
    from dltrain.evaluation.outputs import outputs_by_part
    from dltrain.evaluation.thresholds import choose_threshold

    if not agreement.tasks(asked.members[0].target) & set(agreement.DECIDING):
        return None
    if asked.method == "vote":
        return HALF
    rule = asked.experiment.evaluation.threshold_rule
    if rule is None:
        return None
    if "val" not in asked.division.judged:
        return float(np.mean([one.threshold for one in asked.members]))
    val = asked.data.parts["val"]
    goal = goal_of(asked.experiment, asked.data.target)
    given = outputs_by_part(model, _plain(goal), {"val": val}, asked.batch_size)["val"]
    return choose_threshold(rule, val.y, given)


def _plain(goal: Any) -> Any:
    """Give a goal for a model that puts out probabilities."""
    return replace(goal, form=replace(goal.form, from_logits=False))
