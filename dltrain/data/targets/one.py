"""What is to be predicted: the task, its classes, and targets as numbers.

Whatever is learned is learned from the train rows alone; a class that only val or test rows
have is an error, because no model could ever predict it. Imports: NumPy and pandas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dltrain.data.raw import Raw
from dltrain.data.targets import classes, multilabel
from dltrain.data.targets.amounts import (
    Scaling,
    check_resolution,
    check_spread,
    learn_scaling,
    read_amounts,
)
from dltrain.data.targets.bins import Bins, even_edges, learn_bins
from dltrain.data.targets.checks import (
    refuse_missing,
    refuse_several,
    refuse_words_among_amounts,
)
from dltrain.data.targets.tasks import MOST_CLASSES, by_classes, task_of
from dltrain.terms import EXCLUSIVE

Options = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """What was learned about the target.

    Attributes:
        task: "binary", "multiclass", "multilabel" or "regression".
        names: The target columns; the labels, where they share a cell.
        classes: The classes in order, for binary the negative one first; the two codes of
            a multi-label column; empty for regression.
        ordered: Whether the file says that the order of the classes means something.
        scaling: How the network sees amounts; None as they are.
        bins: The bins that the classes are; None where they are none.
        separator: What stands between the labels of a cell; None where each has a column.
    """

    task: str
    names: tuple[str, ...]
    classes: tuple[Any, ...] = ()
    ordered: bool = False
    scaling: Scaling | None = None
    bins: Bins | None = None
    separator: str | None = None

    @property
    def outputs(self) -> int:
        """Numbers that a prediction has: one a class, label or quantity; one for binary."""
        return len(self.classes) if self.task == "multiclass" else len(self.names)

    @property
    def facts(self) -> dict[str, Any]:
        """Task and outputs by name, as the builders of the model take them."""
        return {"task": self.task, "outputs": self.outputs}

    def to_json(self) -> dict[str, Any]:
        """Describe the target for preprocessing.json."""
        return {
            "task": self.task,
            "names": list(self.names),
            "classes": list(self.classes),
            "ordered": self.ordered,
            "scaling": self.scaling and self.scaling.to_json(),
            "bins": self.bins and self.bins.to_json(),
            "separator": self.separator,
        }

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Target:
        """Restore what `to_json` wrote."""
        scaling, edges = facts["scaling"], facts["bins"]
        return cls(
            task=facts["task"],
            names=tuple(facts["names"]),
            classes=tuple(facts["classes"]),
            ordered=facts["ordered"],
            scaling=scaling and Scaling.from_json(scaling),
            bins=edges and Bins.from_json(edges),
            separator=facts["separator"],
        )


def labels_for_split(raw: Raw, options: Options) -> np.ndarray | None:
    """Give the class or labels of each row, of which a split can keep the shares.

    All rows are looked at, so what is drawn by this is the split alone; nothing is learned.

    Args:
        raw: All rows.
        options: What the file says about the target.

    Returns:
        (n,) for classes; 0 and 1, (n, labels), for labels; None for quantities.
    """
    if separator := options.get("separator"):
        every = multilabel.all_labels(raw, raw.numbers(), separator)
        return multilabel.read_cells(raw, raw.numbers(), separator, every)
    refuse_missing(raw)
    given = options.get("bins")
    if given is not None and len(raw.targets.columns) == 1:
        numbers = read_amounts(raw, raw.numbers())[:, 0]
        edges = even_edges(numbers, given) if isinstance(given, int) else given
        named = Bins(tuple(edges))
        return np.array(named.names)[named.codes(numbers)]
    if not options.get("task") and not options.get("classes"):
        refuse_words_among_amounts(raw, MOST_CLASSES)
    task, several = task_of(raw.targets, options), len(raw.targets.columns) > 1
    if task == "multilabel":
        return multilabel.read_columns(raw, raw.numbers())
    if several or task not in EXCLUSIVE:
        return None
    return raw.targets.iloc[:, 0].to_numpy()


def learn_target(raw: Raw, train: np.ndarray, options: Options) -> Target:
    """Learn task, classes and scaling from the train rows.

    Args:
        raw: All rows.
        train: Numbers of the train rows.
        options: What the file says about the target: the options of `dataset.target`; what is
            left out has its default.

    Raises:
        DataError: A target is missing or not finite, there is one class only, or the options
            do not fit the target.
    """
    rows = raw.targets.iloc[train]
    names = tuple(str(name) for name in rows.columns)
    separator, declared = options.get("separator"), options.get("classes")
    if separator is None:
        refuse_missing(raw, train)
    task = task_of(rows, options)
    ordered = bool(options.get("ordered"))
    if task in EXCLUSIVE or task is None:
        refuse_several(names, task or "binary or multiclass")
        return _with_classes(raw, train, options, task)
    if ordered:
        classes.check_order(task, (), is_given=False)
    if task == "regression":
        return _regression(raw, train, names, options.get("scaling", "none"))
    if separator is not None:
        refuse_several(names, "a separator")
        names = multilabel.learn_labels(raw, train, separator, declared)
        return Target(task, names, (0, 1), separator=separator)
    read = multilabel.read_columns(raw, train)
    if options.get("task") is None:
        multilabel.refuse_one_hot(read)
    return Target(task, names, (0, 1))


def _regression(raw: Raw, train: np.ndarray, names: tuple[str, ...], scaling: str) -> Target:
    numbers = read_amounts(raw, train, scaling)
    check_spread(numbers, names)
    check_resolution(numbers, names)
    steps = 1 if raw.series is None else raw.series.horizon
    return Target("regression", names, scaling=learn_scaling(numbers, scaling, names, steps))


def _with_classes(raw: Raw, train: np.ndarray, options: Options, task: str | None) -> Target:
    names = tuple(str(name) for name in raw.targets.columns)
    given, declared = options.get("bins"), options.get("classes")
    edges = None
    if given is not None:
        edges = learn_bins(read_amounts(raw, train)[:, 0], given)
        found: tuple[Any, ...] = edges.names
    else:
        found = classes.learn_classes(raw, train, declared)
    task = task or by_classes(len(found))
    classes.check_classes(found, task)
    ordered = bool(options.get("ordered"))
    if ordered:
        classes.check_order(task, found, is_given=declared is not None or edges is not None)
    return Target(task, names, found, ordered=ordered, bins=edges)


def encode(raw: Raw, rows: np.ndarray, target: Target) -> np.ndarray:
    """Turn the targets of some rows into numbers; amounts stay in the column's own unit.

    Returns:
        float32 (n, 1) of 0 and 1 for binary; int32 (n,) for multiclass; float32 (n, labels)
        for multi-label; float32 (n, quantities) for regression.

    Raises:
        DataError: A row has no target, a class that no train row has, or no number.
    """
    if target.separator is not None:
        return multilabel.read_cells(raw, rows, target.separator, target.names)
    refuse_missing(raw, rows)
    if target.task == "multilabel":
        return multilabel.read_columns(raw, rows)
    if target.task == "regression":
        scaling = None if target.scaling is None else target.scaling.type
        return read_amounts(raw, rows, scaling).astype(np.float32)
    if target.bins is not None:
        codes = target.bins.codes(read_amounts(raw, rows)[:, 0])
    else:
        codes = classes.class_numbers(raw, rows, target.classes)
    if target.task == "binary":
        return codes.astype(np.float32).reshape(-1, 1)
    return codes.astype(np.int32)
