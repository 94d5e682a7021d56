"""What windows over a time series leave no choice about: numbers, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator

from dltrain.config.checks.translation import Problem
from dltrain.config.sections.columns import NumberColumn
from dltrain.config.sections.dataset import Windows
from dltrain.config.sections.experiment import Experiment
from dltrain.errors import Key, shown

SPLITS = ("none", "time")
COLUMNS: Key = ("dataset", "columns")


def disagreements(experiment: Experiment) -> Iterator[Problem]:
    """Find what does not go with windows; nothing where the dataset is another."""
    dataset = experiment.dataset
    if not isinstance(dataset, Windows):
        return
    kind = experiment.split.type
    if kind not in SPLITS:
        way_out = "In any other, rows of test would be seen in training."
        yield Problem(("split", "type"), f"{shown(kind)} for windows", "time or none", way_out)
    if dataset.scaling == "unit_norm":
        yield Problem(("dataset", "scaling"), *_unit_norm())
    for name, column in dataset.columns.items():
        key = (*COLUMNS, name)
        if not isinstance(column, NumberColumn):
            way_out = "Leave it out with `dataset.features.exclude`."
            yield Problem((*key, "type"), f"{shown(column.type)} for windows", "number", way_out)
            continue
        if column.scaling == "unit_norm":
            yield Problem((*key, "scaling"), *_unit_norm())
        if column.missing not in (None, "error"):
            got, way_out = f"{shown(column.missing)} for windows", "Fill the gaps in the file."
            yield Problem((*key, "missing"), got, "error", way_out)


def _unit_norm() -> tuple[str, str]:
    return "'unit_norm' for windows", "a scaling of each variable by itself"
