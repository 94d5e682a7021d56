"""All figures of a task on a part, how sure they are, and what stands behind them.

They are computed from what the model puts out, beside the loss and the file's metrics, which Keras
computes. Imports: NumPy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dltrain.data.blocks import pieces, rows_of
from dltrain.data.targets import NamedTargets, Reconstruction, Target, Targets
from dltrain.evaluation.details import details
from dltrain.evaluation.intervals import Interval, intervals
from dltrain.evaluation.predictions import reconstruction_errors
from dltrain.evaluation.statistics import Statistics, statistics_of

# Parts with more rows, or more numbers predicted, have loss and the file's metrics alone.
MOST_ROWS, MOST_NUMBERS = 2**20, 2**24


@dataclass(frozen=True)
class Scores:
    """Figures of one part.

    Attributes:
        values: The figures by name; None where one is undefined.
        undefined: Why.
        intervals: 95 % intervals, of those that have one.
        details: Confusion, classes, calibration, outputs; by target where there are several.
    """

    values: dict[str, float | None] = field(default_factory=dict)
    undefined: dict[str, str] = field(default_factory=dict)
    intervals: dict[str, Interval] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


def scores(
    target: Targets, truth: Any, given: Any, threshold: float, *, seed: int | None = None
) -> Scores:
    """Compute the figures of a part.

    Args:
        target: What was learned about the target.
        truth: Encoded targets, (n, …); by target where there are several.
        given: Probabilities or amounts, as the model puts them out.
        threshold: Probability above which a binary prediction is positive.
        seed: Draws the resamples of the intervals; None for no intervals.
    """
    if isinstance(target, NamedTargets):
        each = {
            name: scores(one, truth[name], given[name], threshold, seed=seed)
            for name, one in target.each.items()
        }
        return _joined(each)
    if len(given) > MOST_ROWS or given.size > MOST_NUMBERS:
        return Scores()
    if not isinstance(target, Reconstruction):  # its rows may come in blocks
        truth, given = np.asarray(truth), np.asarray(given)
    if broken := int((~np.isfinite(given)).any(axis=tuple(range(1, given.ndim))).sum()):
        return _of_broken(target, truth, given, broken)
    statistics = statistics_of_target(target, truth, given, threshold)
    values = statistics.values()
    undefined = [name for name, value in values.items() if not math.isfinite(value)]
    return Scores(
        {name: None if name in undefined else value for name, value in values.items()},
        {name: statistics.reasons[name] for name in undefined},
        {} if seed is None else intervals(statistics, seed),
        {} if isinstance(target, Reconstruction) else details(target, truth, given, threshold),
    )


def statistics_of_target(
    target: Target | Reconstruction, truth: Any, given: np.ndarray, threshold: float
) -> Statistics:
    """Describe the figures of one target as functions of row weights."""
    if isinstance(target, Reconstruction):
        errors = [
            reconstruction_errors(rows_of(truth, rows), rows_of(given, rows))
            for rows in pieces(np.arange(len(given)))
        ]
        return statistics_of("autoencoder", np.concatenate(errors), given)
    names = target.names if target.task == "multilabel" else target.classes
    return statistics_of(target.task, truth, given, threshold=threshold, names=names)


def _of_broken(target: Target | Reconstruction, truth: Any, given: np.ndarray, rows: int) -> Scores:
    """Say that there are no figures where the model puts out what is no finite number."""
    names = statistics_of_target(target, truth, np.zeros_like(given), 0.5).values()
    why = f"the model puts out numbers that are not finite for {rows} row{'s' * (rows != 1)}"
    return Scores(dict.fromkeys(names), dict.fromkeys(names, why))


def _joined(each: dict[str, Scores]) -> Scores:
    """Put the target's name before each figure."""

    def named(attribute: str) -> dict[str, Any]:
        return {
            f"{target}_{name}": value
            for target, one in each.items()
            for name, value in getattr(one, attribute).items()
        }

    behind = {target: one.details for target, one in each.items() if one.details}
    return Scores(named("values"), named("undefined"), named("intervals"), behind)
