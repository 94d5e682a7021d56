"""What the parts hold of each target: classes, labels or amounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dltrain.data import Part
from dltrain.data.blocks import rows_of
from dltrain.data.targets import NamedTargets, Reconstruction, Targets
from dltrain.terms import EXCLUSIVE

Facts = dict[str, Any]
ALL = slice(None)


def targets_facts(target: Targets, parts: Mapping[str, Part]) -> list[Facts]:
    """Describe every target.

    Args:
        target: What was learned about the targets.
        parts: The parts that may be looked at.

    Returns:
        For each its name, task, what was learned, and what the parts hold.
    """
    if isinstance(target, Reconstruction):
        return [{"name": None, "task": target.task, "learned": {"shape": list(target.shape)}}]
    if isinstance(target, NamedTargets):
        return [
            _one(name, one, {part: rows_of(parts[part].y[name], ALL) for part in parts})
            for name, one in target.each.items()
        ]
    ys = {name: rows_of(part.y, ALL) for name, part in parts.items()}
    name = target.names[0] if len(target.names) == 1 else None
    return [_one(name, target, ys)]


def _one(name: str | None, target: Any, ys: Mapping[str, np.ndarray]) -> Facts:
    learned = {
        key: value
        for key, value in target.to_json().items()
        if key not in ("task", "names", "classes") and value
    }
    facts = {"name": name, "task": target.task, "learned": learned}
    if target.task in EXCLUSIVE:
        return facts | {"classes": _classes(target.classes, ys)}
    if target.task == "multilabel":
        return facts | {"labels": _labels(target.names, ys)}
    return facts | {"amounts": _amounts(target.names, ys)}


def _classes(classes: tuple[Any, ...], ys: Mapping[str, np.ndarray]) -> list[Facts]:
    counts = {
        part: np.bincount(np.ravel(y).astype(np.int64), minlength=len(classes))
        for part, y in ys.items()
    }
    return [
        {"class": name, "rows": {part: count[code] for part, count in counts.items()}}
        for code, name in enumerate(classes)
    ]


def _labels(names: tuple[str, ...], ys: Mapping[str, np.ndarray]) -> list[Facts]:
    sums = {part: y.sum(axis=0, dtype=np.float64).tolist() for part, y in ys.items()}
    return [
        {"label": name, "rows": {part: int(sums[part][code]) for part in sums}}
        for code, name in enumerate(names)
    ]


def _amounts(names: tuple[str, ...], ys: Mapping[str, np.ndarray]) -> list[Facts]:
    """Describe amounts in the column's own unit."""
    return [
        {"name": name, "parts": {part: _spread(y[:, column]) for part, y in ys.items()}}
        for column, name in enumerate(names)
    ]


def _spread(numbers: np.ndarray) -> Facts:
    if not len(numbers):
        return {"min": None, "mean": None, "max": None}
    mean = np.mean(numbers, dtype=np.float64)
    return {"min": numbers.min(), "mean": mean, "max": numbers.max()}
