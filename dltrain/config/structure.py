"""Do data, layers and outputs belong together? Targets, inputs, and the graph between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltrain.config.architecture import Mlp
from dltrain.config.dataset import Features
from dltrain.config.experiment import Experiment
from dltrain.config.graph import LAYERS, graph_of, output_tensor, unread
from dltrain.config.outputs import inputs, output_of, targets
from dltrain.config.translation import Problem
from dltrain.errors import Key, did_you_mean, one_of, shown


def disagreements(experiment: Experiment) -> Iterator[Problem]:
    """Find what is wrong between data, layers and outputs that are each right."""
    found = [*_targets(experiment), *_inputs(experiment), *_by_target(experiment)]
    yield from found or _layers(experiment)


def _targets(experiment: Experiment) -> Iterator[Problem]:
    """Check that there is something to predict, but for an autoencoder."""
    dataset, key = experiment.dataset, ("dataset", "target")
    if not hasattr(dataset, "target"):
        return
    if experiment.task == "autoencoder" and dataset.target is not None:
        way_out = "Remove it; `dataset.features.exclude` leaves a column out."
        yield Problem(
            key,
            shown(dataset.target if isinstance(dataset.target, str) else list(dataset.target)),
            "none for an autoencoder",
            way_out,
        )
    elif experiment.task != "autoencoder" and dataset.target is None:
        expected = "a value: the column to predict"
        yield Problem(key, "nothing", expected, "Only `task: autoencoder` has no target.")


def _inputs(experiment: Experiment) -> Iterator[Problem]:
    """Check that no column is in two inputs, and that inputs alone choose the columns."""
    dataset = experiment.dataset
    owner: dict[str, str] = {}
    for name, columns in (getattr(dataset, "inputs", None) or {}).items():
        for at, column in enumerate(columns):
            if column in owner:
                got, key = shown(column), ("dataset", "inputs", name, at)
                yield Problem(key, got, "each column once", f"The input {owner[column]} has it.")
            owner[column] = name
    if owner and dataset.features != Features():
        got, way_out = "`features` beside `inputs`", "Name the columns in `inputs` alone."
        yield Problem(("dataset", "features"), got, "one of the two", way_out)
    if owner and experiment.task == "autoencoder":
        yield Problem(("dataset", "inputs"), "several inputs", "one for an autoencoder")


def _layers(experiment: Experiment) -> Iterator[Problem]:
    """Follow the layers from the inputs to the outputs."""
    names, architecture = inputs(experiment), experiment.architecture
    is_mlp = isinstance(architecture, Mlp)
    if is_mlp and len(names) > 1:
        way_out = "Use `layers` with `inputs`."
        yield Problem(("architecture",), f"mlp for {len(names)} inputs", "one input", way_out)
        return
    items = [] if is_mlp else architecture.layers
    graph = graph_of([(one, (*LAYERS, at)) for at, one in enumerate(items)], names)
    found = [
        output_tensor(graph, *output_of(experiment, target))
        for target in targets(experiment) or (None,)
    ]
    yield from graph.problems
    if not graph.problems and not is_mlp:
        yield from unread(graph, found)


def _by_target(experiment: Experiment) -> Iterator[Problem]:
    """Find losses, metrics and outputs that belong to no target, or to all at once."""
    names = targets(experiment)
    given = {
        "loss": (experiment.loss, "a loss"),
        "metrics": (experiment.metrics, "a list"),
        "architecture.output": (experiment.architecture.output, "auto or a layer"),
    }
    for path, (value, one) in given.items():
        key = tuple(path.split("."))
        by_target = isinstance(value, dict) and "type" not in value
        if names and by_target:
            yield from _unknown_targets(key, value, names)
        elif names and value not in ("auto", []):
            expected = f"a map from target to {one}"
            yield Problem(key, f"one for {len(names)} targets", expected, _example(key, names))
        elif by_target:
            way_out = "Several outputs need a map as `dataset.target`."
            yield Problem(key, shown(value), f"{one}, as there is one target", way_out)
    if names and experiment.task is not None:
        way_out = "Give it to the targets: `target: {NAME: {task: …}}`."
        yield Problem(("task",), shown(experiment.task), "no `task` for several targets", way_out)
    if names and experiment.training.class_weight is not None:
        got, way_out = "class weights for several targets", "Weigh the targets instead."
        yield Problem(("training", "class_weight"), got, "null", way_out)


def _unknown_targets(key: Key, value: dict[str, Any], names: tuple[str, ...]) -> Iterator[Problem]:
    for name in value:
        if name not in names:
            way_out = did_you_mean(name, names)
            yield Problem((*key, name), "an unknown target", one_of(names), way_out, at_key=True)


def _example(key: Key, names: tuple[str, ...]) -> str:
    return f"Write `{key[-1]}: {{{names[0]}: …, {names[1]}: …}}`."
