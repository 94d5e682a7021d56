"""Amounts behind the network, as Keras layers: from what it puts out to the column's own unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dltrain.model.scaling import Scaling


def in_own_unit(outputs: Any, scalings: Mapping[str | None, dict[str, Any]]) -> Any:
    """Undo what was done to targets before the training.

    Args:
        outputs: What the network puts out, a KerasTensor, or a map of them by target.
        scalings: How the network sees amounts, by target, as preprocessing.json holds it; the
            key is None for one output.

    Returns:
        Predictions, of the same form.
    """
    if isinstance(outputs, dict):
        return {name: _undone(one, scalings.get(name)) for name, one in outputs.items()}
    return _undone(outputs, scalings.get(None))


def _undone(output: Any, facts: dict[str, Any] | None) -> Any:
    scaling = Scaling.of(facts)
    return output if scaling is None else scaling.undone(output)
