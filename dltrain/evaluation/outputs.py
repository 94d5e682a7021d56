"""What a model says about each row, by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dltrain.data import Part
from dltrain.data.cache.scratch import on_disk
from dltrain.model.objectives import Goal
from dltrain.model.passes import compiled_forward, evaluation_batch, predict
from dltrain.model.streams import is_streamed, predicted_blocks

LEAST_BATCH = 1024


@dataclass(frozen=True)
class Outputs:
    """What a model puts out for the parts that were opened, as those need it who look at rows.

    Attributes:
        parts: The rows by part.
        by_part: As `outputs_by_part` gives it.
        threshold: Probability above which a class or label is given.
    """

    parts: Mapping[str, Part]
    by_part: Mapping[str, Any]
    threshold: float


def outputs_by_part(
    model: Any, goal: Goal, parts: Mapping[str, Part], batch_size: int
) -> dict[str, Any]:
    """Predict every row; where rows come in blocks, what the model puts out is kept on disk.

    Args:
        model: The model that is saved.
        goal: Loss and metrics.
        parts: Rows by part.
        batch_size: Rows of a training step.

    Returns:
        By part probabilities or amounts, float32 (n, outputs); a map of them by target where
        there are several.
    """
    found: dict[str, Any] = {}
    forward = None
    for name, part in parts.items():
        if is_streamed(part.raw):
            blocks = predicted_blocks(model, part.raw, max(LEAST_BATCH, batch_size))
            found[name] = on_disk(map(goal.probabilities, blocks))
            continue
        forward = forward or compiled_forward(model, part.raw)
        given = predict(model, part.raw, evaluation_batch(batch_size), forward)
        found[name] = goal.probabilities(given)
    return found
