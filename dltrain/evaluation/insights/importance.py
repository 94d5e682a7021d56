"""How much worse the model gets when the cells of a column change places between rows.

The rows are those of val, or of train where val has too few: which columns matter is often followed
by another choice of columns, and such a choice must not be made by the test rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.data.blocks import below_each_other, rows_of
from dltrain.data.inputs import Inputs, NamedInputs
from dltrain.data.table import TableInputs
from dltrain.data.targets import Target
from dltrain.data.windows import WindowInputs
from dltrain.evaluation.insights.subject import Gathered, Subject, raw_rows, truths

MOST_ROWS = 1_000
MOST_COLUMNS = 64
REPEATS = 5
# Rows with which columns beyond the most are weeded out.
SCREENING_ROWS = 100
LEAST_ROWS = 20  # of val


@dataclass(frozen=True)
class Feature:
    """A column, a variable of a time series, or a text.

    Attributes:
        name: Its name.
        input: Name of the input that it belongs to; None for one alone.
        places: Its numbers in the last axis of the input; None for all of them.
    """

    name: str
    input: str | None
    places: slice | None

    def shuffled(self, x: Any, order: np.ndarray) -> Any:
        """Give rows with the feature's cells in another order."""
        if self.input is not None:
            return x | {self.input: self._shuffled(x[self.input], order)}
        return self._shuffled(x, order)

    def _shuffled(self, x: np.ndarray, order: np.ndarray) -> np.ndarray:
        if self.places is None:
            return x[order]
        changed = x.copy()
        changed[..., self.places] = x[order][..., self.places]
        return changed


def importance(subject: Subject, gathered: Gathered) -> None:
    """Measure the permutation importance of each column of a table, with its spread.

    Source:
        Breiman, Random Forests, 2001; Fisher, Rudin and Dominici, All Models are Wrong, 2019.
    """
    features = list(features_of(subject.data.inputs))
    enough = "val" in subject.parts and len(subject.parts["val"]) >= LEAST_ROWS
    part = "val" if enough else "train"
    targets = list(truths(subject.parts[part].y, subject.data.target))
    if len(features) < 2 or not targets:
        return
    chosen = subject.some(subject.parts[part], MOST_ROWS)
    x, y = raw_rows(subject.parts[part], chosen), rows_of(subject.parts[part].y, chosen)
    forward = subject.forward(x)
    if len(features) > MOST_COLUMNS:
        few = np.arange(min(SCREENING_ROWS, len(chosen)))
        rough = _losses(subject, features, rows_of(x, few), rows_of(y, few), forward, 1)
        order = np.argsort(-sum(one.mean(axis=1) for one in rough.values()), kind="stable")
        features = [features[at] for at in np.sort(order[:MOST_COLUMNS])]
    lost = _losses(subject, features, x, y, forward, REPEATS)
    gathered.facts["importance"] = {
        "part": part,
        "rows": len(chosen),
        "repeats": REPEATS,
        "features": [one.name for one in features],
        "targets": {name: _figure(target) for name, target, _ in targets},
    }
    for number, one in enumerate(lost.values()):
        gathered.arrays[f"importance/{number}"] = one


def _losses(
    subject: Subject, features: list[Feature], x: Any, y: Any, forward: Any, repeats: int
) -> dict[str, np.ndarray]:
    """Tell how much each target's error grows, float64 (features, repeats), by target."""
    draw = np.random.default_rng(subject.seed)
    count = len(next(iter(x.values())) if isinstance(x, dict) else x)
    targets = list(truths(y, subject.data.target))
    before = subject.predicted(x, forward)
    found = {name: np.empty((len(features), repeats)) for name, _, _ in targets}
    for at, feature in enumerate(features):
        orders = [draw.permutation(count) for _ in range(repeats)]
        shuffled = [feature.shuffled(x, order) for order in orders]
        given = subject.predicted(below_each_other(shuffled), forward)
        for name, target, truth in targets:
            least = mean_error(target, truth, before[name], subject.threshold)
            blocks = given[name].reshape(repeats, count, *given[name].shape[1:])
            found[name][at] = [
                mean_error(target, truth, one, subject.threshold) - least for one in blocks
            ]
    return found


def mean_error(
    target: Target, truth: np.ndarray, given: np.ndarray, threshold: float = 0.5
) -> float:
    """Tell how wrong predictions are on average.

    Args:
        target: What was learned about the target.
        truth: As `data.targets` encodes it.
        given: Probabilities or amounts.
        threshold: Probability above which a class or label is given.

    Returns:
        The share of wrong rows or labels, or the mean absolute error.
    """
    if target.task == "regression":
        return float(np.abs(given.astype(np.float64) - truth).mean())
    if target.task == "multiclass":
        return float((given.argmax(axis=1) != truth).mean())
    return float(((given > threshold) != (truth > 0.5)).mean())


def _figure(target: Target) -> str:
    if target.task == "regression":
        return "mae"
    return "hamming loss" if target.task == "multilabel" else "accuracy"


def features_of(inputs: Inputs, name: str | None = None) -> Iterator[Feature]:
    """List what can be shuffled: columns, variables, texts."""
    if isinstance(inputs, NamedInputs):
        for one_name, one in inputs.each.items():
            yield from features_of(one, one_name)
    elif isinstance(inputs, TableInputs):
        for column in inputs.layout.placed:
            end = column.at + len(column.what.raw_names)
            yield Feature(column.name, name, slice(column.at, end))
    elif isinstance(inputs, WindowInputs):
        for at, variable in enumerate(inputs.columns):
            yield Feature(variable.name, name, slice(at, at + 1))
    elif name is not None:
        yield Feature(name, name, None)
