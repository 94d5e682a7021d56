"""Do data, layers and outputs belong together? Targets, inputs, and the graph between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dltrain.config.catalogue.argument_rules import LAYER_NAME
from dltrain.config.checks import windows
from dltrain.config.checks.graph import LAYERS, Graph, graph_of, output_tensor, unread
from dltrain.config.checks.outputs import inputs, output_of, targets
from dltrain.config.checks.target_options import contradictions, metrics_without_order
from dltrain.config.checks.translation import Problem
from dltrain.config.sections.architecture import Mlp
from dltrain.config.sections.dataset import Windows
from dltrain.config.sections.experiment import Experiment
from dltrain.config.sections.tables import Features, TargetTable
from dltrain.config.sections.target import TargetOptions
from dltrain.errors import Key, did_you_mean, one_of, shown

TARGET: Key = ("dataset", "target")


def disagreements(experiment: Experiment) -> Iterator[Problem]:
    """Find what is wrong between data, layers and outputs that are each right."""
    found = [*_targets(experiment), *_inputs(experiment), *_by_target(experiment)]
    found += windows.disagreements(experiment)
    found += _reconstructed(experiment)
    yield from found or [*metrics_without_order(experiment), *_layers(experiment)]


def _targets(experiment: Experiment) -> Iterator[Problem]:
    """Check that there is something to predict, but for an autoencoder."""
    dataset = experiment.dataset
    if not isinstance(dataset, TargetTable | Windows):
        return
    target = dataset.target
    if experiment.task == "autoencoder" and target is not None:
        given = shown(target if isinstance(target, str) else list(target))
        way_out = "Remove it; `dataset.features.exclude` leaves a column out."
        yield Problem(TARGET, given, "none for an autoencoder", way_out)
    elif experiment.task != "autoencoder" and target is None:
        way_out = "Only `task: autoencoder` has no target."
        yield Problem(TARGET, "nothing", "a value: the column to predict", way_out)
    elif isinstance(target, dict):
        yield from _named_targets(target, experiment.task)


def _named_targets(target: dict[str, TargetOptions], task: str | None) -> Iterator[Problem]:
    """Check the names of several targets, and what a map of one says."""
    for name, options in target.items():
        shared = task if len(target) == 1 else None
        yield from contradictions(options, options.task or shared, (*TARGET, name))
    if len(target) > 1:
        for name in target:
            if name == "val" or name.startswith(("val_", "val.")):
                got, expected = "a target whose figures would look like those of val", "another"
                yield Problem((*TARGET, name), got, expected, "Rename the column.", at_key=True)
        return
    [(name, options)] = target.items()
    if options.weight != 1:
        got, expected = f"a weight of {options.weight:g} for one target", "none"
        yield Problem((*TARGET, name, "weight"), got, expected, "A weight compares targets.")
    if options.task and task and options.task != task:
        got, expected = shown(options.task), f"{task}, the `task` of the file"
        yield Problem((*TARGET, name, "task"), got, expected, "Remove one of them.")


def _inputs(experiment: Experiment) -> Iterator[Problem]:
    """Check that no column is in two inputs, and that inputs alone choose the columns."""
    dataset = experiment.dataset
    given: dict[str, list[str]] = getattr(dataset, "inputs", None) or {}
    owner: dict[str, str] = {}
    for name, columns in given.items():
        if not LAYER_NAME.accepts(name):
            way_out = "It becomes the name of a layer; the columns keep theirs."
            key: Key = ("dataset", "inputs", name)
            yield Problem(key, shown(name), LAYER_NAME.expected, way_out, at_key=True)
        for at, column in enumerate(columns):
            if column in owner:
                got, key = shown(column), ("dataset", "inputs", name, at)
                yield Problem(key, got, "each column once", f"The input {owner[column]} has it.")
            owner[column] = name
    if given and getattr(dataset, "features", Features()) != Features():
        got, way_out = "`features` beside `inputs`", "Name the columns in `inputs` alone."
        yield Problem(("dataset", "features"), got, "one of the two", way_out)
    if given and experiment.task == "autoencoder":
        yield Problem(("dataset", "inputs"), "several inputs", "one for an autoencoder")


def augmentation(experiment: Experiment) -> list[dict[str, Any]]:
    """List the layers that augment pictures."""
    images = getattr(experiment.dataset, "images", None)
    return [] if images is None else images.augment


def _reconstructed(experiment: Experiment) -> Iterator[Problem]:
    """Refuse to reconstruct pictures from others that are turned or cut."""
    if augmentation(experiment) and experiment.task == "autoencoder":
        got = "augmented pictures for an autoencoder"
        way_out = "To remove noise, put `gaussian_noise` first in `architecture.layers`."
        key: Key = ("dataset", "images", "augment")
        yield Problem(key, got, "pictures as they are, its target", way_out)


def hidden_layers(experiment: Experiment) -> Graph:
    """Follow the hidden layers that the file names, and tell what is wrong between them."""
    items = getattr(experiment.architecture, "layers", [])
    layers = [(one, (*LAYERS, at)) for at, one in enumerate(items)]
    return graph_of(layers, inputs(experiment))


def _layers(experiment: Experiment) -> Iterator[Problem]:
    """Follow the layers from the inputs to the outputs."""
    names, architecture = inputs(experiment), experiment.architecture
    is_mlp = isinstance(architecture, Mlp)
    if is_mlp and len(names) > 1:
        way_out = "Use `layers` with `inputs`."
        yield Problem(("architecture",), f"mlp for {len(names)} inputs", "one input", way_out)
        return
    graph = hidden_layers(experiment)
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
    given: dict[str, tuple[Any, str]] = {
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
    if names and experiment.task not in (None, "autoencoder"):
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
