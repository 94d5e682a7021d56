"""What metrics.json holds: figures, intervals, baselines and what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dltrain.config.catalogue.scores import CONSTANTS
from dltrain.data import Data, Part
from dltrain.data.targets import NamedTargets, Targets, by_target
from dltrain.evaluation.baselines import learned_baselines
from dltrain.evaluation.figures import figures_by_part, figures_of_outputs, without_nan
from dltrain.evaluation.intervals import Interval
from dltrain.evaluation.same import same_intervals
from dltrain.evaluation.scores import scores
from dltrain.evaluation.streamed import baseline_of_part, constant_outputs
from dltrain.model.objectives import Goal, NamedObjectives
from dltrain.model.passes import evaluation_batch

# What is shown of a task where the file names no metric.
FIRST = {
    "binary": "accuracy",
    "multiclass": "accuracy",
    "multilabel": "f1_macro",
    "regression": "mae",
}
# Parts whose figures have intervals.
JUDGED = ("val", "test", "data")


def judge(
    model: Any,
    goal: Goal,
    parts: Mapping[str, Part],
    outputs: Mapping[str, Any],
    target: Targets,
    *,
    batch_size: int,
    threshold: float,
    seed: int,
    brief: bool = False,
) -> dict[str, Any]:
    """Judge a model by what it puts out for each part.

    Args:
        model: The model that is saved, compiled with the goal.
        goal: Loss and metrics, with the threshold.
        parts: Rows by part.
        outputs: As `outputs.outputs_by_part` gives them.
        target: What was learned about the target.
        batch_size: Rows of a training step.
        threshold: Probability above which a binary prediction is positive.
        seed: Draws the resamples of the intervals.
        brief: Whether val and test get no intervals, and loss and metrics are counted from
            `outputs` where they need not the model.

    Returns:
        `task`, `rows`, `main`, `splits`, `undefined`, `intervals`, `details`, and `threshold`
        where there is one.
    """
    if brief and not model.losses:
        keras_figures = without_nan(figures_of_outputs(goal, parts, outputs, batch_size))
    else:
        keras_figures = without_nan(figures_by_part(model, goal, parts, batch_size))
    bounded = () if brief else JUDGED
    found = {
        name: scores(
            target, part.y, outputs[name], threshold, seed=seed if name in bounded else None
        )
        for name, part in parts.items()
    }
    pairs = {
        name: same_intervals(goal, parts[name], outputs[name], keras_figures[name], one, seed)
        | _others(one.intervals, keras_figures[name])
        for name, one in found.items()
        if name in bounded
    }
    splits = {
        name: keras_figures[name] | _others(one.values, keras_figures[name])
        for name, one in found.items()
    }
    undefined = {name: _reasons(splits[name], one.undefined) for name, one in found.items()}
    judged = {
        "task": target.task,
        "rows": {name: len(part) for name, part in parts.items()},
        "main": _main(goal, target, keras_figures),
        "splits": splits,
        "undefined": {name: reasons for name, reasons in undefined.items() if reasons},
        "intervals": {name: _listed(found) for name, found in pairs.items()},
        "details": {name: one.details for name, one in found.items() if one.details},
    }
    return judged | ({"threshold": threshold} if has_threshold(target) else {})


def judge_baselines(
    goal: Goal, data: Data, parts: Mapping[str, Part], *, batch_size: int, threshold: float,
    seed: int, learned: bool,
) -> dict[str, Any]:  # fmt: skip
    """Give the figures of models that know less, by their name and part.

    Args:
        goal: Loss and metrics.
        data: All rows.
        parts: The rows to judge by, by part.
        batch_size: Rows of a training step.
        threshold: Probability above which a binary prediction is positive.
        seed: Draws what is random in them.
        learned: Whether to train any; else the constant prediction alone.
    """
    train, target = data.parts["train"], data.target
    constant = {}
    for name, part in parts.items():
        own = without_nan({name: baseline_of_part(goal, train, part, batch_size)})[name]
        given = constant_outputs(goal, train, len(part))
        constant[name] = own | _others(scores(target, part.y, given, threshold).values, own)
    found = {CONSTANTS[target.task]: constant}
    if not learned:
        return found
    for baseline in learned_baselines(data.inputs, target, train, parts, seed):
        found[baseline.name] = {}
        for name, part in parts.items():
            given, rows = baseline.outputs[name], evaluation_batch(batch_size)
            plain: Any = goal.in_form(given)
            own = without_nan({name: goal.figures(part.y, plain, rows)})[name]
            found[baseline.name][name] = own | _others(
                scores(target, part.y, given, threshold).values, own
            )
    return found


def has_threshold(target: Targets) -> bool:
    """Tell whether a probability decides about a class or a label."""
    return any(one.task in ("binary", "multilabel") for one in by_target(target).values())


def _main(goal: Goal, target: Targets, figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Name the figures to show: the file's, or the first of each task; the loss at the end."""
    names = [name for name in next(iter(figures.values())) if name != "loss"]
    if isinstance(target, NamedTargets) and isinstance(goal, NamedObjectives):
        for name, one in target.each.items():
            first = FIRST.get(one.task)
            if first and not goal.each[name].metrics:
                names.append(f"{name}_{first}")
    elif not names and target.task in FIRST:
        names = [FIRST[target.task]]
    return [*names, "loss"]


def _reasons(figures: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """Say of each figure that is undefined why."""
    return {
        name: known.get(name, "it is no finite number")
        for name, value in figures.items()
        if value is None
    }


def _listed(intervals: Mapping[str, Interval]) -> dict[str, list[float]]:
    """Give intervals as JSON gives them back."""
    return {name: list(ends) for name, ends in intervals.items()}


def _others(found: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is known of figures that the file does not name itself."""
    return {name: one for name, one in found.items() if name not in known}
