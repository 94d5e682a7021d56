"""Loss and metrics that a file names, where they are figures whose difference is known.

Keras computes them while it runs over the rows; the same number from the stored predictions
says that it is the same figure, whatever its arguments are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dltrain.config.catalogue.rules import is_number
from dltrain.evaluation.statistics.names import figure_of_loss, figure_of_metric
from dltrain.results import maps
from dltrain.runs.differences import Difference
from dltrain.runs.stored_run import StoredRun

# How near a mean is that Keras has summed in float32.
SUMMED = 1e-4


def named_differences(
    first: StoredRun, second: StoredRun, part: str, known: Mapping[str, Difference]
) -> dict[str, Difference]:
    """Find the differences of loss and metrics among those of figures.

    Args:
        first: The first run.
        second: The second run.
        part: The part that is compared.
        known: Differences by figure.

    Returns:
        Differences by the name that the file gives them.
    """
    old, new = (one.splits.get(part, {}) for one in (first, second))
    return {
        name: known[figure]
        for name, figure in _names(first)
        if name not in known
        and figure in known
        and _is_same(old.get(name), known[figure].first)
        and _is_same(new.get(name), known[figure].second)
    }


def _names(record: StoredRun) -> Iterator[tuple[str, str]]:
    """List the names of loss and metrics, with the figures that they would be."""
    loss, metrics = record.at("loss"), record.at("metrics")
    if not isinstance(metrics, dict):
        yield from _of_target(loss, metrics, str(record.at("task")))
        return
    dataset = record.at("dataset")
    targets = maps(dataset.get("target")) if isinstance(dataset, dict) else {}
    losses = maps(loss)
    for target, choices in metrics.items():
        task = str(targets.get(target, {}).get("task"))
        for name, figure in _of_target(losses.get(target), choices, task):
            yield f"{target}_{name}", f"{target}_{figure}"


def _of_target(loss: Any, metrics: Any, task: str) -> Iterator[tuple[str, str]]:
    for choice in metrics if isinstance(metrics, list) else [metrics]:
        if isinstance(choice, dict) and (figure := figure_of_metric(choice.get("type", ""), task)):
            yield str(choice.get("name", choice["type"])), figure
    if isinstance(loss, dict) and (figure := figure_of_loss(loss.get("type", ""))):
        yield "loss", figure


def _is_same(stored: Any, computed: float) -> bool:
    return is_number(stored) and abs(stored - computed) <= SUMMED * max(1.0, abs(computed))
