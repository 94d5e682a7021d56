"""What belongs to which output: a file has one, or one for each target of a map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dltrain.config.catalogue.choices import Choice
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.target import TargetOptions
from dltrain.errors import Key


class Figure(NamedTuple):
    """A column of history.csv that the file asks for.

    Attributes:
        name: Its name there, with the target's in front where there are several.
        key: Where the file asks for it.
        choice: The metric as plain data; None for a loss.
    """

    name: str
    key: Key
    choice: Choice | None


def targets(experiment: Experiment) -> tuple[str, ...]:
    """Name the targets that have an output each; nothing where the model has one output."""
    target = getattr(experiment.dataset, "target", None)
    return tuple(target) if isinstance(target, dict) and len(target) > 1 else ()


def options(experiment: Experiment, target: str) -> TargetOptions:
    """Give the options of a target in a map."""
    named: dict[str, TargetOptions] = getattr(experiment.dataset, "target", {})
    return named[target]


def inputs(experiment: Experiment) -> list[str]:
    """Name the network's inputs."""
    return list(getattr(experiment.dataset, "inputs", None) or ["input"])


def loss_of(experiment: Experiment, target: str | None) -> Any:
    """Give the loss of an output: "auto" or plain data."""
    if target is None:
        return experiment.loss
    return experiment.loss.get(target, "auto") if isinstance(experiment.loss, dict) else "auto"


def metrics_of(experiment: Experiment, target: str | None) -> list[Choice]:
    """Give the metrics of an output."""
    if isinstance(experiment.metrics, dict):
        return experiment.metrics.get(target or "", [])
    return experiment.metrics


def output_of(experiment: Experiment, target: str | None) -> tuple[Any, Key]:
    """Give the output layer, "auto" or plain data, and its path in the file."""
    output = experiment.architecture.output
    return output_in(output, target)


def output_in(output: Any, target: str | None) -> tuple[Any, Key]:
    """Pick the output layer of a target from `architecture.output`."""
    key: Key = ("architecture", "output")
    if target is None or output == "auto":
        return output, key
    return (output[target], (*key, target)) if target in output else ("auto", key)


def figures(experiment: Experiment) -> list[Figure]:
    """List the figures of the train rows: the loss; then of each output its loss and metrics."""
    found = [Figure("loss", ("loss",), None)]
    for target in targets(experiment):
        found.append(Figure(f"{target}_loss", ("loss", target), None))
        found += _metrics(experiment, target, f"{target}_", ("metrics", target))
    return found if targets(experiment) else [*found, *_metrics(experiment, None, "", ("metrics",))]


def _metrics(
    experiment: Experiment, target: str | None, prefix: str, below: Key
) -> Iterator[Figure]:
    for at, choice in enumerate(metrics_of(experiment, target)):
        yield Figure(prefix + choice["name"], (*below, at), choice)
