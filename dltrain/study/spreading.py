"""The figures of many trainings as those of one: means, spreads and corrected intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dltrain.config.catalogue.scores import SCORES
from dltrain.evaluation.statistics.names import SAME
from dltrain.evaluation.statistics.of_task import RANGES, SHARE
from dltrain.study.statistics import Spread, spread

Figures = Mapping[str, Mapping[str, float | None]]  # by part and name
# Scores, and the file's metrics that are the same under Keras's names.
NAMES = {name: name for names in SCORES.values() for name in names} | {
    metric: score for names in SAME.values() for metric, score in names.items()
}
# The part whose folds are judged by rows that they have not seen.
VAL = "val"


@dataclass(frozen=True)
class Folded:
    """What one training of a cross-validation has left.

    Attributes:
        cell: Its repeat and its fold; trainings of one cell differ in their seed.
        metrics: What its metrics.json holds.
    """

    cell: tuple[int, int]
    metrics: Mapping[str, Any]

    @property
    def splits(self) -> Figures:
        """Its figures by part."""
        found: Figures = self.metrics["splits"]
        return found


def spread_of(trainings: Sequence[Folded]) -> dict[str, Any]:
    """Lay out the figures of a cross-validation in the form of metrics.json.

    Trainings of one fold that differ in their seed count once, by their mean. A figure that is
    undefined in a fold, such as the ROC-AUC of one class, is undefined here.

    Args:
        trainings: All of them, at least one.

    Returns:
        As a run's metrics.json, means in place of figures; `spreads` has for each part and figure
        mean, standard deviation, 95 % interval and the values of the folds.
    """
    first = trainings[0].metrics
    share = float(np.mean([one.metrics["rows"][VAL] / one.metrics["rows"]["train"]
                           for one in trainings]))  # fmt: skip
    spreads: dict[str, dict[str, Spread]] = {}
    undefined: dict[str, dict[str, str]] = {}
    for part, figures in first["splits"].items():
        spreads[part], undefined[part] = {}, {}
        for name in figures:
            values = list(_by_cell(trainings, part, name))
            if missing := values.count(None):
                undefined[part][name] = f"undefined in {missing} of {len(values)} folds"
            else:
                known = [value for value in values if value is not None]
                found = spread(known, share, range_of(name))
                # Train rows were seen, and test rows are the same in every fold.
                spreads[part][name] = found if part == VAL else replace(found, interval=None)
    return {
        "task": first["task"],
        "main": first["main"],
        "trainings": len(trainings),
        "folds": len({one.cell for one in trainings}),
        "splits": {
            part: {name: _mean(spreads[part].get(name)) for name in figures}
            for part, figures in first["splits"].items()
        },
        "undefined": {part: reasons for part, reasons in undefined.items() if reasons},
        "intervals": {VAL: _intervals(spreads[VAL])},
        "spreads": {
            part: {name: one.to_json() for name, one in found.items()}
            for part, found in spreads.items()
        },
        "baselines": _baselines(trainings),
    }


def _by_cell(trainings: Sequence[Folded], part: str, name: str) -> Iterator[float | None]:
    """Give a figure of each fold: the mean over its seeds; None where one has none."""
    cells: dict[tuple[int, int], list[float | None]] = {}
    for one in trainings:
        cells.setdefault(one.cell, []).append(one.splits[part].get(name))
    for values in cells.values():
        known = [value for value in values if value is not None]
        yield float(np.mean(known)) if len(known) == len(values) else None


def _mean(found: Spread | None) -> float | None:
    return None if found is None else found.mean


def _intervals(spreads: Mapping[str, Spread]) -> dict[str, list[float]]:
    return {name: list(one.interval) for name, one in spreads.items() if one.interval}


def _baselines(trainings: Sequence[Folded]) -> dict[str, Any]:
    """Average the baselines, each learned on the train rows of its fold."""
    found: dict[str, Any] = {}
    for baseline, parts in trainings[0].metrics["baselines"].items():
        found[baseline] = {
            part: {
                name: _average(
                    [one.metrics["baselines"][baseline][part][name] for one in trainings]
                )
                for name in figures
            }
            for part, figures in parts.items()
        }
    return found


def _average(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(known) == len(values) else None


def range_of(name: str) -> tuple[float, float]:
    """Give the lowest and the highest value of a figure; without bounds where it is not known.

    Example:
        >>> range_of("auc"), range_of("r2_score"), range_of("a_f1_macro"), range_of("loss")
        ((0.0, 1.0), (-inf, 1.0), (0.0, 1.0), (-inf, inf))
    """
    words = name.split("_")  # with several targets TARGET_ stands before it
    for start in range(len(words)):
        if (known := "_".join(words[start:])) in NAMES:
            return RANGES.get(NAMES[known], SHARE)
    return -math.inf, math.inf
