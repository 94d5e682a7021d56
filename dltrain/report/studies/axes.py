"""What plots of studies write beside their axes: figures with their units, keys, scales."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dltrain.config import Experiment

# More than two powers of ten need an axis of equal ratios.
DECADES = 100.0
SHARES = frozenset({
    "accuracy", "balanced_accuracy", "binary_accuracy", "categorical_accuracy", "precision",
    "recall", "sensitivity", "sparse_categorical_accuracy", "specificity",
})  # fmt: skip
OWN_UNIT = frozenset({"mae", "mean_absolute_error", "rmse", "root_mean_squared_error"})
SQUARED = frozenset({"mse", "mean_squared_error"})
NATS = "crossentropy"


def with_unit(name: str, experiment: Experiment) -> str:
    """Name a figure with its unit, as an axis does.

    Args:
        name: Such as "accuracy" or "loss".
        experiment: The config, which says what the loss is.

    Example:
        >>> from types import SimpleNamespace
        >>> with_unit("accuracy", SimpleNamespace()), with_unit("auc", SimpleNamespace())
        ('accuracy (share of rows)', 'auc')
    """
    kind = name
    if name == "loss":
        kind = _type(experiment.loss)
        if kind == name:
            return name
    said = kind.replace("_", " ")
    if kind.endswith(NATS):
        unit = "nats"
    elif kind in OWN_UNIT:
        unit = "unit of the target"
    elif kind in SQUARED:
        unit = "squared unit of the target"
    else:
        unit = "share of rows" if kind in SHARES else ""
    told = f"loss: {said}" if name == "loss" else said
    return f"{told} ({unit})" if unit else told


def _type(loss: Any) -> str:
    """Name a loss; "loss" where each target has its own."""
    kind = loss.get("type") if isinstance(loss, Mapping) else loss
    return kind if isinstance(kind, str) and kind != "auto" else "loss"


def spans_decades(values: Iterable[float]) -> bool:
    """Tell whether positive values spread over more than two powers of ten.

    Example:
        >>> spans_decades([0.001, 1.0]), spans_decades([0.0, 1000.0]), spans_decades([1, 90])
        (True, False, False)
    """
    found = np.array([one for one in values if np.isfinite(one)], np.float64)
    return bool(len(found) and found.min() > 0 and found.max() > DECADES * found.min())
