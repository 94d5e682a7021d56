"""Do the options of one target fit each other and its task? And do its metrics need an order?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from dltrain.config.checks.outputs import metrics_of, targets
from dltrain.config.checks.translation import Problem
from dltrain.config.sections.dataset import Windows
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.tables import TargetTable
from dltrain.config.sections.target import TargetOptions
from dltrain.errors import Key, one_of
from dltrain.terms import CLASS_TASKS, EXCLUSIVE

# What options make of a target.
TASKS = {
    "bins": EXCLUSIVE,
    "classes": CLASS_TASKS,
    "ordered": EXCLUSIVE,
    "scaling": ("regression",),
    "separator": ("multilabel",),
}
REASONS = {
    frozenset({"bins", "classes"}): "Bins are named by their edges.",
    frozenset({"bins", "scaling"}): "Bins are classes, which have no scale.",
    frozenset({"ordered", "separator"}): "Labels that go together have no order.",
}
# Metrics that only an order of the classes gives a meaning.
ORDER_METRICS = ("class_distance", "quadratic_weighted_kappa")


def contradictions(options: TargetOptions, task: str | None, key: Key) -> Iterator[Problem]:
    """Find options of a target that exclude each other, or its task.

    Args:
        options: The options.
        task: What the file says that the task is; None where the data tells it.
        key: Where the file says them.
    """
    given = [name for name in TASKS if getattr(options, name) not in (None, False, "none")]
    wrong = [name for name in given if task and task not in TASKS[name]]
    for name in wrong:
        expected = f"it for {one_of(TASKS[name])}"
        yield Problem((*key, name), f"`{name}` for a {task} target", expected, "Remove one.")
    if wrong:
        return
    for one, other in combinations(given, 2):
        pair = frozenset({one, other})
        if pair in REASONS or not set(TASKS[one]) & set(TASKS[other]):
            got = f"`{other}` beside `{one}`"
            yield Problem((*key, other), got, "one of the two", REASONS.get(pair, ""))
    if task == "multilabel" and options.classes and not options.separator:
        got, way_out = "`classes` for labels without a `separator`", "Name the columns instead."
        yield Problem((*key, "classes"), got, "classes, or labels in one cell", way_out)
    yield from _binary(options, task, key)


def _binary(options: TargetOptions, task: str | None, key: Key) -> Iterator[Problem]:
    """Find more than two classes for a binary target."""
    if task != "binary":
        return
    way_out = "Use `task: multiclass`."
    if options.classes and len(options.classes) > 2:
        got = f"{len(options.classes)} classes"
        yield Problem((*key, "classes"), got, "two for `task: binary`", way_out)
    if isinstance(options.bins, list) and len(options.bins) > 1:
        got = f"{len(options.bins)} edges, which make {len(options.bins) + 1} bins"
        yield Problem((*key, "bins"), got, "one edge for `task: binary`", way_out)


def metrics_without_order(experiment: Experiment) -> Iterator[Problem]:
    """Find metrics of distances between classes where the file gives these no order."""
    dataset = experiment.dataset
    target = dataset.target if isinstance(dataset, TargetTable | Windows) else None
    named = target if isinstance(target, dict) else {}
    for several in targets(experiment) or (None,):
        name = several or next(iter(named), target)
        if isinstance(name, str) and name in named and named[name].ordered:
            continue
        below = () if several is None else (several,)
        for at, metric in enumerate(metrics_of(experiment, several)):
            if metric["type"] in ORDER_METRICS:
                got = f"{metric['type']} for a target without an order"
                yield Problem(("metrics", *below, at), got, "an ordered one", _way_out(name))


def _way_out(name: Any) -> str:
    is_column = isinstance(name, str)
    return f"Write `target: {{{name}: {{ordered: true}}}}`." if is_column else "Use accuracy."
