"""What val and test lack, and which values are unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.raw import Raw
from dltrain.data.table import TableInputs
from dltrain.data.targets import NamedTargets, Target, Targets


def absent_classes(target: Targets, y: Any) -> list[str]:
    """Name the classes, or labels, that no row has.

    Args:
        target: What was learned about the target.
        y: Encoded targets of the rows of a part; a dict for several targets.

    Returns:
        Their names, behind the target's where there are several.
    """
    if isinstance(target, NamedTargets):
        each = target.each.items()
        return [f"{name}: {one}" for name, own in each for one in absent_classes(own, y[name])]
    if not isinstance(target, Target) or target.task == "regression":
        return []
    if target.task == "multilabel":
        return [name for name, rows in zip(target.names, y.sum(axis=0), strict=True) if not rows]
    rows = np.bincount(y.ravel().astype(np.int64), minlength=len(target.classes))
    return [str(one) for one, count in zip(target.classes, rows, strict=True) if not count]


def unseen_values(
    raw: Raw, inputs: Inputs, parts: Mapping[str, np.ndarray]
) -> dict[str, dict[str, int]]:
    """Count the cells with a value that their category does not have.

    Args:
        raw: All rows.
        inputs: What was learned about the inputs.
        parts: Numbers of the rows of each part.

    Returns:
        Rows by part, by column; only where there are some.
    """
    counts: dict[str, dict[str, int]] = {}
    for table in tables(inputs):
        for part, rows in parts.items():
            for name, count in table.unknown_values(raw, rows).items():
                counts.setdefault(name, {})[part] = count
    return counts


def tables(inputs: Inputs) -> Iterator[TableInputs]:
    """Give the inputs that are tables."""
    each = inputs.each.values() if isinstance(inputs, NamedInputs) else [inputs]
    yield from (one for one in each if isinstance(one, TableInputs))
