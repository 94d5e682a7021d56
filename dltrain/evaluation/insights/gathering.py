"""All insights in turn; one that fails is named with its reason, and the others go on."""

from __future__ import annotations

from collections.abc import Callable

from dltrain.evaluation.insights.importance import importance
from dltrain.evaluation.insights.inside import (
    activations,
    filters,
    layers,
    learning_rate,
    weights,
)
from dltrain.evaluation.insights.mistakes import mistakes
from dltrain.evaluation.insights.subject import Gathered, Subject
from dltrain.evaluation.insights.surface import surface

INSIGHTS: dict[str, Callable[[Subject, Gathered], None]] = {
    "mistakes": mistakes,
    "importance": importance,
    "surface": surface,
    "model": layers,
    "weights": weights,
    "activations": activations,
    "filters": filters,
    "learning_rate": learning_rate,
}


def gather(subject: Subject) -> Gathered:
    """Gather what the report shows.

    Args:
        subject: A finished run; its model and its network have the same weights before and after.

    Returns:
        Facts, arrays, and why an insight is missing that failed.
    """
    found = Gathered()
    for name, insight in INSIGHTS.items():
        own = Gathered()
        try:
            insight(subject, own)
        except Exception as error:  # the training is done: a picture less must not undo it
            found.failed[name] = f"{type(error).__name__}: {error}"
        else:
            found.facts |= own.facts
            found.arrays |= own.arrays
    return found
