"""Loss and metrics of a model on each part of the data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dltrain.data import Part
from dltrain.data.blocks import changed
from dltrain.model.objectives import Goal
from dltrain.model.passes import evaluation_batch, prepare_metrics
from dltrain.model.streams import evaluation_pass


def figures_by_part(
    model: Any, goal: Goal, parts: Mapping[str, Part], batch_size: int
) -> dict[str, dict[str, float]]:
    """Evaluate a compiled model that takes raw rows.

    Args:
        model: The model that is saved, compiled with the file's loss and metrics.
        goal: Loss and metrics.
        parts: Rows by part.
        batch_size: Rows of a training step.

    Returns:
        Figures by name, by part.
    """
    result: dict[str, dict[str, float]] = {}
    evaluate: Any = None
    for name, part in parts.items():
        x, y = part.raw, changed(part.y, part.raw, goal.targets)
        if evaluate is None:
            prepare_metrics(model, x, y)
            evaluate = evaluation_pass(model, x, y, evaluation_batch(batch_size))
        else:
            evaluate = evaluate.over(x, y)
        result[name] = evaluate()
    return result


def figures_of_outputs(
    goal: Goal, parts: Mapping[str, Part], outputs: Mapping[str, Any], batch_size: int
) -> dict[str, dict[str, float]]:
    """Count loss and metrics from what a model puts out; the loss without penalties of layers.

    Args:
        goal: Loss and metrics.
        parts: Rows by part.
        outputs: As `outputs.outputs_by_part` gives them.
        batch_size: Rows of a training step.

    Returns:
        Figures by name, by part.
    """
    rows = evaluation_batch(batch_size)
    given: dict[str, Any] = {name: goal.in_form(outputs[name]) for name in parts}
    return {name: goal.figures(part.y, given[name], rows) for name, part in parts.items()}


def without_nan(figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float | None]]:
    """Replace figures that are undefined by None, which JSON can hold."""
    return {
        part: {name: value if math.isfinite(value) else None for name, value in row.items()}
        for part, row in figures.items()
    }
