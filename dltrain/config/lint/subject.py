"""What a rule looks at: a checked file, its layers as a graph, its outputs, and perhaps facts.

Everything a rule asks for twice is worked out here once. What a file leaves to the data, such as
the task, is known where the facts tell it, and None where they are absent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dltrain.config.catalogue.choices import Choice
from dltrain.config.checks import outputs
from dltrain.config.checks.graph import LAYERS, Graph, graph_of, output_tensor
from dltrain.config.checks.phases import PlannedPhase, planned_phases
from dltrain.config.lint.facts import Facts, InputFacts, TargetFacts
from dltrain.config.lint.nodes import Node, linked, nodes_of
from dltrain.config.lint.traits import activation
from dltrain.config.sections.architecture import Mlp
from dltrain.config.sections.experiment import Experiment
from dltrain.errors import Key

# What `auto` stands for, by task.
LOSSES = {
    "autoencoder": "mean_squared_error",
    "binary": "binary_crossentropy",
    "multiclass": "sparse_categorical_crossentropy",
    "multilabel": "binary_crossentropy",
    "regression": "mean_squared_error",
}
ACTIVATIONS = {
    "autoencoder": "linear",
    "binary": "sigmoid",
    "multiclass": "softmax",
    "multilabel": "sigmoid",
    "regression": "linear",
}
# Losses over exclusive classes, which need one output for each.
CLASS_LOSSES = frozenset({
    "categorical_crossentropy", "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy", "categorical_hinge", "circle",
    "sparse_categorical_crossentropy",
})  # fmt: skip

# Sets that keras.datasets has as pictures, and those it has as texts.
PICTURES = ("cifar10", "cifar100", "fashion_mnist", "mnist")
TEXTS = ("imdb", "reuters")
# Types of datasets that hold nothing but tables.
TABLES = ("arff", "csv", "parquet", "sklearn")


@dataclass(frozen=True)
class Output:
    """One output with what is minimised and counted for it.

    Attributes:
        target: Name of its target; None where the file has one output.
        node: The output layer; None for `auto`.
        last: The hidden layer that it reads; None where it reads an input.
        key: Key of the output layer.
        loss: The loss as plain data; None for `auto` while the task is unknown.
        loss_key: Key of the loss.
        metrics: Each metric as plain data, with its key.
        task: The task, as far as it is known.
        facts: What the data told, if it was asked.
    """

    target: str | None
    node: Node | None
    last: Node | None
    key: Key
    loss: Choice | None
    loss_key: Key
    metrics: tuple[tuple[Choice, Key], ...]
    task: str | None
    facts: TargetFacts | None

    @property
    def units(self) -> int | None:
        """Numbers that it puts out, where a dense layer of the file says so."""
        is_dense = self.node is not None and self.node.type == "dense"
        return self.node.layer["units"] if self.node is not None and is_dense else None

    @property
    def activation(self) -> str | None:
        """The activation behind it, where that can be told."""
        if self.node is None:
            return ACTIVATIONS.get(self.task or "")
        return activation(self.node.layer)

    @property
    def blamed(self) -> Key:
        """Where the file says which activation it has; for `auto`, which loss it meets."""
        if self.node is None:
            return self.loss_key
        return (*self.key, "activation") if "activation" in self.node.layer else self.key


@dataclass(frozen=True)
class Subject:
    """A checked file and what is known beside it.

    Attributes:
        experiment: The file's values.
        facts: What data and model told; empty before they are asked.
    """

    experiment: Experiment
    facts: Facts = field(default_factory=Facts)

    @cached_property
    def nodes(self) -> list[Node]:
        """Every hidden layer where it is used, in the file's order."""
        return self._network[0]

    @cached_property
    def layers(self) -> list[Node]:
        """Every hidden layer with weights of its own, once for each entry of the file."""
        return list({node.key: node for node in self.nodes if not node.shares}.values())

    @cached_property
    def outputs(self) -> list[Output]:
        """Every output, in the order of the targets."""
        return self._network[1]

    @property
    def everything(self) -> list[Node]:
        """The hidden layers, and the output layers that the file writes."""
        written = [output.node for output in self.outputs if output.node is not None]
        return [*self.layers, *written]

    @cached_property
    def phases(self) -> list[PlannedPhase]:
        """The phases of the training; one where the file has none."""
        return planned_phases(self.experiment)

    @property
    def several_phases(self) -> bool:
        """Whether one phase follows another."""
        return len(self.phases) > 1

    @property
    def epochs(self) -> int:
        """Passes over the train rows that one optimizer sees, at most."""
        return max(phase.epochs for phase in self.phases)

    @property
    def steps_an_epoch(self) -> int | None:
        """Batches of one epoch; None while that hangs on the number of train rows, unknown yet."""
        training, rows = self.experiment.training, self.facts.train_rows
        size = training.batch_size
        if training.steps_per_epoch is not None:
            return training.steps_per_epoch
        if size == "full":
            return 1
        return None if rows is None else math.ceil(rows / int(size))

    def callbacks(self, *types: str) -> Iterator[tuple[Choice, Key]]:
        """Give the callbacks of some types, each with its key."""
        for index, callback in enumerate(self.experiment.callbacks):
            if callback["type"] in types:
                yield callback, ("callbacks", index)

    def input(self, name: str) -> InputFacts | None:
        """Tell form and shape of an input: as the data told, else as the dataset's type tells.

        Sizes that only the data knows are 0.
        """
        return self.facts.inputs.get(name) or _form(self.experiment.dataset.model_dump())

    @cached_property
    def _network(self) -> tuple[list[Node], list[Output]]:
        graph = _graph(self.experiment)
        nodes = nodes_of(graph)
        targets = outputs.targets(self.experiment) or (None,)
        return nodes, [_output(self, graph, nodes, target) for target in targets]


def _graph(experiment: Experiment) -> Graph:
    architecture = experiment.architecture
    items: list[tuple[Choice, Key]]
    if isinstance(architecture, Mlp):
        items = [({"type": "flatten"}, ("architecture",))]
        for index, units in enumerate(architecture.units):
            layer = {"type": "dense", "units": units, "activation": architecture.activation}
            items.append((layer, ("architecture", "units", index)))
    else:
        items = [(one, (*LAYERS, index)) for index, one in enumerate(architecture.layers)]
    return graph_of(items, outputs.inputs(experiment))


def _output(subject: Subject, graph: Graph, nodes: list[Node], target: str | None) -> Output:
    experiment = subject.experiment
    layer, key = outputs.output_of(experiment, target)
    tensor = output_tensor(graph, layer, key)
    read = [] if tensor is None else [tensor]
    is_auto = layer == "auto" or layer["type"] == "auto"
    node = None if is_auto else linked(layer, key, read, nodes)
    below: Key = () if target is None else (target,)
    facts = subject.facts.targets.get(target or "")
    given = outputs.loss_of(experiment, target)
    task = facts.task if facts else _task(experiment, target, given)
    metrics = outputs.metrics_of(experiment, target)
    return Output(
        target=target,
        node=node,
        last=nodes[tensor] if isinstance(tensor, int) else None,
        key=key,
        loss=_loss(given, task),
        loss_key=("loss", *below),
        metrics=tuple((one, ("metrics", *below, at)) for at, one in enumerate(metrics)),
        task=task,
        facts=facts,
    )


def _task(experiment: Experiment, target: str | None, loss: Any) -> str | None:
    """Tell the task by the file alone: what it says, or what only one task is trained with."""
    said = experiment.task if target is None else outputs.options(experiment, target).task
    if said is None and loss != "auto" and loss["type"] in CLASS_LOSSES:
        return "multiclass"
    return said


def _loss(given: Any, task: str | None) -> Choice | None:
    if given != "auto":
        return dict(given)
    return {"type": LOSSES[task]} if task in LOSSES else None


def _form(dataset: dict[str, Any]) -> InputFacts | None:
    """Tell form and number of dimensions by the type of a dataset, where it has only one."""
    kind, name = dataset["type"], dataset.get("name")
    if kind in ("idx", "images") or (kind == "keras" and name in PICTURES):
        return InputFacts("images", (0, 0, 0))
    if kind == "text" or (kind == "keras" and name in TEXTS):
        return InputFacts("tokens", (0,))
    if kind == "windows":
        return InputFacts("windows", (dataset["window"], 0))
    return InputFacts("table", (0,)) if kind in TABLES else None
