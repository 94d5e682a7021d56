"""What plots of studies write beside their axes: figures with their units, keys, scales."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dltrain.report.plots.canvas import logarithmic
from dltrain.report.plots.curves import WIDE_RANGE
from dltrain.report.studies.record import StudyRecord

# Values whose largest is more than so many times the least have an axis of equal ratios, as in the
# report of a run.
FEW_NUMBERS = 1000.0  # a smaller range has 2 and 5 beside the powers of ten
SHARES = frozenset({
    "accuracy", "balanced_accuracy", "binary_accuracy", "categorical_accuracy", "precision",
    "recall", "sensitivity", "sparse_categorical_accuracy", "specificity",
})  # fmt: skip
SHORT = {
    "mean_absolute_error": "mae", "mean_squared_error": "mse", "root_mean_squared_error": "rmse",
}  # fmt: skip
UNITS = {"mae": "target unit", "mse": "target unit²", "rmse": "target unit"}
NATS = "crossentropy"


def axis_label(record: StudyRecord, name: str) -> str:
    """Name a figure with its unit, as an axis does.

    Of a loss it says which one it is, unless penalties are added to it, or it is swept.
    """
    keys = {key for one in record.facts["members"] for key in one.get("values", ())}
    added = record.experiment.regularization
    is_pure = not (added.kernel or added.bias or added.activity)
    is_pure &= not any(key.partition(".")[0] in ("loss", "regularization") for key in keys)
    return with_unit(name, _type(record.experiment.loss) if is_pure else "loss")


def with_unit(name: str, loss: str) -> str:
    """Name a figure with its unit.

    Args:
        name: Such as "accuracy" or "loss".
        loss: What the loss is; "loss" where it is none in particular.

    Example:
        >>> with_unit("accuracy", "loss"), with_unit("loss", "binary_crossentropy")
        ('accuracy (share of rows)', 'binary crossentropy (nats)')
    """
    kind = loss if name == "loss" else name
    if kind == "loss":
        return name
    kind = SHORT.get(kind, kind)
    said = kind.removeprefix("sparse_").replace("_", " ")
    if kind.endswith(NATS):
        unit = "nats"
    else:
        unit = UNITS.get(kind, "share of rows" if kind in SHARES else "")
    return f"{said} ({unit})" if unit else said


def _type(loss: Any) -> str:
    """Name a loss; "loss" where each target has its own."""
    kind = loss.get("type") if isinstance(loss, Mapping) else loss
    return kind if isinstance(kind, str) and kind != "auto" else "loss"


def logarithmic_axis(axes: Any, values: Iterable[float]) -> None:
    """Give an upright axis equal room for equal ratios, with as many numbers as it needs.

    Args:
        axes: matplotlib's axes.
        values: What is drawn, above zero.
    """
    from matplotlib.ticker import LogLocator

    logarithmic(axes)
    found = list(values)
    if max(found) < FEW_NUMBERS * min(found):
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))


def spans_decades(values: Iterable[float]) -> bool:
    """Tell whether positive values spread over powers of ten.

    Example:
        >>> spans_decades([0.001, 1.0]), spans_decades([0.0, 1000.0]), spans_decades([1, 20])
        (True, False, False)
    """
    found = np.array([one for one in values if np.isfinite(one)], np.float64)
    return bool(len(found) and found.min() > 0 and found.max() > WIDE_RANGE * found.min())
